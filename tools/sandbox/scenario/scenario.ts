import type { EntryInput } from '../../cloud/weather/plan/schema.ts';

/** When the load begins and ends, milliseconds since the epoch. */
export interface Day {
  readonly start: number;
  readonly end: number;
}

export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** What goes wrong, and when: durations count from the load's begin. */
  readonly entries: (day: Day) => readonly EntryInput[];
}

/** Seconds from the load's begin until a share of its first day has passed. */
export function partOfDay(share: number, { start, end }: Day): number {
  return (share * Math.min(end - start, 24 * 3_600_000)) / 1000;
}
