import type { Rule } from './plan.ts';
import { aimAt, reason } from './plan.ts';

/**
 * One change moves capacity by no more than its share of what stands, and always may by one instance. Of nothing there is
 * no share: a fleet comes back from zero at once.
 */
export const step: Rule = (plan, { fleet }) => {
  if (plan.from === 0) return plan;
  const { out, in: into } = fleet.scaling.step;
  const share = plan.to > plan.from ? out : into;
  const most = Math.max(1, Math.floor(plan.from * share));
  const wanted = Math.abs(plan.to - plan.from);
  if (wanted <= most) return plan;
  const to = plan.from + Math.sign(plan.to - plan.from) * most;
  return aimAt(plan, to, reason('STEP_LIMITED', { wanted, most }));
};

/** The group's own bounds, which AWS would enforce by an error, and within them those of the owner. */
export const bounds: Rule = (plan, { world, fleet }) => {
  const { min } = world.group;
  const max = Math.max(min, Math.min(world.group.max, fleet.scaling.max ?? Infinity));
  if (plan.to > max) return aimAt(plan, Math.max(plan.from, max), reason('AT_MAX', { max, wanted: plan.to }));
  if (plan.to < min) return aimAt(plan, Math.min(plan.from, min), reason('AT_MIN', { min, wanted: plan.to }));
  return plan;
};
