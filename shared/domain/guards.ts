import type { MetricSource } from './signal.ts';

/** What stands behind a fleet, and takes only so many connections: a database. */
export interface Brake {
  /** Its connections in use. */
  readonly metric: MetricSource;
  /** Its DB instance; without it all of the region. */
  readonly database?: string;
  /** How many it takes; without it as many as its class and engine usually do. */
  readonly connections?: number;
  /** How many each instance opens; without it as many as they have opened, in the mean. */
  readonly perInstance?: number;
  /** The share of them that may be in use: 0.8 is 80 %. */
  readonly atMost: number;
}

/** A DB instance: its engine, `postgres`, and its class, `db.t4g.micro`. */
export interface Database {
  readonly engine: string;
  readonly type: string;
}

/** What a fleet's instances may cost in a calendar month, in UTC; both in the owner's own currency. */
export interface MoneyGuard {
  readonly perMonth: number;
  /** Of an instance, an hour. */
  readonly price: number;
}
