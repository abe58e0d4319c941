import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { single } from '../../../tools/cloud/services/cloudwatch/metric-store.ts';
import type { World } from './messaging-world.ts';
import { MINUTE, newWorld, SECOND, START } from './messaging-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

const ARN = 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:';

async function alarm(settings: Partial<PutMetricAlarmCommandInput> = {}): Promise<void> {
  await world.cloudwatch.putMetricAlarm({
    AlarmName: 'busy',
    Namespace: 'Shop',
    MetricName: 'cpu',
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 80,
    ComparisonOperator: 'GreaterThanThreshold',
    ...settings,
  });
}

/** Lets a metric have one value a minute, each put within its minute. */
async function minutes(name: string, values: readonly (number | undefined)[]): Promise<void> {
  for (const value of values) {
    const { metrics } = world.cloud.services.cloudWatch;
    if (value !== undefined) metrics.put('Shop', name, {}, world.cloud.clock.now(), single(value));
    await world.pass(MINUTE);
  }
}

function changes(name = 'busy'): [number, string, string][] {
  return world
    .told('alarm')
    .filter((entry) => entry.name === name)
    .map(({ at, from, to }) => [(at - START) / MINUTE, from, to]);
}

/** A queue that gets an alarm's messages, raw, by way of a topic. */
async function topicQueue(): Promise<{ topic: string; url: string }> {
  const { TopicArn: topic = '' } = await world.sns.createTopic({ Name: 'alarms' });
  const { url, arn } = await world.queue('alarms', { service: 'sns.amazonaws.com' });
  const Attributes = { RawMessageDelivery: 'true' };
  await world.sns.subscribe({ TopicArn: topic, Protocol: 'sqs', Endpoint: arn, Attributes });
  return { topic, url };
}

describe('an alarm on a metric', () => {
  it('has insufficient data until it is evaluated, and follows its metric a minute late', async () => {
    await alarm();
    const before = await world.cloudwatch.describeAlarms({ AlarmNames: ['busy'] });
    expect(before.MetricAlarms?.[0]).toMatchObject({
      AlarmArn: `${ARN}busy`,
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
    });
    await minutes('cpu', [50, 50, 90, 90, 50, 50, 50]);
    expect(changes()).toEqual([
      [2, 'INSUFFICIENT_DATA', 'OK'],
      [4, 'OK', 'ALARM'],
      [6, 'ALARM', 'OK'],
    ]);
  });

  it('says why in CloudWatch’s words', async () => {
    await alarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 80 });
    await minutes('cpu', [50, 50, 50, 85, 90.5, 50]);
    const { MetricAlarms } = await world.cloudwatch.describeAlarms({});
    expect(MetricAlarms?.[0]?.StateReason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [90.5 (05/01/26 00:04:00), 85.0 (05/01/26 00:03:00)] were greater than the threshold (80.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
    expect(JSON.parse(MetricAlarms?.[0]?.StateReasonData ?? '')).toMatchObject({
      version: '1.0',
      statistic: 'Average',
      period: 60,
      recentDatapoints: [50, 85, 90.5],
      threshold: 80,
    });
  });

  it('tells the default event bus in AWS’s shape', async () => {
    const queue = await world.queue('events', { service: 'events.amazonaws.com' });
    await world.events.putRule({ Name: 'alarms', EventPattern: '{"source":["aws.cloudwatch"]}' });
    await world.events.putTargets({ Rule: 'alarms', Targets: [{ Id: 'queue', Arn: queue.arn }] });
    await alarm({ AlarmDescription: 'too busy', Dimensions: [] });
    await minutes('cpu', [90, 90, 90]);
    const [body = ''] = await world.received(queue.url);
    const event = JSON.parse(body) as { detail: { state: { reasonData: string } } };
    expect(event).toMatchObject({
      'detail-type': 'CloudWatch Alarm State Change',
      source: 'aws.cloudwatch',
      resources: [`${ARN}busy`],
      detail: {
        alarmName: 'busy',
        configuration: {
          description: 'too busy',
          metrics: [
            {
              id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
              metricStat: {
                metric: { namespace: 'Shop', name: 'cpu', dimensions: {} },
                period: 60,
                stat: 'Average',
              },
              returnData: true,
            },
          ],
        },
        previousState: { value: 'INSUFFICIENT_DATA', timestamp: '2026-01-05T00:00:00.000+0000' },
        state: {
          value: 'ALARM',
          reason:
            'Threshold Crossed: 1 datapoint [90.0 (05/01/26 00:00:00)] was greater than the threshold (80.0).',
          timestamp: '2026-01-05T00:02:00.000+0000',
        },
      },
    });
    expect(JSON.parse(event.detail.state.reasonData)).toMatchObject({ recentDatapoints: [90] });
  });

  it('writes to its topic in AWS’s shape, once for each change', async () => {
    const { topic, url } = await topicQueue();
    await alarm({ AlarmActions: [topic], OKActions: [topic], TreatMissingData: 'notBreaching' });
    await minutes('cpu', [90, 90, 90, 90, 10, 10]);
    await world.pass(SECOND);
    const messages = (await world.received(url)).map((body) => JSON.parse(body) as { NewStateValue: string });
    expect(messages.map(({ NewStateValue }) => NewStateValue)).toEqual(['OK', 'ALARM', 'OK']);
    expect(messages[1]).toMatchObject({
      AlarmName: 'busy',
      AlarmArn: `${ARN}busy`,
      AlarmDescription: null,
      AWSAccountId: '123456789012',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      StateChangeTime: '2026-01-05T00:02:00.000+0000',
      Region: 'EU (Frankfurt)',
      AlarmActions: [topic],
      Trigger: {
        MetricName: 'cpu',
        Namespace: 'Shop',
        StatisticType: 'Statistic',
        Statistic: 'AVERAGE',
        Unit: null,
        Dimensions: [],
        Period: 60,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 80,
        TreatMissingData: 'notBreaching',
      },
    });
  });

  it('does nothing more than tell while its actions are disabled', async () => {
    const { topic, url } = await topicQueue();
    await alarm({ AlarmActions: [topic] });
    await world.cloudwatch.disableAlarmActions({ AlarmNames: ['busy'] });
    await minutes('cpu', [90, 90, 90]);
    expect(changes()).toHaveLength(1);
    expect(await world.received(url)).toEqual([]);
  });

  it('can be set to a state by hand, until it is next evaluated', async () => {
    await alarm({ TreatMissingData: 'notBreaching' });
    await world.pass(MINUTE);
    await world.cloudwatch.setAlarmState({ AlarmName: 'busy', StateValue: 'ALARM', StateReason: 'a drill' });
    await world.pass(MINUTE);
    expect(changes()).toEqual([
      [1, 'INSUFFICIENT_DATA', 'OK'],
      [1, 'OK', 'ALARM'],
      [2, 'ALARM', 'OK'],
    ]);
    const { AlarmHistoryItems = [] } = await world.cloudwatch.describeAlarmHistory({
      AlarmName: 'busy',
      HistoryItemType: 'StateUpdate',
    });
    expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from INSUFFICIENT_DATA to OK',
    ]);
  });

  it('has insufficient data again when its metric falls silent', async () => {
    await alarm();
    await minutes('cpu', [50, 50, undefined, undefined, undefined, undefined, undefined]);
    expect(changes().at(-1)?.slice(1)).toEqual(['OK', 'INSUFFICIENT_DATA']);
  });

  it('stops when it is deleted', async () => {
    await alarm();
    await minutes('cpu', [50, 50]);
    await world.cloudwatch.deleteAlarms({ AlarmNames: ['busy'] });
    await minutes('cpu', [90, 90, 90]);
    expect(changes()).toHaveLength(1);
    await expect(world.cloudwatch.deleteAlarms({ AlarmNames: ['busy'] })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });

  it('has no anomaly detection band, and says what to use instead', async () => {
    const band = {
      AlarmName: 'odd',
      EvaluationPeriods: 1,
      ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold' as const,
      ThresholdMetricId: 'band',
      Metrics: [
        {
          Id: 'm1',
          MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'cpu' }, Period: 60, Stat: 'Average' },
        },
        { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)' },
      ],
    };
    await expect(world.cloudwatch.putMetricAlarm(band)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('Use a static Threshold') as string,
      $metadata: { httpStatusCode: 501 },
    });
    await expect(world.cloudwatch.putAnomalyDetector({})).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('watches periods below a minute every ten seconds', async () => {
    await alarm({ Period: 10, EvaluationPeriods: 2 });
    for (const value of [50, 90, 90, 90]) {
      const MetricData = [{ MetricName: 'cpu', Value: value, StorageResolution: 1 }];
      await world.cloudwatch.putMetricData({ Namespace: 'Shop', MetricData });
      await world.pass(10 * SECOND);
    }
    expect(world.told('alarm').map(({ to, at }) => [to, (at - START) / SECOND])).toEqual([
      ['OK', 20],
      ['ALARM', 40],
    ]);
  });

  it.each([
    [{ ComparisonOperator: 'LessThanLowerThreshold' as const }, 'Use a static Threshold'],
    [{ Period: 45 }, 'multiple of 60'],
    [{ EvaluationPeriods: 1441 }, 'more than a day'],
    [{ DatapointsToAlarm: 2 }, 'DatapointsToAlarm'],
    [{ AlarmActions: ['arn:aws:automate:eu-central-1:ec2:stop'] }, 'does not perform the alarm action'],
    [{ TreatMissingData: 'nonBreaching' }, 'TreatMissingData'],
    [{ Statistic: undefined, ExtendedStatistic: 'tm90' }, 'no statistic tm90'],
  ])('is refused with %j', async (settings, message) => {
    await expect(alarm(settings as Partial<PutMetricAlarmCommandInput>)).rejects.toThrow(message);
  });
});

describe('an alarm on metric math', () => {
  it('compares what its one returned query comes to', async () => {
    await world.cloudwatch.putMetricAlarm({
      AlarmName: 'busy',
      EvaluationPeriods: 1,
      Threshold: 0.1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Metrics: [
        { Id: 'share', Expression: 'errors / requests', Label: 'error share' },
        ...['errors', 'requests'].map((name) => ({
          Id: name,
          ReturnData: false,
          MetricStat: { Metric: { Namespace: 'Shop', MetricName: name }, Period: 60, Stat: 'Sum' },
        })),
      ],
    });
    for (const [errors, requests] of [
      [1, 100],
      [10, 100],
      [1, 100],
      [1, 100],
    ] as const) {
      const { metrics } = world.cloud.services.cloudWatch;
      metrics.put('Shop', 'errors', {}, world.cloud.clock.now(), single(errors));
      metrics.put('Shop', 'requests', {}, world.cloud.clock.now(), single(requests));
      await world.pass(MINUTE);
    }
    expect(changes()).toEqual([
      [2, 'INSUFFICIENT_DATA', 'OK'],
      [3, 'OK', 'ALARM'],
      [4, 'ALARM', 'OK'],
    ]);
  });
});

describe('a composite alarm', () => {
  const composite = (rule: string, more: object = {}) =>
    world.cloudwatch.putCompositeAlarm({ AlarmName: 'both', AlarmRule: rule, ...more });
  const set = async (name: string, value: 'OK' | 'ALARM') => {
    await world.cloudwatch.setAlarmState({ AlarmName: name, StateValue: value, StateReason: 'test' });
    await world.pass(0);
  };

  beforeEach(async () => {
    // Alarms without data keep the state that they are set to.
    for (const name of ['one', 'two', 'maintenance'])
      await alarm({ AlarmName: name, TreatMissingData: 'ignore' });
  });

  it('follows the alarms of its rule', async () => {
    await composite(`ALARM("one") AND NOT (OK(two) OR ALARM(${ARN}maintenance))`);
    await world.pass(0);
    await set('one', 'ALARM');
    await set('two', 'OK');
    expect(changes('both').map(([, from, to]) => [from, to])).toEqual([
      ['INSUFFICIENT_DATA', 'OK'],
      ['OK', 'ALARM'],
      ['ALARM', 'OK'],
    ]);
  });

  it('is refused when its rule is none, names no alarm, or leads back to itself', async () => {
    await expect(composite('ALARM(one) AND')).rejects.toThrow('Invalid AlarmRule');
    await expect(composite('ALARM(three)')).rejects.toThrow('[three] in the alarm rule do not exist');
    await composite('ALARM(one)');
    await expect(composite('ALARM(both)')).rejects.toThrow('circular dependency');
  });

  it('holds its actions back while its suppressor is in alarm, and catches up after it', async () => {
    const { topic, url } = await topicQueue();
    await composite('ALARM(one)', {
      AlarmActions: [topic],
      ActionsSuppressor: 'maintenance',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 120,
    });
    await set('maintenance', 'ALARM');
    await set('one', 'ALARM');
    const { CompositeAlarms } = await world.cloudwatch.describeAlarms({ AlarmTypes: ['CompositeAlarm'] });
    expect(CompositeAlarms?.[0]).toMatchObject({ StateValue: 'ALARM', ActionsSuppressedBy: 'Alarm' });
    await world.pass(10 * MINUTE);
    await set('maintenance', 'OK');
    await world.pass(119 * SECOND);
    expect(await world.received(url)).toEqual([]);
    await world.pass(2 * SECOND);
    expect(await world.received(url)).toHaveLength(1);
  });

  it('waits for its suppressor before it acts', async () => {
    const { topic, url } = await topicQueue();
    await composite('ALARM(one)', {
      AlarmActions: [topic],
      ActionsSuppressor: 'maintenance',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 0,
    });
    await set('one', 'ALARM');
    await world.pass(59 * SECOND);
    expect(await world.received(url)).toEqual([]);
    await world.pass(2 * SECOND);
    expect(await world.received(url)).toHaveLength(1);
  });
});

describe('alarms cost little', () => {
  it('evaluates twenty of them over a day in well under a second', async () => {
    for (let index = 0; index < 20; index++) {
      await alarm({
        AlarmName: `busy-${index}`,
        MetricName: `cpu-${index}`,
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
      });
    }
    const { metrics } = world.cloud.services.cloudWatch;
    const { clock } = world.cloud;
    for (let minute = 0; minute < 1440; minute++) {
      for (let index = 0; index < 20; index++) {
        metrics.put('Shop', `cpu-${index}`, {}, START + minute * MINUTE, single(minute % 100));
      }
    }
    const before = process.cpuUsage();
    await clock.runUntil(START + 1440 * MINUTE);
    const { user, system } = process.cpuUsage(before);
    expect(world.told('alarm').length).toBeGreaterThan(500);
    expect((user + system) / 1000).toBeLessThan(1500);
  });
});
