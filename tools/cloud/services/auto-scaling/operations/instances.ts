import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { validationError } from '../../../kernel/index.ts';
import { health } from '../causes.ts';
import { describeActivity } from '../describe-activity.ts';
import type { Engine } from '../engine.ts';
import { isInGracePeriod, markUnhealthy } from '../health.ts';
import { moveTo } from '../instances.ts';
import { attachInstances, detachInstances, enterStandby, exitStandby } from '../standby.ts';

const MOST_PROTECTED_AT_ONCE = 50;

/** What a caller does to single instances of a group. */
export function instanceOperations(engine: Engine) {
  const { groups } = engine;
  return {
    SetInstanceHealth: ({ InstanceId = '', HealthStatus = '', ShouldRespectGracePeriod = true }) => {
      setHealth(engine, InstanceId, HealthStatus, ShouldRespectGracePeriod);
      return {};
    },
    SetInstanceProtection: ({ AutoScalingGroupName, InstanceIds = [], ProtectedFromScaleIn = false }) => {
      groups.get(AutoScalingGroupName);
      if (InstanceIds.length > MOST_PROTECTED_AT_ONCE) {
        throw validationError(`The number of instance IDs must be at most ${MOST_PROTECTED_AT_ONCE}`);
      }
      for (const id of InstanceIds) setProtection(engine, id, ProtectedFromScaleIn);
      return {};
    },
    EnterStandby: ({ AutoScalingGroupName, InstanceIds = [], ShouldDecrementDesiredCapacity = false }) => {
      const group = groups.get(AutoScalingGroupName);
      const activities = enterStandby(engine, group, InstanceIds, ShouldDecrementDesiredCapacity);
      return { Activities: activities.map(describeActivity) };
    },
    ExitStandby: ({ AutoScalingGroupName, InstanceIds = [] }) => {
      const activities = exitStandby(engine, groups.get(AutoScalingGroupName), InstanceIds);
      return { Activities: activities.map(describeActivity) };
    },
    AttachInstances: ({ AutoScalingGroupName, InstanceIds = [] }) => {
      attachInstances(engine, groups.get(AutoScalingGroupName), InstanceIds);
      return {};
    },
    DetachInstances: ({ AutoScalingGroupName, InstanceIds = [], ShouldDecrementDesiredCapacity = false }) => {
      const group = groups.get(AutoScalingGroupName);
      const activities = detachInstances(engine, group, InstanceIds, ShouldDecrementDesiredCapacity);
      return { Activities: activities.map(describeActivity) };
    },
  } satisfies Operations<AutoScaling>;
}

function setHealth(engine: Engine, id: string, status: string, respectsGracePeriod: boolean): void {
  const { group, instance } = engine.groups.getInstance(id);
  if (status !== 'Healthy' && status !== 'Unhealthy') {
    throw validationError(`${status} is not a valid health status: only Healthy and Unhealthy are`);
  }
  if (status === 'Healthy') {
    instance.health = 'Healthy';
    instance.unhealthyBecause = undefined;
    return;
  }
  if (respectsGracePeriod && isInGracePeriod(engine, group, instance)) return;
  markUnhealthy(instance, health.user);
  engine.wake(group);
}

function setProtection(engine: Engine, id: string, isProtected: boolean): void {
  const { group, instance } = engine.groups.getInstance(id);
  if (!['InService', 'EnteringStandby', 'Standby'].includes(instance.state)) {
    throw validationError(`The instance ${id} is not in InService or EnteringStandby or Standby.`);
  }
  if (instance.isProtected === isProtected) return;
  instance.isProtected = isProtected;
  moveTo(engine, group, instance, instance.state, 'SetInstanceProtection');
  engine.wake(group);
}
