import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEREGISTRATION_SECONDS, OTHER_TARGET_GROUP, TARGET_GROUP } from './fake-elb.ts';
import type { World } from './world.ts';
import { GROUP, LAUNCH_HOOK, TERMINATE_HOOK, first, openWorld } from './world.ts';

const MINUTE = 60;
const name = { AutoScalingGroupName: GROUP };

describe('a single instance', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.create({ MinSize: 1, MaxSize: 3, DesiredCapacity: 2, HealthCheckGracePeriod: 0 });
    await world.pass(MINUTE);
  });
  afterEach(() => world.close());

  const someone = async () => first(await world.instances('InService')).InstanceId ?? '';
  const state = async (id: string) =>
    (await world.instances()).find(({ InstanceId }) => InstanceId === id)?.LifecycleState;
  const addHooks = async () => {
    await world.api.putLifecycleHook({ ...name, ...LAUNCH_HOOK });
    await world.api.putLifecycleHook({ ...name, ...TERMINATE_HOOK });
  };

  describe('in standby', () => {
    it('leaves the load balancer and lowers the desired capacity, without hooks', async () => {
      await addHooks();
      const id = await someone();
      const { Activities } = await world.api.enterStandby({
        ...name,
        InstanceIds: [id],
        ShouldDecrementDesiredCapacity: true,
      });
      expect(Activities?.[0]?.Description).toBe(`Moving EC2 instance to Standby: ${id}`);
      expect(await state(id)).toBe('EnteringStandby');
      await world.pass(DEREGISTRATION_SECONDS + 5);
      expect(await state(id)).toBe('Standby');
      expect(world.elb.targetState(TARGET_GROUP, id)).toBeUndefined();
      expect((await world.describe()).DesiredCapacity).toBe(1);
      expect(await world.instances()).toHaveLength(2);
      expect(world.events.filter(({ detailType }) => detailType.includes('Lifecycle Action'))).toHaveLength(
        0,
      );
    });

    it('is replaced where the desired capacity stays', async () => {
      const id = await someone();
      await world.api.enterStandby({ ...name, InstanceIds: [id], ShouldDecrementDesiredCapacity: false });
      await world.pass(MINUTE);
      expect(await world.instances('InService')).toHaveLength(2);
    });

    it('is not replaced for being unhealthy, and comes back into service', async () => {
      const id = await someone();
      await world.api.enterStandby({ ...name, InstanceIds: [id], ShouldDecrementDesiredCapacity: true });
      await world.pass(3 * MINUTE);
      world.ec2.impair(id);
      await world.pass(10 * MINUTE);
      expect(await state(id)).toBe('Standby');
      await world.api.exitStandby({ ...name, InstanceIds: [id] });
      await world.pass(5);
      expect(world.statesOf(id).slice(-2)).toEqual(['Pending', 'InService']);
      expect(world.elb.targetState(TARGET_GROUP, id)).toBe('healthy');
      expect((await world.describe()).DesiredCapacity).toBe(2);
    });

    it('is refused below the minimum, and for what is not in service', async () => {
      await world.api.setDesiredCapacity({ ...name, DesiredCapacity: 1 });
      await world.pass(5 * MINUTE);
      const id = await someone();
      await expect(
        world.api.enterStandby({ ...name, InstanceIds: [id], ShouldDecrementDesiredCapacity: true }),
      ).rejects.toThrow(
        'AutoScalingGroup web has min-size=1, max-size=3, and desired-size=1. To place into standby 1 instance, please update the AutoScalingGroup sizes appropriately.',
      );
      await expect(world.api.exitStandby({ ...name, InstanceIds: [id] })).rejects.toThrow(
        `The instance ${id} is not in Standby.`,
      );
    });
  });

  describe('attached and detached', () => {
    it('leaves the group alive, and can be attached again', async () => {
      await addHooks();
      const id = await someone();
      await world.api.detachInstances({ ...name, InstanceIds: [id], ShouldDecrementDesiredCapacity: true });
      await world.pass(DEREGISTRATION_SECONDS + 5);
      expect(await state(id)).toBeUndefined();
      expect(world.ec2.instance(id)?.state).toBe('running');
      expect((await world.describe()).DesiredCapacity).toBe(1);
      await world.api.attachInstances({ ...name, InstanceIds: [id] });
      await world.pass(5);
      expect(await state(id)).toBe('InService');
      expect((await world.describe()).DesiredCapacity).toBe(2);
      expect(world.ec2.tags).toEqual([[id, new Map([['aws:autoscaling:groupName', GROUP]])]]);
      expect(world.events.filter(({ detailType }) => detailType.includes('Lifecycle Action'))).toHaveLength(
        0,
      );
    });

    it('is refused beyond the maximum, and while a group has it', async () => {
      const id = await someone();
      await expect(world.api.attachInstances({ ...name, InstanceIds: [id] })).rejects.toThrow(
        `Instance ${id} is already part of AutoScalingGroup:${GROUP}`,
      );
      await world.api.detachInstances({ ...name, InstanceIds: [id], ShouldDecrementDesiredCapacity: false });
      await world.pass(5 * MINUTE);
      await world.api.setDesiredCapacity({ ...name, DesiredCapacity: 3 });
      await expect(world.api.attachInstances({ ...name, InstanceIds: [id] })).rejects.toThrow(
        'To attach 1 more instance, please update the AutoScalingGroup sizes appropriately.',
      );
    });
  });

  describe('that is unhealthy', () => {
    it('is replaced when EC2 ended it from outside, with its terminate hook', async () => {
      await addHooks();
      const id = await someone();
      world.ec2.change(id, 'terminated');
      await world.pass(MINUTE + DEREGISTRATION_SECONDS);
      expect(await state(id)).toBe('Terminating:Wait');
      expect(await world.instances('Pending:Wait')).toHaveLength(1);
      const { Cause } = (await world.activities()).find(({ Description }) => Description?.includes(id)) ?? {};
      expect(Cause).toContain(
        'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped',
      );
    });

    it('is replaced when it fails the load balancer only where the group asks it', async () => {
      const id = await someone();
      world.elb.fail(id);
      await world.pass(5 * MINUTE);
      expect(await state(id)).toBe('InService');
      await world.api.updateAutoScalingGroup({ ...name, HealthCheckType: 'ELB' });
      await world.pass(MINUTE);
      expect(await state(id)).toBe('Terminating');
    });

    it('is left alone during the grace period', async () => {
      await world.api.updateAutoScalingGroup({
        ...name,
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 600,
      });
      const id = await someone();
      world.elb.fail(id);
      await world.pass(8 * MINUTE);
      expect(await state(id)).toBe('InService');
      await world.pass(3 * MINUTE);
      expect(await state(id)).not.toBe('InService');
    });

    it('is replaced when a user says so, protected or not, unless ReplaceUnhealthy is suspended', async () => {
      const id = await someone();
      await world.api.setInstanceProtection({ ...name, InstanceIds: [id], ProtectedFromScaleIn: true });
      await world.api.suspendProcesses({ ...name, ScalingProcesses: ['ReplaceUnhealthy'] });
      await world.api.setInstanceHealth({ InstanceId: id, HealthStatus: 'Unhealthy' });
      await world.pass(5 * MINUTE);
      expect(first(await world.instances())).toMatchObject({
        InstanceId: id,
        HealthStatus: 'Unhealthy',
        LifecycleState: 'InService',
      });
      await world.api.resumeProcesses(name);
      await world.pass(5);
      expect(await state(id)).toBe('Terminating');
    });

    it('is not noticed while HealthCheck is suspended', async () => {
      await world.api.suspendProcesses({ ...name, ScalingProcesses: ['HealthCheck'] });
      const id = await someone();
      world.ec2.impair(id);
      await world.pass(5 * MINUTE);
      expect(await state(id)).toBe('InService');
    });
  });

  it('serves the target groups that are attached, and drains from those that are detached', async () => {
    const id = await someone();
    const other = { ...name, TargetGroupARNs: [OTHER_TARGET_GROUP] };
    await world.api.attachLoadBalancerTargetGroups(other);
    expect(world.elb.targetState(OTHER_TARGET_GROUP, id)).toBe('healthy');
    await world.api.detachTrafficSources({
      ...name,
      TrafficSources: [{ Identifier: OTHER_TARGET_GROUP, Type: 'elbv2' }],
    });
    const states = async () =>
      (await world.api.describeLoadBalancerTargetGroups(name)).LoadBalancerTargetGroups;
    expect(await states()).toEqual([
      { LoadBalancerTargetGroupARN: TARGET_GROUP, State: 'InService' },
      { LoadBalancerTargetGroupARN: OTHER_TARGET_GROUP, State: 'Removing' },
    ]);
    await world.pass(DEREGISTRATION_SECONDS + 1);
    expect(await states()).toHaveLength(1);
    expect(world.ec2.instance(id)?.state).toBe('running');
  });

  it('can be protected only in service or standby', async () => {
    const id = await someone();
    await world.api.terminateInstanceInAutoScalingGroup({
      InstanceId: id,
      ShouldDecrementDesiredCapacity: true,
    });
    await expect(
      world.api.setInstanceProtection({ ...name, InstanceIds: [id], ProtectedFromScaleIn: true }),
    ).rejects.toThrow(`The instance ${id} is not in InService or EnteringStandby or Standby.`);
  });
});
