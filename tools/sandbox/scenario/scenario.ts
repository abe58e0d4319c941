import type { Cloud } from '../../cloud/cloud.ts';

/** What a scenario may use to make things happen. */
export interface Stage {
  readonly cloud: Cloud;
  /** When the load begins and ends, milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Ids of the instances that serve at the moment. */
  inService(): string[];
  /** Puts a line into the timeline. */
  say(text: string): void;
}

export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** Schedules what happens; called before the load begins. */
  arrange(stage: Stage): void;
}

/** The instant at which a share of the load's first day has passed. */
export function partOfDay(share: number, { start, end }: Pick<Stage, 'start' | 'end'>): number {
  return start + share * Math.min(end - start, 24 * 3_600_000);
}
