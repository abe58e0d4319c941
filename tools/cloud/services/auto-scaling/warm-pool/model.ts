import type { WarmPoolConfiguration, WarmPoolState } from '@aws-sdk/client-auto-scaling';
import { isTerminating } from '../instances.ts';
import type { Group, GroupInstance } from '../model.ts';

/** Pre-initialised instances beside a group, which it launches from first. */
export interface WarmPool {
  /** Of the group and the pool together; undefined: the group's maximum. */
  readonly maxPrepared: number | undefined;
  readonly min: number;
  readonly state: WarmPoolState;
  readonly reusesOnScaleIn: boolean;
  readonly isBeingDeleted: boolean;
}

/**
 * "The difference between the group's maximum capacity and its desired capacity", or between the maximum prepared
 * capacity and the desired one; the minimum is kept whatever the rest says.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
 */
export function wantedPoolSize({
  warmPool,
  max,
  desired,
}: Pick<Group, 'warmPool' | 'max' | 'desired'>): number {
  if (warmPool === undefined || warmPool.isBeingDeleted) return 0;
  return Math.max(warmPool.min, (warmPool.maxPrepared ?? max) - desired, 0);
}

/** Instances of the pool and those on their way into it. */
export function pooledInstances(group: Group): GroupInstance[] {
  return [...group.warmed.values()].filter((instance) => !isTerminating(instance));
}

/** Warm, and at rest: what a group launches from. */
export function readyInPool(group: Group): GroupInstance[] {
  return [...group.warmed.values()].filter(({ state }) =>
    /^Warmed:(Stopped|Running|Hibernated)$/.test(state),
  );
}

export function describePool(pool: WarmPool): WarmPoolConfiguration {
  return {
    ...(pool.maxPrepared === undefined ? {} : { MaxGroupPreparedCapacity: pool.maxPrepared }),
    MinSize: pool.min,
    PoolState: pool.state,
    ...(pool.isBeingDeleted ? { Status: 'PendingDelete' as const } : {}),
    ...(pool.reusesOnScaleIn ? { InstanceReusePolicy: { ReuseOnScaleIn: true } } : {}),
  };
}
