import { toleranceOf } from '../../../domain/index.ts';
import type { Rule } from '../plan.ts';
import { hold, reason } from '../plan.ts';

/** A change of less than the tolerance's share of what stands is none. */
export const deadBand: Rule = (plan, { fleet }) => {
  const tolerance = toleranceOf(fleet.scaling, plan.to > plan.from ? 'out' : 'in');
  const wanted = Math.abs(plan.to - plan.from);
  if (wanted > plan.from * tolerance) return plan;
  return hold(plan, reason('SMALL_CHANGE', { wanted, tolerance }));
};
