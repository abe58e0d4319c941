import { SECOND } from '../../../domain/index.ts';
import { isMeasure } from '../demand.ts';
import type { Rule } from '../plan.ts';
import { aimAt, reason } from '../plan.ts';
import type { View } from '../world.ts';

/** Who knows nothing of the load keeps at least what its owner has said, and never less than there is. */
export const fallback: Rule = (plan, view) => {
  const policy = view.fleet.scaling.fallback;
  if (policy === undefined || policy.instances <= plan.to) return plan;
  if (!areSilent(view, policy.after * SECOND)) return plan;
  const { instances, after } = policy;
  return aimAt(plan, instances, reason('FALLBACK', { instances, after }));
};

/** Whether no signal has had a value for so long. */
function areSilent({ world, fleet, now }: View, after: number): boolean {
  return fleet.scaling.signals.every(({ name }) => {
    const newest = world.samples.get(name)?.findLast(({ value }) => isMeasure(value));
    return newest === undefined || now - newest.at > after;
  });
}
