/** Of a value that stands still no more than so many are averaged. */
const LONGEST = 120;
/** Over how many values the usual distance from the mean is known, and the least that it can be. */
const USUAL = 240;
const LEAST = 0.005;
/** One value may be anything: it counts only so many usual distances. */
const MOST = 4;
/** Distances up to the usual say nothing; so many beyond it, together, are sure. */
const SLACK = 1;
const SURE = 8;

/**
 * The mean of values since they last changed for good: long where they stand still, and nothing of what was where they
 * do not. A change is noticed by Page's test, on both sides, in units of the usual distance from the mean.
 */
export class Plateau {
  value = NaN;
  #count = 0;
  #above = 0;
  #below = 0;
  #usual = 0.03;

  observe(value: number): void {
    if (Number.isNaN(this.value)) {
      this.#begin(value);
      return;
    }
    const apart = value - this.value;
    const distance = Math.max(-MOST, Math.min(MOST, apart / this.#usual));
    this.#above = Math.max(0, this.#above + distance - SLACK);
    this.#below = Math.max(0, this.#below - distance - SLACK);
    if (Math.max(this.#above, this.#below) > SURE) {
      this.#begin(value);
      return;
    }
    this.#count = Math.min(this.#count + 1, LONGEST);
    this.value += apart / this.#count;
    this.#usual = Math.max(LEAST, this.#usual + (Math.abs(apart) - this.#usual) / USUAL);
  }

  #begin(value: number): void {
    this.value = value;
    this.#count = 1;
    this.#above = 0;
    this.#below = 0;
  }

  get state(): number[] {
    return [this.value, this.#count, this.#above, this.#below, this.#usual];
  }

  set state([value = NaN, count = 0, above = 0, below = 0, usual = 0.03]: readonly number[]) {
    this.value = value;
    this.#count = count;
    this.#above = above;
    this.#below = below;
    this.#usual = usual;
  }
}
