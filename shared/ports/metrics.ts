import type { AlarmState, Group, Instant, Seconds, Signal } from '../domain/index.ts';

/** One minute of a signal: the value per instance. */
export interface Sample {
  readonly at: Instant;
  readonly value: number;
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
