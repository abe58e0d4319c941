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
  /** The last minutes of each signal, oldest first; a minute without data is absent. */
  read(
    group: Group,
    signals: readonly Signal[],
    last: Seconds,
    now: Instant,
  ): Promise<ReadonlyMap<string, readonly Sample[]>>;
  /** Requests that a target group served in the last complete minutes for one target zone set; undefined if unknown. */
  requestsPerTarget(targetGroupArn: string, last: Seconds, now: Instant): Promise<number | undefined>;
}

export interface Alarms {
  /** State of every alarm whose name begins so. */
  withPrefix(
    prefix: string,
  ): Promise<readonly { readonly name: string; readonly state: AlarmState; readonly changedAt: Instant }[]>;
}
