import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { capacityOf, countedInstances, isFull, isInService, wantedCapacity, zonesOf } from './instances.ts';
import type { Group } from './model.ts';
import { hasFailedLately, imbalance } from './placement.ts';
import { activeRefresh } from './refresh/model.ts';

/**
 * Starts to even out the zones of a group that has come to rest: one instance is launched in the sparsest zone
 * before one of the most crowded is terminated, for which the group may exceed its maximum.
 */
export function rebalance(engine: Engine, group: Group): void {
  if (!runs(group, 'AZRebalance') || !runs(group, 'Launch') || !runs(group, 'Terminate')) return;
  if (!isAtRest(group)) return;
  const now = engine.kernel.clock.now();
  const { zones } = group.launchFailures;
  const usable = zonesOf(engine, group).filter((zone) => !hasFailedLately(zone, zones, now));
  const counted = countedInstances(group);
  const between = imbalance(usable, counted);
  const canLeave = counted.some(({ zone, isProtected }) => zone === between?.crowded && !isProtected);
  if (between === undefined || !canLeave) return;
  group.isRebalancing = true;
  group.launchFailures.count = 0;
  engine.wake(group);
}

/** Ends the surge once the new instance is in service, or could not be launched. */
export function finishRebalancing(group: Group): void {
  if (!group.isRebalancing) return;
  const counted = countedInstances(group);
  const isDone = capacityOf(counted) >= wantedCapacity(group) && counted.every(isInService);
  const hasFailed = group.launchFailures.count > 0;
  if (!isDone && !hasFailed) return;
  group.isRebalancing = false;
  if (isDone) group.terminationCause = 'REBALANCE';
}

function isAtRest(group: Group): boolean {
  const instances = [...group.instances.values()];
  const isSettled = instances.every(({ state }) => state === 'InService' || state === 'Standby');
  const hasItsSize = isFull(group);
  const isBusy = activeRefresh(group) !== undefined || wantedCapacity(group) > group.desired;
  return isSettled && hasItsSize && !group.isBeingDeleted && !isBusy;
}
