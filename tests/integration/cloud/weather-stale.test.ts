import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IMAGE_PARAMETER, MINUTE, newWorld, refusal, SECOND, START, type World } from './instances-world.ts';

let world: World;
let autoScaling: AutoScaling;
let cloudWatch: CloudWatch;

beforeEach(async () => {
  world = await newWorld();
  const config = {
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  autoScaling = new AutoScaling(config);
  cloudWatch = new CloudWatch(config);
});

afterEach(async () => {
  for (const client of [autoScaling, cloudWatch, world.ec2, world.elb, world.ssm]) client.destroy();
  await world.cloud.close();
});

/** Has reads answered as of half a minute ago, from when there is a state so old. */
async function becomeStale(): Promise<string> {
  const id = world.cloud.weather.add({ kind: 'stale', age: 30 });
  await world.pass(MINUTE);
  return id;
}

describe('EC2 reads that are half a minute old', () => {
  const stateOf = async (id: string) => {
    const { Reservations = [] } = await world.ec2.describeInstances({ InstanceIds: [id] });
    return Reservations[0]?.Instances?.[0]?.State?.Name;
  };

  it('know nothing of an instance that was just started, and then see it as it was', async () => {
    await becomeStale();
    const id = await world.run();
    expect(await refusal(stateOf(id))).toBe('InvalidInstanceID.NotFound');
    await world.pass(29 * SECOND);
    expect(await refusal(stateOf(id))).toBe('InvalidInstanceID.NotFound');
    await world.pass(2 * SECOND);
    expect(await stateOf(id)).toBe('pending');
    await world.pass(MINUTE);
    expect(await stateOf(id)).toBe('running');
  });

  it('filter by what was, and count what was', async () => {
    const id = await world.run();
    await world.pass(MINUTE);
    await becomeStale();
    await world.ec2.terminateInstances({ InstanceIds: [id] });
    const running = { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] };
    const { Reservations = [] } = await world.ec2.describeInstances(running);
    expect(Reservations).toHaveLength(1);
    const { InstanceStatuses = [] } = await world.ec2.describeInstanceStatus({});
    expect(InstanceStatuses).toHaveLength(1);
    await world.pass(32 * SECOND);
    expect(await world.ec2.describeInstances(running)).toMatchObject({ Reservations: [] });
  });

  it('are right again when the entry ends', async () => {
    const entry = await becomeStale();
    const id = await world.run();
    world.cloud.weather.remove(entry);
    expect(await stateOf(id)).toBe('pending');
  });
});

describe('Auto Scaling reads that are half a minute old', () => {
  const create = (DesiredCapacity: number) =>
    autoScaling.createAutoScalingGroup({
      AutoScalingGroupName: 'web',
      MinSize: 0,
      MaxSize: 4,
      DesiredCapacity,
      LaunchTemplate: { LaunchTemplateName: 'web' },
      VPCZoneIdentifier: world.subnetIds.join(','),
    });
  const group = async () => {
    const { AutoScalingGroups = [] } = await autoScaling.describeAutoScalingGroups({});
    return AutoScalingGroups[0];
  };

  beforeEach(async () => {
    await world.ec2.createLaunchTemplate({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId: `resolve:ssm:${IMAGE_PARAMETER}`, InstanceType: 't4g.small' },
    });
  });

  it('know nothing of a group that was just made', async () => {
    await becomeStale();
    await create(0);
    expect(await group()).toBeUndefined();
    await world.pass(31 * SECOND);
    expect(await group()).toBeDefined();
  });

  it('show the old desired capacity, a terminated instance still in service, and its activity not yet', async () => {
    await create(1);
    await world.pass(2 * MINUTE);
    await becomeStale();
    const [before] = (await group())?.Instances ?? [];
    await autoScaling.terminateInstanceInAutoScalingGroup({
      InstanceId: before?.InstanceId,
      ShouldDecrementDesiredCapacity: true,
    });
    await world.pass(5 * SECOND);
    expect(await group()).toMatchObject({ DesiredCapacity: 1, Instances: [{ LifecycleState: 'InService' }] });
    const { AutoScalingInstances } = await autoScaling.describeAutoScalingInstances({});
    expect(AutoScalingInstances).toMatchObject([{ LifecycleState: 'InService' }]);
    const { Activities } = await autoScaling.describeScalingActivities({ AutoScalingGroupName: 'web' });
    expect(Activities).toHaveLength(1);
    await world.pass(30 * SECOND);
    expect(await group()).toMatchObject({ DesiredCapacity: 0 });
  });

  it('are for the next write to get wrong: the write itself sees what is', async () => {
    await create(1);
    await becomeStale();
    await autoScaling.setDesiredCapacity({ AutoScalingGroupName: 'web', DesiredCapacity: 3 });
    expect((await group())?.DesiredCapacity).toBe(1);
    expect(world.cloud.services.autoScaling.group('web')?.desired).toBe(3);
  });
});

describe('other reads that are half a minute old', () => {
  it('show a target that has left as healthy still', async () => {
    const { targetGroup } = await world.balance();
    const id = await world.run();
    await world.pass(MINUTE);
    await world.elb.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
    await world.pass(4 * MINUTE);
    await becomeStale();
    await world.elb.deregisterTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
    const states = async () =>
      (await world.elb.describeTargetHealth({ TargetGroupArn: targetGroup })).TargetHealthDescriptions?.map(
        ({ TargetHealth }) => TargetHealth?.State,
      );
    expect(await states()).toEqual(['healthy']);
    await world.pass(31 * SECOND);
    expect(await states()).toEqual(['draining']);
  });

  it('show an alarm in the state it had, and metrics without their newest values', async () => {
    await cloudWatch.putMetricAlarm({
      AlarmName: 'load',
      Namespace: 'App',
      MetricName: 'Load',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    await becomeStale();
    await cloudWatch.setAlarmState({ AlarmName: 'load', StateValue: 'ALARM', StateReason: 'test' });
    expect((await cloudWatch.describeAlarms({})).MetricAlarms).toMatchObject([
      { StateValue: 'INSUFFICIENT_DATA' },
    ]);
    await cloudWatch.putMetricData({
      Namespace: 'App',
      MetricData: [{ MetricName: 'Load', Value: 5, Timestamp: world.cloud.clock.date() }],
    });
    // A minute's values are seen a minute after its end, and here half a minute later.
    const sums = async () => {
      const { Datapoints = [] } = await cloudWatch.getMetricStatistics({
        Namespace: 'App',
        MetricName: 'Load',
        StartTime: new Date(START),
        EndTime: new Date(START + 10 * MINUTE),
        Period: 60,
        Statistics: ['Sum'],
      });
      return Datapoints.map(({ Sum }) => Sum);
    };
    await world.pass(2 * MINUTE + 20 * SECOND);
    expect(await sums()).toEqual([]);
    await world.pass(20 * SECOND);
    expect(await sums()).toEqual([5]);
  });
});

it('is as old as chance has it, anew for each call', async () => {
  world.cloud.weather.add({ kind: 'stale', age: { least: 0, most: 60 } });
  await world.pass(2 * MINUTE);
  for (let call = 0; call < 20; call++) await world.ec2.describeInstances({});
  const ages = world
    .told('weather')
    .flatMap(({ what }) => Number(/as of ([\d.]+) s ago/.exec(what ?? '')?.[1] ?? NaN))
    .filter((age) => !Number.isNaN(age));
  expect(new Set(ages).size).toBeGreaterThan(15);
  expect(Math.max(...ages)).toBeGreaterThan(40);
  expect(Math.min(...ages)).toBeLessThan(20);
});
