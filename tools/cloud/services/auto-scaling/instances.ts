import type { LifecycleState } from '@aws-sdk/client-auto-scaling';
import type { Instant } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Engine } from './engine.ts';
import type { Group, GroupInstance, Place } from './model.ts';

/** Moves an instance to a lifecycle state, for everyone to see. */
export function moveTo(
  engine: Engine,
  group: Group,
  instance: GroupInstance,
  state: LifecycleState,
  cause?: string,
): void {
  instance.state = state;
  engine.kernel.journal.record({
    kind: 'instance',
    id: instance.id,
    group: group.name,
    zone: instance.zone,
    image: instance.imageId,
    state: engine.on.ec2.instance(instance.id)?.state ?? 'terminated',
    lifecycle: state,
    isProtected: instance.isProtected,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function isPending(instance: GroupInstance): boolean {
  return instance.state.startsWith('Pending');
}

export function isInService(instance: GroupInstance): boolean {
  return instance.state === 'InService';
}

export function isTerminating(instance: GroupInstance): boolean {
  return instance.state.includes('Terminat');
}

/** In the warm pool, on its way there, or being terminated from there. */
export function isWarmed(instance: GroupInstance): boolean {
  return instance.state.startsWith('Warmed:');
}

/** What the names of an instance's states begin with. */
export function statePrefix(instance: GroupInstance): 'Warmed:' | '' {
  return isWarmed(instance) ? 'Warmed:' : '';
}

/** Counts towards the desired capacity: on its way into service or in it. Standby and terminating ones do not. */
export function isCounted(instance: GroupInstance): boolean {
  return isInService(instance) || isPending(instance);
}

export function countedInstances(group: Group): GroupInstance[] {
  return [...group.instances.values()].filter(isCounted);
}

/** Units of capacity: instances, or their weights. */
export function capacityOf(instances: readonly Pick<GroupInstance, 'weight'>[]): number {
  return instances.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

export function countedCapacity(group: Group): number {
  return capacityOf(countedInstances(group));
}

/** The capacity that should be there now: the desired one, and what comes before others go. */
export function wantedCapacity(group: Group): number {
  const leaving = capacityOf([...group.leaving.keys()].flatMap((id) => group.instances.get(id) ?? []));
  return (
    group.desired + group.refreshSurge + Number(group.isRebalancing) + Math.min(leaving, mostAhead(group))
  );
}

/**
 * How much may be launched ahead of what goes: up to the maintenance policy's maximum of the desired capacity, else
 * 10 percent of it, and one instance in any case.
 */
function mostAhead({ desired, settings, instances }: Group): number {
  const named = settings.InstanceMaintenancePolicy?.MaxHealthyPercentage ?? -1;
  const percentage = named < 0 ? 110 : named;
  const heaviest = Math.max(1, ...[...instances.values()].map(({ weight }) => weight ?? 1));
  return Math.max(heaviest, Math.floor((desired * percentage) / 100) - desired);
}

/** Neither too small nor so large that an instance could go: weights may not add up to the desired capacity. */
export function isFull(group: Group): boolean {
  const surplus = countedCapacity(group) - group.desired;
  return surplus >= 0 && countedInstances(group).every(({ weight = 1 }) => weight > surplus);
}

/** In service for less than the warm-up: not yet part of what alarms and refreshes reckon with. */
export function isWarming(instance: GroupInstance, warmupSeconds: number, now: Instant): boolean {
  return now < (instance.inServiceSince ?? now) + warmupSeconds * 1000;
}

/** `-1` stands for a warm-up that was set and taken away again. */
export function defaultWarmup(group: Group): number | undefined {
  const warmup = group.settings.DefaultInstanceWarmup;
  return warmup === undefined || warmup < 0 ? undefined : warmup;
}

/** Where the group may launch: its subnets that still exist. */
export function placesOf(engine: Engine, group: Group): Place[] {
  return group.settings.subnets.flatMap((subnetId) => {
    try {
      return [{ subnetId, zone: engine.on.ec2.zoneOfSubnet(subnetId) }];
    } catch (error) {
      if (error instanceof AwsError) return [];
      throw error;
    }
  });
}

export function zonesOf(engine: Engine, group: Group): string[] {
  return [...new Set(placesOf(engine, group).map(({ zone }) => zone))];
}
