import type { Clock, Release } from '../kernel/index.ts';

/** Real milliseconds until a script on a busy instance is taken to wait for what is under way there. */
const UNTIL_IT_WAITS_MS = 300;
/** Real milliseconds that time waits for a script at most, all in all. */
const PATIENCE_MS = 10_000;

/**
 * Whether time stands still for a script. What a shell does takes no time, what it waits for does: so time stands still
 * while the script runs on an instance that is idle. While that has requests under way time goes on after a moment, for
 * the script may be waiting for them; when they have ended, it stands still again until the script has said so.
 */
export class ScriptWait {
  readonly #clock: Clock;
  #hold: Release | undefined;
  #going: NodeJS.Timeout | undefined;
  readonly #patience: NodeJS.Timeout;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#patience = setTimeout(() => this.end(), PATIENCE_MS);
    this.#stand();
  }

  /** The instance has so many requests under way. */
  follow(outstanding: number): void {
    if (this.#isOver) return;
    if (outstanding === 0) this.#stand();
    else if (this.#hold !== undefined) this.#going ??= setTimeout(() => this.#go(), UNTIL_IT_WAITS_MS);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#patience);
    this.#go();
  }

  #stand(): void {
    clearTimeout(this.#going);
    this.#going = undefined;
    this.#hold ??= this.#clock.hold();
  }

  #go(): void {
    clearTimeout(this.#going);
    this.#going = undefined;
    this.#hold?.();
    this.#hold = undefined;
  }
}
