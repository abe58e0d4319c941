import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Entry } from '../../../tools/cloud/kernel/index.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import type { Template } from '../../support/packaged.ts';
import { packagedTemplate } from '../../support/templates.ts';
import { CloudFormationWorld } from '../cloud/cloudformation-world.ts';

const MINUTE = 60_000;
const STACK = 'evenkeel-dev';

/** What carries an alarm to people, the queues, and the alarms themselves, as they are deployed. */
const CARRIED = /^AWS::(KMS::Key|SQS::|SNS::|CloudWatch::(Alarm|CompositeAlarm)$)/;

/** Milliseconds: `sls package` on a busy machine. */
const PACKAGING = 300_000;

let made: Template;
let template: object;
let world: CloudFormationWorld;
let cloudWatch: CloudWatch;
let ticks: boolean;

beforeAll(async () => {
  made = (await packagedTemplate({ profile: 'byo', stage: 'dev' })).body;
  const chosen = Object.entries(made.Resources).filter(([, { Type }]) => CARRIED.test(Type));
  // Alarms name their functions by reference: here these are names only.
  const text = JSON.stringify({ Resources: Object.fromEntries(chosen) });
  template = JSON.parse(
    text.replaceAll(/\{"Ref":"(\w+)LambdaFunction"\}/g, (_, name: string) => `"${name.toLowerCase()}"`),
  ) as object;
}, PACKAGING);

beforeEach(async () => {
  world = await CloudFormationWorld.start();
  cloudWatch = new CloudWatch({
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: ACCOUNT_KEYS,
  });
  ticks = true;
  world.cloud.clock.every(MINUTE, () => {
    if (ticks) happens(invocation('reconcile'));
  });
  expect(await world.create(STACK, template)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  await pass(10);
});

afterEach(async () => {
  cloudWatch.destroy();
  await world.close();
});

const pass = (minutes: number) => world.cloud.clock.runUntil(world.cloud.clock.now() + minutes * MINUTE);

function happens(entry: Entry): void {
  world.cloud.kernel.journal.record(entry);
}

function invocation(
  functionName: string,
  more: Partial<Extract<Entry, { kind: 'invocation' }>> = {},
): Extract<Entry, { kind: 'invocation' }> {
  return { kind: 'invocation', functionName, requestId: 'r', outcome: 'succeeded', payload: {}, ...more };
}

async function send(queue: string): Promise<void> {
  const { QueueUrls: [QueueUrl] = [] } = await world.sqs.listQueues({
    QueueNamePrefix: `${STACK}-${queue}-`,
  });
  await world.sqs.sendMessage({ QueueUrl, MessageBody: '{}' });
}

async function purge(queue: string): Promise<void> {
  const { QueueUrls: [QueueUrl] = [] } = await world.sqs.listQueues({
    QueueNamePrefix: `${STACK}-${queue}-`,
  });
  await world.sqs.purgeQueue({ QueueUrl });
}

async function firing(): Promise<string[]> {
  const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ StateValue: 'ALARM' });
  return MetricAlarms.map(({ AlarmName = '' }) => AlarmName.slice(STACK.length + 1));
}

const emails = () =>
  world.cloud.services.sns.mailbox.messages('oncall@example.com').map(({ subject }) => subject);

describe('on a quiet control plane', () => {
  it('no alarm stands, and none has said that it was created', async () => {
    await pass(60);
    expect(await firing()).toEqual([]);
    const told = emails().filter((subject) => /^(ALARM|OK)/.test(subject));
    // Before the first tick is counted, there is no data to show that it runs.
    expect(new Set(told.map((subject) => subject.replace(/" in .*/, '')))).toEqual(
      new Set([`OK: "${STACK}-control-plane`, `ALARM: "${STACK}-reconcile-silent`]),
    );
  });

  it('nothing keeps an alarm from the topic, or what is undelivered from its queue', () => {
    expect(world.cloud.wiringReport()).toMatchObject({ refused: [] });
    expect(world.cloud.wiringReport().wires).toBeGreaterThanOrEqual(30);
  });
});

describe('a dead letter', () => {
  it.each([
    ['EventsDeadLetterQueue', 'events-dead-letters'],
    ['OutboxDeadLetterQueue', 'outbox-dead-letters'],
  ])('in %s is emailed, and that it is gone', async (queue, alarm) => {
    await send(queue);
    await pass(10);
    expect(await firing()).toEqual([alarm]);
    expect(emails().at(-1)).toMatch(`ALARM: "${STACK}-${alarm}"`);
    await purge(queue);
    await pass(15);
    expect(await firing()).toEqual([]);
    expect(emails().at(-1)).toMatch(`OK: "${STACK}-control-plane"`);
  });
});

describe('a function', () => {
  it('that fails once is left to its retry; one that keeps failing is told of', async () => {
    const failed = invocation('scale', { outcome: 'failed', error: 'x' });
    happens(failed);
    await pass(10);
    expect(await firing()).toEqual([]);
    for (let i = 0; i < 3; i++) happens(failed);
    await pass(6);
    expect(await firing()).toEqual(['scale-errors']);
  });

  it('that is throttled for ten minutes is told of', async () => {
    for (let i = 0; i < 12; i++) {
      happens({ kind: 'throttle', functionName: 'drain' });
      await pass(1);
    }
    expect(await firing()).toEqual(['drain-throttles']);
  });

  it('for which events wait is told of: sooner where a Spot instance has two minutes', async () => {
    happens(invocation('scale', { waited: 100_000 }));
    happens(invocation('interrupt', { waited: 100_000 }));
    await pass(2);
    expect(await firing()).toEqual(['interrupt-age']);
    happens(invocation('scale', { waited: 400_000 }));
    await pass(2);
    expect(await firing()).toContain('scale-age');
  });
});

describe('a durable execution', () => {
  it.each(['FAILED', 'TIMED_OUT', 'STOPPED'] as const)('that ends as %s is told of', async (status) => {
    happens({ kind: 'durable-execution', functionName: 'drain', execution: 'e', status: 'RUNNING' });
    happens({ kind: 'durable-execution', functionName: 'admit', execution: 'f', status: 'SUCCEEDED' });
    happens({ kind: 'durable-execution', functionName: 'drain', execution: 'e', status });
    await pass(7);
    expect(await firing()).toEqual(['drain-failed']);
  });
});

describe('the tick', () => {
  it('that stops is told of within minutes, by the absence of data', async () => {
    ticks = false;
    await pass(4);
    expect(await firing()).toEqual([]);
    await pass(6);
    expect(await firing()).toEqual(['reconcile-silent']);
  });
});

describe('a story', () => {
  it('that waits for a quarter of an hour and longer is told of', async () => {
    await send('OutboxQueue');
    await pass(14);
    expect(await firing()).toEqual([]);
    await pass(25);
    expect(await firing()).toEqual(['outbox-age']);
  });
});

/** A function's log, in which it counts. */
async function logOf(Name: string): Promise<(value: number) => Promise<void>> {
  const logs = new CloudWatchLogs({
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: ACCOUNT_KEYS,
  });
  onTestFinished(() => logs.destroy());
  const log = { logGroupName: '/aws/lambda/x', logStreamName: 's' };
  await logs.createLogGroup(log);
  await logs.createLogStream(log);
  return async (value) => {
    const timestamp = world.cloud.clock.now();
    const CloudWatchMetrics = [{ Namespace: 'Evenkeel', Dimensions: [['service']], Metrics: [{ Name }] }];
    const _aws = { Timestamp: timestamp, CloudWatchMetrics };
    const message = JSON.stringify({ _aws, service: STACK, [Name]: value });
    await logs.putLogEvents({ ...log, logEvents: [{ timestamp, message }] });
  };
}

describe('an address that nobody confirmed', () => {
  it('is told of after an hour, from what reconcile writes to its log', async () => {
    const count = await logOf('UnconfirmedAddresses');
    const say = async (silent: number) => {
      await count(silent);
      await pass(15);
    };
    for (let i = 0; i < 3; i++) await say(1);
    expect(await firing()).toEqual([]);
    for (let i = 0; i < 3; i++) await say(1);
    expect(await firing()).toEqual(['unconfirmed-addresses']);
    for (let i = 0; i < 2; i++) await say(0);
    expect(await firing()).toEqual([]);
  });
});

describe('an instance that is stuck in its hook', () => {
  it('is told of once, however many more there are, and that there are none any more', async () => {
    const count = await logOf('StuckInstances');
    for (const wait of [2, 10, 10]) {
      await count(1);
      await pass(wait);
      expect(await firing()).toEqual(['stuck-instances']);
    }
    const told = () => emails().filter((subject) => /stuck-instances/.test(subject));
    expect(told()).toHaveLength(1);
    await pass(10);
    expect(await firing()).toEqual([]);
    expect(told()).toHaveLength(1);
    expect(emails().at(-1)).toMatch(`OK: "${STACK}-control-plane"`);
  });
});
