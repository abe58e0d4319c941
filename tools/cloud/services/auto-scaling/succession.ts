import { takenOutOfService } from './causes.ts';
import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { capacityOf, countedInstances, isInService } from './instances.ts';
import type { Group, GroupInstance } from './model.ts';
import { terminateInstance } from './terminating.ts';

// Instances that stay until another is in service for them: for which the group may exceed its maximum.

const SECOND = 1000;

/** Has a successor launched before the instance is terminated. */
export function letLeave(engine: Engine, group: Group, instance: GroupInstance, cause: string): void {
  if (!isInService(instance)) return;
  group.leaving.set(instance.id, cause);
  engine.wake(group);
}

/** Terminates those who leave, as far as others are in service for them. */
export function retireLeaving(engine: Engine, group: Group): void {
  for (const id of group.leaving.keys()) {
    const instance = group.instances.get(id);
    if (instance === undefined || !isInService(instance)) group.leaving.delete(id);
  }
  if (group.leaving.size === 0 || !runs(group, 'Terminate')) return;
  const staying = countedInstances(group).filter(({ id }) => !group.leaving.has(id));
  let spare = capacityOf(staying.filter(isInService)) + leavingCapacity(group) - group.desired;
  for (const [id, cause] of [...group.leaving]) {
    const instance = group.instances.get(id);
    if (instance === undefined || spare < (instance.weight ?? 1)) continue;
    spare -= instance.weight ?? 1;
    group.leaving.delete(id);
    terminateInstance(engine, group, instance, cause);
  }
}

function leavingCapacity(group: Group): number {
  return capacityOf([...group.leaving.keys()].flatMap((id) => group.instances.get(id) ?? []));
}

/** Replaces the oldest instance that has outlived the group's maximum lifetime, one at a time. */
export function retireAged(engine: Engine, group: Group): void {
  const lifetime = (group.settings.MaxInstanceLifetime ?? 0) * SECOND;
  if (lifetime === 0 || group.leaving.size > 0) return;
  const now = engine.kernel.clock.now();
  const aged = countedInstances(group)
    .filter((instance) => isInService(instance) && now - instance.launchedAt > lifetime)
    .toSorted((a, b) => a.launchedAt - b.launchedAt)[0];
  if (aged === undefined) return;
  letLeave(engine, group, aged, takenOutOfService(now, 'the maximum instance lifetime'));
}

/** Capacity rebalancing: a Spot instance that EC2 expects to reclaim gets its successor beforehand. */
export function followRecommendations(engine: Engine): void {
  engine.kernel.events.onEvent(({ source, detailType, detail }) => {
    if (source !== 'aws.ec2' || detailType !== 'EC2 Instance Rebalance Recommendation') return;
    const found = engine.groups.findInstance(String(detail['instance-id']));
    if (found?.group.settings.CapacityRebalance !== true) return;
    const cause = takenOutOfService(engine.kernel.clock.now(), 'an EC2 instance rebalance recommendation');
    letLeave(engine, found.group, found.instance, cause);
  });
}
