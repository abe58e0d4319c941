import type { Rule } from '../plan.ts';
import { aimAt, reason } from '../plan.ts';
import { unitsOfVictims } from '../victims.ts';
import { scaleInAllowance } from './scale-in-allowance.ts';

/** Scaling in shares one budget with refreshes, drains and interruptions: what is used up is used up. */
export const disruptionBudget: Rule = (plan, view) => {
  const allowance = scaleInAllowance(view);
  if (allowance === undefined) return plan;
  const wanted = plan.from - plan.to;
  const { left, limit, used, until } = allowance;
  if (left < wanted) {
    const facts = { wanted, left, limit, used, ...(until === undefined ? {} : { until }) };
    return zoneBudget(aimAt(plan, plan.from - left, reason('DISRUPTION_BUDGET', facts)), view);
  }
  return zoneBudget(plan, view);
};

const zoneBudget: Rule = (plan, view) => {
  if (view.fleet.disruption?.perZone === undefined) return plan;
  const wanted = plan.from - plan.to;
  const left = unitsOfVictims(view, wanted);
  return left >= wanted
    ? plan
    : aimAt(plan, plan.from - left, reason('DISRUPTION_BUDGET_OF_ZONE', { wanted, left }));
};
