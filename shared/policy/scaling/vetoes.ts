import { suspension } from './guards.ts';
import type { Rule } from './plan.ts';
import { hold, reason } from './plan.ts';

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

export const suspendedLaunch: Rule = (plan, { world }) => {
  const suspended = suspension(world.group, 'Launch');
  return suspended === undefined ? plan : hold(plan, suspended);
};

export const suspendedTerminate: Rule = (plan, { world }) => {
  const suspended = suspension(world.group, 'Terminate');
  return suspended === undefined ? plan : hold(plan, suspended);
};
