import type { Balancer, Instance, Picture, Target, TargetGroup } from '../picture.ts';

/** A target that gets no requests because its health checks fail, with what it belongs to. */
export interface SickTarget {
  readonly target: Target;
  readonly targetGroup: TargetGroup;
  readonly instance: Instance | undefined;
  readonly balancers: readonly Balancer[];
}

/** Targets whose checks fail for a reason, or that are still at their first checks for it. */
export function sickTargets(picture: Picture, reason: string): SickTarget[] {
  return picture.targetGroups.flatMap((targetGroup) =>
    targetGroup.targets
      .filter((target) => target.state === 'unhealthy' && target.reason === reason)
      .map((target) => ({
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

/** `2 of 3 targets of web are unhealthy: Target.Timeout` */
export function countOf(targetGroup: TargetGroup, sick: readonly SickTarget[]): string {
  const reasons = [...new Set(sick.map(({ target }) => target.reason ?? ''))].join(', ');
  const verb = sick.length === 1 ? 'is' : 'are';
  return `${sick.length} of ${count(targetGroup.targets.length, 'target')} ${verb} unhealthy: ${reasons}`;
}

export function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

/** A few of many, so that a line stays a line. */
export function some(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more` : shown;
}
