import type {
  AutoScaling,
  CreateAutoScalingGroupCommandInput,
  UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { AwsError, arn, validationError } from '../../../kernel/index.ts';
import type { Size } from '../capacity.ts';
import { resize } from '../capacity.ts';
import { userCreatedGroup, userForceDeletedGroup, userUpdatedGroup } from '../causes.ts';
import { sentence } from '../causes.ts';
import type { Engine } from '../engine.ts';
import { newSettings, updatedSettings } from '../group-settings.ts';
import { putHook } from '../hooks.ts';
import { isPending, isTerminating } from '../instances.ts';
import { QUOTAS, requireWithin } from '../limits.ts';
import type { Group } from '../model.ts';
import { deletePolicy } from '../policies.ts';
import { activeRefresh } from '../refresh/model.ts';
import { cancelAll } from '../scheduled.ts';
import { putTags } from '../tags.ts';
import { attachTargetGroups } from '../target-groups.ts';
import { terminateAtOnce } from '../terminating.ts';

/** Creating, changing and deleting groups. */
export function groupOperations(engine: Engine) {
  return {
    CreateAutoScalingGroup: (input) => {
      createGroup(engine, input);
      return {};
    },
    UpdateAutoScalingGroup: (input) => {
      const group = engine.groups.get(input.AutoScalingGroupName);
      if (group.isBeingDeleted) throw beingDeleted(group);
      requireFreeConfiguration(group, input);
      const size = checkedSize({ ...group, ...namedSize(input) }, input.DesiredCapacity !== undefined);
      group.settings = updatedSettings(group.settings, input, engine.on.ec2);
      resize(engine, group, size, userUpdatedGroup(size, group.desired), 'UpdateAutoScalingGroup');
      engine.wake(group);
      return {};
    },
    DeleteAutoScalingGroup: ({ AutoScalingGroupName, ForceDelete = false }) => {
      deleteGroup(engine, engine.groups.get(AutoScalingGroupName), ForceDelete);
      return {};
    },
  } satisfies Operations<AutoScaling>;
}

function createGroup(engine: Engine, input: CreateAutoScalingGroupCommandInput): void {
  const { kernel, groups } = engine;
  const name = input.AutoScalingGroupName ?? '';
  if (groups.find(name) !== undefined) {
    throw new AwsError(
      'AlreadyExistsFault',
      `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
    );
  }
  requireWithin(QUOTAS.groups, [...groups.all()].length + 1, 'Auto Scaling groups');
  const wanted = {
    min: input.MinSize ?? 0,
    max: input.MaxSize ?? 0,
    desired: input.DesiredCapacity ?? input.MinSize ?? 0,
  };
  const size = checkedSize(wanted, true);
  const group = emptyGroup(engine, name, input);
  attachTargetGroups(engine, group, [
    ...(input.TargetGroupARNs ?? []),
    ...(input.TrafficSources ?? []).flatMap(({ Identifier }) => Identifier ?? []),
  ]);
  putTags(group, input.Tags ?? []);
  groups.add(group);
  for (const hook of input.LifecycleHookSpecificationList ?? []) {
    putHook(engine, group, { ...hook, LifecycleHookName: hook.LifecycleHookName ?? '' });
  }
  group.lastCause = { at: kernel.clock.now(), words: userCreatedGroup(0) };
  resize(engine, group, size, userCreatedGroup(size.desired), 'CreateAutoScalingGroup');
}

function emptyGroup(engine: Engine, name: string, input: CreateAutoScalingGroupCommandInput): Group {
  const { account, clock, ids } = engine.kernel;
  return {
    name,
    arn: arn(account, 'autoscaling', `autoScalingGroup:${ids.uuid()}:autoScalingGroupName/${name}`),
    createdAt: clock.now(),
    settings: newSettings(input, engine.on.ec2),
    min: 0,
    max: 0,
    desired: 0,
    refreshSurge: 0,
    isRebalancing: false,
    terminationCause: 'SCALE_IN',
    isAsking: false,
    leaving: new Map(),
    lastCause: { at: clock.now(), words: '' },
    cooldown: undefined,
    instances: new Map(),
    warmPool: undefined,
    warmed: new Map(),
    hooks: new Map(),
    targetGroups: new Set(),
    tags: new Map(),
    suspended: new Map(),
    metrics: new Set(),
    notifications: [],
    scheduled: new Map(),
    policies: new Map(),
    policyRound: undefined,
    launchFailures: { count: 0, retryAt: 0, zones: new Map() },
    refreshes: [],
    isBeingDeleted: false,
  };
}

function namedSize(input: {
  MinSize?: number | undefined;
  MaxSize?: number | undefined;
  DesiredCapacity?: number | undefined;
}): Partial<Size> {
  return {
    ...(input.MinSize === undefined ? {} : { min: input.MinSize }),
    ...(input.MaxSize === undefined ? {} : { max: input.MaxSize }),
    ...(input.DesiredCapacity === undefined ? {} : { desired: input.DesiredCapacity }),
  };
}

/**
 * A desired capacity that was named must lie within the bounds; one that was not follows them.
 *
 * @throws AwsError ValidationError
 */
export function checkedSize({ min, max, desired }: Size, isDesiredNamed: boolean): Size {
  if (min < 0 || max < 0) throw validationError('MinSize and MaxSize must not be negative');
  if (min > max) {
    throw validationError(
      'Max bound, %max%, must be greater than or equal to min bound, %min%'
        .replace('%max%', String(max))
        .replace('%min%', String(min)),
    );
  }
  if (!isDesiredNamed) return { min, max, desired: Math.min(max, Math.max(min, desired)) };
  if (desired < min) {
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
  }
  if (desired > max) {
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
  }
  return { min, max, desired };
}

function deleteGroup(engine: Engine, group: Group, isForced: boolean): void {
  requireDeletable(group, isForced);
  const from = group.desired;
  const words = userForceDeletedGroup(from);
  cancelAll(group);
  resize(engine, group, { min: 0, max: 0, desired: 0 }, words, 'DeleteAutoScalingGroup');
  group.isBeingDeleted = true;
  const cause = sentence(engine.kernel.clock.now(), words);
  for (const instance of [...group.instances.values(), ...group.warmed.values()])
    terminateAtOnce(engine, group, instance, cause);
  removeIfEmpty(engine, group);
}

/** A group that is deleted by force goes with its last instance. */
export function removeIfEmpty(engine: Engine, group: Group): void {
  if (!group.isBeingDeleted || group.instances.size > 0 || group.warmed.size > 0) return;
  for (const policy of group.policies.values()) deletePolicy(engine, group, policy);
  engine.activities.markDeleted(group);
  engine.groups.remove(group);
}

function requireDeletable(group: Group, isForced: boolean): void {
  const protection = group.settings.DeletionProtection ?? 'none';
  if (protection === 'prevent-all-deletion' || (isForced && protection === 'prevent-force-deletion')) {
    throw validationError(
      `You cannot delete AutoScalingGroup ${group.name} because deletion protection is ${protection}.`,
    );
  }
  if (group.isBeingDeleted) throw beingDeleted(group);
  if (isForced) return;
  const instances = [...group.instances.values(), ...group.warmed.values()];
  if (instances.some((instance) => isPending(instance) || isTerminating(instance)) || activeRefresh(group)) {
    throw new AwsError(
      'ScalingActivityInProgressFault',
      'You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.',
    );
  }
  if (instances.length > 0) {
    throw new AwsError(
      'ResourceInUseFault',
      'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
    );
  }
}

/** What a refresh will set when it succeeds cannot be set meanwhile. @throws AwsError ValidationError */
function requireFreeConfiguration(
  group: Group,
  { LaunchTemplate, MixedInstancesPolicy }: UpdateAutoScalingGroupCommandInput,
): void {
  if (activeRefresh(group)?.desired === undefined) return;
  if (LaunchTemplate === undefined && MixedInstancesPolicy === undefined) return;
  throw validationError(
    'An active instance refresh with a desired configuration exists. All configuration options derived from the desired configuration are not available for update while the instance refresh is active.',
  );
}

function beingDeleted(group: Group): AwsError {
  return new AwsError(
    'ScalingActivityInProgressFault',
    `AutoScalingGroup ${group.name} is being deleted: Delete in progress.`,
  );
}
