import type { AlarmState, Group, Instant, Seconds, Signal } from '../domain/index.ts';

/** One minute of a signal, or one period of it where that is not a minute. */
export interface Sample {
  /** When the minute begins. */
  readonly at: Instant;
  /** Per instance. */
  readonly value: number;
  /**
   * The whole fleet's, where the metric gives it: requests a minute, percent of one CPU. It is counted where the load
   * arrives, whoever was in service.
   */
  readonly total?: number;
  /** How many instances the value is the mean of, where each reports its own. */
  readonly reports?: number;
}

export interface Metrics {
  /**
   * The last minutes of each signal by its name, oldest first; periods of its own length where a signal has another. A
   * period without data is absent, and so is one that is not over.
   */
  read(
    group: Group,
    signals: readonly Signal[],
    last: Seconds,
    now: Instant,
  ): Promise<ReadonlyMap<string, readonly Sample[]>>;
  /**
   * What is kept of each signal, for a start with knowledge: as `read` gives it, but of periods of so many seconds,
   * rates being those of the signal's own period. CloudWatch keeps 60 s for 15 days, 300 s for 63, 3600 s for 455.
   */
  history(
    group: Group,
    signals: readonly Signal[],
    since: Instant,
    period: Seconds,
    now: Instant,
  ): Promise<ReadonlyMap<string, readonly Sample[]>>;
  /**
   * How busy instances have been lately: percent of their CPU in steps of five, within which they are as busy. Those of
   * which nothing is known are absent.
   */
  busyness(instances: readonly string[], now: Instant): Promise<ReadonlyMap<string, number>>;
  /**
   * Requests that a target group has had in its last complete minutes, in the mean of its targets.
   *
   * @returns undefined where no Application Load Balancer has reported on it within a day
   */
  requestsPerTarget(targetGroupArn: string, last: Seconds, now: Instant): Promise<number | undefined>;
}

export interface Alarms {
  /** State of every alarm whose name begins so. */
  withPrefix(
    prefix: string,
  ): Promise<readonly { readonly name: string; readonly state: AlarmState; readonly changedAt: Instant }[]>;
}
