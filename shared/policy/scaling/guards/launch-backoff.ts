import type { Activity, Instant } from '../../../domain/index.ts';
import { isGoing, MINUTE, SECOND, unitsOf } from '../../../domain/index.ts';
import type { LaunchFailureCause } from '../../interruption/launch-failure.ts';
import { causeOfLaunchFailure } from '../../interruption/launch-failure.ts';
import { isLaunch } from '../capacity.ts';
import type { Rule } from '../plan.ts';
import { hold, reason } from '../plan.ts';

/** For how long the failure of the newest launch, at least, says that what is given away may not come back. */
const GIVE_NOTHING_AWAY = 15 * MINUTE;

/**
 * How long to wait after the first failure, and at most. What waiting mends is tried again soon; what a person has to
 * mend is not.
 */
const BACKOFF: Readonly<Record<LaunchFailureCause, { readonly first: number; readonly most: number }>> = {
  throttled: { first: MINUTE, most: 10 * MINUTE },
  capacity: { first: 2 * MINUTE, most: 30 * MINUTE },
  admission: { first: 5 * MINUTE, most: 60 * MINUTE },
  quota: { first: 10 * MINUTE, most: 60 * MINUTE },
  addresses: { first: 10 * MINUTE, most: 60 * MINUTE },
  image: { first: 10 * MINUTE, most: 60 * MINUTE },
  other: { first: 5 * MINUTE, most: 60 * MINUTE },
};

/** What cannot be launched again must not be given away. */
export const failingLaunchesIn: Rule = (plan, { world, now }) => {
  const failing = launchFailures(world.activities);
  if (failing === undefined || now >= Math.max(failing.until, failing.at + GIVE_NOTHING_AWAY)) return plan;
  return hold(plan, reason('LAUNCHES_FAIL', { ...failing }));
};

/**
 * Asking for still more instances does not help a group that does not get those it has asked for: each failure in a
 * row doubles the wait, by its cause.
 */
export const failingLaunchesOut: Rule = (plan, { world, now }) => {
  const { instances, desired } = world.group;
  const isShort = unitsOf(instances.filter((instance) => !isGoing(instance))) < desired;
  const failing = isShort ? launchFailures(world.activities) : undefined;
  if (failing === undefined || now >= failing.until) return plan;
  return hold(plan, reason('LAUNCHES_FAIL', { ...failing }));
};

/** Failures that began so near to each other are of one try. */
const ONE_TRY = 30 * SECOND;

interface FailingLaunches {
  readonly cause: LaunchFailureCause;
  readonly message: string;
  /** How many in a row. */
  readonly failures: number;
  readonly at: Instant;
  /** Until when no more are asked for. */
  readonly until: Instant;
}

/** @param activities newest first */
function launchFailures(activities: readonly Activity[]): FailingLaunches | undefined {
  const ended = activities.filter((activity) => isLaunch(activity) && activity.endedAt !== undefined);
  const [newest] = ended;
  if (newest?.endedAt === undefined || !hasFailed(newest)) return undefined;
  const success = ended.findIndex((activity) => !hasFailed(activity));
  const failures = triesIn(ended.slice(0, success === -1 ? ended.length : success));
  const { statusMessage: message = 'no message', endedAt: at } = newest;
  const cause = causeOfLaunchFailure(message);
  const { first, most } = BACKOFF[cause];
  return { cause, message, failures, at, until: at + Math.min(most, first * 2 ** (failures - 1)) };
}

/** Instances that are asked for at once fail at once: that is one try, however many they are. */
function triesIn(failed: readonly Activity[]): number {
  const begins = failed.map(({ startedAt }) => startedAt).toSorted((one, other) => one - other);
  let last = -Infinity;
  return begins.filter((begin) => {
    const isNext = begin - last >= ONE_TRY;
    if (isNext) last = begin;
    return isNext;
  }).length;
}

/** An instance that is abandoned in its hook was launched in vain; one whose capacity is not wanted any more was not. */
function hasFailed({ status, statusMessage = '' }: Activity): boolean {
  return status === 'Failed' || (status === 'Cancelled' && /abandon/i.test(statusMessage));
}
