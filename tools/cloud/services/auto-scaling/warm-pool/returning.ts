import type { Engine } from '../engine.ts';
import { moveTo } from '../instances.ts';
import type { Group, GroupInstance } from '../model.ts';
import { leaveTargetGroups, terminateInstance } from '../terminating.ts';
import { settleInPool } from './settling.ts';

/** Whether an instance that scaling in takes goes back to the pool instead of being terminated. */
export function reusesInstances({ warmPool }: Group): boolean {
  return warmPool?.reusesOnScaleIn === true && !warmPool.isBeingDeleted;
}

/**
 * Takes an instance out of service and back into the pool: out of its target groups, then the terminate hooks,
 * whose actions name the pool as their destination, then to rest. An abandoned hook terminates it after all.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pools-eventbridge-events.html#warm-pool-scale-in-events
 */
export function returnToPool(engine: Engine, group: Group, instance: GroupInstance, cause: string): void {
  const transition = 'autoscaling:EC2_INSTANCE_TERMINATING';
  const activity = engine.activities.start(group, {
    kind: 'terminate',
    description: `Returning EC2 instance to warm pool: ${instance.id}`,
    cause,
    details: { 'Subnet ID': instance.subnetId, 'Availability Zone': instance.zone },
  });
  if (instance.activity !== undefined) engine.activities.finish(instance.activity, 'Successful');
  instance.activity = activity;
  instance.route = { origin: 'AutoScalingGroup', destination: 'WarmPool' };
  engine.groups.addToPool(group, instance);
  moveTo(engine, group, instance, 'Warmed:Pending', cause);
  const rest = () => {
    moveTo(engine, group, instance, 'Warmed:Pending:Proceed');
    settleInPool(engine, group, instance, () => {
      engine.activities.finish(activity, 'Successful');
      instance.activity = undefined;
      instance.inServiceSince = undefined;
      engine.wake(group);
    });
  };
  leaveTargetGroups(engine, instance, () => {
    if (instance.state !== 'Warmed:Pending') return;
    const waits = [...group.hooks.values()].some((hook) => hook.LifecycleTransition === transition);
    if (!waits) {
      rest();
      return;
    }
    moveTo(engine, group, instance, 'Warmed:Pending:Wait');
    activity.status = 'MidLifecycleAction';
    engine.lifecycleActions.begin(group, instance, transition, ({ result }) => {
      if (result === 'CONTINUE') rest();
      else terminateInstance(engine, group, instance, cause);
    });
  });
  engine.wake(group);
}
