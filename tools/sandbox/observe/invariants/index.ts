import type { Decision } from '../../../../shared/domain/index.ts';
import type { JournalEntry } from '../../../cloud/kernel/index.ts';
import type { WiringReport } from '../../../cloud/wiring/index.ts';
import { boundsHold } from './bounds.ts';
import { eventsAccountedFor } from './events-accounted.ts';
import type { Verdict } from './invariant.ts';
import { nothingDenied } from './nothing-denied.ts';
import { oneCompletionEach } from './one-completion.ts';
import { oneWriteADecision } from './one-write.ts';
import { protectedStay } from './protected-instances.ts';
import { wiresAdmitted } from './wires-admitted.ts';

export type { Verdict } from './invariant.ts';

/** All that must hold during a run. */
export class Invariants {
  readonly #all;

  constructor(decisions: () => readonly Decision[], wiring: () => WiringReport) {
    this.#all = [
      boundsHold(),
      oneWriteADecision(decisions),
      oneCompletionEach(),
      protectedStay(),
      eventsAccountedFor(),
      nothingDenied(),
      wiresAdmitted(wiring),
    ];
  }

  see(entry: JournalEntry): void {
    for (const invariant of this.#all) invariant.see(entry);
  }

  verdicts(): Verdict[] {
    return this.#all.map((invariant) => invariant.verdict());
  }
}
