import type { Clock } from './clock.ts';

/** Virtual seconds in a real one, or `max`: never wait. */
export type Speed = number | 'max';

/** Moves a clock along with real time. */
export interface Pace {
  speed: Speed;
  /** Resolves once time stands still again. */
  stop(): Promise<void>;
}

/** How long the pace sleeps at most before it looks at its speed again, in real milliseconds. */
const LONGEST_SLEEP = 50;
/** The part of the longest lag that it sleeps at most: a timer fires late, and what a sleep outlasts the lag by is lost. */
const SLEEP_OF_LAG = 0.5;
/** How much real time it catches up on at most, so that a machine that slept does not wake to a burst of events. */
const LONGEST_LAG = 1000;

/**
 * Lets a clock run: each event fires when its time has come at the given speed, or at once while someone hurries
 * the clock. Where nothing is scheduled, time still passes.
 *
 * @param longestLag real milliseconds that it catches up on at most, as when time was held: little where something else
 *                   goes on in real time beside it, and would find time gone in leaps
 *
 * At `max` with nothing scheduled, time stands still: there is nothing to get to.
 */
export function pace(clock: Clock, speed: Speed, longestLag = LONGEST_LAG): Pace {
  const runner = new Runner(clock, speed, longestLag);
  const running = runner.run();
  return {
    get speed() {
      return runner.speed;
    },
    set speed(value: Speed) {
      runner.speed = value;
    },
    stop: () => {
      runner.stop();
      return running;
    },
  };
}

class Runner {
  speed: Speed;
  readonly #clock: Clock;
  readonly #longestLag: number;
  /** Virtual milliseconds that real time is ahead of the clock; fractions count at slow speeds. */
  #owed = 0;
  #isStopped = false;
  #isWatching = false;
  #wake: () => void = () => undefined;

  constructor(clock: Clock, speed: Speed, longestLag: number) {
    this.#longestLag = longestLag;
    this.#clock = clock;
    this.speed = speed;
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  async run(): Promise<void> {
    const stopped = this.#clock.movedBy(() => this.#isUnbound || this.speed !== 0);
    let before = performance.now();
    while (!this.#isStopped) {
      await this.#clock.quiet();
      const now = performance.now();
      this.#owe(Math.min(now - before, this.#longestLag));
      before = now;
      await this.#advance();
    }
    stopped();
  }

  get #isUnbound(): boolean {
    return this.speed === 'max' || this.#clock.isHurried;
  }

  #owe(elapsed: number): void {
    this.#owed = this.speed === 'max' || this.#isUnbound ? 0 : this.#owed + elapsed * this.speed;
  }

  async #advance(): Promise<void> {
    const clock = this.#clock;
    const next = clock.next();
    const before = clock.now();
    const untilNext = next === undefined ? Infinity : next - before;
    if (untilNext !== Infinity && (this.#isUnbound || untilNext <= this.#owed)) await clock.step();
    else if (this.#owed >= 1) clock.advanceTo(before + Math.floor(this.#owed));
    else await this.#sleep(untilNext);
    this.#owed = Math.max(0, this.#owed - (clock.now() - before));
  }

  /** Until so much time has passed, or something has changed. */
  #sleep(virtual: number): Promise<void> {
    this.#watch();
    const real = this.speed === 'max' ? LONGEST_SLEEP : virtual / this.speed;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(LONGEST_SLEEP, this.#longestLag * SLEEP_OF_LAG, real));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    void this.#clock.changed().then(() => {
      this.#isWatching = false;
      this.#wake();
    });
  }
}
