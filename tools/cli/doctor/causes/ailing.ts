import { ANYONE, letsOut } from '../network/security.ts';
import { deadEnd } from '../network/way-out.ts';
import type { Instance, Picture } from '../picture.ts';
import { instancesShutAway } from './security-group.ts';

/**
 * The instances that do not do what they are there for: they refuse their checks, or cannot be asked, or hang in their
 * group's launch hook.
 */
export function ailingInstances(picture: Picture): Instance[] {
  const refusing = picture.targetGroups
    .flatMap(({ targets }) => targets)
    .filter(({ reason }) => reason === 'Target.FailedHealthChecks')
    .map(({ id }) => id);
  const waiting = picture.groups
    .flatMap(({ members }) => members)
    .filter(({ lifecycle }) => lifecycle === 'Pending:Wait')
    .map(({ id }) => id);
  const ailing = new Set([...refusing, ...waiting, ...instancesShutAway(picture)]);
  return [...picture.instances.values()].filter(({ id, state }) => state === 'running' && ailing.has(id));
}

/** Whether nothing leads from an instance to the internet. */
export function isCutOff({ network }: Picture, instance: Instance): boolean {
  const { subnetId, hasPublicIp, securityGroupIds } = instance;
  return (
    deadEnd(network, subnetId, hasPublicIp) !== undefined || !letsOut(network, securityGroupIds, 443, ANYONE)
  );
}
