import type { Instant, Reason, Seconds } from '../../../domain/index.ts';

/** What one minute showed. */
export interface ObservedMinute {
  /** Any instant in the minute. */
  readonly at: Instant;
  /** The whole fleet's load in that minute, in the signal's unit; undefined, NaN or below 0 where there is none. */
  readonly demand: number | undefined;
  /** Instances that could carry it; fractional where they are weighted. */
  readonly inService?: number;
  /** What one instance could usefully carry then, in the signal's unit. */
  readonly useful?: number;
}

/** How long a change of capacity takes to matter. */
export interface Timings {
  /** From a launch until the instance takes load. */
  readonly boot: Seconds;
  /** From a termination until the instance is not paid for any more. */
  readonly drain: Seconds;
  /** From the end of a minute until its metric can be read. */
  readonly lag: Seconds;
  /** Between two decisions. */
  readonly period: Seconds;
}

export interface ForecastAsk {
  readonly now: Instant;
  /** What one instance can usefully carry, in the signal's unit; above 0. */
  readonly useful: number;
  readonly timings: Timings;
  /** The share of minutes that may exceed what is in service: 0.01 is 1 %. */
  readonly budget: number;
  /** The most that caution may add to what is expected to be needed, as a share of it: 0.5 is 50 %. */
  readonly headroomAtMost: number;
  /** Desired capacity as it stands. */
  readonly desired: number;
  readonly min: number;
  readonly max: number;
}

/** How many instances there should be, and why. */
export interface ForecastPlan {
  /** Instances, within min and max. */
  readonly need: number;
  /** The demand that is expected when what is launched now serves, in the signal's unit. */
  readonly expected: number;
  /** The demand that `need` can carry. */
  readonly upper: number;
  /** How likely the demand then stays within `upper`, as far as past misses tell: 0 to 1. */
  readonly quantile: number;
  /** `upper` over `expected`, less one. */
  readonly headroom: number;
  readonly reasons: readonly Reason[];
}

/** What a forecaster remembers, as plain JSON of less than 100 KB however long it has watched. */
export interface ForecastSnapshot {
  readonly version: number;
  readonly memory: Readonly<Record<string, string | number>>;
}

/**
 * Watches one signal's demand and plans capacity for it. Deterministic: the same minutes and asks give the same plans,
 * also when a snapshot has been between them. An ask changes nothing but what the scale-in hold remembers of the minute
 * and the horizon that is learnt for, so that asking twice is asking once.
 */
export interface Forecaster {
  /** The newest minute with a demand that it has seen; undefined before there is one. */
  readonly newest: Instant | undefined;
  /** Takes in one minute. Repeats and late minutes are ignored, gaps and jumps of the clock survived. */
  observe(minute: ObservedMinute): void;
  plan(ask: ForecastAsk): ForecastPlan;
  snapshot(): ForecastSnapshot;
}
