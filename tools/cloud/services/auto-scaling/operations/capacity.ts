import type { AutoScaling, Activity as ApiActivity } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { validationError } from '../../../kernel/index.ts';
import { describeActivity } from '../describe-activity.ts';
import { requireNoCooldown, requireWithinBounds, resize, userDecremented } from '../capacity.ts';
import { terminatedByUser, userSetCapacity } from '../causes.ts';
import type { Engine } from '../engine.ts';
import { countedCapacity, isCounted } from '../instances.ts';
import type { Group } from '../model.ts';
import { terminateInstance, terminateRetained } from '../terminating.ts';

/** Setting the desired capacity, and terminating an instance of one's choice. */
export function capacityOperations(engine: Engine) {
  return {
    SetDesiredCapacity: ({ AutoScalingGroupName, DesiredCapacity = 0, HonorCooldown = false }) => {
      const group = engine.groups.get(AutoScalingGroupName);
      requireWithinBounds(group, DesiredCapacity);
      if (HonorCooldown) requireNoCooldown(engine, group);
      const words = userSetCapacity(group.desired, DesiredCapacity);
      resize(engine, group, { desired: DesiredCapacity }, words, 'SetDesiredCapacity');
      return {};
    },
    TerminateInstanceInAutoScalingGroup: (input) => {
      if (input.InstanceId === undefined) throw validationError('InstanceId is required.');
      const activity = terminateOne(engine, input.InstanceId, input.ShouldDecrementDesiredCapacity ?? false);
      return { Activity: activity };
    },
  } satisfies Operations<AutoScaling>;
}

function terminateOne(engine: Engine, id: string, shouldDecrement: boolean): ApiActivity {
  const { group, instance } = engine.groups.getInstance(id);
  const now = engine.kernel.clock.now();
  const shrinks = shouldDecrement && isCounted(instance);
  if (shrinks) requireRoomBelow(group, instance.weight ?? 1);
  const { weight = 1 } = instance;
  const from = countedCapacity(group);
  const cause = terminatedByUser(now, id, shrinks ? { from, to: from - weight } : undefined);
  const activity = instance.state.endsWith('Terminating:Retained')
    ? terminateRetained(engine, group, instance, cause)
    : terminateInstance(engine, group, instance, cause);
  const current = activity ?? instance.activity;
  if (current === undefined)
    throw validationError(`The instance ${id} is not in a state that allows its termination.`);
  if (shrinks && activity !== undefined)
    userDecremented(engine, group, weight, 'TerminateInstanceInAutoScalingGroup');
  return describeActivity(current);
}

function requireRoomBelow(group: Group, weight: number): void {
  if (group.desired - weight >= group.min) return;
  throw validationError(
    `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
  );
}
