import type { Clock, Release } from '../kernel/index.ts';

/** One request's hold on time, from its first byte until its reply is written. */
export class Hold {
  readonly #clock: Clock;
  #release: Release;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#release = clock.hold();
  }

  release(): void {
    this.#isOver = true;
    this.#release();
  }

  /** Lets time pass until the work is done. */
  async without<Result>(work: Result | Promise<Result>): Promise<Result> {
    this.#release();
    try {
      return await work;
    } finally {
      // The client may have gone away meanwhile: nobody would let go of a new hold.
      if (!this.#isOver) this.#release = this.#clock.hold();
    }
  }
}
