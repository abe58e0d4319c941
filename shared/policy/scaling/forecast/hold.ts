import { around, cell } from './arrays.ts';

/** Minutes for which a need is remembered. */
export const HOLD = 40;

/** Capacity falls only when it would by this share of what stands, and rises by no less than this share of it. */
const LEAST_FALL = 0.08;
const LEAST_RISE = 0.03;

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

  /** The highest need of so many minutes, the last of which is `minute`. */
  highest(minute: number, minutes: number): number {
    let highest = 0;
    for (let place = 0; place < HOLD; place++) {
      const age = minute - cell(this.#minutes, place);
      if (age >= 0 && age < minutes) highest = Math.max(highest, cell(this.needs, place));
    }
    return highest;
  }

  /** What a need makes of capacity. @param held the highest need that still counts */
  answer(standing: number, need: number, held: number): number {
    if (need > standing) return this.rise(standing, need);
    return held < standing && !this.isTrifle(standing, held) ? held : standing;
  }

  /** @returns whether a fall is too small to be made */
  isTrifle(from: number, to: number): boolean {
    return from - to < LEAST_FALL * from;
  }

  /** A rise that lasts a while: what grows goes on growing, and one launch of two is less trouble than two of one. */
  rise(from: number, to: number): number {
    return Math.max(to, Math.ceil(from * (1 + LEAST_RISE)));
  }

  get minutes(): Float64Array {
    return this.#minutes;
  }
}
