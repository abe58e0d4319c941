import { SECOND } from '../../domain/index.ts';
import { changesMade } from './history.ts';
import type { Rule } from './plan.ts';
import { hold, reason } from './plan.ts';

/**
 * Two changes in the same direction are at least a cooldown apart. The ledger's decisions are what counts, so that
 * a cold start forgets nothing.
 */
export const cooldown: Rule = (plan, { world, fleet, now }) => {
  const action = plan.to > plan.from ? 'scale-out' : 'scale-in';
  const seconds = plan.to > plan.from ? fleet.scaling.cooldown.out : fleet.scaling.cooldown.in;
  const last = changesMade(world).find((decision) => decision.action === action);
  if (last === undefined || now - last.at >= seconds * SECOND) return plan;
  return hold(plan, reason('COOLING_DOWN', { until: last.at + seconds * SECOND }));
};
