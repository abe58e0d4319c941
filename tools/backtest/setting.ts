import type { Seconds } from '../../shared/domain/index.ts';

/** The fleet and the world that a policy is tried in. */
export interface Setting {
  /** From a launch until the instance takes load. It is paid for meanwhile. Whole minutes count, rounded up. */
  readonly boot: Seconds;
  /** From a termination, at which the instance stops taking load, until it is not paid for any more. Rounded up. */
  readonly drain: Seconds;
  /** From the end of a minute until its metric can be read. Rounded up to minutes. */
  readonly lag: Seconds;
  /** Between two decisions: a whole number of minutes. */
  readonly period: Seconds;
  /** C: the load of a minute that uses an instance up, in the trace's own unit. */
  readonly capacity: number;
  /** u: the share of that which is useful; beyond it a minute is a violation. */
  readonly usefulShare: number;
  /** Dollars for an instance-hour. */
  readonly price: number;
  readonly min: number;
  readonly max: number;
  /** The share of minutes that may be violations: 0.01 is 1 %. */
  readonly budget: number;
  /** What the policy may keep above what is needed, as a share of it: 0.5 is 50 %. */
  readonly headroomAtMost: number;
  /** Of whatever chance a policy takes. */
  readonly seed: number;
}

/** The load of a minute that one instance carries without a violation: C·u. */
export function usefulLoad({ capacity, usefulShare }: Pick<Setting, 'capacity' | 'usefulShare'>): number {
  return capacity * usefulShare;
}

/** A span in whole minutes, rounded up: the clock of a backtest has no finer hand. */
export function minutesOf(seconds: Seconds): number {
  return Math.ceil(seconds / 60);
}
