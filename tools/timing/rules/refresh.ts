/** Replacing instances: how many are out of service at once, and how long it all takes. */
import type { Fleet, ImagePolicy } from '../../../shared/domain/index.ts';
import { refreshPreferences } from '../../../shared/policy/refresh/plan.ts';
import type { Finding } from '../finding.ts';
import { finding, span, spoken } from '../finding.ts';
import type { FleetClocks, GroupClocks, TimingModel } from '../model.ts';
import { windowOf } from '../model.ts';
import { PUBLICATION_LAG } from './metrics.ts';
import { deregistrationOf } from './termination.ts';

/** A larger group with half of it out of service is a choice; a smaller one is an accident. */
const SMALL_GROUP = 4;

export function refresh({ fleets, groups }: TimingModel): readonly Finding[] {
  return [
    ...fleets.flatMap((fleet) => {
      const { image } = fleet.fleet;
      if (image === undefined) return [];
      return [...outOfService(fleet, image), ...bake(fleet, image), ...duration(fleet, image)];
    }),
    ...groups.flatMap((group) => [...rollingUpdate(group), ...maintenance(group)]),
  ];
}

/**
 * How far a refresh departs from the desired capacity. AWS rounds the healthy share up to whole instances, and lets a
 * group that may not shrink grow by at least one when a maximum is given, which ours always does.
 */
export function leeway(
  desired: number,
  policy: ImagePolicy,
): { readonly above: number; readonly below: number } {
  const { minHealthyPercentage, maxHealthyPercentage } = refreshPreferences(policy, { desired });
  const below = desired - Math.ceil((desired * minHealthyPercentage) / 100);
  const above = Math.floor((desired * maxHealthyPercentage) / 100) - desired;
  return above === 0 && below === 0 ? { above: 1, below } : { above, below };
}

/** Our refreshes replace a group of one by launching first, whatever the policy says: from two on it counts. */
function outOfService({ fleet, group }: FleetClocks, image: ImagePolicy): Finding[] {
  if (group?.max !== undefined && group.max < 2) return [];
  const size = Math.max(2, group?.min ?? 2);
  const { below } = leeway(size, image);
  const key = `fleets.${fleet.name}.image.min-healthy`;
  const facts = { instances: size, outOfService: below, minHealthyPercentage: image.minHealthyPercentage };
  const message = `with ${image.minHealthyPercentage}% a refresh takes ${below} of ${size} instances out of service at once`;
  const mend = 'set min-healthy: 100% and max-healthy: 110%: new instances come before old ones go';
  if (below >= size) return [finding('REFRESH_DARKENS', key, message, mend, facts)];
  return size <= SMALL_GROUP && below * 2 >= size
    ? [finding('REFRESH_HALVES', key, message, mend, facts)]
    : [];
}

function bake({ fleet, group, alarms }: FleetClocks, image: ImagePolicy): Finding[] {
  const high = alarms.filter(({ signal }) => signal?.side === 'high').map(windowOf);
  const checks = (group?.targetGroups ?? []).map(({ interval, unhealthyThreshold }) =>
    interval === undefined || unhealthyThreshold === undefined ? undefined : interval * unhealthyThreshold,
  );
  const speakAfter = [...high.map((window) => window && window + PUBLICATION_LAG), ...checks];
  const need = Math.max(0, ...speakAfter.filter((seconds) => seconds !== undefined));
  if (image.bake >= need) return [];
  return [
    finding(
      'BAKE_SHORT',
      `fleets.${fleet.name}.image.bake`,
      `it bakes ${spoken(image.bake)}; the slowest alarm or health check speaks after ${spoken(need)}`,
      `set bake to ${span(need)} or more`,
      { bake: image.bake, need },
    ),
  ];
}

/** Every instance may take its whole time to be ready, to deregister and to drain. */
function duration({ fleet, group, refresh: by }: FleetClocks, image: ImagePolicy): Finding[] {
  const { max } = group ?? {};
  const limit = by?.executionTimeout;
  const each = group === undefined ? undefined : replacement(fleet, group);
  if (by === undefined || limit === undefined || max === undefined || max < 1 || each === undefined)
    return [];
  const { above, below } = leeway(max, image);
  const batches = Math.ceil(max / Math.max(1, above + below));
  const need = batches * each + image.bake;
  if (need <= limit) return [];
  return [
    finding(
      'REFRESH_OUTLASTS_EXECUTION',
      by.id,
      `${max} instances, ${Math.max(1, above + below)} at a time, each up to ${spoken(each)}, and a bake of ` +
        `${spoken(image.bake)} take up to ${spoken(need)}; an execution of ${by.id} ends after ${spoken(limit)}`,
      `set executionTimeout of ${by.id} to ${need} or more, or raise fleets.${fleet.name}.image.max-healthy`,
      { instances: max, batches, each, bake: image.bake, executionTimeout: limit },
    ),
  ];
}

function replacement({ admission, drain, scaling }: Fleet, group: GroupClocks): number | undefined {
  const delay = deregistrationOf(group);
  const warmUp = scaling.warmUp ?? group.warmUp;
  if (delay === undefined || typeof warmUp !== 'number') return undefined;
  return (admission.probe.kind === 'none' ? 0 : admission.within) + warmUp + delay + drain.within;
}

function rollingUpdate({ id, min, rollingUpdate: update }: GroupClocks): Finding[] {
  if (update?.keeps === undefined || update.batch === undefined || min === undefined) return [];
  const size = Math.max(1, min);
  if (Math.max(update.keeps, size - update.batch) >= 1) return [];
  const message = `a rolling update replaces ${Math.min(size, update.batch)} of ${size} instances at a time and keeps ${update.keeps}`;
  const mend = 'set MinInstancesInService to 1 or more, with MaxSize above it';
  return [finding('UPDATE_DARKENS', id, message, mend, { instances: size, keeps: update.keeps })];
}

function maintenance({ id, maintenance: policy }: GroupClocks): Finding[] {
  if (policy?.minHealthy !== 0) return [];
  const message = 'its maintenance policy keeps 0% in service';
  return [finding('MAINTENANCE_DARKENS', id, message, 'set MinHealthyPercentage to 90 or more')];
}
