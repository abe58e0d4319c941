import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Lambda } from '@aws-sdk/client-lambda';
import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';
import { SSM } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud, CloudOptions } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import type { JournalEntry, Principal } from '../../../tools/cloud/kernel/index.ts';
import type { PlanInput } from '../../../tools/cloud/weather/plan/schema.ts';

let cloud: Cloud;
let journal: JournalEntry[];

beforeEach(() => begin());
afterEach(() => cloud.close());

async function begin(options: CloudOptions = {}): Promise<void> {
  cloud = await startCloud({ start: Date.parse('2026-01-05T00:00:00Z'), enforceIam: false, ...options });
  journal = [];
  cloud.kernel.journal.observe((entry) => journal.push(entry));
}

const clientConfig = (principal: Principal = { kind: 'account' }, maxAttempts = 1) => ({
  region: 'eu-central-1',
  endpoint: cloud.endpoint,
  credentials:
    principal.kind === 'account'
      ? { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
      : cloud.credentials.issue(principal),
  maxAttempts,
});

const ROLE: Principal = { kind: 'role', roleName: 'evenkeel-scale', session: 'scale' };

/** What a call fails with: `code status: message`. */
async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}: ${message}`;
  }
  return 'succeeded';
}

const strikes = () => journal.filter((entry) => entry.kind === 'weather' && entry.phase === 'strikes');

describe('every service says in its own words', () => {
  const calls: readonly [service: string, call: () => Promise<unknown>, throttled: string, failed: string][] =
    [
      [
        'autoscaling',
        () => new AutoScaling(clientConfig()).describeAutoScalingGroups({}),
        'Throttling 400: Rate exceeded',
        'InternalFailure 500',
      ],
      [
        'ec2',
        () => new EC2(clientConfig()).describeRegions({}),
        'RequestLimitExceeded 503: Request limit exceeded.',
        'InternalError 500',
      ],
      [
        'elasticloadbalancing',
        () => new ElasticLoadBalancingV2(clientConfig()).describeTargetGroups({}),
        'Throttling 400: Rate exceeded',
        'InternalFailure 500',
      ],
      [
        'cloudwatch',
        () => new CloudWatch(clientConfig()).describeAlarms({}),
        'Throttling 400: Rate exceeded',
        'InternalFailure 500',
      ],
      [
        'ssm',
        () => new SSM(clientConfig()).describeParameters({}),
        'ThrottlingException 400: Rate exceeded',
        'InternalServerError 500',
      ],
      [
        'lambda',
        () => new Lambda(clientConfig()).listFunctions({}),
        'TooManyRequestsException 429: Rate exceeded',
        'ServiceException 500',
      ],
      [
        'dynamodb',
        () => new DynamoDB(clientConfig()).listTables({}),
        'ThrottlingException 400: Rate of requests exceeds the allowed throughput.',
        'InternalServerError 500',
      ],
      [
        'sns',
        () => new SNS(clientConfig()).listTopics({}),
        'ThrottledException 429: Rate exceeded',
        'InternalErrorException 500',
      ],
      [
        'sqs',
        () => new SQS(clientConfig()).listQueues({}),
        'RequestThrottled 403: Request is throttled.',
        'InternalError 500',
      ],
      [
        'events',
        () => new EventBridge(clientConfig()).listRules({}),
        'ThrottlingException 400: Rate exceeded',
        'InternalFailure 500',
      ],
    ];

  it.each(calls)('that %s is asked too often, or has failed', async (service, call, throttled, failed) => {
    const id = cloud.weather.add({ kind: 'throttle', target: { service } });
    expect(await failure(call())).toBe(throttled);
    cloud.weather.remove(id);
    const error = cloud.weather.add({ kind: 'error', target: { service } });
    expect((await failure(call())).startsWith(`${failed}: `)).toBe(true);
    cloud.weather.remove(error);
    expect(await failure(call())).toBe('succeeded');
  });

  it('that it is away, and what its key says', async () => {
    const sns = new SNS(clientConfig());
    cloud.weather.add({ kind: 'error', code: 'ServiceUnavailable', target: { operation: 'ListTopics' } });
    cloud.weather.add({ kind: 'error', code: 'KMSAccessDeniedException', target: { operation: 'Publish' } });
    expect(await failure(sns.listTopics({}))).toMatch(/^ServiceUnavailable 503: /);
    expect(await failure(sns.publish({ TopicArn: 'arn', Message: 'm' }))).toMatch(
      /^KMSAccessDenied\w* 400: /,
    );
  });
});

describe('an entry means', () => {
  const sqs = (principal?: Principal) => new SQS(clientConfig(principal));
  const refuses = async (target: object, call: () => Promise<unknown>) => {
    const id = cloud.weather.add({ kind: 'throttle', target });
    const outcome = await failure(call());
    cloud.weather.remove(id);
    return outcome !== 'succeeded';
  };

  it('operations by pattern', async () => {
    expect(await refuses({ operation: 'List*' }, () => sqs().listQueues({}))).toBe(true);
    expect(await refuses({ operation: ['Send*', 'Get*'] }, () => sqs().listQueues({}))).toBe(false);
  });

  it('roles, one role, or the account', async () => {
    const byRole = () => sqs(ROLE).listQueues({});
    expect(await refuses({ caller: 'role' }, byRole)).toBe(true);
    expect(await refuses({ caller: 'account' }, byRole)).toBe(false);
    expect(await refuses({ role: 'evenkeel-*' }, byRole)).toBe(true);
    expect(await refuses({ role: 'other-*' }, byRole)).toBe(false);
    expect(await refuses({ role: '*' }, () => sqs().listQueues({}))).toBe(false);
  });

  it('resources by anything that the call names', async () => {
    const terminate = () =>
      new EC2(clientConfig()).describeInstances({ Filters: [{ Name: 'vpc-id', Values: ['v-1'] }] });
    expect(await refuses({ resource: 'v-*' }, terminate)).toBe(true);
    expect(await refuses({ resource: 'i-*' }, terminate)).toBe(false);
  });

  it('its share of the calls', async () => {
    cloud.weather.add({ kind: 'throttle', probability: 0.3 });
    const client = sqs();
    let refused = 0;
    for (let call = 0; call < 200; call++)
      if ((await failure(client.listQueues({}))) !== 'succeeded') refused++;
    expect(refused).toBeGreaterThan(40);
    expect(refused).toBeLessThan(80);
  });

  it('its time and no other', async () => {
    cloud.weather.add({ kind: 'throttle', from: '1h', for: '10m' });
    const outcomes: string[] = [];
    for (const minutes of [59, 60, 69, 70]) {
      await cloud.clock.runUntil(Date.parse('2026-01-05T00:00:00Z') + minutes * 60_000);
      outcomes.push(await failure(sqs().listQueues({})));
    }
    expect(outcomes.map((outcome) => outcome !== 'succeeded')).toEqual([false, true, true, false]);
    expect(cloud.weather.list()).toMatchObject([{ id: 'w1', state: 'over' }]);
  });
});

describe('a reply that is lost', () => {
  it('is that of a call that took place', async () => {
    cloud.weather.add({ kind: 'lost-reply', target: { operation: 'CreateQueue' } });
    const sqs = new SQS(clientConfig());
    expect(await failure(sqs.createQueue({ QueueName: 'mine' }))).toMatch(/socket hang up|ECONNRESET/);
    expect((await sqs.listQueues({})).QueueUrls).toHaveLength(1);
    expect(journal).toContainEqual(expect.objectContaining({ kind: 'api-call', action: 'sqs:CreateQueue' }));
  });

  it('is asked for again by the SDK', async () => {
    cloud.weather.add({ kind: 'lost-reply', probability: 0.5, target: { operation: 'CreateQueue' } });
    const sqs = new SQS(clientConfig({ kind: 'account' }, 10));
    await sqs.createQueue({ QueueName: 'mine' });
    await sqs.createQueue({ QueueName: 'yours' });
    await sqs.createQueue({ QueueName: 'ours' });
    expect(strikes().length).toBeGreaterThan(0);
  });

  it('leaves time free to pass', async () => {
    cloud.weather.add({ kind: 'lost-reply' });
    await failure(new SQS(clientConfig()).listQueues({}));
    const before = cloud.clock.now();
    await cloud.clock.runUntil(before + 1000);
    expect(cloud.clock.now()).toBe(before + 1000);
  });
});

it('a refused connection brings no call about', async () => {
  cloud.weather.add({ kind: 'refused', target: { operation: 'CreateQueue' } });
  const sqs = new SQS(clientConfig());
  expect(await failure(sqs.createQueue({ QueueName: 'mine' }))).toMatch(/socket hang up|ECONNRESET/);
  expect((await sqs.listQueues({})).QueueUrls ?? []).toHaveLength(0);
  expect(journal.filter((entry) => entry.kind === 'api-call').map(({ action }) => action)).toEqual([
    'sqs:ListQueues',
  ]);
});

describe('the token buckets of an account', () => {
  /** How many of so many calls at one instant get through. */
  async function served(count: number, call: () => Promise<unknown>): Promise<number> {
    const outcomes = [];
    for (let made = 0; made < count; made++) outcomes.push(await failure(call()));
    return outcomes.filter((outcome) => outcome === 'succeeded').length;
  }

  it('hold what AWS says, each operation of EC2 its own, and fill with time', async () => {
    const ec2 = new EC2(clientConfig(ROLE));
    expect(await served(60, () => ec2.describeInstances({}))).toBe(50);
    expect(await served(110, () => ec2.describeInstances({ MaxResults: 5 }))).toBe(100);
    expect(await served(110, () => ec2.describeRegions({}))).toBe(100);
    await cloud.clock.runUntil(cloud.clock.now() + 2000);
    expect(await served(30, () => ec2.describeInstances({}))).toBe(20);
  });

  it('are one for all of Auto Scaling', async () => {
    const autoScaling = new AutoScaling(clientConfig(ROLE));
    expect(await served(60, () => autoScaling.describeAutoScalingGroups({}))).toBe(60);
    expect(await served(60, () => autoScaling.describeAutoScalingInstances({}))).toBe(40);
    expect(await failure(autoScaling.describeAutoScalingGroups({}))).toBe('Throttling 400: Rate exceeded');
  });

  it('are not taken from by clients that live in real time, unless the plan says so', async () => {
    const ec2 = new EC2(clientConfig());
    expect(await served(60, () => ec2.describeInstances({}))).toBe(60);
    cloud.weather.follow({ limited: 'everyone' });
    expect(await served(60, () => ec2.describeInstances({}))).toBe(50);
  });

  it.each<[string, PlanInput, number]>([
    ['smaller', { limits: [{ service: 'ec2', operation: 'DescribeR*', burst: 3, refill: 1 }] }, 3],
    ['away', { limits: 'none' }, 120],
  ])('can be made %s', async (_, weather, expected) => {
    await cloud.close();
    await begin({ weather });
    const ec2 = new EC2(clientConfig(ROLE));
    expect(await served(120, () => ec2.describeRegions({}))).toBe(expected);
  });
});

it('one seed gives one journal, and another seed another', async () => {
  const run = async (seed: number) => {
    await cloud.close();
    await begin({ seed, weather: { entries: [{ kind: 'throttle', probability: 0.5 }] } });
    const sqs = new SQS(clientConfig());
    for (let call = 0; call < 30; call++) await failure(sqs.listQueues({}));
    return journal;
  };
  const first = await run(7);
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
});
