import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../tools/cloud/kernel/index.ts';
import { DEREGISTRATION_SECONDS, OTHER_TARGET_GROUP, TARGET_GROUP } from './fake-elb.ts';
import type { World } from './world.ts';
import { GROUP, LAUNCH_HOOK, TERMINATE_HOOK, entries, first, openWorld } from './world.ts';

const MINUTE = 60;

describe('the capacity of a group', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const setDesired = (DesiredCapacity: number, HonorCooldown = false) =>
    world.api.setDesiredCapacity({ AutoScalingGroupName: GROUP, DesiredCapacity, HonorCooldown });
  const zones = async () =>
    (await world.instances()).map(({ AvailabilityZone }) => AvailabilityZone?.at(-1)).toSorted();

  it('is reached by launches that are spread over the zones', async () => {
    await world.create({ DesiredCapacity: 4 });
    await world.pass(MINUTE);
    expect(await zones()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('says in each activity what asked for it', async () => {
    await world.create({ DesiredCapacity: 1 });
    await world.pass(MINUTE);
    await setDesired(2);
    await world.pass(MINUTE);
    const [latest, earliest] = await world.activities();
    expect(earliest?.Cause).toBe(
      'At 2026-01-05T00:00:00Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 1.  At 2026-01-05T00:00:01Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 1.',
    );
    expect(latest?.Cause).toContain(
      'a user request explicitly set group desired capacity changing the desired capacity from 1 to 2',
    );
    expect(latest).toMatchObject({ StatusCode: 'Successful', Progress: 100 });
    expect(JSON.parse(latest?.Details ?? '')).toEqual({
      'Subnet ID': 'subnet-b',
      'Availability Zone': 'eu-central-1b',
    });
    expect(latest?.Description).toMatch(/^Launching a new EC2 instance: i-[0-9a-f]{17}$/);
  });

  it('is journalled with whoever changed it', async () => {
    await world.create({ DesiredCapacity: 1 });
    await setDesired(3);
    await setDesired(3);
    await world.api.updateAutoScalingGroup({ AutoScalingGroupName: GROUP, MinSize: 4 });
    expect(
      entries(world.journal, 'capacity').map(({ min, desired, cause }) => ({ min, desired, cause })),
    ).toEqual([
      { min: 0, desired: 1, cause: 'CreateAutoScalingGroup' },
      { min: 0, desired: 3, cause: 'SetDesiredCapacity' },
      { min: 4, desired: 4, cause: 'UpdateAutoScalingGroup' },
    ]);
  });

  it('stays within the bounds', async () => {
    await world.create({ MinSize: 1, MaxSize: 3 });
    await expect(setDesired(4)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'New SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup.',
    });
    await expect(setDesired(0)).rejects.toThrow(
      'New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.',
    );
  });

  it('counts an activity as warming up for the default instance warm-up', async () => {
    await world.create({ DesiredCapacity: 1, DefaultInstanceWarmup: 120 });
    await world.pass(MINUTE);
    expect(first(await world.activities()).StatusCode).toBe('WaitingForInstanceWarmup');
    expect(await world.instances('InService')).toHaveLength(1);
    await world.pass(2 * MINUTE);
    expect(first(await world.activities()).StatusCode).toBe('Successful');
  });

  it('shrinks by the launches that are not in service yet, before it touches those that are', async () => {
    await world.create({ DesiredCapacity: 2, LifecycleHookSpecificationList: [] });
    await world.pass(MINUTE);
    const serving = (await world.instances()).map(({ InstanceId }) => InstanceId);
    await world.api.putLifecycleHook({ AutoScalingGroupName: GROUP, ...LAUNCH_HOOK });
    await setDesired(4);
    await world.pass(MINUTE);
    await setDesired(2);
    await world.pass(MINUTE);
    expect((await world.instances()).map(({ InstanceId }) => InstanceId)).toEqual(serving);
    const cancelled = (await world.activities()).filter(({ StatusCode }) => StatusCode === 'Cancelled');
    expect(cancelled).toHaveLength(2);
    const token = String(
      world.eventsOf('EC2 Instance-launch Lifecycle Action')[0]?.detail['LifecycleActionToken'],
    );
    await expect(
      world.api.completeLifecycleAction({
        AutoScalingGroupName: GROUP,
        LifecycleHookName: LAUNCH_HOOK.LifecycleHookName,
        LifecycleActionToken: token,
        LifecycleActionResult: 'CONTINUE',
      }),
    ).rejects.toThrow('No active Lifecycle Action found');
  });

  it('does not count instances that are terminating', async () => {
    await world.create({ DesiredCapacity: 2, LifecycleHookSpecificationList: [TERMINATE_HOOK] });
    await world.pass(MINUTE);
    const { InstanceId = '' } = first(await world.instances());
    await world.api.terminateInstanceInAutoScalingGroup({
      InstanceId,
      ShouldDecrementDesiredCapacity: false,
    });
    await world.pass(MINUTE);
    expect(await world.instances('InService')).toHaveLength(2);
    expect(await world.instances('Terminating')).toHaveLength(1);
  });

  it('falls with an instance that is terminated with decrement, but never below the minimum', async () => {
    await world.create({ MinSize: 1, DesiredCapacity: 2 });
    await world.pass(MINUTE);
    const [one, other] = await world.instances();
    const terminate = (InstanceId = '') =>
      world.api.terminateInstanceInAutoScalingGroup({ InstanceId, ShouldDecrementDesiredCapacity: true });
    const { Activity } = await terminate(one?.InstanceId);
    expect(Activity?.Cause).toContain('in response to a user request, shrinking the capacity from 2 to 1');
    expect((await world.describe()).DesiredCapacity).toBe(1);
    await expect(terminate(other?.InstanceId)).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "Currently, desiredSize equals minSize (1). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
    });
    await world.pass(DEREGISTRATION_SECONDS + MINUTE);
    expect((await world.instances()).map(({ InstanceId }) => InstanceId)).toEqual([other?.InstanceId]);
  });

  it('does not fall twice for an instance that is already on its way out', async () => {
    await world.create({ DesiredCapacity: 3 });
    await world.pass(MINUTE);
    const { InstanceId = '' } = first(await world.instances());
    const terminate = () =>
      world.api.terminateInstanceInAutoScalingGroup({ InstanceId, ShouldDecrementDesiredCapacity: true });
    const { Activity } = await terminate();
    expect((await terminate()).Activity?.ActivityId).toBe(Activity?.ActivityId);
    expect((await world.describe()).DesiredCapacity).toBe(2);
    expect(world.statesOf(InstanceId).filter((state) => state === 'Terminating')).toHaveLength(1);
  });

  it('refuses an instance that no group manages', async () => {
    await world.create();
    await expect(
      world.api.terminateInstanceInAutoScalingGroup({
        InstanceId: 'i-0',
        ShouldDecrementDesiredCapacity: false,
      }),
    ).rejects.toThrow('Instance Id not found - No managed instance found for instance ID: i-0');
  });

  it('never takes protected instances in', async () => {
    await world.create({ DesiredCapacity: 3, NewInstancesProtectedFromScaleIn: true });
    await world.pass(MINUTE);
    const [one, ...others] = (await world.instances()).map(({ InstanceId = '' }) => InstanceId);
    await world.api.setInstanceProtection({
      AutoScalingGroupName: GROUP,
      InstanceIds: [one ?? ''],
      ProtectedFromScaleIn: false,
    });
    await setDesired(0);
    await world.pass(10 * MINUTE);
    expect((await world.instances('InService')).map(({ InstanceId }) => InstanceId)).toEqual(others);
    expect(world.statesOf(one ?? '').at(-1)).toBe('Terminated');
  });

  it('tries another zone when one has no capacity', async () => {
    world.ec2.failures.set(
      'eu-central-1a',
      new AwsError('InsufficientInstanceCapacity', 'We currently do not have sufficient t4g.small capacity'),
    );
    await world.create({ DesiredCapacity: 2 });
    await world.pass(2 * MINUTE);
    expect(await zones()).toEqual(['b', 'b']);
    const failed = (await world.activities()).find(({ StatusCode }) => StatusCode === 'Failed');
    expect(failed).toMatchObject({
      StatusMessage: 'We currently do not have sufficient t4g.small capacity. Launching EC2 instance failed.',
    });
    expect(world.eventsOf('EC2 Instance Launch Unsuccessful')[0]?.detail).toMatchObject({
      StatusCode: 'Failed',
    });
  });

  it('waits for the zone that is due where it must stay balanced', async () => {
    world.ec2.failures.set('eu-central-1a', new AwsError('InsufficientInstanceCapacity', 'none'));
    await world.create({
      DesiredCapacity: 3,
      AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' },
    });
    await world.pass(5 * MINUTE);
    expect((await zones()).filter((zone) => zone === 'b').length).toBeLessThanOrEqual(1);
    world.ec2.failures.clear();
    await world.pass(15 * MINUTE);
    expect((await zones()).toSorted()).toEqual(['a', 'a', 'b']);
  });

  it('is tried for ever less often while nothing can be launched, and recovers', async () => {
    world.ec2.failures.set(
      '*',
      new AwsError('VcpuLimitExceeded', 'You have requested more vCPU capacity than your limit'),
    );
    await world.create({ DesiredCapacity: 1 });
    await world.pass(10 * MINUTE);
    const early = world.ec2.launches.length;
    await world.pass(50 * MINUTE);
    const later = world.ec2.launches.length - early;
    expect(early).toBeGreaterThanOrEqual(4);
    expect(later).toBeLessThanOrEqual(6);
    world.ec2.failures.clear();
    await world.pass(12 * MINUTE);
    expect(await world.instances('InService')).toHaveLength(1);
    world.ec2.failures.set('*', new AwsError('VcpuLimitExceeded', 'again'));
    const before = world.ec2.launches.length;
    await setDesired(2);
    await world.pass(2 * MINUTE);
    expect(world.ec2.launches.length - before).toBeGreaterThanOrEqual(3);
  });

  it('is tried at once when it is asked for anew, however often it failed', async () => {
    world.ec2.failures.set('*', new AwsError('InsufficientInstanceCapacity', 'none'));
    await world.create({ DesiredCapacity: 1 });
    await world.pass(30 * MINUTE);
    world.ec2.failures.clear();
    await setDesired(2);
    await world.pass(5);
    expect(await world.instances('Pending')).toHaveLength(2);
  });

  it('takes the next instance type of a mixed instances policy when the first is not to be had', async () => {
    world.ec2.missingTypes.add('m7g.large');
    await world.create({
      DesiredCapacity: 4,
      LaunchTemplate: undefined,
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '1' },
          Overrides: [{ InstanceType: 'm7g.large' }, { InstanceType: 'm6g.large' }],
        },
        InstancesDistribution: { OnDemandBaseCapacity: 1, OnDemandPercentageAboveBaseCapacity: 0 },
      },
    });
    await world.pass(MINUTE);
    expect((await world.instances()).map(({ InstanceType }) => InstanceType)).toEqual(
      Array(4).fill('m6g.large'),
    );
    const markets = world.ec2.running().map(({ market }) => market);
    expect(markets.filter((market) => market === 'on-demand')).toHaveLength(1);
  });

  it('launches nothing while Launch is suspended and ends nothing while Terminate is', async () => {
    await world.create({ DesiredCapacity: 1 });
    await world.pass(MINUTE);
    await world.api.suspendProcesses({
      AutoScalingGroupName: GROUP,
      ScalingProcesses: ['Launch', 'Terminate'],
    });
    await setDesired(2);
    await world.pass(MINUTE);
    expect(await world.instances()).toHaveLength(1);
    await setDesired(0);
    await world.pass(MINUTE);
    expect(await world.instances('InService')).toHaveLength(1);
    await world.api.resumeProcesses({ AutoScalingGroupName: GROUP });
    await world.pass(10 * MINUTE);
    expect(await world.instances()).toHaveLength(0);
  });

  it('registers nothing while AddToLoadBalancer is suspended', async () => {
    await world.create({ DesiredCapacity: 0 });
    await world.api.suspendProcesses({
      AutoScalingGroupName: GROUP,
      ScalingProcesses: ['AddToLoadBalancer'],
    });
    await setDesired(1);
    await world.pass(MINUTE);
    const { InstanceId = '' } = first(await world.instances('InService'));
    expect(world.elb.targetState(TARGET_GROUP, InstanceId)).toBeUndefined();
    const other = { AutoScalingGroupName: GROUP, TargetGroupARNs: [OTHER_TARGET_GROUP] };
    await world.api.attachLoadBalancerTargetGroups(other);
    expect(world.elb.targetState(OTHER_TARGET_GROUP, InstanceId)).toBeUndefined();
  });

  describe('between zones', () => {
    const crowd = async () => {
      await world.create({ DesiredCapacity: 4, MaxSize: 4 });
      await world.pass(MINUTE);
      const inB = (await world.instances()).filter(
        ({ AvailabilityZone }) => AvailabilityZone === 'eu-central-1b',
      );
      await world.api.suspendProcesses({ AutoScalingGroupName: GROUP, ScalingProcesses: ['AZRebalance'] });
      for (const { InstanceId } of inB) {
        await world.api.terminateInstanceInAutoScalingGroup({
          InstanceId,
          ShouldDecrementDesiredCapacity: true,
        });
      }
      world.ec2.failures.set('eu-central-1b', new AwsError('InsufficientInstanceCapacity', 'none'));
      await setDesired(4);
      await world.pass(10 * MINUTE);
      world.ec2.failures.clear();
      expect(await zones()).toEqual(['a', 'a', 'a', 'a']);
    };

    it('stays as it is where no instance may leave the crowded zone', async () => {
      await crowd();
      const protect = async (ProtectedFromScaleIn: boolean) =>
        world.api.setInstanceProtection({
          AutoScalingGroupName: GROUP,
          InstanceIds: (await world.instances()).map(({ InstanceId = '' }) => InstanceId),
          ProtectedFromScaleIn,
        });
      await protect(true);
      await world.api.resumeProcesses({ AutoScalingGroupName: GROUP });
      const launches = world.ec2.launches.length;
      await world.pass(60 * MINUTE);
      expect(world.ec2.launches).toHaveLength(launches);
    });

    it('is evened out by a launch before a termination, beyond the maximum', async () => {
      await crowd();
      await world.pass(60 * MINUTE);
      expect(await zones()).toEqual(['a', 'a', 'a', 'a']);
      await world.api.resumeProcesses({ AutoScalingGroupName: GROUP });
      let most = 0;
      let least = Infinity;
      for (let step = 0; step < 240; step++) {
        await world.pass(10);
        // Has the group compared with its desired capacity in every state between.
        await world.api.resumeProcesses({ AutoScalingGroupName: GROUP });
        const states = (await world.instances()).map(({ LifecycleState = '' }) => LifecycleState);
        most = Math.max(most, states.filter((state) => !state.startsWith('Terminating')).length);
        least = Math.min(least, states.filter((state) => state === 'InService').length);
      }
      expect(await zones()).toEqual(['a', 'a', 'b', 'b']);
      // The group's maximum is 4.
      expect({ least, most }).toEqual({ least: 4, most: 5 });
    });
  });
});
