import type { Outcome } from '../../../shared/workflows/outcome.ts';
import type { JournalEntry } from '../../cloud/kernel/index.ts';

/** What was decided last, also where that was to change nothing. */
export interface DecisionLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

/** Follows a fleet's decisions by what the scale function answers: the ledger is read more seldom. */
export class LastDecision {
  line: DecisionLine | undefined;
  readonly #fleet: string;

  constructor(fleet: string) {
    this.#fleet = fleet;
  }

  see(entry: JournalEntry): void {
    if (entry.kind !== 'invocation' || !Array.isArray(entry.result)) return;
    const said = entry.result.findLast((outcome): outcome is Said => this.#isDecision(outcome));
    if (said !== undefined) this.line = { at: entry.at, text: said.summary };
  }

  #isDecision(outcome: unknown): boolean {
    const { kind, summary, facts } = (outcome ?? {}) as Partial<Extract<Outcome, { kind: 'done' }>>;
    return kind === 'done' && facts?.action !== undefined && summary?.startsWith(`${this.#fleet} `) === true;
  }
}

type Said = Extract<Outcome, { kind: 'done' }>;
