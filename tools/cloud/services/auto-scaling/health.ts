import { health, takenOutOfService } from './causes.ts';
import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { isInService } from './instances.ts';
import type { Group, GroupInstance } from './model.ts';
import { activeRefresh } from './refresh/model.ts';
import { letLeave } from './succession.ts';
import { terminateInstance } from './terminating.ts';

/**
 * Marks the instances in service that EC2 or a load balancer reports as unhealthy. An instance that does not run
 * gets no grace period.
 *
 * @returns whether any was marked
 */
export function checkHealth(engine: Engine, group: Group): boolean {
  if (!runs(group, 'HealthCheck')) return false;
  let found = false;
  for (const instance of group.instances.values()) {
    if (!isInService(instance) || instance.health === 'Unhealthy') continue;
    const complaint = complaintOf(engine, group, instance);
    if (complaint === undefined) continue;
    markUnhealthy(instance, complaint);
    found = true;
  }
  return found;
}

export function markUnhealthy(instance: GroupInstance, because: string): void {
  instance.health = 'Unhealthy';
  instance.unhealthyBecause = because;
}

function complaintOf(engine: Engine, group: Group, instance: GroupInstance): string | undefined {
  const { ec2 } = engine.on;
  if (ec2.instance(instance.id)?.state !== 'running') return health.terminated;
  return isInGracePeriod(engine, group, instance) ? undefined : failedCheck(engine, group, instance);
}

/** The check of the group's kinds that an instance fails now, in its grace period or not. */
export function failedCheck(engine: Engine, group: Group, instance: GroupInstance): string | undefined {
  const { ec2, elb } = engine.on;
  if (ec2.isImpaired(instance.id)) return health.impaired;
  if (group.settings.HealthCheckType !== 'ELB') return undefined;
  const isFailing = [...instance.targetGroups].some(
    (targetGroup) =>
      elb.hasTargetGroup(targetGroup) && elb.targetState(targetGroup, instance.id) === 'unhealthy',
  );
  return isFailing ? health.elb : undefined;
}

export function isInGracePeriod(engine: Engine, group: Group, instance: GroupInstance): boolean {
  const grace = (group.settings.HealthCheckGracePeriod ?? 0) * 1000;
  return engine.kernel.clock.now() < (instance.inServiceSince ?? Infinity) + grace;
}

/**
 * "Launch before terminating": an instance maintenance policy that keeps all of the capacity has a successor launched
 * first, for an instance that still runs. Any other terminates first.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-maintenance-policy-overview-and-considerations.html
 */
function mayStay(engine: Engine, group: Group, instance: GroupInstance): boolean {
  const keepsAll = group.settings.InstanceMaintenancePolicy?.MinHealthyPercentage === 100;
  return keepsAll && engine.on.ec2.instance(instance.id)?.state === 'running';
}

/** Terminates what is marked; scale-in protection does not keep an unhealthy instance. */
export function replaceUnhealthy(engine: Engine, group: Group): void {
  if (!runs(group, 'ReplaceUnhealthy') || !runs(group, 'Terminate')) return;
  const now = engine.kernel.clock.now();
  for (const instance of group.instances.values()) {
    if (!isInService(instance) || instance.health === 'Healthy') continue;
    const cause = takenOutOfService(now, instance.unhealthyBecause ?? health.user);
    if (mayStay(engine, group, instance)) {
      letLeave(engine, group, instance, cause);
      continue;
    }
    const refresh = activeRefresh(group);
    if (refresh !== undefined && !refresh.toReplace.has(instance.id)) refresh.failures++;
    terminateInstance(engine, group, instance, cause);
  }
}
