import type { Clock, Release } from '../../../kernel/index.ts';

/**
 * The time of one stack operation: it holds the clock while it works, lets it run while it waits, and lets it
 * jump, whatever the pace, because whoever deploys waits for the cloud.
 */
export class OperationTime {
  readonly #clock: Clock;
  readonly #hurry: Release;
  #hold: Release;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#hold = clock.hold();
    this.#hurry = clock.hurry();
  }

  async sleep(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#clock.after(milliseconds, () => {
        this.#hold = this.#clock.hold();
        resolve();
      });
      this.#hold();
    });
  }

  end(): void {
    this.#hold();
    this.#hurry();
  }
}
