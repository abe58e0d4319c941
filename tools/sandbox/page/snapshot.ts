import type { NotificationReport } from '../observe/notifications.ts';
import type { InstanceView } from '../observe/fleet.ts';
import type { DecisionLine } from '../observe/last-decision.ts';
import type { ExpectedMinute } from '../observe/forecast.ts';
import type { TimelineLine } from '../observe/timeline.ts';

/** What a page is sent: the present, and what is new since it was last sent something. */
export interface Snapshot {
  /** Milliseconds since the epoch, in the cloud's time. */
  readonly now: number;
  readonly status: string;
  readonly fleet: { min: number; max: number; desired: number; instances: InstanceView[] };
  /** What was decided last; undefined before the first decision. */
  readonly decision: DecisionLine | undefined;
  readonly figures: readonly (readonly [name: string, value: string])[];
  /** What the load is made of, such as requests. */
  readonly counts: string;
  /** So many of these a second: the load, and what the serving instances can usefully take. */
  readonly newMinutes: readonly { at: number; load: number; useful: number }[];
  /** So many a second that were expected of minutes, by their begin. */
  readonly newExpected: readonly ExpectedMinute[];
  readonly newLines: readonly TimelineLine[];
  readonly newMessages: readonly NotificationReport[];
}

export interface SnapshotSource {
  /** Gives each caller its own reader, whose first snapshot holds all that has happened. */
  reader(): () => Snapshot;
}

/** What has been added to a growing list since the last call. */
export function newItems<Item>(list: readonly Item[]): () => readonly Item[] {
  let seen = 0;
  return () => {
    const items = list.slice(seen);
    seen = list.length;
    return items;
  };
}
