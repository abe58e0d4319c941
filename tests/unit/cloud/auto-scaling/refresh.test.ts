import type { DesiredConfiguration, RefreshPreferences } from '@aws-sdk/client-auto-scaling';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../tools/cloud/kernel/index.ts';
import { leewayOf } from '../../../../tools/cloud/services/auto-scaling/refresh/batch.ts';
import type { World } from './world.ts';
import { GROUP, LAUNCH_HOOK, entries, first, openWorld } from './world.ts';

const V2 = { LaunchTemplate: { LaunchTemplateName: 'web', Version: '2' } };
const MINUTE = 60;

describe('an instance refresh', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    world.ec2.versions = 2;
  });
  afterEach(() => world.close());

  const settle = async (desired: number, input = {}) => {
    await world.create({ DesiredCapacity: desired, TargetGroupARNs: [], ...input });
    await world.pass(MINUTE);
  };
  const start = (Preferences: RefreshPreferences = {}, DesiredConfiguration: DesiredConfiguration = V2) =>
    world.api.startInstanceRefresh({ AutoScalingGroupName: GROUP, Preferences, DesiredConfiguration });
  const current = async () => {
    const { InstanceRefreshes = [] } = await world.api.describeInstanceRefreshes({
      AutoScalingGroupName: GROUP,
    });
    return first(InstanceRefreshes);
  };
  const versions = async () => (await world.instances()).map(({ LaunchTemplate }) => LaunchTemplate?.Version);
  const told = () =>
    world.events
      .filter(({ detailType }) => detailType.startsWith('EC2 Auto Scaling Instance Refresh'))
      .map(({ detailType }) => detailType.replace('EC2 Auto Scaling Instance Refresh ', ''));
  /** The fewest and the most instances in service since the refresh began. */
  const inServiceRange = async (minutes: number): Promise<{ least: number; most: number }> => {
    const counts: number[] = [];
    for (let second = 0; second < minutes * MINUTE; second += 5) {
      await world.pass(5);
      counts.push((await world.instances('InService')).length);
    }
    return { least: Math.min(...counts), most: Math.max(...counts) };
  };

  it('replaces all instances and gives the group the desired configuration when it succeeds', async () => {
    await settle(4);
    await start({ MinHealthyPercentage: 50, InstanceWarmup: 30 });
    await world.pass(90);
    expect((await world.describe()).LaunchTemplate?.Version).toBe('1');
    await world.pass(10 * MINUTE);
    expect(await current()).toMatchObject({
      Status: 'Successful',
      PercentageComplete: 100,
      InstancesToUpdate: 0,
    });
    expect(await versions()).toEqual(['2', '2', '2', '2']);
    expect((await world.describe()).LaunchTemplate?.Version).toBe('2');
    expect(told()).toEqual(['Started', 'Succeeded']);
  });

  it('keeps the least healthy percentage in service, terminating first', async () => {
    await settle(4);
    await start({ MinHealthyPercentage: 75, InstanceWarmup: 30 });
    expect(await inServiceRange(10)).toEqual({ least: 3, most: 4 });
    expect((await current()).Status).toBe('Successful');
  });

  it('launches first where a maximum is named', async () => {
    await settle(4);
    await start({ MinHealthyPercentage: 100, MaxHealthyPercentage: 125, InstanceWarmup: 30 });
    expect(await inServiceRange(10)).toEqual({ least: 4, most: 5 });
    expect((await current()).Status).toBe('Successful');
    expect(await versions()).toEqual(['2', '2', '2', '2']);
  });

  it('lets a group of one go dark with the default preferences', async () => {
    await settle(1);
    await start({ InstanceWarmup: 30 });
    expect(await inServiceRange(5)).toEqual({ least: 0, most: 1 });
  });

  it('rises in percent only as replacements are warmed up', async () => {
    await settle(2);
    await start({ MinHealthyPercentage: 50, InstanceWarmup: 120 });
    await world.pass(100);
    expect(await current()).toMatchObject({
      Status: 'InProgress',
      PercentageComplete: 0,
      InstancesToUpdate: 2,
    });
    await world.pass(80);
    expect(await current()).toMatchObject({ PercentageComplete: 50, InstancesToUpdate: 1 });
    const percents = entries(world.journal, 'instance-refresh').map(({ percent }) => percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });

  it('leaves matching instances alone if it is told to', async () => {
    await settle(2);
    const before = await world.instances();
    await start({ SkipMatching: true }, { LaunchTemplate: { LaunchTemplateName: 'web', Version: '1' } });
    await world.pass(5 * MINUTE);
    expect((await current()).Status).toBe('Successful');
    expect(await world.instances()).toEqual(before);
  });

  it('stops at checkpoints and tells them as strings', async () => {
    await settle(4);
    await start({
      MinHealthyPercentage: 75,
      InstanceWarmup: 10,
      CheckpointPercentages: [25, 100],
      CheckpointDelay: 600,
    });
    await world.pass(5 * MINUTE);
    expect((await versions()).toSorted()).toEqual(['1', '1', '1', '2']);
    expect(world.eventsOf('EC2 Auto Scaling Instance Refresh Checkpoint Reached')[0]?.detail).toMatchObject({
      CheckpointPercentage: '25',
      CheckpointDelay: '600',
    });
    await world.pass(15 * MINUTE);
    expect((await current()).Status).toBe('Successful');
  });

  it('bakes before it succeeds', async () => {
    await settle(1);
    await start({ InstanceWarmup: 10, BakeTime: 600 });
    await world.pass(5 * MINUTE);
    expect((await current()).Status).toBe('Baking');
    expect((await world.describe()).LaunchTemplate?.Version).toBe('1');
    await world.pass(10 * MINUTE);
    expect((await current()).Status).toBe('Successful');
    expect(told()).toEqual(['Started', 'Started Baking', 'Succeeded']);
  });

  it('rolls back by itself when an alarm goes off, while it bakes too', async () => {
    await settle(2);
    world.alarms.set('errors', 'OK');
    await start({
      MinHealthyPercentage: 50,
      InstanceWarmup: 10,
      BakeTime: 3600,
      AutoRollback: true,
      AlarmSpecification: { Alarms: ['errors'] },
    });
    await world.pass(10 * MINUTE);
    expect((await current()).Status).toBe('Baking');
    world.alarms.set('errors', 'ALARM');
    await world.pass(10 * MINUTE);
    expect(await current()).toMatchObject({
      Status: 'RollbackSuccessful',
      PercentageComplete: 0,
      RollbackDetails: {
        RollbackReason: 'The CloudWatch alarm errors went into the ALARM state.',
        PercentageCompleteOnRollback: 100,
      },
    });
    expect(await versions()).toEqual(['1', '1']);
    expect((await world.describe()).LaunchTemplate?.Version).toBe('1');
    expect(told().slice(-2)).toEqual(['Rollback Started', 'Rollback Succeeded']);
  });

  it('rolls back when its instances do not pass their launch hook', async () => {
    await settle(2);
    await world.api.putLifecycleHook({ AutoScalingGroupName: GROUP, ...LAUNCH_HOOK, HeartbeatTimeout: 60 });
    await start({ MinHealthyPercentage: 50, InstanceWarmup: 10, AutoRollback: true });
    for (let minute = 0; minute < 20; minute++) {
      await world.pass(MINUTE);
      for (const { InstanceId, LaunchTemplate } of await world.instances('Pending:Wait')) {
        await world.api.completeLifecycleAction({
          AutoScalingGroupName: GROUP,
          LifecycleHookName: 'admit',
          InstanceId,
          LifecycleActionResult: LaunchTemplate?.Version === '2' ? 'ABANDON' : 'CONTINUE',
        });
      }
    }
    expect(await current()).toMatchObject({ Status: 'RollbackSuccessful' });
    expect(await versions()).toEqual(['1', '1']);
  });

  it('fails, and leaves things as they are, when instances cannot be launched and it may not roll back', async () => {
    await settle(2);
    await start({ MinHealthyPercentage: 50, InstanceWarmup: 10 });
    world.ec2.failures.set('*', new AwsError('InsufficientInstanceCapacity', 'no capacity'));
    await world.pass(30 * MINUTE);
    expect(await current()).toMatchObject({ Status: 'Failed' });
    expect(told()).toEqual(['Started', 'Failed']);
    expect((await world.describe()).LaunchTemplate?.Version).toBe('1');
  });

  it('is rolled back on demand, from wherever it is', async () => {
    await settle(4);
    await start({ MinHealthyPercentage: 75, InstanceWarmup: 30 });
    await world.pass(2 * MINUTE);
    expect(new Set(await versions())).toEqual(new Set(['1', '2']));
    await world.api.rollbackInstanceRefresh({ AutoScalingGroupName: GROUP });
    expect((await current()).Status).toBe('RollbackInProgress');
    await world.pass(10 * MINUTE);
    expect((await current()).Status).toBe('RollbackSuccessful');
    expect(await versions()).toEqual(['1', '1', '1', '1']);
  });

  it.each([
    ['without a desired configuration', undefined],
    ['to the version $Latest', { LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' } }],
    ['to the version $Default', { LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Default' } }],
  ])('cannot be rolled back %s', async (_name, configuration) => {
    await settle(1);
    await world.api.startInstanceRefresh({
      AutoScalingGroupName: GROUP,
      ...(configuration === undefined ? {} : { DesiredConfiguration: configuration }),
    });
    await expect(world.api.rollbackInstanceRefresh({ AutoScalingGroupName: GROUP })).rejects.toMatchObject({
      name: 'IrreversibleInstanceRefreshFault',
    });
  });

  it('cannot roll back to a group that follows $Latest', async () => {
    await settle(1, { LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' } });
    await start();
    await expect(world.api.rollbackInstanceRefresh({ AutoScalingGroupName: GROUP })).rejects.toMatchObject({
      name: 'IrreversibleInstanceRefreshFault',
    });
    await world.api.cancelInstanceRefresh({ AutoScalingGroupName: GROUP });
    await world.pass(5 * MINUTE);
    await expect(start({ AutoRollback: true })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('is cancelled without undoing anything', async () => {
    await settle(4);
    await start({ MinHealthyPercentage: 75, InstanceWarmup: 30 });
    await world.pass(2 * MINUTE);
    await world.api.cancelInstanceRefresh({ AutoScalingGroupName: GROUP });
    expect((await current()).Status).toBe('Cancelling');
    await world.pass(10 * MINUTE);
    expect((await current()).Status).toBe('Cancelled');
    expect(await world.instances('InService')).toHaveLength(4);
    expect(new Set(await versions())).toEqual(new Set(['1', '2']));
    expect(told()).toEqual(['Started', 'Cancelled']);
    await expect(world.api.cancelInstanceRefresh({ AutoScalingGroupName: GROUP })).rejects.toMatchObject({
      name: 'ActiveInstanceRefreshNotFoundFault',
    });
  });

  it('keeps the configuration that it will set from being set by others, until it is over', async () => {
    const name = { AutoScalingGroupName: GROUP };
    await settle(2);
    await start();
    const change = () =>
      world.api.updateAutoScalingGroup({
        ...name,
        LaunchTemplate: { LaunchTemplateName: 'web', Version: '1' },
      });
    await expect(change()).rejects.toThrow('An active instance refresh with a desired configuration exists.');
    await world.api.updateAutoScalingGroup({ ...name, HealthCheckGracePeriod: 10 });
    await world.api.cancelInstanceRefresh({ ...name, WaitForTransitioningInstances: false });
    await change();
  });

  it('is the only one of its group', async () => {
    await settle(1);
    await start();
    await expect(start()).rejects.toMatchObject({ name: 'InstanceRefreshInProgressFault' });
  });

  it('waits an hour for protected instances and then fails', async () => {
    await settle(2);
    const { InstanceId = '' } = first(await world.instances());
    const protect = { AutoScalingGroupName: GROUP, InstanceIds: [InstanceId], ProtectedFromScaleIn: true };
    await world.api.setInstanceProtection(protect);
    await start({ MinHealthyPercentage: 50, InstanceWarmup: 10 });
    await world.pass(55 * MINUTE);
    expect(await current()).toMatchObject({ Status: 'InProgress', PercentageComplete: 50 });
    expect((await current()).StatusReason).toContain(InstanceId);
    await world.pass(15 * MINUTE);
    expect((await current()).Status).toBe('Failed');
    expect((await world.instances('InService')).map((instance) => instance.InstanceId)).toContain(InstanceId);
  });

  it.each([
    ['Ignore', ['1', '2']],
    ['Refresh', ['2', '2']],
  ] as const)('treats protected instances as told: %s', async (ScaleInProtectedInstances, expected) => {
    await settle(2);
    const { InstanceId = '' } = first(await world.instances());
    const protect = { AutoScalingGroupName: GROUP, InstanceIds: [InstanceId], ProtectedFromScaleIn: true };
    await world.api.setInstanceProtection(protect);
    await start({ MinHealthyPercentage: 50, InstanceWarmup: 10, ScaleInProtectedInstances });
    await world.pass(10 * MINUTE);
    expect((await current()).Status).toBe('Successful');
    expect((await versions()).toSorted()).toEqual(expected);
  });

  it.each([
    ['Ignore', 1],
    ['Terminate', 0],
  ] as const)('treats standby instances as told: %s', async (StandbyInstances, left) => {
    await settle(2);
    const { InstanceId = '' } = first(await world.instances());
    await world.api.enterStandby({
      AutoScalingGroupName: GROUP,
      InstanceIds: [InstanceId],
      ShouldDecrementDesiredCapacity: true,
    });
    await start({ MinHealthyPercentage: 0, InstanceWarmup: 10, StandbyInstances });
    await world.pass(10 * MINUTE);
    expect((await current()).Status).toBe('Successful');
    expect(await world.instances('Standby')).toHaveLength(left);
  });

  it('stands still while its process is suspended', async () => {
    await settle(2);
    const process = { AutoScalingGroupName: GROUP, ScalingProcesses: ['InstanceRefresh'] };
    await world.api.suspendProcesses(process);
    await start({ MinHealthyPercentage: 50, InstanceWarmup: 10 });
    await world.pass(10 * MINUTE);
    expect(await versions()).toEqual(['1', '1']);
    await world.api.resumeProcesses(process);
    await world.pass(10 * MINUTE);
    expect(await versions()).toEqual(['2', '2']);
  });

  it.each([
    ['a maximum without a minimum', { MaxHealthyPercentage: 120 }],
    ['a gap of more than 100', { MinHealthyPercentage: 50, MaxHealthyPercentage: 160 }],
    ['unordered checkpoints', { CheckpointPercentages: [50, 20, 100] }],
    ['a checkpoint delay without checkpoints', { CheckpointDelay: 60 }],
    ['a bake longer than two days', { BakeTime: 172_801 }],
    ['an alarm that does not exist', { AlarmSpecification: { Alarms: ['nobody'] } }],
  ])('refuses %s', async (_name, preferences) => {
    await settle(1);
    await expect(start(preferences)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('says that it cannot replace root volumes', async () => {
    await settle(1);
    const input = { AutoScalingGroupName: GROUP, Strategy: 'ReplaceRootVolume' } as const;
    await expect(world.api.startInstanceRefresh(input)).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('the leeway of a refresh', () => {
  it.each([
    { desired: 1, minHealthy: 90, maxHealthy: undefined, above: 0, below: 1 },
    { desired: 10, minHealthy: 90, maxHealthy: undefined, above: 0, below: 1 },
    { desired: 10, minHealthy: 75, maxHealthy: undefined, above: 0, below: 2 },
    { desired: 4, minHealthy: 100, maxHealthy: undefined, above: 0, below: 1 },
    { desired: 4, minHealthy: 100, maxHealthy: 100, above: 1, below: 0 },
    { desired: 4, minHealthy: 100, maxHealthy: 110, above: 1, below: 0 },
    { desired: 10, minHealthy: 100, maxHealthy: 120, above: 2, below: 0 },
    { desired: 10, minHealthy: 80, maxHealthy: 120, above: 2, below: 2 },
  ])('of $desired instances at $minHealthy to $maxHealthy percent is +$above -$below', (given) => {
    expect(leewayOf(given.desired, given)).toEqual({ above: given.above, below: given.below });
  });
});
