import type { ScalingPolicy } from '@aws-sdk/client-auto-scaling';
import type { Engine } from './engine.ts';
import {
  capacityOf,
  countedInstances,
  defaultWarmup,
  isFull,
  isPending,
  isTerminating,
  isWarming,
} from './instances.ts';
import type { Group } from './model.ts';

// What step scaling and target tracking reckon with.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-default-instance-warmup.html

export interface PolicyCapacity {
  /**
   * For scaling out: "we do not consider instances that are warming up as part of the current capacity", so that
   * the same breach adds nothing twice.
   */
  readonly ready: number;
  /** For scaling in: "we consider instances that are terminating as part of the current capacity". */
  readonly current: number;
  /** "A scale-in activity can't start while a scale-out activity is in progress." */
  readonly isScalingOut: boolean;
}

/** @param desired  what the group was to be before any policy of this instant */
export function policyCapacity(
  engine: Engine,
  group: Group,
  policy: ScalingPolicy,
  desired: number,
): PolicyCapacity {
  const now = engine.kernel.clock.now();
  const warmup = warmupSeconds(group, policy);
  const counted = countedInstances(group);
  const warming = capacityOf(counted.filter((each) => isPending(each) || isWarming(each, warmup, now)));
  const missing = Math.max(0, desired - capacityOf(counted));
  const leaving = [...group.instances.values()].filter(
    (each) => isTerminating(each) && each.state !== 'Terminating:Retained',
  );
  return {
    ready: desired - warming - missing,
    current: desired + (isFull(group) ? 0 : Math.max(0, capacityOf(counted) - desired)) + capacityOf(leaving),
    isScalingOut: warming > 0 || missing > 0,
  };
}

/** The policy's own, else the group's, else the default cooldown. */
function warmupSeconds(group: Group, policy: ScalingPolicy): number {
  return policy.EstimatedInstanceWarmup ?? defaultWarmup(group) ?? group.settings.DefaultCooldown;
}
