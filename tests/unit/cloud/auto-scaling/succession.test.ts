import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './world.ts';
import { GROUP, first, openWorld } from './world.ts';

const MINUTE = 60;
const DAY = 86_400;
const name = { AutoScalingGroupName: GROUP };

describe('an instance that gets its successor first', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  /** Watches how few instances are in service and how many there are, those leaving aside, while time passes. */
  const watch = async (seconds: number): Promise<{ least: number; most: number }> => {
    let least = Infinity;
    let most = 0;
    for (let second = 0; second < seconds; second += 5) {
      await world.pass(5);
      const states = (await world.instances()).map(({ LifecycleState = '' }) => LifecycleState);
      least = Math.min(least, states.filter((state) => state === 'InService').length);
      most = Math.max(most, states.filter((state) => !state.startsWith('Terminating')).length);
    }
    return { least, most };
  };
  const ids = async () => (await world.instances('InService')).map(({ InstanceId }) => InstanceId);

  it('is the one EC2 recommends to rebalance, where the group rebalances its capacity', async () => {
    await world.create({ MinSize: 2, MaxSize: 2, CapacityRebalance: true });
    await world.pass(MINUTE);
    const { InstanceId = '' } = first(await world.instances());
    const recommend = () =>
      world.kernel.events.emit({
        source: 'aws.ec2',
        detailType: 'EC2 Instance Rebalance Recommendation',
        resources: [],
        detail: { 'instance-id': InstanceId },
      });
    recommend();
    recommend();
    expect(await watch(5 * MINUTE)).toEqual({ least: 2, most: 3 });
    expect(await ids()).not.toContain(InstanceId);
    await world.api.updateAutoScalingGroup({ ...name, CapacityRebalance: false });
    const before = await ids();
    world.kernel.events.emit({
      source: 'aws.ec2',
      detailType: 'EC2 Instance Rebalance Recommendation',
      resources: [],
      detail: { 'instance-id': before[0] },
    });
    await world.pass(5 * MINUTE);
    expect(await ids()).toEqual(before);
  });

  it('is the unhealthy one that still runs, where the maintenance policy keeps all capacity healthy', async () => {
    await world.create({
      MinSize: 2,
      HealthCheckType: 'ELB',
      InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 150 },
    });
    await world.pass(MINUTE);
    const { InstanceId = '' } = first(await world.instances());
    world.elb.fail(InstanceId);
    expect(await watch(5 * MINUTE)).toEqual({ least: 2, most: 3 });
    expect(await ids()).not.toContain(InstanceId);
  });

  it.each([
    [
      'goes before its successor comes, where the policy allows less than all',
      { MinHealthyPercentage: 50, MaxHealthyPercentage: 100 },
      { least: 3, most: 4 },
    ],
    [
      'goes in step with as many others as the policy has ahead',
      { MinHealthyPercentage: 100, MaxHealthyPercentage: 150 },
      { least: 4, most: 6 },
    ],
    [
      'goes one at a time, where the policy has none ahead',
      { MinHealthyPercentage: 100, MaxHealthyPercentage: 100 },
      { least: 4, most: 5 },
    ],
  ])('%s', async (_words, InstanceMaintenancePolicy, expected) => {
    await world.create({ MinSize: 4, HealthCheckType: 'ELB', InstanceMaintenancePolicy });
    await world.pass(MINUTE);
    const sick = (await ids()).slice(0, expected.least === 3 ? 1 : 3);
    for (const id of sick) world.elb.fail(id ?? '');
    expect(await watch(20 * MINUTE)).toEqual(expected);
    const left = await ids();
    expect(left.filter((id) => sick.includes(id))).toEqual([]);
    expect(left).toHaveLength(4);
  });

  it('is nothing shorter than a day old', async () => {
    await expect(world.create({ MaxInstanceLifetime: 3600 })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('is the one that has outlived the maximum lifetime, one at a time', async () => {
    await world.create({ MinSize: 3, MaxInstanceLifetime: DAY });
    await world.pass(MINUTE);
    const before = await ids();
    await world.pass(DAY - 2 * MINUTE);
    expect(await ids()).toEqual(before);
    expect(await watch(10 * MINUTE)).toEqual({ least: 3, most: 4 });
    const after = await ids();
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    expect(after).toHaveLength(3);
  });
});
