import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../tools/cloud/kernel/index.ts';
import { wantedPoolSize } from '../../../../tools/cloud/services/auto-scaling/warm-pool/model.ts';
import type { World } from './world.ts';
import { first, GROUP, LAUNCH_HOOK, openWorld, TERMINATE_HOOK } from './world.ts';

const name = { AutoScalingGroupName: GROUP };
const MINUTE = 60;

describe('the size of a warm pool', () => {
  const pool = {
    min: 0,
    maxPrepared: undefined,
    state: 'Stopped',
    reusesOnScaleIn: false,
    isBeingDeleted: false,
  } as const;
  it.each([
    ['the maximum less the desired capacity', {}, 4],
    ['the maximum prepared capacity less the desired one', { maxPrepared: 8 }, 2],
    ['nothing where more is desired than prepared', { maxPrepared: 5 }, 0],
    ['the minimum even then', { maxPrepared: 5, min: 3 }, 3],
    ['nothing while it is being deleted', { min: 3, isBeingDeleted: true }, 0],
  ])('is %s', (_words, over, size) => {
    expect(wantedPoolSize({ warmPool: { ...pool, ...over }, max: 10, desired: 6 })).toBe(size);
  });
});

describe('a warm pool', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.create({ DesiredCapacity: 2, MaxSize: 4 });
    await world.pass(MINUTE);
  });
  afterEach(() => world.close());

  const pool = async () => (await world.api.describeWarmPool(name)).Instances ?? [];
  const poolStates = async () => (await pool()).map(({ LifecycleState }) => LifecycleState);
  const describeOne = (id: string) =>
    world.events.flatMap(({ detailType, detail }) =>
      detail['EC2InstanceId'] === id && detailType.endsWith('Lifecycle Action')
        ? [
            `${detailType.includes('launch') ? 'launch' : 'terminate'} ${String(detail['Origin'])}→${String(detail['Destination'])}`,
          ]
        : [],
    );
  const complete = async (LifecycleHookName: string, InstanceId: string, result = 'CONTINUE') =>
    world.api.completeLifecycleAction({
      ...name,
      LifecycleHookName,
      InstanceId,
      LifecycleActionResult: result,
    });
  const scaleTo = (DesiredCapacity: number) => world.api.setDesiredCapacity({ ...name, DesiredCapacity });

  it('fills up beside the group with instances that are stopped and serve nobody', async () => {
    await world.api.putWarmPool(name);
    await world.pass(2 * MINUTE);
    expect(await poolStates()).toEqual(['Warmed:Stopped', 'Warmed:Stopped']);
    const group = await world.describe();
    expect(group).toMatchObject({
      WarmPoolSize: 2,
      WarmPoolConfiguration: { PoolState: 'Stopped', MinSize: 0 },
    });
    expect(group.Instances).toHaveLength(2);
    expect(world.elb.registered()).toHaveLength(2);
    const { Description, StatusCode } = first(await world.activities());
    expect(Description).toMatch(/^Launching a new EC2 instance into warm pool: i-/);
    expect(StatusCode).toBe('Successful');
    const { AutoScalingInstances = [] } = await world.api.describeAutoScalingInstances({});
    expect(AutoScalingInstances).toHaveLength(4);
  });

  it.each(['Running', 'Hibernated'] as const)('keeps them %s where asked to', async (PoolState) => {
    world.ec2.template = { HibernationOptions: { Configured: true } };
    await world.api.putWarmPool({ ...name, PoolState });
    await world.pass(2 * MINUTE);
    expect(await poolStates()).toEqual([`Warmed:${PoolState}`, `Warmed:${PoolState}`]);
    await scaleTo(3);
    await world.pass(MINUTE);
    expect(await world.instances('InService')).toHaveLength(3);
  });

  it('runs the launch hook twice: on the way into the pool, and on the way out', async () => {
    await world.api.putLifecycleHook({ ...name, ...LAUNCH_HOOK });
    await world.api.putWarmPool({ ...name, MaxGroupPreparedCapacity: 3 });
    await world.pass(MINUTE);
    const { InstanceId: id = '' } = first(await pool());
    expect(await poolStates()).toEqual(['Warmed:Pending:Wait']);
    await complete(LAUNCH_HOOK.LifecycleHookName, id);
    await world.pass(MINUTE);
    await scaleTo(3);
    await world.pass(MINUTE);
    await complete(LAUNCH_HOOK.LifecycleHookName, id);
    await world.pass(MINUTE);
    expect(world.statesOf(id)).toEqual([
      'Warmed:Pending',
      'Warmed:Pending:Wait',
      'Warmed:Pending:Proceed',
      'Warmed:Stopped',
      'Pending',
      'Pending:Wait',
      'Pending:Proceed',
      'InService',
    ]);
    expect(describeOne(id)).toEqual(['launch EC2→WarmPool', 'launch WarmPool→AutoScalingGroup']);
    const launches = world
      .eventsOf('EC2 Instance Launch Successful')
      .filter(({ detail }) => detail['EC2InstanceId'] === id);
    expect(
      launches.map(({ detail }) => `${String(detail['Origin'])}→${String(detail['Destination'])}`),
    ).toEqual(['EC2→WarmPool', 'WarmPool→AutoScalingGroup']);
  });

  it('is drawn on before anything new is launched, and launches cold once it is empty', async () => {
    await world.api.putWarmPool({ ...name, MaxGroupPreparedCapacity: 3 });
    await world.pass(2 * MINUTE);
    const { InstanceId: warm } = first(await pool());
    const launched = world.ec2.launches.length;
    await scaleTo(4);
    await world.pass(MINUTE);
    const ids = (await world.instances('InService')).map(({ InstanceId }) => InstanceId);
    expect(ids).toContain(warm);
    expect(ids).toHaveLength(4);
    expect(world.ec2.launches).toHaveLength(launched + 1);
    expect(await pool()).toEqual([]);
    expect((await world.activities()).map(({ Description }) => Description)).toContain(
      `Launching a new EC2 instance from warm pool: ${warm}`,
    );
  });

  it('is filled again when scaling in leaves room, with the scaled-in instances terminated', async () => {
    await world.api.putWarmPool(name);
    await world.pass(2 * MINUTE);
    await scaleTo(1);
    await world.pass(10 * MINUTE);
    expect(await poolStates()).toEqual(['Warmed:Stopped', 'Warmed:Stopped', 'Warmed:Stopped']);
    expect(await world.instances()).toHaveLength(1);
  });

  it('takes scaled-in instances back by a terminate hook that names it, and uses them again', async () => {
    await world.api.putLifecycleHook({ ...name, ...TERMINATE_HOOK });
    await world.api.putWarmPool({
      ...name,
      MaxGroupPreparedCapacity: 2,
      InstanceReusePolicy: { ReuseOnScaleIn: true },
    });
    await world.pass(MINUTE);
    const before = (await world.instances()).map(({ InstanceId }) => InstanceId);
    await scaleTo(1);
    await world.pass(10 * MINUTE);
    const { InstanceId: id = '', LifecycleState } = first(await pool());
    expect(before).toContain(id);
    expect(LifecycleState).toBe('Warmed:Pending:Wait');
    expect(world.elb.registered()).toHaveLength(1);
    await complete(TERMINATE_HOOK.LifecycleHookName, id);
    await world.pass(MINUTE);
    expect(await poolStates()).toEqual(['Warmed:Stopped']);
    expect(describeOne(id)).toEqual(['terminate AutoScalingGroup→WarmPool']);
    await scaleTo(2);
    await world.pass(MINUTE);
    expect((await world.instances('InService')).map(({ InstanceId }) => InstanceId)).toContain(id);
  });

  it('terminates a returning instance whose hook is abandoned', async () => {
    await world.api.putLifecycleHook({ ...name, ...TERMINATE_HOOK });
    await world.api.putWarmPool({
      ...name,
      MaxGroupPreparedCapacity: 2,
      InstanceReusePolicy: { ReuseOnScaleIn: true },
    });
    await scaleTo(1);
    await world.pass(10 * MINUTE);
    const { InstanceId: id = '' } = first(await pool());
    await complete(TERMINATE_HOOK.LifecycleHookName, id, 'ABANDON');
    await world.pass(1);
    expect((await pool()).map(({ LifecycleState }) => LifecycleState)).toContain('Warmed:Terminating:Wait');
  });

  it('shrinks with its settings, through the terminate hook', async () => {
    await world.api.putLifecycleHook({ ...name, ...TERMINATE_HOOK });
    await world.api.putWarmPool(name);
    await world.pass(2 * MINUTE);
    await world.api.putWarmPool({ ...name, MaxGroupPreparedCapacity: 3 });
    await world.pass(5);
    const leaving = (await pool()).find(({ LifecycleState }) => LifecycleState === 'Warmed:Terminating:Wait');
    await complete(TERMINATE_HOOK.LifecycleHookName, leaving?.InstanceId ?? '');
    await world.pass(MINUTE);
    expect(await poolStates()).toEqual(['Warmed:Stopped']);
    expect(describeOne(leaving?.InstanceId ?? '')).toEqual(['terminate WarmPool→EC2']);
    await world.api.putWarmPool({ ...name, MaxGroupPreparedCapacity: -1 });
    await world.pass(2 * MINUTE);
    expect(await pool()).toHaveLength(2);
  });

  it('replaces an instance that someone terminated', async () => {
    await world.api.putWarmPool(name);
    await world.pass(2 * MINUTE);
    const { InstanceId: id = '' } = first(await pool());
    world.ec2.change(id, 'terminated');
    await world.pass(2 * MINUTE);
    const ids = (await pool()).map(({ InstanceId }) => InstanceId);
    expect(ids).toHaveLength(2);
    expect(ids).not.toContain(id);
  });

  it('counts a warm start that EC2 refuses as a failed launch, and launches anew', async () => {
    await world.api.putWarmPool({ ...name, MaxGroupPreparedCapacity: 3 });
    await world.pass(2 * MINUTE);
    const { InstanceId: id = '' } = first(await pool());
    world.ec2.startFailure = new AwsError('InsufficientInstanceCapacity', 'none left');
    await scaleTo(3);
    await world.pass(3 * MINUTE);
    const ids = (await world.instances('InService')).map(({ InstanceId }) => InstanceId);
    expect(ids).toHaveLength(3);
    expect(ids).not.toContain(id);
    expect((await world.activities()).map(({ StatusCode }) => StatusCode)).toContain('Failed');
  });

  it('is left empty while Launch is suspended', async () => {
    await world.api.suspendProcesses({ ...name, ScalingProcesses: ['Launch'] });
    await world.api.putWarmPool(name);
    await world.pass(2 * MINUTE);
    expect(await pool()).toEqual([]);
    await world.api.resumeProcesses({ ...name, ScalingProcesses: ['Launch'] });
    await world.pass(2 * MINUTE);
    expect(await pool()).toHaveLength(2);
  });

  it('goes with its instances, at once by force, and only then can be made again', async () => {
    await world.api.putLifecycleHook({ ...name, ...TERMINATE_HOOK });
    await world.api.putWarmPool(name);
    await world.pass(2 * MINUTE);
    await world.api.deleteWarmPool(name);
    await world.pass(MINUTE);
    expect((await world.api.describeWarmPool(name)).WarmPoolConfiguration).toMatchObject({
      Status: 'PendingDelete',
    });
    await expect(world.api.putWarmPool(name)).rejects.toMatchObject({
      name: 'ScalingActivityInProgressFault',
    });
    await world.api.deleteWarmPool({ ...name, ForceDelete: true });
    await world.pass(MINUTE);
    expect((await world.api.describeWarmPool(name)).WarmPoolConfiguration).toBeUndefined();
    await expect(world.api.deleteWarmPool(name)).rejects.toMatchObject({ name: 'ValidationError' });
    expect(await world.instances('InService')).toHaveLength(2);
  });

  it('goes with a group that is deleted by force, and else keeps it from being deleted', async () => {
    await world.api.putWarmPool({ ...name, MinSize: 1 });
    await world.api.updateAutoScalingGroup({ ...name, MaxSize: 0, DesiredCapacity: 0 });
    await world.pass(10 * MINUTE);
    await expect(world.api.deleteAutoScalingGroup(name)).rejects.toMatchObject({
      name: 'ResourceInUseFault',
    });
    await world.api.deleteAutoScalingGroup({ ...name, ForceDelete: true });
    await world.pass(MINUTE);
    expect((await world.api.describeAutoScalingGroups({})).AutoScalingGroups).toEqual([]);
    expect(world.ec2.running()).toEqual([]);
  });

  it('is refreshed after the group', async () => {
    await world.api.putWarmPool(name);
    await world.pass(2 * MINUTE);
    world.ec2.versions = 2;
    await world.api.startInstanceRefresh({
      ...name,
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateName: 'web', Version: '2' } },
      Preferences: { MinHealthyPercentage: 50, InstanceWarmup: 30 },
    });
    const refresh = async () =>
      first((await world.api.describeInstanceRefreshes(name)).InstanceRefreshes ?? []);
    await world.pass(MINUTE);
    expect((await refresh()).ProgressDetails?.WarmPoolProgress).toMatchObject({
      InstancesToUpdate: 2,
      PercentageComplete: 0,
    });
    expect((await pool()).map(({ LaunchTemplate }) => LaunchTemplate?.Version)).toEqual(['1', '1']);
    await world.pass(30 * MINUTE);
    expect(await refresh()).toMatchObject({
      Status: 'Successful',
      ProgressDetails: { WarmPoolProgress: { InstancesToUpdate: 0, PercentageComplete: 100 } },
    });
    expect((await pool()).map(({ LaunchTemplate }) => LaunchTemplate?.Version)).toEqual(['2', '2']);
    expect(await poolStates()).toEqual(['Warmed:Stopped', 'Warmed:Stopped']);
  });

  it('is measured', async () => {
    await world.api.putWarmPool({ ...name, MinSize: 1 });
    await world.api.enableMetricsCollection({ ...name, Granularity: '1Minute' });
    await world.pass(3 * MINUTE);
    const latest = (metric: string) => world.metrics.findLast((one) => one.name === metric)?.value;
    expect(latest('WarmPoolDesiredCapacity')).toBe(2);
    expect(latest('WarmPoolWarmedCapacity')).toBe(2);
    expect(latest('WarmPoolMinSize')).toBe(1);
    expect(latest('WarmPoolPendingCapacity')).toBe(0);
    expect(latest('GroupAndWarmPoolTotalCapacity')).toBe(4);
    expect(latest('GroupTotalInstances')).toBe(2);
  });

  it('has no Spot Instances, no weights, and hibernates only what can', async () => {
    await expect(world.api.putWarmPool({ ...name, PoolState: 'Hibernated' })).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await world.api.updateAutoScalingGroup({
      ...name,
      MixedInstancesPolicy: {
        LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '1' } },
        InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 50 },
      },
    });
    await expect(world.api.putWarmPool(name)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
