import { AwsError, validationError } from '../../kernel/index.ts';
import type { Activity } from './activities.ts';
import { userDecremented, userIncremented } from './capacity.ts';
import { attached, detached, movedOutOfStandby, movedToStandby } from './causes.ts';
import type { Engine } from './engine.ts';
import { capacityOf, countedInstances, isCounted, isInService, moveTo } from './instances.ts';
import { enterService } from './launching.ts';
import { manage } from './managed-instance.ts';
import type { Group, GroupInstance } from './model.ts';
import { leaveTargetGroups } from './terminating.ts';

// Leaving and joining a group without being terminated or launched. No lifecycle hook fires for any of it.

const SECOND = 1000;

/** @throws AwsError ValidationError unless all are in service and the minimum leaves room to shrink */
export function enterStandby(
  engine: Engine,
  group: Group,
  ids: readonly string[],
  shrinks: boolean,
): Activity[] {
  const instances = ids.map((id) => managed(engine, group, id, isInService, 'InService'));
  const capacity = capacityOf(instances);
  if (shrinks) requireRoom(group, -capacity, `To place into standby ${plural(ids.length)}`);
  const shrink = shrinks ? stepsDown(group) : noSteps;
  if (shrinks) userDecremented(engine, group, capacity, 'EnterStandby');
  return instances.map((instance) => {
    const now = engine.kernel.clock.now();
    const cause = movedToStandby(now, instance.id, shrink());
    const activity = startActivity(engine, group, instance, 'Moving EC2 instance to Standby', cause);
    moveTo(engine, group, instance, 'EnteringStandby', cause);
    leaveTargetGroups(engine, instance, () => {
      engine.activities.finish(activity, 'Successful');
      if (instance.state === 'EnteringStandby') moveTo(engine, group, instance, 'Standby');
    });
    engine.wake(group);
    return activity;
  });
}

/** @throws AwsError ValidationError unless all are in standby and the maximum leaves room to grow */
export function exitStandby(engine: Engine, group: Group, ids: readonly string[]): Activity[] {
  const isStandby = ({ state }: GroupInstance) => state === 'Standby';
  const instances = ids.map((id) => managed(engine, group, id, isStandby, 'Standby'));
  const capacity = capacityOf(instances);
  requireRoom(group, capacity, `To bring ${plural(ids.length)} out of standby`);
  const from = group.desired;
  userIncremented(engine, group, capacity, 'ExitStandby');
  return instances.map((instance, index) => {
    const cause = movedOutOfStandby(engine.kernel.clock.now(), instance.id, from + index, from + index + 1);
    const activity = startActivity(engine, group, instance, 'Moving EC2 instance out of Standby', cause);
    joinService(engine, group, instance, activity, cause);
    return activity;
  });
}

/** @throws AwsError ValidationError unless EC2 runs them, no group has them, and the maximum leaves room */
export function attachInstances(engine: Engine, group: Group, ids: readonly string[]): void {
  const records = ids.map((id) => unmanaged(engine, id));
  requireRoom(group, ids.length, `To attach ${ids.length} more instance${ids.length === 1 ? '' : 's'}`);
  const from = group.desired;
  userIncremented(engine, group, ids.length, 'AttachInstances');
  for (const [index, record] of records.entries()) {
    const { id } = record;
    const instance = manage(group, record, {
      template: undefined,
      activity: undefined,
      state: 'Pending',
      route: { origin: 'EC2', destination: 'AutoScalingGroup' },
    });
    engine.groups.addInstance(group, instance);
    engine.on.ec2.tag(id, new Map([['aws:autoscaling:groupName', group.name]]));
    const cause = attached(engine.kernel.clock.now(), id, from + index, from + index + 1);
    const activity = startActivity(engine, group, instance, 'Attaching an existing EC2 instance', cause);
    joinService(engine, group, instance, activity, cause);
  }
}

/** @throws AwsError ValidationError unless all are in service or standby and the minimum leaves room to shrink */
export function detachInstances(
  engine: Engine,
  group: Group,
  ids: readonly string[],
  shrinks: boolean,
): Activity[] {
  const mayLeave = ({ state }: GroupInstance) => state === 'InService' || state === 'Standby';
  const instances = ids.map((id) => managed(engine, group, id, mayLeave, 'InService or Standby'));
  const counted = capacityOf(instances.filter(isCounted));
  if (shrinks) requireRoom(group, -counted, `To detach ${plural(ids.length)}`);
  const shrink = shrinks ? stepsDown(group) : noSteps;
  if (shrinks) userDecremented(engine, group, counted, 'DetachInstances');
  return instances.map((instance) => {
    const cause = detached(engine.kernel.clock.now(), instance.id, shrink());
    const activity = startActivity(engine, group, instance, 'Detaching EC2 instance', cause);
    moveTo(engine, group, instance, 'Detaching', cause);
    leaveTargetGroups(engine, instance, () => {
      engine.activities.finish(activity, 'Successful');
      moveTo(engine, group, instance, 'Detached');
      engine.groups.removeInstance(group, instance);
    });
    engine.wake(group);
    return activity;
  });
}

function joinService(
  engine: Engine,
  group: Group,
  instance: GroupInstance,
  activity: Activity,
  cause: string,
): void {
  moveTo(engine, group, instance, 'Pending', cause);
  activity.status = 'PreInService';
  engine.kernel.clock.after(SECOND, () => {
    if (instance.state !== 'Pending') return;
    enterService(engine, group, instance);
    engine.activities.finish(activity, 'Successful');
  });
}

function startActivity(
  engine: Engine,
  group: Group,
  instance: GroupInstance,
  description: string,
  cause: string,
): Activity {
  return engine.activities.start(group, {
    kind: 'move',
    description: `${description}: ${instance.id}`,
    cause,
    details: { 'Subnet ID': instance.subnetId, 'Availability Zone': instance.zone },
    progress: 50,
  });
}

function managed(
  engine: Engine,
  group: Group,
  id: string,
  isRight: (instance: GroupInstance) => boolean,
  states: string,
): GroupInstance {
  const found = engine.groups.getInstance(id);
  if (found.group !== group) {
    throw validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
  }
  if (!isRight(found.instance)) throw validationError(`The instance ${id} is not in ${states}.`);
  return found.instance;
}

function unmanaged(engine: Engine, id: string) {
  const record = engine.on.ec2.instance(id);
  if (record === undefined) throw validationError(`Invalid Instance ID(s): [${id}] specified`);
  const other = engine.groups.findInstance(id)?.group;
  if (other !== undefined) {
    throw validationError(`Instance ${id} is already part of AutoScalingGroup:${other.name}`);
  }
  if (record.state !== 'running') {
    throw new AwsError(
      'ValidationError',
      `Instance ${id} is not in correct state. Instance(s) must be in 'running' state.`,
    );
  }
  return record;
}

function requireRoom(group: Group, change: number, todo: string): void {
  const desired = group.desired + change;
  if (desired >= group.min && desired <= group.max) return;
  throw validationError(
    `AutoScalingGroup ${group.name} has min-size=${group.min}, max-size=${group.max}, and desired-size=${group.desired}. ${todo}, please update the AutoScalingGroup sizes appropriately.`,
  );
}

/** What each of several instances shrinks the capacity from and to. */
function stepsDown(group: Group): () => { from: number; to: number } {
  let size = countedInstances(group).length;
  return () => ({ from: size--, to: size });
}

const noSteps = (): undefined => undefined;

function plural(count: number): string {
  return `${count} instance${count === 1 ? '' : 's'}`;
}
