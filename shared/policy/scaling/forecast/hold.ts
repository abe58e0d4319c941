import { around, cell } from './arrays.ts';

/** Minutes for which a need is remembered. */
export const HOLD = 15;

/** Capacity falls only when it would by this share of what stands. */
const BAND = 0.05;

/**
 * Capacity falls only to the highest need of the last minutes, and not for a trifle: a dip that is shorter than a drain
 * and a boot costs more than it saves, and a fleet that follows every ripple is busy with itself.
 */
export class Hold {
  readonly needs = new Float64Array(HOLD);
  readonly #minutes = new Float64Array(HOLD).fill(-1);

  /** Remembers the highest need of a minute. */
  remember(minute: number, need: number): void {
    const place = around(minute, HOLD);
    if (cell(this.#minutes, place) === minute) {
      this.needs[place] = Math.max(need, cell(this.needs, place));
      return;
    }
    this.#minutes[place] = minute;
    this.needs[place] = need;
  }

  /** The highest need that counts at a minute. */
  highest(minute: number): number {
    let highest = 0;
    for (let place = 0; place < HOLD; place++) {
      const age = minute - cell(this.#minutes, place);
      if (age >= 0 && age < HOLD) highest = Math.max(highest, cell(this.needs, place));
    }
    return highest;
  }

  /** @returns whether a fall is too small to be made */
  isTrifle(from: number, to: number): boolean {
    return from - to < BAND * from;
  }

  get minutes(): Float64Array {
    return this.#minutes;
  }
}
