import { around, cell } from './arrays.ts';

/** Minutes in a bin. */
const BIN = 5;
const DAY = 1440 / BIN;
const WEEK = 7 * DAY;

/** Bins on each side that a smooth profile takes in: single bins are made of few values. */
const BESIDE = 3;

/** What the newest day counts for in the profile of all days, and the newest hour in that of all hours. */
const NEWEST_DAY = 0.3;
const NEWEST_HOUR = 0.1;

/**
 * What comes again: the last week in bins of five minutes, the profile that days have in common, in such bins and to the
 * minute (jobs start on the minute, and five minutes later they are half over), and the profile of an hour. Values are
 * log-demand; what has not been seen is NaN, and in the hour 0.
 */
export class Season {
  readonly week = new Float32Array(WEEK).fill(NaN);
  readonly day = new Float32Array(DAY).fill(NaN);
  readonly dayToTheMinute = new Float32Array(1440).fill(NaN);
  readonly hour = new Float32Array(60);
  #bin = -1;
  #sum = 0;
  #count = 0;

  /** Minutes come in ascending order. */
  observe(minute: number, value: number): void {
    const bin = Math.floor(minute / BIN);
    if (bin !== this.#bin) this.#close(bin);
    this.#sum += value;
    this.#count += 1;
    follow(this.dayToTheMinute, around(minute, 1440), value, NEWEST_DAY);
  }

  /** @param apart how far log-demand is from its level of the last half hour */
  observeHour(minute: number, apart: number): void {
    follow(this.hour, around(minute, 60), apart, NEWEST_HOUR);
  }

  /** Log-demand at this minute a week before. */
  weekBefore(minute: number): number {
    return between(this.week, minute);
  }

  /** Log-demand that days have at this time. */
  ofDay(minute: number): number {
    return between(this.day, minute);
  }

  /** The same, smoothed: without jobs, and without the noise of single bins. */
  aboutDay(minute: number): number {
    return about(this.day, minute);
  }

  /** Log-demand about this time a week before, smoothed. */
  aboutWeekBefore(minute: number): number {
    return about(this.week, minute);
  }

  ofDayToTheMinute(minute: number): number {
    return cell(this.dayToTheMinute, around(minute, 1440));
  }

  /** How far log-demand is from its level at this minute of an hour. */
  ofHour(minute: number): number {
    return cell(this.hour, around(minute, 60));
  }

  /** Applies a change of unit to all that is remembered. */
  rebase(change: (value: number) => number): void {
    for (const values of [this.week, this.day, this.dayToTheMinute]) {
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
      follow(this.day, around(this.#bin, DAY), mean, NEWEST_DAY);
    }
    this.#bin = next;
    this.#sum = 0;
    this.#count = 0;
  }
}

/** Moves a value of a profile towards what is new, by a share; the first is taken as it is. */
function follow(profile: Float32Array, place: number, value: number, share: number): void {
  const before = cell(profile, place);
  profile[place] = Number.isNaN(before) ? value : before + share * (value - before);
}

/** The mean of the bins about a minute, the nearer the heavier, as far as they are known. */
function about(bins: Float32Array, minute: number): number {
  const place = (minute + 0.5) / BIN - 0.5;
  const left = Math.floor(place);
  const share = place - left;
  let [sum, weights] = [0, 0];
  let before = cell(bins, around(left - BESIDE, bins.length));
  for (let apart = -BESIDE; apart <= BESIDE; apart++) {
    const after = cell(bins, around(left + apart + 1, bins.length));
    const value = before + (after - before) * share;
    before = after;
    if (Number.isNaN(value)) continue;
    const weight = BESIDE + 1 - Math.abs(apart);
    sum += weight * value;
    weights += weight;
  }
  return weights === 0 ? NaN : sum / weights;
}

/** The value at the middle of a minute, between the middles of the two nearest bins. */
function between(bins: Float32Array, minute: number): number {
  const place = (minute + 0.5) / BIN - 0.5;
  const left = Math.floor(place);
  const share = place - left;
  const before = cell(bins, around(left, bins.length));
  return before + (cell(bins, around(left + 1, bins.length)) - before) * share;
}
