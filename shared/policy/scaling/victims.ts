import type { Group, GroupInstance } from '../../domain/index.ts';
import type { Rule } from './plan.ts';
import { aimAt, reason } from './plan.ts';

/**
 * Which instances to take in, as many as asked for or as there are to spare: the unhealthy first, then from the
 * zone with the most instances, and there those of the oldest template version. Zones come before versions, as
 * in AWS's own default termination policy: a group out of balance launches again what was just taken.
 *
 * Protected instances, and those not plainly in service (standby, detaching, held by a hook), are never taken.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
export function victimsOf({ instances }: Group, count: number): readonly string[] {
  const left = instances.filter(isSpare);
  const victims: string[] = [];
  while (victims.length < count) {
    const perZone = Map.groupBy(left, ({ zone }) => zone);
    const crowd = ({ zone }: GroupInstance) => perZone.get(zone)?.length ?? 0;
    const [next] = [...left].sort(
      (one, other) =>
        Number(one.isHealthy) - Number(other.isHealthy) ||
        crowd(other) - crowd(one) ||
        versionOf(one) - versionOf(other) ||
        (one.id < other.id ? -1 : 1),
    );
    if (next === undefined) break;
    left.splice(left.indexOf(next), 1);
    victims.push(next.id);
  }
  return victims;
}

/** No more is taken in than may be touched. */
export const spareInstances: Rule = (plan, { world }) => {
  const spare = world.group.instances.filter(isSpare).length;
  const wanted = plan.from - plan.to;
  if (wanted <= spare) return plan;
  return aimAt(plan, plan.from - spare, reason('ALL_PROTECTED', { spare, wanted }));
};

function isSpare({ lifecycle, isProtected }: GroupInstance): boolean {
  return lifecycle === 'InService' && !isProtected;
}

/** Instances of no template, or of one without a number, count as the oldest. */
function versionOf({ launchTemplateVersion }: GroupInstance): number {
  const version = Number(launchTemplateVersion ?? 0);
  return Number.isFinite(version) ? version : 0;
}
