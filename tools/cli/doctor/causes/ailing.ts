import { ANYONE, letsOut } from '../network/security.ts';
import { deadEnd } from '../network/way-out.ts';
import type { Instance, Picture } from '../picture.ts';

/** Whether an instance does not do what it is there for: it refuses its checks, or hangs in its group's launch hook. */
export function isAiling(picture: Picture, { id, state }: Instance): boolean {
  if (state !== 'running') return false;
  const refuses = picture.targetGroups.some(({ targets }) =>
    targets.some((target) => target.id === id && target.reason === 'Target.FailedHealthChecks'),
  );
  const waits = picture.groups.some(({ members }) =>
    members.some((member) => member.id === id && member.lifecycle === 'Pending:Wait'),
  );
  return refuses || waits;
}

/** Whether nothing leads from an instance to the internet. */
export function isCutOff({ network }: Picture, instance: Instance): boolean {
  const { subnetId, hasPublicIp, securityGroupIds } = instance;
  return (
    deadEnd(network, subnetId, hasPublicIp) !== undefined || !letsOut(network, securityGroupIds, 443, ANYONE)
  );
}
