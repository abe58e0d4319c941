import type { Activity, Instant } from '../../domain/index.ts';
import { isGoing, MINUTE } from '../../domain/index.ts';
import { isLaunch } from './capacity.ts';
import { suspension } from './guards.ts';
import type { Rule } from './plan.ts';
import { hold, reason } from './plan.ts';

/** For how long the failure of the newest launch says that launches fail. */
const LAUNCH_FAILURE = 15 * MINUTE;

/** A high alarm that stands says that load is not understood well enough to take capacity away. */
export const standingAlarm: Rule = (plan, { world }) => {
  const [alarm] = world.highAlarms;
  return alarm === undefined ? plan : hold(plan, reason('ALARM_STANDS', { alarm }));
};

/** While instances are replaced, there are fewer to spare than it seems. */
export const instanceRefresh: Rule = (plan, { world }) =>
  world.isRefreshing ? hold(plan, reason('REFRESH_IN_PROGRESS')) : plan;

/** New instances have not shown yet how much load they take. */
export const warmUp: Rule = (plan, { capacity: { warming, coming } }) =>
  warming + coming > 0 ? hold(plan, reason('WARMING_UP', { warming, coming })) : plan;

/** What cannot be launched again must not be given away. */
export const failingLaunches: Rule = (plan, { world, now }) => {
  const failure = launchFailure(world.activities, now);
  return failure === undefined ? plan : hold(plan, reason('LAUNCHES_FAIL', factsOf(failure)));
};

/** Asking for still more instances does not help a group that does not get those it has asked for. */
export const failingLaunchesOut: Rule = (plan, view) => {
  const { group } = view.world;
  const isShort = group.instances.filter((instance) => !isGoing(instance)).length < group.desired;
  return isShort ? failingLaunches(plan, view) : plan;
};

export const suspendedLaunch: Rule = (plan, { world }) => {
  const suspended = suspension(world.group, 'Launch');
  return suspended === undefined ? plan : hold(plan, suspended);
};

export const suspendedTerminate: Rule = (plan, { world }) => {
  const suspended = suspension(world.group, 'Terminate');
  return suspended === undefined ? plan : hold(plan, suspended);
};

function launchFailure(activities: readonly Activity[], now: Instant): Activity | undefined {
  const newest = activities.find((activity) => isLaunch(activity) && activity.endedAt !== undefined);
  if (newest?.endedAt === undefined || !hasFailed(newest)) return undefined;
  return now - newest.endedAt < LAUNCH_FAILURE ? newest : undefined;
}

/** An instance that is abandoned in its hook was launched in vain; one whose capacity is not wanted any more was not. */
function hasFailed({ status, statusMessage = '' }: Activity): boolean {
  return status === 'Failed' || (status === 'Cancelled' && /abandon/i.test(statusMessage));
}

function factsOf({ statusMessage, endedAt }: Activity) {
  return {
    message: statusMessage ?? 'no message',
    ...(endedAt === undefined ? {} : { at: endedAt }),
  };
}
