import type { JournalEntry } from '../../../cloud/kernel/index.ts';

/**
 * Calls that took effect and whose callers do not know: AWS's clients make them again, and must. What such a repetition
 * does is no fault of the caller's.
 */
export class LostReplies {
  readonly #action: string;
  #isLosing = false;
  readonly #unheard = new Set<string>();

  /** @param action `autoscaling:SetDesiredCapacity` */
  constructor(action: string) {
    this.#action = action;
  }

  see(entry: JournalEntry): void {
    if (entry.kind === 'weather' && entry.weather === 'lost-reply' && entry.action === this.#action)
      this.#isLosing = true;
  }

  /** The call's effect. @returns whether it repeats one whose reply was lost */
  isRepeated(effect: string): boolean {
    const isRepeated = this.#unheard.delete(effect);
    if (this.#isLosing) this.#unheard.add(effect);
    this.#isLosing = false;
    return isRepeated;
  }
}
