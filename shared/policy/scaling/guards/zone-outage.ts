import type { Activity, Instant } from '../../../domain/index.ts';
import { isServing, MINUTE } from '../../../domain/index.ts';
import type { Rule } from '../plan.ts';
import { hold, reason } from '../plan.ts';
import type { World } from '../world.ts';

/** For how long an instance that was taken out of service as unhealthy counts as lost. */
const RECENT = 30 * MINUTE;

/** One instance alone is no outage. */
const LEAST_LOST = 2;

/** While a zone has lost most of its instances, and others have not, those that are left have to carry its load. */
export const zoneOutage: Rule = (plan, { world, now }) => {
  const lost = zoneLost(world, now);
  return lost === undefined ? plan : hold(plan, reason('ZONE_OUTAGE', { ...lost }));
};

interface ZoneCount {
  readonly zone: string;
  readonly lost: number;
  readonly serving: number;
}

function zoneLost(world: World, now: Instant): ZoneCount | undefined {
  const counts = countsByZone(world, now);
  if (!counts.some(({ lost, serving }) => serving > 0 && lost <= serving)) return undefined;
  return counts.find(({ lost, serving }) => lost >= LEAST_LOST && lost > serving);
}

function countsByZone({ group, activities }: World, now: Instant): readonly ZoneCount[] {
  const counts = new Map<string, { zone: string; lost: number; serving: number }>();
  const of = (zone: string) => {
    const count = counts.get(zone) ?? { zone, lost: 0, serving: 0 };
    counts.set(zone, count);
    return count;
  };
  for (const member of group.instances) {
    if (isServing(member)) of(member.zone).serving++;
    else if (member.lifecycle === 'InService') of(member.zone).lost++;
  }
  for (const { zone } of activities.filter((activity) => isLoss(activity, now))) {
    if (zone !== undefined) of(zone).lost++;
  }
  return [...counts.values()];
}

/** Auto Scaling's own words for the end of an instance that failed: `… was taken out of service in response to …`. */
function isLoss({ description, cause = '', startedAt }: Activity, now: Instant): boolean {
  return (
    now - startedAt < RECENT &&
    description.startsWith('Terminating') &&
    /taken out of service in response to an? .*(?:health check|status check|unhealthy)/i.test(cause)
  );
}
