import type { Instant } from '../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../shared/domain/index.ts';

export const HOUR = 60 * MINUTE;

/** How many hours predictive scaling looks back: "up to the past 14 days". */
export const HISTORY = 14 * 24;

/** The mean load of each of the last hours, as minutes come in. */
export class HourlyLoad {
  /** By the hour's number since the epoch, from `first` on; NaN for an hour without data. */
  readonly #means: number[] = [];
  #first = NaN;
  #hour = NaN;
  #sum = 0;
  #count = 0;

  /** @param at  when the minute begins @param load  NaN where there is none */
  add(at: Instant, load: number): void {
    const hour = Math.floor(at / HOUR);
    if (hour !== this.#hour) this.#begin(hour);
    if (Number.isNaN(load)) return;
    this.#sum += load;
    this.#count++;
  }

  /** Complete hours since the first, at most `HISTORY`. */
  get length(): number {
    return this.#means.length;
  }

  /** The mean load of a complete hour; NaN where it is not known. @param hour  since the epoch */
  of(hour: number): number {
    return this.#means[hour - this.#first] ?? NaN;
  }

  #begin(hour: number): void {
    if (Number.isNaN(this.#hour)) this.#first = hour;
    else this.#end(hour);
    this.#hour = hour;
    this.#sum = 0;
    this.#count = 0;
  }

  /** Keeps the hour that is over; hours that nothing was said about are empty. */
  #end(next: number): void {
    this.#means.push(this.#count === 0 ? NaN : this.#sum / this.#count);
    for (let hour = this.#hour + 1; hour < next; hour++) this.#means.push(NaN);
    const surplus = this.#means.length - HISTORY;
    if (surplus <= 0) return;
    this.#means.splice(0, surplus);
    this.#first += surplus;
  }
}
