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
  /** Capacity of each trial, by the minute. */
  readonly desired = new Float32Array(COUNT * MEMORY);
  /** What each has cost, in instance-minutes, the newest counting most. */
  readonly costs = new Float64Array(COUNT);
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
    for (let trial = 0; trial < COUNT; trial++) {
      const before = this.#desiredAt(trial, this.#newest);
      for (let gone = this.#newest + 1; gone < minute; gone++) this.#set(trial, gone, before);
      this.#set(trial, minute, hold.answer(before, need, hold.highest(minute, HOLDS[trial] ?? 0)));
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
    for (let trial = 0; trial < COUNT; trial++) {
      const violated = needed > this.#serving(trial, minute, Math.min(boot, LONGEST)) ? price : 0;
      const cost = this.#paid(trial, minute, Math.min(drain, LONGEST)) + violated;
      this.costs[trial] = cell(this.costs, trial) * (1 - 1 / (1440 * DAYS)) + cost;
    }
    if (this.#watched >= WATCHED) this.#choose();
  }

  /** What was there for the whole of a boot: the rest still boots. */
  #serving(trial: number, minute: number, boot: number): number {
    let serving = Infinity;
    for (let ago = 0; ago <= boot; ago++) serving = Math.min(serving, this.#desiredAt(trial, minute - ago));
    return serving;
  }

  /** Capacity, what has been let go within a drain, and the change if there is one. */
  #paid(trial: number, minute: number, drain: number): number {
    const desired = this.#desiredAt(trial, minute);
    let paid = desired === this.#desiredAt(trial, minute - 1) ? desired : desired * (1 + ACTION);
    for (let ago = 0; ago < drain; ago++)
      paid += Math.max(0, this.#desiredAt(trial, minute - ago - 1) - this.#desiredAt(trial, minute - ago));
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

  #desiredAt(trial: number, minute: number): number {
    return cell(this.desired, trial * MEMORY + around(minute, MEMORY));
  }

  #set(trial: number, minute: number, desired: number): void {
    this.desired[trial * MEMORY + around(minute, MEMORY)] = desired;
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
