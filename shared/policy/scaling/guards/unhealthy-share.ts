import { isServing } from '../../../domain/index.ts';
import type { Rule } from '../plan.ts';
import { aimAt, hold, reason } from '../plan.ts';
import type { World } from '../world.ts';

/** Cluster Autoscaler halts at the same share: https://github.com/kubernetes/autoscaler, `max-total-unready-percentage` */
const AT_MOST = 0.45;

/** How much capacity may still rise in one change while most of what it is inferred from is ill. */
const CAUTIOUS = 0.1;

/** When so many instances are unhealthy, something else is wrong than the load: what is left is needed. */
export const unhealthyIn: Rule = (plan, { world }) => {
  const breach = unhealthyBreach(world);
  return breach === undefined ? plan : hold(plan, reason('UNHEALTHY_SHARE', breach));
};

/**
 * What few healthy instances show says little of the load, and new instances may be as ill: capacity rises by little
 * at a time. It does rise, because an overload makes instances unhealthy too.
 */
export const unhealthyOut: Rule = (plan, { world }) => {
  const breach = unhealthyBreach(world);
  if (breach === undefined) return plan;
  const to = plan.from + Math.max(1, Math.floor(plan.from * CAUTIOUS));
  return to >= plan.to ? plan : aimAt(plan, to, reason('UNHEALTHY_SHARE', breach));
};

function unhealthyBreach({ group }: World) {
  const inService = group.instances.filter(({ lifecycle }) => lifecycle === 'InService');
  const unhealthy = inService.length - inService.filter(isServing).length;
  if (unhealthy === 0 || unhealthy <= inService.length * AT_MOST) return undefined;
  return { unhealthy, instances: inService.length };
}
