import type { ScalingActivityStatusCode } from '@aws-sdk/client-auto-scaling';
import type { Clock, Ids, Instant } from '../../kernel/index.ts';
import type { Group } from './model.ts';

/** One launch or termination, or an attempt at it. */
export interface Activity {
  readonly id: string;
  readonly groupName: string;
  readonly groupArn: string;
  /** `move`: to and from standby, attached, detached. */
  readonly kind: 'launch' | 'terminate' | 'move';
  description: string;
  readonly cause: string;
  readonly startedAt: Instant;
  endedAt: Instant | undefined;
  status: ScalingActivityStatusCode;
  statusMessage: string | undefined;
  /** Percent. */
  progress: number;
  readonly details: Readonly<Record<string, string>>;
  /** The group's state, once it is deleted. */
  groupState: string | undefined;
}

export type NewActivity = Pick<Activity, 'kind' | 'description' | 'cause' | 'details'> &
  Partial<Pick<Activity, 'status' | 'progress'>>;

const DAY = 24 * 3_600_000;
/** "Describes the scaling activities … for the last six weeks." */
const KEPT = 42 * DAY;
/** A group that fails to launch for weeks must not fill the memory. */
const MOST_KEPT = 5_000;

/** The scaling activities of all groups, deleted ones included. */
export class Activities {
  readonly #clock: Clock;
  readonly #ids: Ids;
  /** By the group's ARN, oldest first. */
  readonly #ofGroup = new Map<string, Activity[]>();

  constructor(clock: Clock, ids: Ids) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /** The activities as they are now, which nothing changes any more; those that have ended are shared. */
  copy(): Activities {
    const copy = new Activities(this.#clock, this.#ids);
    for (const [arn, history] of this.#ofGroup)
      copy.#ofGroup.set(
        arn,
        history.map((activity) => (activity.endedAt === undefined ? { ...activity } : activity)),
      );
    return copy;
  }

  start(group: Group, activity: NewActivity): Activity {
    const started: Activity = {
      id: this.#ids.uuid(),
      groupName: group.name,
      groupArn: group.arn,
      startedAt: this.#clock.now(),
      endedAt: undefined,
      status: 'InProgress',
      statusMessage: undefined,
      progress: 0,
      groupState: undefined,
      ...activity,
    };
    const history = this.#ofGroup.get(group.arn) ?? [];
    history.push(started);
    this.#ofGroup.set(group.arn, history);
    this.#prune(history);
    return started;
  }

  finish(activity: Activity, status: 'Successful' | 'Failed' | 'Cancelled', statusMessage?: string): void {
    activity.status = status;
    activity.statusMessage = statusMessage;
    activity.progress = 100;
    activity.endedAt = this.#clock.now();
  }

  /** An activity of a deleted group is found only when asked for. */
  markDeleted(group: Group): void {
    for (const activity of this.#ofGroup.get(group.arn) ?? []) activity.groupState = 'Deleted';
  }

  /** Newest first. */
  *newestFirst(): Generator<Activity> {
    const all = [...this.#ofGroup.values()].flat();
    yield* all.sort((a, b) => b.startedAt - a.startedAt);
  }

  /** A group's own, newest first. */
  *ofGroup(arn: string): Generator<Activity> {
    const history = this.#ofGroup.get(arn) ?? [];
    for (let index = history.length - 1; index >= 0; index--) {
      const activity = history[index];
      if (activity !== undefined) yield activity;
    }
  }

  #prune(history: Activity[]): void {
    const tooOld = this.#clock.now() - KEPT;
    const isStale = (activity: Activity | undefined) =>
      activity?.endedAt !== undefined && (activity.endedAt < tooOld || history.length > MOST_KEPT);
    while (isStale(history[0])) history.shift();
  }
}

/** `2026-03-01T07:00:05Z`: how causes and notifications write an instant. */
export function isoSeconds(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
