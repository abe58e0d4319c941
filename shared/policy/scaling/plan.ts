import type { Reason, ReasonCode } from '../../domain/index.ts';
import type { View } from './world.ts';

/** A change of capacity on its way through the rules, with the reasons that shaped it. */
export interface Plan {
  readonly from: number;
  readonly to: number;
  readonly reasons: readonly Reason[];
}

/** A rule may bring a plan nearer to no change at all, never further from it. */
export type Rule = (plan: Plan, view: View) => Plan;

export function reason(code: ReasonCode, facts: Reason['facts'] = {}): Reason {
  return { code, facts };
}

/** The plan with its aim moved, and why. */
export function aimAt(plan: Plan, to: number, because: Reason): Plan {
  return { ...plan, to, reasons: [...plan.reasons, because] };
}

/** No change, and why. */
export function hold(plan: Plan, because: Reason): Plan {
  return aimAt(plan, plan.from, because);
}

/** Applies rules one after the other, until nothing is left to change. */
export function applyRules(rules: readonly Rule[], plan: Plan, view: View): Plan {
  return rules.reduce((shaped, rule) => (shaped.to === shaped.from ? shaped : rule(shaped, view)), plan);
}
