import type { Instant } from '../../domain/index.ts';
import { isTarget, SECOND } from '../../domain/index.ts';
import { demandOf, isMeasure } from './demand.ts';
import { steadySince } from './history.ts';
import type { Rule } from './plan.ts';
import { aimAt, reason } from './plan.ts';
import type { View } from './world.ts';

interface TimedNeed {
  readonly at: Instant;
  readonly instances: number;
}

/** Capacity rises only to the lowest need of the window, so that a spike shorter than it starts nothing. */
export const stabiliseOut: Rule = (plan, view) => {
  const lowest = needsSince(view, view.fleet.scaling.stabilisation.out).reduce<TimedNeed | undefined>(
    (low, need) => (low === undefined || need.instances < low.instances ? need : low),
    undefined,
  );
  if (lowest === undefined || lowest.instances >= plan.to) return plan;
  const to = Math.max(plan.from, lowest.instances);
  return aimAt(plan, to, reason('STABILISING', { need: lowest.instances, since: lowest.at }));
};

/** Capacity falls only to the highest need of the window, so that a dip shorter than it costs no boot. */
export const stabiliseIn: Rule = (plan, view) => {
  const highest = needsSince(view, view.fleet.scaling.stabilisation.in).reduce<TimedNeed | undefined>(
    (high, need) => (high === undefined || need.instances > high.instances ? need : high),
    undefined,
  );
  if (highest === undefined || highest.instances <= plan.to) return plan;
  const to = Math.min(plan.from, highest.instances);
  return aimAt(plan, to, reason('STABILISING', { need: highest.instances, since: highest.at }));
};

/** What was needed in the last seconds: as it was recorded, and as the samples since the last change say. */
function needsSince(view: View, seconds: number): readonly TimedNeed[] {
  const since = view.now - seconds * SECOND;
  return [...recordedNeeds(view), ...sampledNeeds(view)].filter(({ at }) => at > since);
}

function recordedNeeds({ world }: View): readonly TimedNeed[] {
  return world.history.flatMap(({ at, inputs, isShadow }) =>
    typeof inputs.need === 'number' && !isShadow ? [{ at, instances: inputs.need }] : [],
  );
}

function sampledNeeds(view: View): readonly TimedNeed[] {
  const { world, fleet, capacity } = view;
  const { serving } = capacity;
  const measured = { desired: world.group.desired, serving, settled: serving };
  const steady = steadySince(world);
  const byMinute = new Map<Instant, number>();
  for (const signal of fleet.scaling.signals.filter(isTarget)) {
    for (const { at, value } of world.samples.get(signal.name) ?? []) {
      if (at < steady || !isMeasure(value)) continue;
      const { need } = demandOf(signal, value, measured, fleet.scaling);
      byMinute.set(at, Math.max(need, byMinute.get(at) ?? 0));
    }
  }
  return [...byMinute].map(([at, instances]) => ({ at, instances }));
}
