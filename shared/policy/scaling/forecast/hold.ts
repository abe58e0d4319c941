import { around, cell } from './arrays.ts';

/** Minutes for which a need is remembered. */
export const HOLD = 25;

/** Minutes for which it counts where forecasts do not miss: a drain and a boot. */
const SHORTEST = 8;

/** How many more where they miss by all of the load. */
const PER_MISS = 75;

/** Capacity falls only when it would by this share of what stands, and rises by no less than this share of it. */
const LEAST_FALL = 0.08;
const LEAST_RISE = 0.03;

/**
 * Capacity falls only to the highest need of the last minutes, and not for a trifle: a dip that is shorter than a drain
 * and a boot costs more than it saves, and a fleet that follows every ripple is busy with itself. Where forecasts are to be
 * relied upon, the last minutes are few; where they are not, what was needed lately is a forecast too.
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

  /**
   * The highest need that counts at a minute.
   *
   * @param miss by how much forecasts miss at this time, as a share
   */
  highest(minute: number, miss: number): number {
    const held = Math.min(HOLD, SHORTEST + PER_MISS * miss);
    let highest = 0;
    for (let place = 0; place < HOLD; place++) {
      const age = minute - cell(this.#minutes, place);
      if (age >= 0 && age < held) highest = Math.max(highest, cell(this.needs, place));
    }
    return highest;
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
