import { sentence } from '../causes.ts';
import type { Engine } from '../engine.ts';
import { runs } from '../engine.ts';
import { placesOf } from '../instances.ts';
import { launchInstance } from '../launching.ts';
import type { Group, GroupInstance } from '../model.ts';
import { choosePlace } from '../placement.ts';
import { terminateInstance } from '../terminating.ts';
import { pooledInstances, wantedPoolSize } from './model.ts';

/** Brings the warm pool to its size: it is filled after the group itself, and emptied of what is too much. */
export function keepPool(engine: Engine, group: Group): void {
  const pool = group.warmPool;
  if (pool === undefined) return;
  const missing = wantedPoolSize(group) - pooledInstances(group).length;
  if (missing > 0) fill(engine, group, missing);
  else if (missing < 0) empty(engine, group, -missing);
  if (pool.isBeingDeleted && group.warmed.size === 0) group.warmPool = undefined;
}

function fill(engine: Engine, group: Group, missing: number): void {
  const now = engine.kernel.clock.now();
  if (!runs(group, 'Launch')) return;
  if (now < group.launchFailures.retryAt) {
    engine.wake(group, group.launchFailures.retryAt);
    return;
  }
  for (let launched = 0; launched < missing; launched++) {
    const size = pooledInstances(group).length;
    const place = choosePlace(
      placesOf(engine, group),
      pooledInstances(group),
      group.launchFailures.zones,
      now,
    );
    const cause = sentence(
      now,
      `an instance was started in response to a difference between desired and actual capacity of the warm pool, increasing the warm pool capacity from ${size} to ${size + 1}`,
    );
    if (place === undefined || !launchInstance(engine, group, place, cause, 'WarmPool')) break;
  }
  if (now < group.launchFailures.retryAt) engine.wake(group, group.launchFailures.retryAt);
}

function empty(engine: Engine, group: Group, surplus: number): void {
  if (!runs(group, 'Terminate')) return;
  const now = engine.kernel.clock.now();
  let size = pooledInstances(group).length;
  for (const instance of pooledInstances(group).toSorted(mostDispensable).slice(0, surplus)) {
    const cause = sentence(
      now,
      `instance ${instance.id} was taken out of the warm pool in response to a difference between desired and actual capacity, shrinking the warm pool capacity from ${size} to ${size - 1}`,
    );
    terminateInstance(engine, group, instance, cause);
    size--;
  }
}

/** As the default termination policy has it: the oldest template version first, then the oldest instance. */
function mostDispensable(a: GroupInstance, b: GroupInstance): number {
  return (
    (a.template?.version ?? 0) - (b.template?.version ?? 0) ||
    a.launchedAt - b.launchedAt ||
    (a.id < b.id ? -1 : 1)
  );
}
