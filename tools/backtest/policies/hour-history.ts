import type { Instant } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';

const HOUR = 60 * MINUTE;

/** What an hour of the past looked like. */
export interface PastHour {
  /** Hours since the epoch. */
  readonly hour: number;
  /** The load of each of its minutes, as far as it was measured. */
  readonly loads: Float64Array;
}

/** Loads by the hour that they were measured in, for policies that look at the hours of past days. */
export class HourHistory {
  readonly #kept: number;
  #hours: PastHour[] = [];
  #open: { hour: number; loads: number[] } | undefined;

  /** @param days how far back to remember */
  constructor(days: number) {
    this.#kept = 24 * days;
  }

  /**
   * @param at when the measured minute began
   * @returns the hour that has ended since the last call, if one has
   */
  add(at: Instant, load: number): PastHour | undefined {
    const hour = hourOf(at);
    const ended = this.#open?.hour === hour ? undefined : this.#close();
    this.#open ??= { hour, loads: [] };
    this.#open.loads.push(load);
    return ended;
  }

  /** The hours that are over, oldest first. */
  get hours(): readonly PastHour[] {
    return this.#hours;
  }

  /** The hours of past days at the same hour of the day, oldest first. */
  likeHour(hour: number): readonly PastHour[] {
    return this.#hours.filter((past) => past.hour < hour && (hour - past.hour) % 24 === 0);
  }

  #close(): PastHour | undefined {
    if (this.#open === undefined) return undefined;
    const ended = { hour: this.#open.hour, loads: Float64Array.from(this.#open.loads) };
    this.#hours.push(ended);
    this.#hours = this.#hours.filter(({ hour }) => hour > ended.hour - this.#kept);
    this.#open = undefined;
    return ended;
  }
}

/** Hours since the epoch. */
export function hourOf(at: Instant): number {
  return Math.floor(at / HOUR);
}

/** The value that a share of all loads of some hours does not exceed; NaN where there are none. */
export function quantileOf(hours: readonly PastHour[], share: number): number {
  const all = new Float64Array(hours.reduce((count, { loads }) => count + loads.length, 0));
  let at = 0;
  for (const { loads } of hours) {
    all.set(loads, at);
    at += loads.length;
  }
  return quantile(all, share);
}

/** The value that a share of the values does not exceed; NaN where there are none. Changes their order. */
export function quantile(values: Float64Array, share: number): number {
  return selected(values, Math.min(values.length - 1, Math.max(0, Math.ceil(share * values.length) - 1)));
}

/** Hoare's selection: what would stand at an index if the values were sorted, at the cost of looking at a few times all. */
function selected(values: Float64Array, index: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? NaN;
    let [left, right] = [low, high];
    while (left <= right) {
      while ((values[left] ?? pivot) < pivot) left++;
      while ((values[right] ?? pivot) > pivot) right--;
      if (left > right) break;
      const moved = values[left] ?? NaN;
      values[left++] = values[right] ?? NaN;
      values[right--] = moved;
    }
    if (index <= right) high = right;
    else if (index >= left) low = left;
    else break;
  }
  return values[index] ?? NaN;
}
