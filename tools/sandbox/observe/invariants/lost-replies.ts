import { CLIENT_OPTIONS } from '../../../../shared/aws/clients.ts';
import type { JournalEntry } from '../../../cloud/kernel/index.ts';

/** Milliseconds that our clients wait for a reply: one that comes later is lost on them. */
const PATIENCE = CLIENT_OPTIONS.requestHandler.requestTimeout;

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
    if (entry.kind !== 'weather' || entry.action !== this.#action) return;
    if (entry.weather === 'lost-reply' || (entry.weather === 'slow' && isTooSlow(entry.what)))
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

/** `drain: autoscaling:CompleteLifecycleAction takes 6.417 s` */
function isTooSlow(what: string | undefined): boolean {
  const seconds = / takes ([\d.]+) s$/.exec(what ?? '')?.[1];
  return Number(seconds) * 1000 > PATIENCE;
}
