import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EC2 } from '@aws-sdk/client-ec2';
import { Lambda } from '@aws-sdk/client-lambda';
import { SQS } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { lineOf } from '../../../tools/cloud/event-log.ts';
import { frameOf } from '../../../tools/cloud/persistence/frames.ts';
import { InputLog } from '../../../tools/cloud/persistence/input-log.ts';
import { ACCOUNT_KEYS, seededIds } from '../../../tools/cloud/kernel/index.ts';
import { Command } from '../../e2e/support.ts';
import { bundled, MINUTE, ROLE, START, zipOf } from './lambda-world.ts';

const SETTINGS = { seed: 5, start: START, region: 'eu-central-1', enforceIam: false };

let folder: string;
let path: string;
let running: Cloud[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-cloud-persistence-'));
  path = join(folder, 'cloud.log');
  running = [];
});

afterEach(async () => {
  for (const cloud of running) await cloud.close();
  rmSync(folder, { recursive: true });
});

interface Persisted {
  readonly cloud: Cloud;
  /** All that has happened since the beginning, also before this start. */
  readonly happened: string[];
}

async function started(from = path): Promise<Persisted> {
  const happened: string[] = [];
  const log = new InputLog(from, SETTINGS);
  const cloud = await startCloud({ log, observer: (entry) => happened.push(lineOf(entry)) });
  running.push(cloud);
  return { cloud, happened };
}

async function ended({ cloud }: Persisted): Promise<void> {
  running = running.filter((one) => one !== cloud);
  await cloud.close();
}

/** A copy of the log as it stands: what a cloud that is killed now leaves behind. */
async function asKilled({ cloud }: Persisted): Promise<string> {
  await cloud.kernel.outside.kept();
  const copy = join(folder, 'copy.log');
  writeFileSync(copy, readFileSync(path));
  return copy;
}

function clientConfig(endpoint: string) {
  return { endpoint, region: 'eu-central-1', credentials: ACCOUNT_KEYS, maxAttempts: 1 };
}

const pass = ({ cloud: { clock } }: Persisted, milliseconds: number) =>
  clock.runUntil(clock.now() + milliseconds);

async function withGroup({ cloud }: Persisted): Promise<void> {
  const config = clientConfig(cloud.endpoint);
  const ec2 = new EC2(config);
  const { Images = [] } = await ec2.describeImages({ Owners: ['amazon'] });
  const LaunchTemplateData = { ImageId: Images[0]?.ImageId, InstanceType: 't3.micro' as const };
  await ec2.createLaunchTemplate({ LaunchTemplateName: 'web', LaunchTemplateData });
  const { Vpc } = await ec2.createVpc({ CidrBlock: '10.0.0.0/16' });
  const { Subnet } = await ec2.createSubnet({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.0.0/24' });
  const autoScaling = new AutoScaling(config);
  await autoScaling.createAutoScalingGroup({
    AutoScalingGroupName: 'web',
    LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' },
    MinSize: 2,
    MaxSize: 4,
    VPCZoneIdentifier: Subnet?.SubnetId,
    LifecycleHookSpecificationList: [
      {
        LifecycleHookName: 'admission',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 600,
        DefaultResult: 'CONTINUE',
      },
    ],
  });
  await new CloudWatch(config).putMetricAlarm({
    AlarmName: 'quiet',
    Namespace: 'Test',
    MetricName: 'Requests',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 10,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
}

describe('a cloud that is started again on its log', () => {
  it('goes on as if it had never stopped: hooks, alarms and the clock', async () => {
    const first = await started();
    await withGroup(first);
    await pass(first, 3 * MINUTE);
    await new SQS(clientConfig(first.cloud.endpoint)).createQueue({ QueueName: 'mark' });
    const copy = await asKilled(first);
    const happened = [...first.happened];
    await pass(first, 30 * MINUTE);

    const second = await started(copy);
    expect(second.happened).toEqual(happened);
    await pass(second, 30 * MINUTE);
    expect(second.happened).toEqual(first.happened);
    expect(first.happened.filter((line) => line.includes('"phase":"expired"')).length).toBeGreaterThan(0);
    expect(first.happened.filter((line) => line.includes('"to":"ALARM"')).length).toBeGreaterThan(0);
  });

  it('carries on durable executions, and lets a function that ran when it was killed have crashed', async () => {
    const first = await started();
    const lambda = new Lambda(clientConfig(first.cloud.endpoint));
    await lambda.createFunction(await durable());
    await lambda.invoke({ FunctionName: 'sleeper:$LATEST', InvocationType: 'Event', Payload: '{}' });
    await pass(first, MINUTE);
    const copy = await asKilled(first);
    await pass(first, 90 * MINUTE);

    const second = await started(copy);
    await pass(second, 90 * MINUTE);
    const outcomes = second.happened.filter((line) => line.includes('"kind":"invocation"'));
    expect(outcomes.join('')).toMatch(/suspended[^]*succeeded/);
    expect(outcomes).toEqual(first.happened.filter((line) => line.includes('"kind":"invocation"')));

    const cut = cutBeforeAnswer(copy, 'invocation');
    const third = await started(cut);
    await pass(third, 90 * MINUTE);
    expect(third.happened.join('')).toMatch(/Runtime\.ExitError[^]*suspended[^]*succeeded/);
  });

  it('lets a function sleep as long, without running it again, or have crashed in its sleep', async () => {
    const first = await started();
    const lambda = new Lambda(clientConfig(first.cloud.endpoint));
    await lambda.createFunction({ ...plain('sleeper', SLEEPS), Timeout: 600 });
    await lambda.invoke({ FunctionName: 'sleeper', InvocationType: 'Event', Payload: '{}' });
    await pass(first, MINUTE);
    const asleep = await asKilled(first);
    await pass(first, 10 * MINUTE);
    await ended(first);

    const second = await started();
    expect(second.happened).toEqual(first.happened);
    expect(outcomesOf(first)).toEqual(['succeeded 5']);

    const third = await started(asleep);
    await pass(third, 10 * MINUTE);
    expect(outcomesOf(third)).toEqual(['failed 0', 'succeeded 6']);
  });

  it('gives the same whoever asks again: warm environments, credentials and ids go on', async () => {
    const first = await started();
    const lambda = new Lambda(clientConfig(first.cloud.endpoint));
    await lambda.createFunction(plain('echo', 'export const handler = async (event) => event;'));
    await lambda.invoke({ FunctionName: 'echo', Payload: '1' });
    await ended(first);
    const second = await started();
    const again = new Lambda(clientConfig(second.cloud.endpoint));
    const { Payload } = await again.invoke({ FunctionName: 'echo', Payload: '2' });
    expect(Payload?.transformToString()).toBe('2');
    await ended(second);
    const third = await started();
    expect(third.happened).toEqual(second.happened);
  });
});

describe('a log that cannot be used is refused in one line, and left as it is', () => {
  const filled = async () => {
    const first = await started();
    const sqs = new SQS(clientConfig(first.cloud.endpoint));
    for (const QueueName of ['a', 'b', 'c']) await sqs.createQueue({ QueueName });
    await ended(first);
    return readFileSync(path);
  };
  const queues = async ({ cloud }: Persisted) =>
    (await new SQS(clientConfig(cloud.endpoint)).listQueues({})).QueueUrls?.length;

  it('in use by another cloud', async () => {
    await started();
    await expect(started()).rejects.toThrow(/cloud\.log is in use by process \d+: end that cloud/);
  });

  it('of another seed, another version, or no log at all', async () => {
    const bytes = await filled();
    expect(() => new InputLog(path, { ...SETTINGS, seed: 6 })).toThrow(/with seed 5, not 6: start with that/);
    writeFileSync(path, frameOf({ format: 'evenkeel local cloud', version: 0, ...SETTINGS }));
    await expect(started()).rejects.toThrow(/of version 0, this cloud writes 1: choose another file/);
    writeFileSync(path, 'fleets: {}\n');
    await expect(started()).rejects.toThrow(/is no log of a local cloud: choose another file/);
    expect(readFileSync(path, 'utf8')).toBe('fleets: {}\n');
    writeFileSync(path, bytes);
    expect(await queues(await started())).toBe(3);
  });

  it('damaged with more behind it; what can be done is said', async () => {
    const bytes = await filled();
    const second = bytes.indexOf('\n') + 1;
    bytes[second + 40] = 0;
    writeFileSync(path, bytes);
    await expect(started()).rejects.toThrow(
      new RegExp(`damaged at offset ${second}, with more behind it: .*truncate -s ${second}`),
    );
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('that does not give the same again', async () => {
    const lines = (await filled()).toString().split('\n');
    const [entry] = JSON.parse(lines[1]?.slice(9) ?? '') as { chance: number }[];
    lines[1] = frameOf([{ ...entry, chance: 7 }]).trimEnd();
    writeFileSync(path, lines.join('\n'));
    await expect(started()).rejects.toThrow(
      /does not replay from offset \d+ on \(\d+ draws of chance, not 7\)/,
    );
  });

  it('but a last write that was cut short is dropped, since nobody was told of it', async () => {
    const bytes = await filled();
    appendFileSync(path, frameOf([{ kind: 'time' }]).slice(0, -5));
    const again = await started();
    expect(await queues(again)).toBe(3);
    await ended(again);
    expect(await queues(await started())).toBe(3);
    expect(readFileSync(path).subarray(0, bytes.length)).toEqual(bytes);
  });
});

describe('a cloud that is killed at any moment', () => {
  it('has all that it has acknowledged, and gives no id twice', async () => {
    const { random } = seededIds(11);
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const command = new Command(['tools/cloud/main.ts', '--port', '0', '--persist', path, '--speed', '60']);
      const [, endpoint = ''] = await command.printed(/AWS_ENDPOINT_URL=(\S+)/);
      const table = new DynamoDB(clientConfig(endpoint));
      if (round === 0) await createTable(table);
      const { Items = [] } = await table.scan({ TableName: 'kept', ConsistentRead: true });
      const found = new Set(Items.map(({ id }) => id?.S));
      expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
      // Killed while several writes are on their way.
      const killAfter = 5 + Math.floor(random() * 40);
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let n = 0; ; n++) {
          const id = `${round}-${writer}-${n}`;
          await table.putItem({ TableName: 'kept', Item: { id: { S: id } } });
          if (acknowledged.push(id) % 50 === killAfter) command.process.kill('SIGKILL');
        }
      });
      await Promise.allSettled(writers);
      await command.ended;
    }
    expect(acknowledged.length).toBeGreaterThan(15);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
  });
});

const TABLE = {
  TableName: 'kept',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

async function createTable(dynamo: DynamoDB): Promise<void> {
  await dynamo.createTable(TABLE);
  const status = async () => (await dynamo.describeTable({ TableName: 'kept' })).Table?.TableStatus;
  await expect.poll(status, { timeout: 10_000 }).toBe('ACTIVE');
}

function plain(name: string, source: string) {
  return {
    FunctionName: name,
    Runtime: 'nodejs24.x' as const,
    Handler: 'index.handler',
    Role: ROLE,
    Code: { ZipFile: zipOf({ 'index.mjs': source }) },
  };
}

const SLEEPS = `
  import { setTimeout as sleep } from 'node:timers/promises';
  export const handler = async () => { await sleep(2 * 60_000); await sleep(3 * 60_000); };
`;

/** How invocations ended, and how many minutes after the start. */
const outcomesOf = ({ happened }: Persisted) =>
  happened
    .map((line) => JSON.parse(line) as { at: string; kind: string; outcome?: string })
    .filter(({ kind }) => kind === 'invocation')
    .map(({ at, outcome }) => `${outcome} ${(Date.parse(at) - START) / MINUTE}`);

/** A function that sleeps for an hour between two steps. */
async function durable() {
  const source = await bundled(`
    import { withDurableExecution } from '@aws/durable-execution-sdk-js';
    export const handler = withDurableExecution(async (event, context) => {
      const drawn = await context.step('draw', async () => Math.random());
      await context.wait('sleep', { hours: 1 });
      return drawn;
    });
  `);
  return { ...plain('sleeper', source), DurableConfig: { ExecutionTimeout: 7200, RetentionPeriodInDays: 1 } };
}

/** The log as it would be had the cloud been killed just before it noted the first such answer. */
function cutBeforeAnswer(log: string, key: string): string {
  const lines = readFileSync(log, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes(`"kind":"answer","key":"${key}`));
  const cut = join(folder, 'cut.log');
  writeFileSync(
    cut,
    lines
      .slice(0, at)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return cut;
}
