import type { Seconds } from './time.ts';

/** A span of time that comes again by the clock of a place. */
export interface Recurring {
  /** When it begins: a cron expression of AWS's six fields, or of Unix's five. */
  readonly from: string;
  readonly for: Seconds;
  /** IANA zone of `from`, and of the holidays that concern it. */
  readonly zone: string;
}

/** A least capacity for a span of time: under whatever else is decided, and within the group's own bounds. */
export interface Floor extends Recurring {
  readonly min: number;
}

/** Load that is known before it comes. `from` may be a date and time, `2026-11-27T08:00`, too. */
export interface KnownEvent extends Recurring {
  /** How many times the usual demand is expected. */
  readonly expect: number;
}

/** A day of one year, `2026-12-25`, or of every year, `12-25`. */
export type Holiday = string;
