import type { Balancer, Instance, Picture, Target, TargetGroup } from '../picture.ts';

/** A target that gets no requests because its health checks fail, with what it belongs to. */
export interface SickTarget {
  readonly target: Target;
  readonly targetGroup: TargetGroup;
  readonly instance: Instance | undefined;
  readonly balancers: readonly Balancer[];
}

/** Targets whose checks fail for a reason. */
export function sickTargets(picture: Picture, reason: string): SickTarget[] {
  return targetsWhere(picture, ({ state, reason: why }) => state === 'unhealthy' && why === reason);
}

/** Targets that their checks do not reach: they time out, or have not had the time to say so. */
export function unreachedTargets(picture: Picture): SickTarget[] {
  return targetsWhere(
    picture,
    ({ state, reason }) => state === 'initial' || (state === 'unhealthy' && reason === 'Target.Timeout'),
  );
}

function targetsWhere(picture: Picture, isMeant: (target: Target) => boolean): SickTarget[] {
  return picture.targetGroups.flatMap((targetGroup) =>
    targetGroup.targets.filter(isMeant).map((target) => ({
      target,
      targetGroup,
      instance: picture.instances.get(target.id),
      balancers: picture.balancers.filter(({ arn }) => targetGroup.balancerArns.includes(arn)),
    })),
  );
}

/** The sick by their target group: one finding speaks of all that ail alike. */
export function byTargetGroup(
  sick: readonly SickTarget[],
): (readonly [TargetGroup, readonly SickTarget[]])[] {
  return [...Map.groupBy(sick, ({ targetGroup }) => targetGroup)];
}

/** `2 of 3 targets are not healthy: Target.Timeout` */
export function countOf(targetGroup: TargetGroup, sick: readonly SickTarget[]): string {
  const reasons = [...new Set(sick.map(({ target }) => target.reason ?? ''))].join(', ');
  const verb = sick.length === 1 ? 'is' : 'are';
  return `${sick.length} of ${count(targetGroup.targets.length, 'target')} ${verb} not healthy: ${reasons}`;
}

export function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

/** A few of many, so that a line stays a line. */
export function some(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more` : shown;
}
