import type { TargetTrackingConfiguration } from '@aws-sdk/client-auto-scaling';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet } from './groups-world.ts';
import { GROUP, openFleet } from './groups-world.ts';

const group = { AutoScalingGroupName: GROUP };
const load = (name: string): TargetTrackingConfiguration => ({
  CustomizedMetricSpecification: { Namespace: 'Test', MetricName: name, Statistic: 'Average' },
  TargetValue: 50,
});

describe('target tracking', () => {
  let fleet: Fleet;
  beforeEach(async () => {
    fleet = await openFleet();
    await fleet.createGroup({ DesiredCapacity: 4, MaxSize: 20, MinSize: 1, TargetGroupARNs: [] });
    await fleet.pass(35);
  });
  afterEach(() => fleet.close());

  const track = async (
    TargetTrackingConfiguration = load('Load'),
    PolicyName = 'track',
    EstimatedInstanceWarmup = 180,
  ) => {
    const { Alarms = [], PolicyARN } = await fleet.autoScaling.putScalingPolicy({
      ...group,
      PolicyName,
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup,
      TargetTrackingConfiguration,
    });
    return { names: Alarms.map(({ AlarmName = '' }) => AlarmName), PolicyARN };
  };
  const desired = async () => {
    const { AutoScalingGroups = [] } = await fleet.autoScaling.describeAutoScalingGroups({});
    return AutoScalingGroups[0]?.DesiredCapacity;
  };
  /** Lets minutes pass in each of which the metrics have these values. */
  const measure = async (minutes: number, values: Record<string, number>) => {
    const MetricData = Object.entries(values).map(([MetricName, Value]) => ({ MetricName, Value }));
    const sizes = [];
    for (let minute = 0; minute < minutes; minute++) {
      await fleet.cloudWatch.putMetricData({ Namespace: 'Test', MetricData });
      await fleet.pass(1);
      sizes.push(await desired());
    }
    return sizes;
  };
  const alarms = async (names: string[]) => {
    const { MetricAlarms = [] } = await fleet.cloudWatch.describeAlarms({ AlarmNames: names });
    return MetricAlarms;
  };

  it('keeps two alarms under AWS’s names: 3 of 3 minutes above the target, 15 of 15 below 90 % of it', async () => {
    const { names, PolicyARN } = await track({
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
      TargetValue: 50,
    });
    expect(names).toEqual([
      expect.stringMatching(/^TargetTracking-web-AlarmHigh-[0-9a-f-]{36}$/),
      expect.stringMatching(/^TargetTracking-web-AlarmLow-[0-9a-f-]{36}$/),
    ]);
    const common = {
      AlarmActions: [PolicyARN],
      AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${PolicyARN}.`,
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Statistic: 'Average',
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: GROUP }],
      Period: 60,
    };
    expect(await alarms(names)).toMatchObject([
      { ...common, ComparisonOperator: 'GreaterThanThreshold', Threshold: 50, EvaluationPeriods: 3 },
      { ...common, ComparisonOperator: 'LessThanThreshold', Threshold: 45, EvaluationPeriods: 15 },
    ]);
    const { ScalingPolicies } = await fleet.autoScaling.describePolicies({
      ...group,
      PolicyTypes: ['TargetTrackingScaling'],
    });
    expect(ScalingPolicies?.[0]?.Alarms?.map(({ AlarmName }) => AlarmName)).toEqual(names);
  });

  it('scales out after three minutes, in proportion and rounded up', async () => {
    await track();
    expect(await measure(5, { Load: 66 })).toEqual([4, 4, 4, 6, 6]);
  });

  it('asks again each minute, and adds only what the warming instances do not cover', async () => {
    await track(load('Load'), 'track', 600);
    await measure(4, { Load: 66 });
    expect(await measure(2, { Load: 66 })).toEqual([6, 6]);
    await measure(2, { Load: 80 });
    expect(await desired()).toBe(7);
    await fleet.pass(1);
    expect((await fleet.instances()).length).toBe(7);
  });

  it('goes on from the whole capacity once the new instances are warm', async () => {
    await track(load('Load'), 'track', 60);
    await measure(4, { Load: 66 });
    expect(await desired()).toBe(6);
    expect(await measure(3, { Load: 66 })).toEqual([6, 8, 8]);
  });

  it('scales in only after fifteen minutes below nine tenths of the target, rounding down what is removed', async () => {
    await track();
    const sizes = await measure(17, { Load: 30 });
    expect(sizes.slice(0, 15)).toEqual(new Array(15).fill(4));
    // Each minute again, while the alarm stands and what was removed is gone.
    expect(sizes.slice(15)).toEqual([3, 2]);
    const { Activities = [] } = await fleet.autoScaling.describeScalingActivities(group);
    expect(Activities[0]?.Cause).toMatch(
      /a monitor alarm TargetTracking-web-AlarmLow-\S+ in state ALARM triggered policy track changing the desired capacity from 4 to 3/,
    );
  });

  it('removes nothing where one instance less would lift the metric above the target', async () => {
    await track();
    expect(new Set(await measure(20, { Load: 44 }))).toEqual(new Set([4]));
  });

  it('removes nothing between nine tenths of the target and the target', async () => {
    await track(load('Load'));
    await fleet.autoScaling.setDesiredCapacity({ ...group, DesiredCapacity: 20 });
    await fleet.pass(10);
    expect(new Set(await measure(20, { Load: 46 }))).toEqual(new Set([20]));
  });

  it('scales in no further while what it removed is still going', async () => {
    await fleet.autoScaling.putLifecycleHook({
      ...group,
      LifecycleHookName: 'drain',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      HeartbeatTimeout: 3600,
    });
    await track();
    expect((await measure(25, { Load: 30 })).at(-1)).toBe(3);
  });

  it('does not scale in while it scales out', async () => {
    await track(load('Load'), 'track', 1200);
    await measure(4, { Load: 66 });
    expect(await desired()).toBe(6);
    expect((await measure(16, { Load: 10 })).at(-1)).toBe(6);
    expect(await measure(6, { Load: 10 })).toContain(2);
  });

  it('has no low alarm and removes nothing where scaling in is disabled', async () => {
    const { names } = await track({ ...load('Load'), DisableScaleIn: true });
    expect(names).toHaveLength(1);
    expect((await measure(20, { Load: 10 })).at(-1)).toBe(4);
  });

  it('does nothing about a metric that has no data', async () => {
    const { names } = await track();
    await fleet.pass(35);
    expect((await alarms(names)).map(({ StateValue }) => StateValue)).toEqual([
      'INSUFFICIENT_DATA',
      'INSUFFICIENT_DATA',
    ]);
    expect(await desired()).toBe(4);
  });

  it('goes by the policy that wants most, and in only when all are ready to', async () => {
    await track(load('A'), 'a', 600);
    await track(load('B'), 'b', 600);
    expect((await measure(5, { A: 60, B: 90 })).at(-1)).toBe(8);
    await fleet.pass(20);
    expect((await measure(20, { A: 10, B: 48 })).at(-1)).toBe(8);
    const sizes = await measure(17, { A: 10, B: 30 });
    expect(sizes.find((size) => size !== 8)).toBe(5);
  });

  it('waits for the slowest policy, even where that would take something in itself', async () => {
    await fleet.autoScaling.setDesiredCapacity({ ...group, DesiredCapacity: 20 });
    await fleet.pass(30);
    await track(load('A'), 'a');
    await track(load('B'), 'b');
    // 46 is below the target, and nearer to it than a tenth.
    expect(new Set(await measure(20, { A: 10, B: 46 }))).toEqual(new Set([20]));
  });

  it('takes nothing in while another policy is ready to scale out, and cannot', async () => {
    await fleet.autoScaling.updateAutoScalingGroup({ ...group, MaxSize: 4 });
    await track(load('A'), 'a');
    await track({ ...load('B'), DisableScaleIn: true }, 'b');
    const changes: number[] = [];
    fleet.cloud.kernel.journal.observe((entry) => {
      if (entry.kind === 'capacity') changes.push(entry.desired);
    });
    expect(new Set(await measure(20, { A: 10, B: 60 }))).toEqual(new Set([4]));
    expect(changes).toEqual([]);
    expect((await measure(5, { A: 10, B: 40 })).at(-1)).toBeLessThan(4);
  });

  it('follows metric math', async () => {
    await track({
      TargetValue: 10,
      CustomizedMetricSpecification: {
        Metrics: [
          {
            Id: 'queue',
            MetricStat: { Metric: { Namespace: 'Test', MetricName: 'Backlog' }, Stat: 'Average' },
            ReturnData: false,
          },
          {
            Id: 'size',
            MetricStat: { Metric: { Namespace: 'Test', MetricName: 'Size' }, Stat: 'Average' },
            ReturnData: false,
          },
          { Id: 'each', Expression: 'queue / size', ReturnData: true },
        ],
      },
    });
    expect((await measure(5, { Backlog: 100, Size: 4 })).at(-1)).toBe(10);
  });

  it('follows requests per target by a resource label of an attached target group', async () => {
    await fleet.autoScaling.attachLoadBalancerTargetGroups({
      ...group,
      TargetGroupARNs: [fleet.targetGroupArn],
    });
    const tail = (arn: string, from: string) => arn.slice(arn.indexOf(from));
    const label = `${tail(fleet.loadBalancerArn, 'app/')}/${tail(fleet.targetGroupArn, 'targetgroup/')}`;
    const configuration = (ResourceLabel: string) => ({
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget' as const,
        ResourceLabel,
      },
      TargetValue: 1000,
    });
    await expect(
      track(configuration(label.replace('targetgroup/web/', 'targetgroup/other/'))),
    ).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await track(configuration(label));
    await fleet.pass(3);
    fleet.cloud.traffic.drive(() => 120, fleet.targetGroupArn);
    await fleet.pass(6);
    // 7,200 requests a minute need eight instances.
    expect(await desired()).toBe(8);
  });

  it('keeps the alarms’ names when it is changed, and deletes them with the policy or the group', async () => {
    const { names } = await track();
    expect((await track({ ...load('Load'), TargetValue: 80 })).names).toEqual(names);
    expect((await alarms(names)).map(({ Threshold }) => Threshold)).toEqual([80, 72]);
    await fleet.autoScaling.deletePolicy({ ...group, PolicyName: 'track' });
    expect(await alarms(names)).toEqual([]);
    const again = await track();
    await fleet.autoScaling.deleteAutoScalingGroup({ ...group, ForceDelete: true });
    await fleet.pass(2);
    expect(await alarms(again.names)).toEqual([]);
  });

  it('refuses what belongs to other policies, a second policy for its metric, and being executed', async () => {
    await track();
    await expect(track(load('Load'), 'twin')).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    });
    await expect(
      fleet.autoScaling.putScalingPolicy({
        ...group,
        PolicyName: 'odd',
        PolicyType: 'TargetTrackingScaling',
        AdjustmentType: 'ChangeInCapacity',
        TargetTrackingConfiguration: load('Other'),
      }),
    ).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(fleet.autoScaling.executePolicy({ ...group, PolicyName: 'track' })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('comes and goes with a stack', async () => {
    const TemplateBody = JSON.stringify({
      Resources: {
        Track: {
          Type: 'AWS::AutoScaling::ScalingPolicy',
          Properties: {
            ...group,
            PolicyType: 'TargetTrackingScaling',
            EstimatedInstanceWarmup: 120,
            TargetTrackingConfiguration: {
              PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
              TargetValue: 60,
            },
          },
        },
      },
    });
    const tracking = async () => {
      const { MetricAlarms = [] } = await fleet.cloudWatch.describeAlarms({
        AlarmNamePrefix: 'TargetTracking-',
      });
      return MetricAlarms.map(({ Threshold }) => Threshold);
    };
    await fleet.cloudFormation.createStack({ StackName: 'tracking', TemplateBody });
    await fleet.pass(2);
    expect(await tracking()).toEqual([60, 54]);
    await fleet.cloudFormation.deleteStack({ StackName: 'tracking' });
    await fleet.pass(2);
    expect(await tracking()).toEqual([]);
  });
});
