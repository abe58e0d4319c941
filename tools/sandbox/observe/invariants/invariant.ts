import type { JournalEntry } from '../../../cloud/kernel/index.ts';

/** What an invariant has found by the end of a run. */
export interface Verdict {
  readonly id: string;
  readonly ok: boolean;
  /** How often it was put to the test: an invariant that was never checked shows nothing. */
  readonly checked: number;
  readonly detail?: string;
}

/** Something that must hold at every step, judged from outside: by what the cloud's journal says alone. */
export interface Invariant {
  see(entry: JournalEntry): void;
  verdict(): Verdict;
}

/** Counts checks and keeps the first few breaches in words. */
export class Checks {
  #checked = 0;
  #broken = 0;
  readonly #examples: string[] = [];

  /** So many have held. */
  count(held: number): void {
    this.#checked += held;
  }

  expect(holds: boolean, breach: () => string): void {
    this.#checked++;
    if (holds) return;
    this.#broken++;
    if (this.#examples.length < 3) this.#examples.push(breach());
  }

  verdict(id: string): Verdict {
    const times = this.#broken === 1 ? 'once' : `${this.#broken} times`;
    const detail = this.#broken === 0 ? {} : { detail: `${times}: ${this.#examples.join('; ')}` };
    return { id, ok: this.#broken === 0, checked: this.#checked, ...detail };
  }
}
