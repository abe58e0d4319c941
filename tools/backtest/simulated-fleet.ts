import type { Setting } from './setting.ts';
import { minutesOf } from './setting.ts';

/** The instances of a backtest, as counts: all are alike. */
export class SimulatedFleet {
  inService: number;
  booting = 0;
  draining = 0;
  desired: number;
  #minute = 0;
  readonly #boot: number;
  readonly #drain: number;
  /** Instances that come into service in a minute, and such as are gone from it on. */
  readonly #arriving: Int32Array;
  readonly #leaving: Int32Array;

  constructor(inService: number, minutes: number, { boot, drain, min, max }: Setting) {
    this.inService = Math.min(max, Math.max(min, inService));
    this.desired = this.inService;
    this.#boot = minutesOf(boot);
    this.#drain = minutesOf(drain);
    this.#arriving = new Int32Array(minutes + this.#boot + 1);
    this.#leaving = new Int32Array(minutes + this.#drain + 1);
  }

  /** What is paid for. */
  get running(): number {
    return this.inService + this.booting + this.draining;
  }

  beginMinute(minute: number): void {
    this.#minute = minute;
    const arriving = this.#arriving[minute] ?? 0;
    const leaving = this.#leaving[minute] ?? 0;
    this.booting -= arriving;
    this.inService += arriving;
    this.draining -= leaving;
  }

  setDesired(desired: number): void {
    if (desired > this.desired) this.#launch(desired - this.desired);
    else if (desired < this.desired) this.#terminate(this.desired - desired);
    this.desired = desired;
  }

  #launch(count: number): void {
    if (this.#boot === 0) {
      this.inService += count;
      return;
    }
    this.booting += count;
    this.#add(this.#arriving, this.#minute + this.#boot, count);
  }

  #terminate(count: number): void {
    const serving = count - this.#cancelBoots(count);
    this.inService -= serving;
    if (this.#drain === 0) return;
    this.draining += count;
    this.#add(this.#leaving, this.#minute + this.#drain, count);
  }

  /** @returns how many of `count` were still booting: the newest first */
  #cancelBoots(count: number): number {
    let left = Math.min(count, this.booting);
    const cancelled = left;
    for (let minute = this.#minute + this.#boot; left > 0; minute--) {
      const some = Math.min(left, this.#arriving[minute] ?? 0);
      this.#add(this.#arriving, minute, -some);
      left -= some;
    }
    this.booting -= cancelled;
    return cancelled;
  }

  #add(counts: Int32Array, minute: number, count: number): void {
    counts[minute] = (counts[minute] ?? 0) + count;
  }
}
