import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OTHER_TARGET_GROUP } from './fake-elb.ts';
import type { World } from './world.ts';
import { first, GROUP, LAUNCH_HOOK, openWorld } from './world.ts';

const name = { AutoScalingGroupName: GROUP };
const MINUTE = 60;

describe('Auto Scaling refuses in its own words', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const refusal = async (call: Promise<unknown>) => {
    try {
      await call;
    } catch (error) {
      const { name: code, message, $metadata } = error as Error & { $metadata: { httpStatusCode: number } };
      return { code, message, status: $metadata.httpStatusCode };
    }
    throw new Error('it was not refused');
  };
  const times = async (count: number, call: (index: number) => Promise<unknown>) => {
    for (let index = 0; index < count; index++) await call(index);
  };

  it('an action that is no longer open, by token or by instance', async () => {
    await world.create({ DesiredCapacity: 1 });
    await world.pass(MINUTE);
    await world.api.putLifecycleHook({ ...name, ...LAUNCH_HOOK });
    const token = 'bcd2f1b8-9a78-44d3-8a7a-4dd07d7cf635';
    const { InstanceId } = first(await world.instances());
    const action = { ...name, LifecycleHookName: LAUNCH_HOOK.LifecycleHookName };
    const byToken = { ...action, LifecycleActionToken: token, LifecycleActionResult: 'CONTINUE' };
    expect(await refusal(world.api.completeLifecycleAction(byToken))).toEqual({
      code: 'ValidationError',
      message: `No active Lifecycle Action found with token ${token}`,
      status: 400,
    });
    expect(await refusal(world.api.recordLifecycleActionHeartbeat({ ...action, InstanceId }))).toEqual({
      code: 'ValidationError',
      message: `No active Lifecycle Action found with instance ID ${InstanceId}`,
      status: 400,
    });
  });

  it('a second group of its name, and a second refresh or none', async () => {
    await world.create({ DesiredCapacity: 1 });
    await world.pass(MINUTE);
    expect(await refusal(world.create())).toEqual({
      code: 'AlreadyExistsFault',
      message: 'AutoScalingGroup by this name already exists - A group with the name web already exists',
      status: 400,
    });
    expect(await refusal(world.api.cancelInstanceRefresh(name))).toEqual({
      code: 'ActiveInstanceRefreshNotFoundFault',
      message: 'No in progress or pending Instance Refresh found for Auto Scaling group web',
      status: 400,
    });
    await world.api.startInstanceRefresh(name);
    expect(await refusal(world.api.startInstanceRefresh(name))).toEqual({
      code: 'InstanceRefreshInProgressFault',
      message:
        'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
      status: 400,
    });
    expect((await refusal(world.api.rollbackInstanceRefresh(name))).code).toBe(
      'IrreversibleInstanceRefreshFault',
    );
  });

  it('deletion of a group that is busy, or still has instances', async () => {
    await world.create({ DesiredCapacity: 1 });
    await world.pass(5);
    expect(await refusal(world.api.deleteAutoScalingGroup(name))).toEqual({
      code: 'ScalingActivityInProgressFault',
      message:
        'You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.',
      status: 400,
    });
    await world.pass(MINUTE);
    expect(await refusal(world.api.deleteAutoScalingGroup(name))).toEqual({
      code: 'ResourceInUseFault',
      message:
        'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
      status: 400,
    });
  });

  it('a page token that it never gave out', async () => {
    await world.create();
    const NextToken = 'elsewhere';
    for (const call of [
      world.api.describeAutoScalingGroups({ NextToken }),
      world.api.describeScalingActivities({ NextToken }),
      world.api.describePolicies({ NextToken }),
      world.api.describeInstanceRefreshes({ ...name, NextToken }),
      world.api.describeWarmPool({ ...name, NextToken }),
    ])
      expect(await refusal(call)).toMatchObject({ code: 'InvalidNextToken', status: 400 });
  });

  it('more policies, steps and topics than a group may have', async () => {
    await world.create();
    const policy = (PolicyName: string, steps = 1) =>
      world.api.putScalingPolicy({
        ...name,
        PolicyName,
        PolicyType: 'StepScaling',
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: Array.from({ length: steps }, (_, index) => ({
          MetricIntervalLowerBound: index,
          ...(index + 1 < steps && { MetricIntervalUpperBound: index + 1 }),
          ScalingAdjustment: 1,
        })),
      });
    expect(await refusal(policy('steep', 21))).toMatchObject({ code: 'LimitExceededFault', status: 400 });
    await policy('steep', 20);
    await times(49, (index) => policy(`p${index}`));
    expect((await refusal(policy('one-too-many'))).code).toBe('LimitExceededFault');
    await policy('p1');
    const topic = (index: number) =>
      world.api.putNotificationConfiguration({
        ...name,
        TopicARN: `arn:aws:sns:eu-central-1:123456789012:t${index}`,
        NotificationTypes: ['autoscaling:EC2_INSTANCE_LAUNCH'],
      });
    await times(10, topic);
    expect((await refusal(topic(10))).code).toBe('LimitExceededFault');
    await topic(1);
  });

  it('what it does not find, and says whose it was', async () => {
    expect(await refusal(world.api.setDesiredCapacity({ ...name, DesiredCapacity: 1 }))).toEqual({
      code: 'ValidationError',
      message: "AutoScalingGroup name not found - AutoScalingGroup 'web' not found",
      status: 400,
    });
    await world.create();
    expect(
      await refusal(
        world.api.detachLoadBalancerTargetGroups({ ...name, TargetGroupARNs: [OTHER_TARGET_GROUP] }),
      ),
    ).toEqual({
      code: 'ValidationError',
      message: 'Trying to remove Target Groups that are not part of the group',
      status: 400,
    });
    expect(await refusal(world.api.setDesiredCapacity({ ...name, DesiredCapacity: 11 }))).toEqual({
      code: 'ValidationError',
      message: 'New SetDesiredCapacity value 11 is above max value 10 for the AutoScalingGroup.',
      status: 400,
    });
  });

  it('what it does not do, by its name', async () => {
    const forecast = world.api.getPredictiveScalingForecast({
      ...name,
      PolicyName: 'foresee',
      StartTime: new Date(0),
      EndTime: new Date(1),
    });
    const { code, message, status } = await refusal(forecast);
    expect({ code, status }).toEqual({ code: 'NotImplemented', status: 501 });
    expect(message).toContain('GetPredictiveScalingForecast');
  });
});
