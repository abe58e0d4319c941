import { around, cell } from './arrays.ts';
import { Regression } from './regression.ts';

const BIN = 5;
const DAY = 1440 / BIN;
const NEWEST_HOUR = 0.1;
const NEWEST_DAY = 1 / 12;
/** Below this a miss of log-demand is as good as none. */
const SMALL = 0.01;
/** Why: the mean of |miss| lies above the exponential of the mean of its logarithm. */
const LIFT = 1.2;

/** Clues to how far a forecast will miss. */
export const SPREAD_CLUES = 8;

/**
 * How far forecasts miss at this moment: misses come in bursts, at their times of the day, and are larger while the load
 * moves. Learnt from |miss| of the last minutes, of hours, of the
 * day, of this time of the day and of this minute of the hour.
 */
export class Spread {
  readonly regression = new Regression([0, 0.4, 0.3, 0.2, 0, 0, 0, 0], 20, 2 * 1440);
  readonly day = new Float32Array(DAY).fill(NaN);
  readonly hour = new Float32Array(60).fill(0.1);
  lately = 0.1;
  today = 0.1;
  usual = 0.1;
  #count = 0;

  /** Writes the clues for a forecast of `location` for a minute, into `clues` from `from` on. */
  look(clues: Float64Array, from: number, minute: number, location: number, move: number): void {
    const usual = Math.log(this.usual + SMALL);
    const then = cell(this.day, around(Math.floor(minute / BIN), DAY));
    clues[from] = 0.5;
    clues[from + 1] = Math.log(this.lately + SMALL);
    clues[from + 2] = Math.log(this.today + SMALL);
    clues[from + 3] = usual;
    clues[from + 4] = Number.isNaN(then) ? 0 : Math.log(then + SMALL) - usual;
    clues[from + 5] = 2 * Math.abs(move);
    clues[from + 6] = 0.5 * location;
    clues[from + 7] = Math.log(cell(this.hour, around(minute, 60)) + SMALL) - usual;
  }

  of(clues: Float64Array, from: number): number {
    const log = this.regression.predict(clues, from);
    return SMALL / 2 + LIFT * Math.exp(Math.min(1.5, Math.max(-5, log)));
  }

  observe(minute: number, miss: number, clues: Float64Array, from: number): void {
    const size = Math.abs(miss);
    this.regression.learn(clues, from, Math.log(size + 2 * SMALL), 1);
    this.#count += 1;
    this.lately += (size - this.lately) / 8;
    this.today += (size - this.today) / Math.min(this.#count, 90);
    this.usual += (size - this.usual) / Math.min(this.#count, 1440);
    const ofHour = around(minute, 60);
    this.hour[ofHour] = cell(this.hour, ofHour) + NEWEST_HOUR * (size - cell(this.hour, ofHour));
    const time = around(Math.floor(minute / BIN), DAY);
    const before = cell(this.day, time);
    this.day[time] = Number.isNaN(before)
      ? 0.8 * this.usual + 0.2 * size
      : before + NEWEST_DAY * (size - before);
  }

  get state(): number[] {
    return [this.lately, this.today, this.usual, this.#count];
  }

  set state([lately = 0.1, today = 0.1, usual = 0.1, count = 0]: readonly number[]) {
    this.lately = lately;
    this.today = today;
    this.usual = usual;
    this.#count = count;
  }
}
