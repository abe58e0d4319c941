import { unitsOf } from '../../domain/index.ts';
import { suspension } from './guards.ts';
import type { Rule } from './plan.ts';
import { aimAt, hold, reason } from './plan.ts';

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

/**
 * Desired capacity that is not there cannot be taken in: whoever lowers it takes an instance that serves. Of what is in
 * service as much stays as the plan asks for, whether what is missing comes or not.
 */
export const missingCapacity: Rule = (plan, { world }) => {
  const inService = unitsOf(world.group.instances.filter(({ lifecycle }) => lifecycle === 'InService'));
  const missing = plan.from - inService;
  if (missing <= 0) return plan;
  const to = Math.min(plan.from, plan.to + missing);
  return aimAt(plan, to, reason('CAPACITY_MISSING', { missing, inService, wanted: plan.to }));
};

export const suspendedLaunch: Rule = (plan, { world }) => {
  const suspended = suspension(world.group, 'Launch');
  return suspended === undefined ? plan : hold(plan, suspended);
};

export const suspendedTerminate: Rule = (plan, { world }) => {
  const suspended = suspension(world.group, 'Terminate');
  return suspended === undefined ? plan : hold(plan, suspended);
};
