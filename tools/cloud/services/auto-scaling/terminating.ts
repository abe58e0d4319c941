import type { Activity } from './activities.ts';
import type { Engine } from './engine.ts';
import { isInService, isTerminating, isWarmed, moveTo, statePrefix } from './instances.ts';
import type { HooksOutcome } from './lifecycle-actions.ts';
import type { Group, GroupInstance } from './model.ts';
import { tellOutcome } from './notices.ts';

/**
 * Takes an instance out of the group and ends it: out of its target groups first, with their whole deregistration
 * delay, then the terminate hooks, then EC2.
 *
 * @param cause  the activity's Cause
 * @returns the activity, or undefined where the instance is already on its way out
 */
export function terminateInstance(
  engine: Engine,
  group: Group,
  instance: GroupInstance,
  cause: string,
): Activity | undefined {
  if (isTerminating(instance)) return undefined;
  const activity = beginTermination(engine, group, instance, cause);
  drain(engine, instance, activity, () => runTerminateHooks(engine, group, instance));
  engine.wake(group);
  return activity;
}

/** Ends an instance at once, as deleting the group by force does: without draining and without hooks. */
export function terminateAtOnce(engine: Engine, group: Group, instance: GroupInstance, cause: string): void {
  engine.lifecycleActions.dropAll(instance);
  if (instance.isEnding) return;
  if (!isTerminating(instance)) beginTermination(engine, group, instance, cause);
  instance.isEnding = true;
  for (const targetGroup of instance.targetGroups) deregister(engine, targetGroup, instance, () => undefined);
  endInstance(engine, group, instance);
}

function beginTermination(engine: Engine, group: Group, instance: GroupInstance, cause: string): Activity {
  engine.lifecycleActions.dropAll(instance);
  endLaunch(engine, instance);
  const activity = engine.activities.start(group, {
    kind: 'terminate',
    description: `Terminating EC2 instance${isWarmed(instance) ? ' from warm pool' : ''}: ${instance.id}`,
    cause,
    details: { 'Subnet ID': instance.subnetId, 'Availability Zone': instance.zone },
  });
  instance.activity = activity;
  instance.route = { origin: isWarmed(instance) ? 'WarmPool' : 'AutoScalingGroup', destination: 'EC2' };
  moveTo(engine, group, instance, `${statePrefix(instance)}Terminating`, cause);
  return activity;
}

/** The launch activity of an instance that goes again: cancelled, unless it only waited for the warm-up. */
function endLaunch(engine: Engine, instance: GroupInstance): void {
  if (instance.activity === undefined) return;
  engine.activities.finish(instance.activity, isInService(instance) ? 'Successful' : 'Cancelled');
}

/** Waits until no target group sends the instance requests any more. */
function drain(engine: Engine, instance: GroupInstance, activity: Activity, drained: () => void): void {
  let open = instance.targetGroups.size;
  if (open === 0) {
    drained();
    return;
  }
  activity.status = 'WaitingForELBConnectionDraining';
  activity.statusMessage = 'Waiting For ELB connection draining.';
  activity.progress = 10;
  for (const targetGroup of [...instance.targetGroups]) {
    deregister(engine, targetGroup, instance, () => {
      open--;
      if (open === 0 && !instance.isEnding) drained();
    });
  }
}

function deregister(engine: Engine, targetGroup: string, instance: GroupInstance, done: () => void): void {
  const gone = () => {
    instance.targetGroups.delete(targetGroup);
    done();
  };
  // A target group that was deleted meanwhile has nothing left to drain.
  if (engine.on.elb.hasTargetGroup(targetGroup))
    engine.on.elb.deregisterTarget(targetGroup, instance.id, gone);
  else gone();
}

/** Takes an instance that stays out of its target groups: for standby, and when it leaves the group alive. */
export function leaveTargetGroups(engine: Engine, instance: GroupInstance, left: () => void): void {
  let open = instance.targetGroups.size;
  if (open === 0) {
    left();
    return;
  }
  for (const targetGroup of [...instance.targetGroups]) {
    deregister(engine, targetGroup, instance, () => {
      open--;
      if (open === 0) left();
    });
  }
}

function runTerminateHooks(engine: Engine, group: Group, instance: GroupInstance): void {
  const transition = 'autoscaling:EC2_INSTANCE_TERMINATING';
  const waits = [...group.hooks.values()].some((hook) => hook.LifecycleTransition === transition);
  if (!waits) {
    endInstance(engine, group, instance);
    return;
  }
  if (instance.activity !== undefined) {
    instance.activity.status = 'MidLifecycleAction';
    instance.activity.statusMessage = undefined;
    instance.activity.progress = 60;
  }
  moveTo(engine, group, instance, `${statePrefix(instance)}Terminating:Wait`);
  engine.lifecycleActions.begin(group, instance, transition, (outcome) => {
    if (outcome.result === 'ABANDON' && retainsAbandoned(group)) retain(engine, group, instance, outcome);
    else proceed(engine, group, instance);
  });
}

function retainsAbandoned(group: Group): boolean {
  return group.settings.InstanceLifecyclePolicy?.RetentionTriggers?.TerminateHookAbandon === 'retain';
}

/** Kept outside the desired capacity until someone terminates it by the API. */
function retain(engine: Engine, group: Group, instance: GroupInstance, outcome: HooksOutcome): void {
  moveTo(engine, group, instance, `${statePrefix(instance)}Terminating:Retained`);
  if (instance.activity === undefined) return;
  engine.activities.finish(instance.activity, 'Failed', outcome.message);
  tellOutcome(engine, group, 'terminate', false, instance.activity, instance);
  instance.activity = undefined;
}

function proceed(engine: Engine, group: Group, instance: GroupInstance): void {
  moveTo(engine, group, instance, `${statePrefix(instance)}Terminating:Proceed`);
  endInstance(engine, group, instance);
}

function endInstance(engine: Engine, group: Group, instance: GroupInstance): void {
  const state = engine.on.ec2.instance(instance.id)?.state;
  if (state === undefined || state === 'terminated') {
    onTerminated(engine, group, instance);
    return;
  }
  instance.isEnding = true;
  engine.on.ec2.terminate(instance.id);
}

/** EC2 has ended the instance, and nothing keeps the group from letting it go. */
export function onTerminated(engine: Engine, group: Group, instance: GroupInstance): void {
  moveTo(engine, group, instance, `${statePrefix(instance)}Terminated`);
  engine.groups.removeInstance(group, instance);
  const { activity } = instance;
  if (activity !== undefined) {
    engine.activities.finish(activity, 'Successful');
    tellOutcome(engine, group, 'terminate', true, activity, instance);
  }
  engine.wake(group);
}

/** Ends an instance that an abandoned hook had kept. @returns the activity */
export function terminateRetained(
  engine: Engine,
  group: Group,
  instance: GroupInstance,
  cause: string,
): Activity {
  const activity = beginTermination(engine, group, instance, cause);
  endInstance(engine, group, instance);
  return activity;
}
