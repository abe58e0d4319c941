import { Lambda } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { single } from '../../../tools/cloud/services/cloudwatch/metric-store.ts';
import type { World } from './messaging-world.ts';
import { MINUTE, newWorld, SECOND, START } from './messaging-world.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

const ALARM = 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:busy';

async function alarm(action: string): Promise<void> {
  await world.cloudwatch.putMetricAlarm({
    AlarmName: 'busy',
    Namespace: 'Shop',
    MetricName: 'cpu',
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 80,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'ignore',
    AlarmActions: [action],
  });
}

async function minutes(values: readonly number[]): Promise<void> {
  for (const value of values) {
    const { metrics } = world.cloud.services.cloudWatch;
    metrics.put('Shop', 'cpu', {}, world.cloud.clock.now(), single(value));
    await world.pass(MINUTE);
  }
}

describe('a function as an alarm’s action', () => {
  let functionArn: string;
  let lambda: Lambda;

  beforeEach(async () => {
    lambda = new Lambda({
      region: 'eu-central-1',
      endpoint: world.cloud.endpoint,
      credentials: ACCOUNT_KEYS,
    });
    const { FunctionArn = '' } = await lambda.createFunction({
      FunctionName: 'scale',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::123456789012:role/worker',
      Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => null;') }) },
    });
    functionArn = FunctionArn;
    await alarm(functionArn);
  });

  it('is not invoked unless its policy admits alarms', async () => {
    await minutes([90, 90, 90]);
    expect(world.told('invocation')).toEqual([]);
    expect(world.told('delivery').at(-1)).toMatchObject({ from: ALARM, to: functionArn, outcome: 'dropped' });
  });

  it('gets the event that AWS sends, once for each change', async () => {
    await lambda.addPermission({
      FunctionName: 'scale',
      StatementId: 'alarms',
      Action: 'lambda:InvokeFunction',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceArn: ALARM,
    });
    await minutes([90, 90, 90, 90]);
    const payloads = world.told('invocation').map(({ payload }) => payload);
    expect(payloads).toMatchObject([
      {
        source: 'aws.cloudwatch',
        alarmArn: ALARM,
        accountId: '123456789012',
        time: '2026-01-05T00:02:00.000+0000',
        region: 'eu-central-1',
        alarmData: {
          alarmName: 'busy',
          state: { value: 'ALARM', timestamp: '2026-01-05T00:02:00.000+0000' },
          previousState: { value: 'INSUFFICIENT_DATA' },
          configuration: { metrics: [{ metricStat: { period: 60, stat: 'Average' }, returnData: true }] },
        },
      },
    ]);
  });
});

describe('a scaling policy as an alarm’s action', () => {
  it('is executed each minute for as long as the alarm stands, with the newest value', async () => {
    const policy =
      'arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:1:autoScalingGroupName/web:policyName/out';
    const executed: unknown[] = [];
    vi.spyOn(world.cloud.services.autoScaling, 'onPolicyAction').mockImplementation((arn, of) => {
      executed.push([(world.cloud.clock.now() - START) / MINUTE, arn, of.metricValue, of.threshold]);
    });
    await alarm(policy);
    await minutes([90, 95, 99, 50, 50, 50]);
    await world.pass(SECOND);
    expect(executed).toEqual([
      [2, policy, 90, 80],
      [3, policy, 95, 80],
      [4, policy, 99, 80],
    ]);
  });
});
