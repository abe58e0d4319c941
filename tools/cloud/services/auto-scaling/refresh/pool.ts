import { takenOutOfService } from '../causes.ts';
import type { Engine } from '../engine.ts';
import { matches, nextSource } from '../launch-source.ts';
import type { Group, GroupInstance } from '../model.ts';
import { terminateInstance } from '../terminating.ts';
import { pooledInstances, readyInPool, wantedPoolSize } from '../warm-pool/model.ts';
import type { Refresh } from './model.ts';

/**
 * "An instance refresh first replaces InService instances. Then it replaces instances in the warm pool."
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html#update-warm-pool
 *
 * @returns whether the pool holds nothing but replacements, all of them at rest
 */
export function refreshPool(engine: Engine, group: Group, refresh: Refresh): boolean {
  const outdated = outdatedInPool(engine, group, refresh);
  refresh.pool = { total: Math.max(refresh.pool.total, outdated.length), left: outdated.length };
  const cause = takenOutOfService(engine.kernel.clock.now(), 'an instance refresh');
  for (const instance of outdated) terminateInstance(engine, group, instance, cause);
  return readyInPool(group).length >= wantedPoolSize(group);
}

/** What a refresh still has to replace in the pool. @throws AwsError where the template is gone */
export function outdatedInPool(engine: Engine, group: Group, refresh: Refresh): GroupInstance[] {
  const pooled = pooledInstances(group);
  if (pooled.length === 0) return pooled;
  const source = nextSource(group);
  const comparesOnly = refresh.preferences.skipsMatching || refresh.rollback !== undefined;
  return pooled.filter((instance) =>
    comparesOnly ? !matches(engine.on.ec2, instance, source) : instance.launchedAt < refresh.startedAt,
  );
}
