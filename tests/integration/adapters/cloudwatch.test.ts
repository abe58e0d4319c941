import { CloudWatch, CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudWatchAlarms } from '../../../shared/aws/cloudwatch-alarms.ts';
import { cloudWatchMetrics } from '../../../shared/aws/cloudwatch-metrics.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { Signal } from '../../../shared/domain/index.ts';
import { group, NOW } from '../../support/world.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';

let world: CloudWorld;
beforeEach(async () => {
  world = await newCloudWorld();
});
afterEach(() => world.cloud.close());

const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup';
const requests: Signal = { name: 'requests', metric: 'alb-requests-per-target', target: 100 };
const cpu: Signal = { name: 'cpu', metric: 'cpu', target: 50 };

function put(
  namespace: string,
  name: string,
  dimensions: Record<string, string>,
  at: number,
  ...values: number[]
): void {
  const sample = {
    sum: values.reduce((sum, value) => sum + value, 0),
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
  };
  world.cloud.services.cloudWatch.metrics.put(namespace, name, dimensions, at, sample);
}

const putRequests = (target: string, at: number, value: number) =>
  put('AWS/ApplicationELB', 'RequestCountPerTarget', { TargetGroup: `targetgroup/${target}` }, at, value);

const metrics = () => cloudWatchMetrics(new CloudWatchClient(world.access));

describe('metrics', () => {
  it('are read minute by minute, oldest first, by one call', async () => {
    for (const minute of [0, 1, 2]) {
      putRequests('web/1', NOW + minute * MINUTE, 100 + minute);
      put('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: 'web-group' }, NOW + minute * MINUTE, 40, 60);
    }
    await world.pass(6 * MINUTE);
    const web = group(2, { targetGroupArns: [`${ARN}/web/1`] });
    const read = await metrics().read(web, [requests, cpu], 600, world.clock.now());
    expect(read.get('requests')).toEqual(
      [0, 1, 2].map((minute) => ({ at: NOW + minute * MINUTE, value: 100 + minute })),
    );
    expect(read.get('cpu')?.map(({ value }) => value)).toEqual([50, 50, 50]);
  });

  it('leave out the minute that is not over, and those before the span', async () => {
    for (let minute = 0; minute < 10; minute++) putRequests('web/1', NOW + minute * MINUTE, minute);
    await world.pass(9 * MINUTE + 30_000);
    const web = group(2, { targetGroupArns: [`${ARN}/web/1`] });
    const read = await metrics().read(web, [requests], 300, world.clock.now());
    expect(read.get('requests')?.at(0)?.value).toBe(4);
    expect(read.get('requests')?.at(-1)?.value).toBeLessThanOrEqual(8);
  });

  it('of several target groups add up where all have a value', async () => {
    putRequests('web/1', NOW, 100);
    putRequests('web/1', NOW + MINUTE, 100);
    putRequests('api/2', NOW + MINUTE, 20);
    await world.pass(6 * MINUTE);
    const both = group(2, { targetGroupArns: [`${ARN}/web/1`, `${ARN}/api/2`] });
    const read = await metrics().read(both, [requests], 600, world.clock.now());
    expect(read.get('requests')).toEqual([{ at: NOW + MINUTE, value: 120 }]);
  });

  it('that nobody has put are no samples, not zeros', async () => {
    const none = group(2, { targetGroupArns: [] });
    const read = await metrics().read(none, [requests, cpu], 600, world.clock.now());
    expect([read.get('requests'), read.get('cpu')]).toEqual([[], []]);
    expect(await metrics().requestsPerTarget(`${ARN}/web/1`, 300, world.clock.now())).toBeUndefined();
  });

  it('say how many requests a target group has served', async () => {
    for (const minute of [0, 1]) putRequests('web/1', NOW + minute * MINUTE, 7);
    await world.pass(5 * MINUTE);
    expect(await metrics().requestsPerTarget(`${ARN}/web/1`, 300, world.clock.now())).toBe(14);
  });
});

describe('alarms', () => {
  it('of a fleet are those whose names begin like it', async () => {
    const client = new CloudWatch(world.access);
    for (const name of ['evenkeel/prod/web/cpu-high', 'evenkeel/prod/web2/cpu-high']) {
      await client.putMetricAlarm({
        AlarmName: name,
        Namespace: 'Test',
        MetricName: 'm',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      });
    }
    await world.pass(MINUTE);
    await client.setAlarmState({
      AlarmName: 'evenkeel/prod/web/cpu-high',
      StateValue: 'ALARM',
      StateReason: 'test',
    });
    const alarms = await cloudWatchAlarms(new CloudWatchClient(world.access)).withPrefix(
      'evenkeel/prod/web/',
    );
    expect(alarms).toEqual([{ name: 'evenkeel/prod/web/cpu-high', state: 'ALARM', changedAt: NOW + MINUTE }]);
  });
});
