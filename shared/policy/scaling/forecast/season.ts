import { around, cell } from './arrays.ts';

/** Minutes in a bin. */
const BIN = 5;
const DAY = 1440 / BIN;
const WEEK = 7 * DAY;

/** What the newest day counts for in the profile of all days. */
const NEWEST_DAY = 0.3;

/**
 * The last week in bins of five minutes, and the profile that its days have in common. Values are log-demand; what has
 * not been seen is NaN.
 */
export class Season {
  readonly week = new Float32Array(WEEK).fill(NaN);
  readonly day = new Float32Array(DAY).fill(NaN);
  #bin = -1;
  #sum = 0;
  #count = 0;

  /** Minutes come in ascending order. */
  observe(minute: number, value: number): void {
    const bin = Math.floor(minute / BIN);
    if (bin !== this.#bin) this.#close(bin);
    this.#sum += value;
    this.#count += 1;
  }

  /** Log-demand at this minute a week before. */
  weekBefore(minute: number): number {
    return between(this.week, minute);
  }

  /** Log-demand that days have at this time. */
  ofDay(minute: number): number {
    return between(this.day, minute);
  }

  /** Applies a change of unit to all that is remembered. */
  rebase(change: (value: number) => number): void {
    for (const values of [this.week, this.day]) {
      for (let i = 0; i < values.length; i++) values[i] = change(cell(values, i));
    }
    if (this.#count > 0) this.#sum = this.#count * change(this.#sum / this.#count);
  }

  /** The bin that is being filled: its number, the sum of its values, and how many they are. */
  get open(): readonly [number, number, number] {
    return [this.#bin, this.#sum, this.#count];
  }

  set open([bin, sum, count]: readonly [number, number, number]) {
    this.#bin = bin;
    this.#sum = sum;
    this.#count = count;
  }

  #close(next: number): void {
    if (this.#count > 0) {
      const mean = this.#sum / this.#count;
      this.week[around(this.#bin, WEEK)] = mean;
      const time = around(this.#bin, DAY);
      const before = cell(this.day, time);
      this.day[time] = Number.isNaN(before) ? mean : before + NEWEST_DAY * (mean - before);
    }
    this.#bin = next;
    this.#sum = 0;
    this.#count = 0;
  }
}

/** The value at the middle of a minute, between the middles of the two nearest bins. */
function between(bins: Float32Array, minute: number): number {
  const place = (minute + 0.5) / BIN - 0.5;
  const left = Math.floor(place);
  const share = place - left;
  const before = cell(bins, around(left, bins.length));
  return before + (cell(bins, around(left + 1, bins.length)) - before) * share;
}
