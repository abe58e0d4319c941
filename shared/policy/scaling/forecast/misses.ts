import { cell } from './arrays.ts';

/** Misses are kept in bins of asinh(2·miss): even near 0, as logarithms far from it. */
const BINS = 96;
const LOWEST = -4;
const HIGHEST = 6;
const WIDTH = (HIGHEST - LOWEST) / BINS;

/** How many misses the shape that one begins with is worth. */
const PRIOR = 300;
const HALF_LIFE = 4 * 1440;
const KEEP = 0.5 ** (1 / HALF_LIFE);

/**
 * How forecasts miss, in units of how far they usually do: the shape of the distribution, learnt as a histogram that
 * forgets. It begins as Student's t with three degrees of freedom, because loads have heavy tails until they have shown
 * that theirs are not.
 */
export class Misses {
  readonly counts = new Float64Array(BINS);
  readonly #above = new Float64Array(BINS + 1);

  constructor() {
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const edge = LOWEST + (bin + 0.5) * WIDTH;
      const density = (1 + Math.sinh(edge) ** 2 / 12) ** -2 * Math.cosh(edge);
      this.counts[bin] = density;
      sum += density;
    }
    for (let bin = 0; bin < BINS; bin++) this.counts[bin] = (cell(this.counts, bin) * PRIOR) / sum;
    this.settle();
  }

  observe(miss: number): void {
    for (let bin = 0; bin < BINS; bin++) this.counts[bin] = cell(this.counts, bin) * KEEP;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(placeOf(miss))));
    this.counts[bin] = cell(this.counts, bin) + 1;
    this.settle();
  }

  /** Brings the answers up to the counts. */
  settle(): void {
    let sum = 0;
    for (let bin = BINS - 1; bin >= 0; bin--) {
      sum += cell(this.counts, bin);
      this.#above[bin] = sum;
    }
    for (let bin = 0; bin < BINS; bin++) this.#above[bin] = cell(this.#above, bin) / sum;
  }

  /** @returns the probability of a miss above this one */
  above(miss: number): number {
    const place = placeOf(miss);
    if (!(place > 0)) return 1;
    if (place >= BINS) return 0;
    const bin = Math.floor(place);
    const left = cell(this.#above, bin);
    return left + (place - bin) * (cell(this.#above, bin + 1) - left);
  }
}

function placeOf(miss: number): number {
  return (Math.asinh(2 * miss) - LOWEST) / WIDTH;
}
