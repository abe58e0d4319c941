import type { Clock, Errand, Release } from '../kernel/index.ts';

/** One request's hold on time, from its first byte until its reply is written. */
export class Hold {
  readonly #clock: Clock;
  #release: Release;
  #errand: Errand | undefined;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#release = clock.hold();
  }

  /** Says whose request it is, where that is someone who holds time as well. */
  belongsTo(errand: Errand | undefined): void {
    if (this.#isOver) errand?.end();
    else this.#errand = errand;
  }

  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#release();
    this.#errand?.end();
  }

  /** Lets time pass until the work is done, for whoever waits for the reply as well. */
  until<Result>(work: Promise<Result>): Promise<Result> {
    return this.without(this.#errand?.until(work) ?? work);
  }

  /** Lets virtual milliseconds pass, for whoever waits for the reply as well. */
  wait(milliseconds: number): Promise<void> {
    return this.without(this.#errand?.wait(milliseconds) ?? this.#clock.passed(milliseconds));
  }

  /** Lets time pass until the work is done. */
  async without<Result>(work: Promise<Result>): Promise<Result> {
    this.#release();
    try {
      return await work;
    } finally {
      // The client may have gone away meanwhile: nobody would let go of a new hold.
      if (!this.#isOver) this.#release = this.#clock.hold();
    }
  }
}
