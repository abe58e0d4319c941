import type {
  PutLifecycleHookCommandInput,
  PutScalingPolicyCommandInput,
  PutScheduledUpdateGroupActionCommandInput,
  PutWarmPoolCommandInput,
} from '@aws-sdk/client-auto-scaling';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, provider } from './provider.ts';

type LifecycleHook = Omit<PutLifecycleHookCommandInput, 'LifecycleHookName'> & {
  readonly LifecycleHookName?: string;
};

export const lifecycleHook = provider<LifecycleHook>({
  properties: [
    'AutoScalingGroupName',
    'LifecycleHookName',
    'LifecycleTransition',
    'HeartbeatTimeout',
    'DefaultResult',
    'NotificationMetadata',
    'NotificationTargetARN',
    'RoleARN',
  ],
  async create(wanted, context) {
    const name = wanted.LifecycleHookName ?? context.physicalName(255);
    await context.api.autoScaling.PutLifecycleHook({ ...wanted, LifecycleHookName: name });
    return { id: name };
  },
  async update(name, wanted, _before, { api }) {
    await api.autoScaling.PutLifecycleHook({ ...wanted, LifecycleHookName: name });
    return { id: name };
  },
  async delete(name, { AutoScalingGroupName }, { api }) {
    await deleted(api.autoScaling.DeleteLifecycleHook({ AutoScalingGroupName, LifecycleHookName: name }));
  },
});

type ScalingPolicy = Omit<PutScalingPolicyCommandInput, 'PolicyName' | 'Cooldown'> & {
  readonly Cooldown?: string;
};

export const scalingPolicy = provider<ScalingPolicy>({
  properties: [
    'AutoScalingGroupName',
    'AdjustmentType',
    'Cooldown',
    'EstimatedInstanceWarmup',
    'MetricAggregationType',
    'MinAdjustmentMagnitude',
    'PolicyType',
    'ScalingAdjustment',
    'StepAdjustments',
    'TargetTrackingConfiguration',
  ],
  async create(wanted, context) {
    return putPolicy(context.physicalName(255), wanted, context);
  },
  async update(arn, wanted, _before, context) {
    return putPolicy(policyName(arn), wanted, context);
  },
  async delete(arn, { AutoScalingGroupName }, { api }) {
    await deleted(api.autoScaling.DeletePolicy({ AutoScalingGroupName, PolicyName: policyName(arn) }));
  },
});

async function putPolicy(
  name: string,
  { Cooldown: cooldown, ...wanted }: ScalingPolicy,
  { api }: ProviderContext,
): Promise<Made> {
  const { PolicyARN: arn = '' } = await api.autoScaling.PutScalingPolicy({
    ...wanted,
    ...(cooldown === undefined ? {} : { Cooldown: Number(cooldown) }),
    PolicyName: name,
  });
  return { id: arn, attributes: { Arn: arn, PolicyName: name } };
}

/** `…:autoScalingGroupName/group:policyName/NAME` → `NAME`. */
function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf(':policyName/') + ':policyName/'.length);
}

type ScheduledAction = Omit<
  PutScheduledUpdateGroupActionCommandInput,
  'ScheduledActionName' | 'StartTime' | 'EndTime' | 'Time'
> & { readonly StartTime?: string; readonly EndTime?: string };

export const scheduledAction = provider<ScheduledAction>({
  properties: [
    'AutoScalingGroupName',
    'MinSize',
    'MaxSize',
    'DesiredCapacity',
    'Recurrence',
    'TimeZone',
    'StartTime',
    'EndTime',
  ],
  async create(wanted, context) {
    return putAction(context.physicalName(255), wanted, context);
  },
  async update(name, wanted, _before, context) {
    return putAction(name, wanted, context);
  },
  async delete(name, { AutoScalingGroupName }, { api }) {
    await deleted(api.autoScaling.DeleteScheduledAction({ AutoScalingGroupName, ScheduledActionName: name }));
  },
});

async function putAction(
  name: string,
  { StartTime: start, EndTime: end, ...wanted }: ScheduledAction,
  { api }: ProviderContext,
): Promise<Made> {
  await api.autoScaling.PutScheduledUpdateGroupAction({
    ...wanted,
    ScheduledActionName: name,
    ...(start === undefined ? {} : { StartTime: new Date(start) }),
    ...(end === undefined ? {} : { EndTime: new Date(end) }),
  });
  return { id: name, attributes: { ScheduledActionName: name } };
}

export const warmPool = provider<PutWarmPoolCommandInput>({
  properties: [
    'AutoScalingGroupName',
    'InstanceReusePolicy',
    'MaxGroupPreparedCapacity',
    'MinSize',
    'PoolState',
  ],
  create: putWarmPool,
  async update(_id, wanted, _before, context) {
    return putWarmPool(wanted, context);
  },
  async delete(group, _wanted, { api, waitUntil }) {
    await deleted(api.autoScaling.DeleteWarmPool({ AutoScalingGroupName: group, ForceDelete: true }));
    await waitUntil(async () => {
      const { AutoScalingGroups: [found] = [] } = await api.autoScaling.DescribeAutoScalingGroups({
        AutoScalingGroupNames: [group],
      });
      return found?.WarmPoolConfiguration === undefined;
    });
  },
});

/** A property that was removed goes back to AWS's default. */
async function putWarmPool(wanted: PutWarmPoolCommandInput, { api }: ProviderContext): Promise<Made> {
  await api.autoScaling.PutWarmPool({
    MaxGroupPreparedCapacity: -1,
    MinSize: 0,
    PoolState: 'Stopped',
    InstanceReusePolicy: { ReuseOnScaleIn: false },
    ...wanted,
  });
  return { id: wanted.AutoScalingGroupName ?? '' };
}
