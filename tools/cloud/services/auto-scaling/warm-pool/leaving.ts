import { AwsError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { countedInstances, moveTo } from '../instances.ts';
import { failLaunch, onRunning } from '../launching.ts';
import type { Group, GroupInstance } from '../model.ts';
import { tally } from '../placement.ts';
import { activeRefresh } from '../refresh/model.ts';
import { terminateInstance } from '../terminating.ts';
import { readyInPool } from './model.ts';

/**
 * Launches an instance from the warm pool, of the zone that has the fewest: a warm start.
 *
 * @returns false where the pool has none that is ready
 */
export function launchFromPool(engine: Engine, group: Group, cause: string): boolean {
  const inZone = tally(countedInstances(group), 'zone');
  const [instance] = usable(group).toSorted(
    (a, b) => (inZone.get(a.zone) ?? 0) - (inZone.get(b.zone) ?? 0) || a.launchedAt - b.launchedAt,
  );
  if (instance === undefined) return false;
  instance.activity = engine.activities.start(group, {
    kind: 'launch',
    description: `Launching a new EC2 instance from warm pool: ${instance.id}`,
    cause,
    details: { 'Subnet ID': instance.subnetId, 'Availability Zone': instance.zone },
    status: 'PreInService',
    progress: 30,
  });
  instance.route = { origin: 'WarmPool', destination: 'AutoScalingGroup' };
  const isRunning = instance.state === 'Warmed:Running';
  engine.groups.addInstance(group, instance);
  moveTo(engine, group, instance, 'Pending', cause);
  if (isRunning) onRunning(engine, group, instance);
  else start(engine, group, instance, cause);
  return true;
}

/** During a refresh, only what it has launched itself: others would have to be replaced again. */
function usable(group: Group): GroupInstance[] {
  const since = activeRefresh(group)?.startedAt ?? 0;
  return readyInPool(group).filter(({ launchedAt }) => launchedAt >= since);
}

/** "An instance that encounters an issue during the launch process will be considered a failed launch and terminated." */
function start(engine: Engine, group: Group, instance: GroupInstance, cause: string): void {
  try {
    engine.on.ec2.start(instance.id);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (instance.activity !== undefined)
      failLaunch(engine, group, instance.activity, error.message, instance);
    instance.activity = undefined;
    terminateInstance(engine, group, instance, cause);
  }
}
