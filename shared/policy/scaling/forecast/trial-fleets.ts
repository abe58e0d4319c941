import { around, cell } from './arrays.ts';
import type { Hold } from './hold.ts';

/** For how many minutes a need may count: what is tried. The last is the longest. */
export const HOLDS = [4, 6, 8, 12, 18, 25, 40] as const;
const COUNT = HOLDS.length;
/** What is held for until trials have told. */
const FIRST = 3;

/** Minutes for which the trial fleets' capacity is remembered: more than any boot or drain that is looked back at. */
const MEMORY = 128;
const LONGEST = 60;
/** Days after which a minute counts for a 2.7th. */
const DAYS = 2;
/** So many minutes are watched before anything is concluded. */
const WATCHED = 360;
/** Less is no reason to change: as a share. */
const NO_MATTER = 0.002;
/** What a change of capacity costs beside its boots and drains, in minutes of the whole fleet: no action is for nothing. */
const ACTION = 1.3;

/** What trials are judged by. Times in minutes. */
export interface Terms {
  readonly boot: number;
  readonly drain: number;
  /** Of a violation minute, in instance-minutes. */
  readonly price: number;
}

/**
 * How long to hold before scaling in is not the same for all loads: where jobs end for an hour each minute of holding is
 * wasted, where bursts come in swarms letting go means to boot again. So it is tried: beside the fleet go fleets that exist
 * in numbers alone, follow the same needs, and differ in how long they hold. Each is charged for its instances, booting and
 * draining included, for its changes and its violations. The cheapest lately is whose way is gone.
 */
export class TrialFleets {
  /** Capacity by the minute, of all trials side by side. */
  readonly desired = new Float32Array(COUNT * MEMORY);
  /** What each has cost, in instance-minutes, the newest counting most. */
  readonly costs = new Float64Array(COUNT);
  readonly #serves = new Float64Array(COUNT);
  readonly #pays = new Float64Array(COUNT);
  #newest = NaN;
  #judged = NaN;
  #watched = 0;
  #best = FIRST;

  /** Minutes for which a need counts in the cheapest trial. */
  get hold(): number {
    return HOLDS[this.#best] ?? HOLDS[FIRST];
  }

  /** Lets each trial answer the need of a minute, once. A minute that nobody asked about changed nothing. */
  follow(minute: number, need: number, hold: Hold): void {
    if (Number.isNaN(this.#newest) || minute < this.#newest || minute - this.#newest > LONGEST) {
      this.desired.fill(need);
      this.#judged = minute;
    } else if (minute === this.#newest) return;
    else this.#answer(minute, need, hold);
    this.#newest = minute;
  }

  #answer(minute: number, need: number, hold: Hold): void {
    const before = placeOf(this.#newest);
    for (let gone = this.#newest + 1; gone <= minute; gone++)
      this.desired.copyWithin(placeOf(gone), before, before + COUNT);
    const now = placeOf(minute);
    for (let trial = 0; trial < COUNT; trial++) {
      const standing = cell(this.desired, now + trial);
      // Most minutes ask for what stands, and nothing is to be looked up for them.
      if (need === standing) continue;
      const held = need > standing ? need : hold.highest(minute, HOLDS[trial] ?? 0);
      this.desired[now + trial] = hold.answer(standing, need, held);
    }
  }

  /**
   * Charges each trial for a minute whose demand has become known.
   *
   * @param needed instances that could have carried it, fractional
   */
  judge(minute: number, needed: number, { boot, drain, price }: Terms): void {
    if (!(minute > this.#judged) || minute > this.#newest || this.#newest - minute > LONGEST) return;
    this.#judged = minute;
    this.#watched += 1;
    const keep = 1 - 1 / (1440 * DAYS);
    const serving = this.#serving(minute, Math.min(boot, LONGEST));
    const paid = this.#paid(minute, Math.min(drain, LONGEST));
    for (let trial = 0; trial < COUNT; trial++) {
      const violated = needed > cell(serving, trial) ? price : 0;
      this.costs[trial] = cell(this.costs, trial) * keep + cell(paid, trial) + violated;
    }
    if (this.#watched >= WATCHED) this.#choose();
  }

  /** What was there for the whole of a boot: the rest still boots. */
  #serving(minute: number, boot: number): Float64Array {
    const serving = this.#serves.fill(Infinity);
    for (let ago = 0; ago <= boot; ago++) {
      const then = placeOf(minute - ago);
      for (let trial = 0; trial < COUNT; trial++)
        serving[trial] = Math.min(cell(serving, trial), cell(this.desired, then + trial));
    }
    return serving;
  }

  /** Capacity, what has been let go within a drain, and the change if there is one. */
  #paid(minute: number, drain: number): Float64Array {
    const paid = this.#pays;
    const [now, before] = [placeOf(minute), placeOf(minute - 1)];
    for (let trial = 0; trial < COUNT; trial++) {
      const desired = cell(this.desired, now + trial);
      paid[trial] = desired === cell(this.desired, before + trial) ? desired : desired * (1 + ACTION);
    }
    for (let ago = 0; ago < drain; ago++) {
      const [after, then] = [placeOf(minute - ago), placeOf(minute - ago - 1)];
      for (let trial = 0; trial < COUNT; trial++) {
        const gone = cell(this.desired, then + trial) - cell(this.desired, after + trial);
        if (gone > 0) paid[trial] = cell(paid, trial) + gone;
      }
    }
    return paid;
  }

  #choose(): void {
    let least = cell(this.costs, this.#best) * (1 - NO_MATTER);
    for (let trial = 0; trial < COUNT; trial++) {
      if (cell(this.costs, trial) >= least) continue;
      least = cell(this.costs, trial);
      this.#best = trial;
    }
  }

  get state(): number[] {
    return [this.#newest, this.#judged, this.#watched, this.#best];
  }

  set state([newest = NaN, judged = NaN, watched = 0, best = FIRST]: readonly number[]) {
    this.#newest = newest;
    this.#judged = judged;
    this.#watched = watched;
    this.#best = best;
  }
}

/** Where the trials of a minute begin. */
function placeOf(minute: number): number {
  return COUNT * around(minute, MEMORY);
}
