import { CloudWatch, CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudWatchAlarms } from '../../../shared/aws/cloudwatch-alarms.ts';
import { cloudWatchMetrics } from '../../../shared/aws/cloudwatch-metrics.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { Signal } from '../../../shared/domain/index.ts';
import { group, NOW } from '../../support/world.ts';
import { companionsOf } from '../../../shared/policy/scaling/index.ts';
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

describe('how busy instances are', () => {
  it('is the newest CPU of each, known or not, by one call', async () => {
    const busy = (id: string, at: number, percent: number) =>
      put('AWS/EC2', 'CPUUtilization', { InstanceId: id }, at, percent);
    busy('i-1', NOW, 80);
    busy('i-1', NOW + 5 * MINUTE, 11);
    busy('i-2', NOW + 5 * MINUTE, 63);
    busy('i-old', NOW - 30 * MINUTE, 1);
    await world.pass(11 * MINUTE);
    const calls: string[] = [];
    world.cloud.kernel.journal.observe((entry) => {
      if (entry.kind === 'api-call') calls.push(entry.action);
    });
    const found = await metrics().busyness(['i-1', 'i-2', 'i-3', 'i-old'], world.clock.now());
    expect(found).toEqual(
      new Map([
        ['i-1', 10],
        ['i-2', 65],
      ]),
    );
    expect(calls).toEqual(['cloudwatch:GetMetricData']);
  });
});

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

  it('of a group without targets are what its balancers answer themselves', async () => {
    const turnedAway = (balancer: string, at: number, count: number) =>
      put('AWS/ApplicationELB', 'HTTPCode_ELB_503_Count', { LoadBalancer: balancer }, at, count);
    turnedAway('app/web/1', NOW, 4);
    turnedAway('app/web/1', NOW + MINUTE, 2);
    turnedAway('app/api/2', NOW + MINUTE, 3);
    await world.pass(6 * MINUTE);
    const none = group(0, { targetGroupArns: [`${ARN}/web/1`], loadBalancers: ['app/web/1', 'app/api/2'] });
    const read = await metrics().read(none, [requests], 600, world.clock.now());
    expect(read.get('requests')).toEqual([
      { at: NOW, value: 4, total: 4 },
      { at: NOW + MINUTE, value: 5, total: 5 },
    ]);
    const { loadBalancers: _, ...served } = none;
    expect((await metrics().read(served, [requests], 600, world.clock.now())).get('requests')).toEqual([]);
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

  it('say of a target group that has fallen silent that it serves none, and of one never heard of nothing', async () => {
    const hosts = { TargetGroup: 'targetgroup/web/1', LoadBalancer: 'app/front/1' };
    put('AWS/ApplicationELB', 'HealthyHostCount', hosts, NOW, 1);
    putRequests('web/1', NOW, 7);
    await world.pass(10 * MINUTE);
    const served = (name: string) => metrics().requestsPerTarget(`${ARN}/${name}`, 180, world.clock.now());
    expect(await served('web/1')).toBe(0);
    expect(await served('web/11')).toBeUndefined();
    await world.pass(26 * 60 * MINUTE);
    expect(await served('web/1')).toBeUndefined();
  });
});

describe('signals of the whole fleet', () => {
  const two = group(2, { targetGroupArns: [`${ARN}/web/1`, `${ARN}/api/2`] });
  const requestCount = (target: string, at: number, value: number) =>
    put(
      'AWS/ApplicationELB',
      'RequestCount',
      { TargetGroup: `targetgroup/${target}`, LoadBalancer: 'app/front/1' },
      at,
      value,
    );

  it('are the requests that their balancers count, beside what each target has', async () => {
    for (const target of ['web/1', 'api/2']) {
      putRequests(target, NOW, 50);
      requestCount(target, NOW, 105);
    }
    requestCount('other/3', NOW, 1000);
    await world.pass(5 * MINUTE);
    const read = await metrics().read(two, [requests], 600, world.clock.now());
    expect(read.get('requests')).toEqual([{ at: NOW, value: 100, total: 210 }]);
  });

  it('are the CPU of all that report it', async () => {
    put('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: 'web-group' }, NOW, 40, 60, 80);
    await world.pass(5 * MINUTE);
    const read = await metrics().read(two, [cpu], 600, world.clock.now());
    expect(read.get('cpu')).toEqual([{ at: NOW, value: 60, total: 180, reports: 3 }]);
  });

  it('are the messages of a queue, waiting and in flight, shared out to those that serve', async () => {
    const backlog: Signal = { name: 'b', metric: { kind: 'sqs-backlog', queue: 'orders' }, useful: 10 };
    put('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: 'orders' }, NOW, 30);
    put('AWS/SQS', 'ApproximateNumberOfMessagesNotVisible', { QueueName: 'orders' }, NOW, 10);
    put('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: 'orders' }, NOW + MINUTE, 30);
    await world.pass(5 * MINUTE);
    const readBy = async (count: number) =>
      (await metrics().read(group(count), [backlog], 600, world.clock.now())).get('b');
    expect(await readBy(4)).toEqual([{ at: NOW, value: 10, total: 40 }]);
    expect(await readBy(0)).toEqual([{ at: NOW, value: 40, total: 40 }]);
  });
});

describe('signals on any metric', () => {
  const sessions = {
    namespace: 'Shop',
    name: 'Sessions',
    dimensions: { Group: '{group}' },
    statistic: 'Maximum',
  };
  const putSessions = (at: number, ...values: number[]) =>
    put('Shop', 'Sessions', { Group: 'web-group' }, at, ...values);

  it('are read by the fleet’s own names', async () => {
    const signal: Signal = {
      name: 's',
      metric: { kind: 'cloudwatch', of: 'instance', ...sessions },
      target: 5,
    };
    putSessions(NOW, 3, 8);
    await world.pass(5 * MINUTE);
    const read = await metrics().read(group(2), [signal], 600, world.clock.now());
    expect(read.get('s')).toEqual([{ at: NOW, value: 8 }]);
  });

  it('are what an expression makes of several, each signal by its own ids', async () => {
    const metric = (expression: string, of: 'instance' | 'fleet'): Signal['metric'] => ({
      kind: 'expression',
      of,
      expression,
      metrics: { m: sessions, n: { ...sessions, statistic: 'Sum' } },
    });
    putSessions(NOW, 3, 8);
    await world.pass(5 * MINUTE);
    const read = await metrics().read(
      group(2),
      [
        { name: 'one', metric: metric('MAX([m, n]) + m', 'instance'), target: 5 },
        { name: 'two', metric: metric('n * 2', 'fleet'), target: 5 },
      ],
      600,
      world.clock.now(),
    );
    expect(read.get('one')).toEqual([{ at: NOW, value: 19 }]);
    expect(read.get('two')).toEqual([{ at: NOW, value: 11, total: 22 }]);
  });

  it('are read in periods of seconds where they have a high resolution, without the one that runs', async () => {
    const signal: Signal = {
      name: 's',
      metric: { kind: 'cloudwatch', of: 'instance', ...sessions, statistic: 'Average' },
      period: 10,
      target: 5,
    };
    const { metrics: store } = world.cloud.services.cloudWatch;
    for (let second = 0; second < 60; second += 5) {
      const sample = { sum: second, count: 1, min: second, max: second };
      store.putHighResolution('Shop', 'Sessions', { Group: 'web-group' }, NOW + second * 1000, sample);
    }
    await world.pass(45_000);
    const read = await metrics().read(group(2), [signal], 600, world.clock.now());
    expect(read.get('s')?.map(({ at, value }) => [(at - NOW) / 1000, value])).toEqual([
      [0, 2.5],
      [10, 12.5],
      [20, 22.5],
      [30, 32.5],
    ]);
  });

  it('are, to learn by, the share of all requests that fail, whichever target group they go to', async () => {
    const learnt: Signal = { name: 'r', metric: 'alb-requests-per-target', useful: 'learn' };
    const errors = companionsOf([learnt]).filter(({ name }) => name === 'learn.errors');
    const count = (name: string, target: string, value: number) =>
      put(
        'AWS/ApplicationELB',
        name,
        { LoadBalancer: 'app/a/1', TargetGroup: `targetgroup/${target}` },
        NOW,
        value,
      );
    count('RequestCount', 'web/1', 80);
    count('RequestCount', 'api/2', 120);
    count('HTTPCode_Target_5XX_Count', 'api/2', 10);
    await world.pass(6 * MINUTE);
    const read = async (...targets: string[]) => {
      const of = group(2, { targetGroupArns: targets.map((target) => `${ARN}/${target}`) });
      return (await metrics().read(of, errors, 600, world.clock.now())).get('learn.errors');
    };
    expect(await read('web/1', 'api/2')).toEqual([{ at: NOW, value: 5 }]);
    expect(await read('api/2')).toEqual([{ at: NOW, value: expect.closeTo(100 / 12, 6) as number }]);
    expect(await read()).toEqual([]);
  });

  it('are the latency of the slowest target group', async () => {
    const slow: Signal = { name: 's', metric: { kind: 'alb-latency', statistic: 'p90' }, target: 1 };
    const { metrics: store } = world.cloud.services.cloudWatch;
    for (const [target, seconds] of [
      ['web/1', 0.2],
      ['api/2', 0.7],
    ] as const) {
      const each = [[seconds, 95] as const, [5, 5] as const];
      const sample = { sum: 95 * seconds + 25, count: 100, min: seconds, max: 5, each };
      const dimensions = { TargetGroup: `targetgroup/${target}`, LoadBalancer: 'app/front/1' };
      store.put('AWS/ApplicationELB', 'TargetResponseTime', dimensions, NOW, sample);
    }
    await world.pass(5 * MINUTE);
    const two = group(2, { targetGroupArns: [`${ARN}/web/1`, `${ARN}/api/2`] });
    const read = await metrics().read(two, [slow], 600, world.clock.now());
    expect(read.get('s')?.[0]?.value).toBeCloseTo(0.7, 1);
  });

  it('take as few calls as 500 queries each allow', async () => {
    const signals = Array.from({ length: 600 }, (_, index): Signal => ({
      name: `s${index}`,
      metric: { kind: 'cloudwatch', of: 'instance', ...sessions },
      target: 5,
    }));
    putSessions(NOW, 3);
    await world.pass(5 * MINUTE);
    const client = new CloudWatchClient(world.access);
    const asked: number[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        asked.push((args.input as { MetricDataQueries?: unknown[] }).MetricDataQueries?.length ?? 0);
        return next(args);
      },
      { step: 'initialize' },
    );
    const read = await cloudWatchMetrics(client).read(group(2), signals, 600, world.clock.now());
    expect(asked).toEqual([500, 100]);
    expect([...read.values()].every((samples) => samples.length === 1)).toBe(true);
  });
});

describe('the history of signals', () => {
  it('is that of long periods, in the rates of a minute, with the whole fleet’s', async () => {
    const dimensions = { TargetGroup: 'targetgroup/web/1', LoadBalancer: 'app/front/1' };
    for (let minute = 0; minute < 10; minute++) {
      putRequests('web/1', NOW + minute * MINUTE, 50);
      put('AWS/ApplicationELB', 'RequestCount', dimensions, NOW + minute * MINUTE, 100 + minute);
      put('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: 'web-group' }, NOW + minute * MINUTE, 40, 60);
    }
    await world.pass(12 * MINUTE);
    const web = group(2, { targetGroupArns: [`${ARN}/web/1`] });
    const history = await metrics().history(web, [requests, cpu], NOW, 300, world.clock.now());
    expect(history.get('requests')).toEqual([
      { at: NOW, value: 50, total: 102 },
      { at: NOW + 5 * MINUTE, value: 50, total: 107 },
    ]);
    expect(history.get('cpu')).toEqual([
      { at: NOW, value: 50, total: 100, reports: 2 },
      { at: NOW + 5 * MINUTE, value: 50, total: 100, reports: 2 },
    ]);
  });

  it('counts each instance once that reports only every five minutes', async () => {
    for (const minute of [0, 5, 10])
      put('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: 'web-group' }, NOW + minute * MINUTE, 40, 60);
    await world.pass(17 * MINUTE);
    const history = await metrics().history(group(2), [cpu], NOW, 300, world.clock.now());
    expect(history.get('cpu')?.map(({ total }) => total)).toEqual([100, 100, 100]);
  });

  it('of an expression keeps the rate of its sums', async () => {
    const source = { namespace: 'Shop', name: 'Orders', dimensions: {}, statistic: 'Sum' };
    const signal: Signal = {
      name: 's',
      metric: { kind: 'expression', of: 'fleet', expression: 'n + 1', metrics: { n: source } },
      target: 5,
    };
    for (let minute = 0; minute < 5; minute++) put('Shop', 'Orders', {}, NOW + minute * MINUTE, 10);
    await world.pass(7 * MINUTE);
    const history = await metrics().history(group(1), [signal], NOW, 300, world.clock.now());
    expect(history.get('s')).toEqual([{ at: NOW, value: 11, total: 11 }]);
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
