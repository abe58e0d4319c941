import type { InstancesDistribution, LaunchTemplateOverrides } from '@aws-sdk/client-auto-scaling';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Market } from '../../../../tools/cloud/services/auto-scaling/mixed-instances/choices.ts';
import { choicesFor } from '../../../../tools/cloud/services/auto-scaling/mixed-instances/choices.ts';
import { onDemandShare } from '../../../../tools/cloud/services/auto-scaling/mixed-instances/markets.ts';
import type { World } from './world.ts';
import { GROUP, openWorld } from './world.ts';

const name = { AutoScalingGroupName: GROUP };
const MINUTE = 60;
const TEMPLATE = { LaunchTemplateName: 'web', Version: '1' };

describe('a mixed instances policy tries its types', () => {
  const prices: Readonly<Record<string, number>> = { big: 0.4, middle: 0.2, small: 0.1 };
  const depths: Readonly<Record<string, number>> = { big: 0.9, middle: 0.8, small: 0.1 };
  const ec2 = {
    onDemandPrice: (type: string) => 2 * (prices[type] ?? 0),
    spotPool: (type: string) => ({ price: prices[type] ?? 0, depth: depths[type] ?? 0 }),
  };
  const order = (
    market: Market,
    distribution: InstancesDistribution,
    overrides: LaunchTemplateOverrides[] = [
      { InstanceType: 'big' },
      { InstanceType: 'small' },
      { InstanceType: 'middle' },
    ],
    present = new Map<string, number>(),
  ) =>
    choicesFor({ template: TEMPLATE, overrides, distribution }, { market, zone: 'a', present }, ec2).map(
      ({ InstanceType }) => InstanceType,
    );

  it('in their own order, which is their priority', () => {
    expect(order('on-demand', {})).toEqual(['big', 'small', 'middle']);
  });

  it('cheapest first on demand, by unit of capacity', () => {
    const lowest = { OnDemandAllocationStrategy: 'lowest-price' };
    expect(order('on-demand', lowest)).toEqual(['small', 'middle', 'big']);
    const weighted = [
      { InstanceType: 'small', WeightedCapacity: '1' },
      { InstanceType: 'big', WeightedCapacity: '8' },
    ];
    expect(order('on-demand', lowest, weighted)).toEqual(['big', 'small']);
  });

  it.each([
    ['lowest-price', ['small', 'middle', 'big']],
    ['capacity-optimized', ['big', 'middle', 'small']],
    ['price-capacity-optimized', ['middle', 'big', 'small']],
  ])('as Spot by %s', (SpotAllocationStrategy, expected) => {
    expect(order('spot', { SpotAllocationStrategy })).toEqual(expected);
  });

  it('as Spot by priority where capacity is much the same', () => {
    const prioritized = { SpotAllocationStrategy: 'capacity-optimized-prioritized' };
    const overrides = [{ InstanceType: 'small' }, { InstanceType: 'middle' }, { InstanceType: 'big' }];
    expect(order('spot', prioritized, overrides)).toEqual(['big', 'middle', 'small']);
  });

  it('spreads the lowest price over its pools', () => {
    const present = new Map([['small', 2]]);
    const distribution = { SpotInstancePools: 2 };
    expect(order('spot', distribution, undefined, present)).toEqual(['middle', 'small', 'big']);
    expect(order('spot', { SpotInstancePools: 1 }, undefined, present)).toEqual(['small', 'middle', 'big']);
  });

  it('pays no more for Spot than the maximum', () => {
    expect(order('spot', { SpotMaxPrice: '0.2' })).toEqual(['small', 'middle']);
    expect(() => order('spot', { SpotMaxPrice: '0.05' })).toThrow(/Spot request price of 0.05 is lower/);
  });
});

describe('the On-Demand share', () => {
  it.each([
    [{ OnDemandBaseCapacity: 4, OnDemandPercentageAboveBaseCapacity: 0 }, 3, 3],
    [{ OnDemandBaseCapacity: 4, OnDemandPercentageAboveBaseCapacity: 0 }, 10, 4],
    [{ OnDemandPercentageAboveBaseCapacity: 25 }, 10, 3],
    [{ OnDemandBaseCapacity: 2, OnDemandPercentageAboveBaseCapacity: 50 }, 7, 5],
    [{}, 6, 6],
  ])('with %o of %d is %d', (distribution, total, share) => {
    expect(onDemandShare(distribution, total)).toBe(share);
  });

  it('never shrinks as the group grows, nor exceeds it', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(100), fc.nat(200), (base, percentage, total) => {
        const distribution = { OnDemandBaseCapacity: base, OnDemandPercentageAboveBaseCapacity: percentage };
        const share = onDemandShare(distribution, total);
        expect(share).toBeLessThanOrEqual(total);
        expect(onDemandShare(distribution, total + 1)).toBeGreaterThanOrEqual(share);
      }),
    );
  });
});

describe('a group of mixed instances', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const create = (
    Overrides: LaunchTemplateOverrides[],
    InstancesDistribution: InstancesDistribution = {},
    more: object = {},
  ) =>
    world.create({
      LaunchTemplate: undefined,
      MixedInstancesPolicy: {
        LaunchTemplate: { LaunchTemplateSpecification: TEMPLATE, Overrides },
        InstancesDistribution,
      },
      TargetGroupARNs: [],
      MaxSize: 20,
      ...more,
    });
  const markets = () =>
    world.ec2
      .running()
      .map(({ market }) => market)
      .toSorted();
  const scaleTo = async (DesiredCapacity: number) => {
    await world.api.setDesiredCapacity({ ...name, DesiredCapacity });
    await world.pass(2 * MINUTE);
  };

  it('buys the base on demand and the percentage of the rest, and keeps to it when it shrinks', async () => {
    await create([{ InstanceType: 't4g.small' }], {
      OnDemandBaseCapacity: 1,
      OnDemandPercentageAboveBaseCapacity: 25,
    });
    await scaleTo(5);
    expect(markets()).toEqual(['on-demand', 'on-demand', 'spot', 'spot', 'spot']);
    await scaleTo(1);
    expect(markets()).toEqual(['on-demand']);
  });

  it('buys the base first, and rounds the percentage up in favour of On-Demand', async () => {
    const bought = async (distribution: InstancesDistribution, size: number) => {
      await create([{ InstanceType: 't4g.small' }], distribution);
      await scaleTo(size);
      await world.api.deleteAutoScalingGroup({ ...name, ForceDelete: true });
      await world.pass(MINUTE);
      return world.ec2.launches.splice(0).map(({ market }) => market);
    };
    expect(await bought({ OnDemandBaseCapacity: 1, OnDemandPercentageAboveBaseCapacity: 0 }, 3)).toEqual([
      'on-demand',
      'spot',
      'spot',
    ]);
    expect(await bought({ OnDemandPercentageAboveBaseCapacity: 50 }, 3)).toEqual([
      'on-demand',
      'spot',
      'on-demand',
    ]);
  });

  it('counts capacity in units, going beyond the desired one where the last instance is heavy', async () => {
    await create([
      { InstanceType: 't4g.large', WeightedCapacity: '4' },
      { InstanceType: 't4g.small', WeightedCapacity: '1' },
    ]);
    await scaleTo(10);
    const group = await world.describe();
    expect(group.DesiredCapacity).toBe(10);
    expect(group.Instances?.map(({ WeightedCapacity }) => WeightedCapacity)).toEqual(['4', '4', '4']);
    const { AutoScalingInstances = [] } = await world.api.describeAutoScalingInstances({});
    expect(AutoScalingInstances[0]?.WeightedCapacity).toBe('4');
    await world.pass(20 * MINUTE);
    expect(await world.instances('InService')).toHaveLength(3);
  });

  it('takes in only what leaves the desired capacity there', async () => {
    await create([
      { InstanceType: 't4g.large', WeightedCapacity: '4' },
      { InstanceType: 't4g.small', WeightedCapacity: '1' },
    ]);
    await scaleTo(12);
    await scaleTo(9);
    expect(await world.instances('InService')).toHaveLength(3);
    await scaleTo(8);
    expect(await world.instances('InService')).toHaveLength(2);
  });

  it('takes the weight off the desired capacity when an instance is terminated or put on standby with it', async () => {
    await create([{ InstanceType: 't4g.large', WeightedCapacity: '4' }]);
    await scaleTo(12);
    const [first, second] = (await world.instances()).map(({ InstanceId = '' }) => InstanceId);
    await world.api.terminateInstanceInAutoScalingGroup({
      InstanceId: first,
      ShouldDecrementDesiredCapacity: true,
    });
    await world.api.enterStandby({
      ...name,
      InstanceIds: [second ?? ''],
      ShouldDecrementDesiredCapacity: true,
    });
    expect((await world.describe()).DesiredCapacity).toBe(4);
  });

  it('scales by policies in units', async () => {
    await create([{ InstanceType: 't4g.large', WeightedCapacity: '4' }]);
    await scaleTo(8);
    await world.pass(10 * MINUTE);
    await world.api.putScalingPolicy({
      ...name,
      PolicyName: 'out',
      PolicyType: 'StepScaling',
      AdjustmentType: 'PercentChangeInCapacity',
      EstimatedInstanceWarmup: 0,
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 50 }],
    });
    await world.api.executePolicy({ ...name, PolicyName: 'out', MetricValue: 9, BreachThreshold: 5 });
    expect((await world.describe()).DesiredCapacity).toBe(12);
  });

  it('is measured in instances and in capacity', async () => {
    await create([{ InstanceType: 't4g.large', WeightedCapacity: '4' }]);
    await world.api.enableMetricsCollection({ ...name, Granularity: '1Minute' });
    await scaleTo(8);
    const latest = (metric: string) => world.metrics.findLast((one) => one.name === metric)?.value;
    expect(latest('GroupInServiceInstances')).toBe(2);
    expect(latest('GroupInServiceCapacity')).toBe(8);
    expect(latest('GroupTotalCapacity')).toBe(8);
  });

  it('launches a type from its own launch template', async () => {
    world.ec2.versions = 2;
    await create([
      { InstanceType: 't4g.small', LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '2' } },
    ]);
    await scaleTo(1);
    expect((await world.instances())[0]?.LaunchTemplate?.Version).toBe('2');
  });

  it('replaces instances of a type that a refresh no longer has', async () => {
    await create([
      { InstanceType: 't4g.large', WeightedCapacity: '4' },
      { InstanceType: 't4g.small', WeightedCapacity: '1' },
    ]);
    await scaleTo(8);
    await world.api.startInstanceRefresh({
      ...name,
      DesiredConfiguration: {
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: TEMPLATE,
            Overrides: [{ InstanceType: 't4g.medium', WeightedCapacity: '2' }],
          },
        },
      },
      Preferences: { SkipMatching: true, MinHealthyPercentage: 50, InstanceWarmup: 0 },
    });
    await world.pass(30 * MINUTE);
    const { InstanceRefreshes = [] } = await world.api.describeInstanceRefreshes(name);
    expect(InstanceRefreshes[0]?.Status).toBe('Successful');
    const types = (await world.instances('InService')).map(({ InstanceType }) => InstanceType);
    expect(types).toEqual(['t4g.medium', 't4g.medium', 't4g.medium', 't4g.medium']);
  });

  it.each([
    [
      'weights for some types only',
      [{ InstanceType: 't4g.large', WeightedCapacity: '4' }, { InstanceType: 't4g.small' }],
      {},
    ],
    ['a weight of nothing', [{ InstanceType: 't4g.large', WeightedCapacity: '0' }], {}],
    ['an unknown Spot strategy', [{ InstanceType: 't4g.large' }], { SpotAllocationStrategy: 'cheapest' }],
    [
      'pools without the lowest price',
      [{ InstanceType: 't4g.large' }],
      { SpotAllocationStrategy: 'capacity-optimized', SpotInstancePools: 3 },
    ],
    [
      'an unknown On-Demand strategy',
      [{ InstanceType: 't4g.large' }],
      { OnDemandAllocationStrategy: 'random' },
    ],
  ])('refuses %s', async (_words, overrides, distribution) => {
    await expect(create(overrides, distribution)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('says that it does not choose types by requirements', async () => {
    const requirements = { VCpuCount: { Min: 2 }, MemoryMiB: { Min: 1024 } };
    await expect(create([{ InstanceRequirements: requirements }])).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('InstanceRequirements') as string,
    });
  });
});
