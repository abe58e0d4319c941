import type { MetricSource } from './signal.ts';

/** What stands behind a fleet, and takes only so many connections: a database. */
export interface Brake {
  /** Its connections in use. */
  readonly metric: MetricSource;
  /** How many it takes. */
  readonly connections: number;
  /** How many each instance opens. */
  readonly perInstance: number;
  /** The share of them that may be in use: 0.8 is 80 %. */
  readonly atMost: number;
}

/** What a fleet's instances may cost in a calendar month, in UTC; both in the owner's own currency. */
export interface MoneyGuard {
  readonly perMonth: number;
  /** Of an instance, an hour. */
  readonly price: number;
}
