import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './messaging-world.ts';
import { MINUTE, newWorld, START } from './messaging-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

async function sums(Namespace: string, MetricName: string, Name: string, Value: string): Promise<number[]> {
  const { MetricDataResults = [] } = await world.cloudwatch.getMetricData({
    StartTime: new Date(START),
    EndTime: new Date(START + 60 * MINUTE),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: [
      {
        Id: 'm',
        MetricStat: {
          Metric: { Namespace, MetricName, Dimensions: [{ Name, Value }] },
          Stat: 'Sum',
          Period: 60,
        },
      },
    ],
  });
  return MetricDataResults[0]?.Values ?? [];
}

describe('services are measured', () => {
  it('counts invocations and errors of functions, the errors also where there are none', async () => {
    const record = (outcome: 'succeeded' | 'failed' | 'timed-out') =>
      world.cloud.kernel.journal.record({
        kind: 'invocation',
        functionName: 'scale',
        requestId: 'r',
        outcome,
        payload: {},
      });
    record('succeeded');
    await world.pass(MINUTE);
    record('failed');
    record('timed-out');
    record('succeeded');
    await world.pass(5 * MINUTE);
    expect(await sums('AWS/Lambda', 'Invocations', 'FunctionName', 'scale')).toEqual([1, 3]);
    expect(await sums('AWS/Lambda', 'Errors', 'FunctionName', 'scale')).toEqual([0, 2]);
  });

  it('counts throttles of functions, how long their events waited, and how durable executions ended', async () => {
    const { journal } = world.cloud.kernel;
    const invocation = {
      kind: 'invocation',
      functionName: 'drain',
      requestId: 'r',
      outcome: 'succeeded',
      payload: {},
    } as const;
    journal.record({ ...invocation, waited: 60_000 });
    journal.record({ ...invocation, waited: 180_000 });
    journal.record({ kind: 'throttle', functionName: 'drain' });
    journal.record({ kind: 'durable-execution', functionName: 'drain', execution: 'e', status: 'RUNNING' });
    journal.record({ kind: 'durable-execution', functionName: 'drain', execution: 'e', status: 'FAILED' });
    await world.pass(5 * MINUTE);
    const of = (metric: string) => sums('AWS/Lambda', metric, 'FunctionName', 'drain');
    expect(await of('Throttles')).toEqual([1]);
    expect(await of('AsyncEventAge')).toEqual([240_000]);
    expect(await of('DurableExecutionStarted')).toEqual([1]);
    expect(await of('DurableExecutionFailed')).toEqual([1]);
    expect(await of('DurableExecutionTimedOut')).toEqual([]);
  });

  it('weighs queues once a minute', async () => {
    const { url } = await world.queue('letters');
    await world.pass(MINUTE);
    await world.sqs.sendMessage({ QueueUrl: url, MessageBody: 'x' });
    await world.pass(MINUTE);
    await world.sqs.sendMessage({ QueueUrl: url, MessageBody: 'y' });
    await world.pass(3 * MINUTE);
    const visible = await sums('AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', 'letters');
    expect(visible.slice(0, 3)).toEqual([0, 1, 2]);
    const age = await sums('AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', 'letters');
    expect(age.slice(0, 3)).toEqual([0, 60, 120]);
  });

  it('counts what goes through queues, minute by minute', async () => {
    const { url: QueueUrl } = await world.queue('letters');
    await world.sqs.sendMessage({ QueueUrl, MessageBody: 'xx' });
    await world.sqs.sendMessage({ QueueUrl, MessageBody: 'yyyy' });
    await world.pass(MINUTE);
    const { Messages: [first] = [] } = await world.sqs.receiveMessage({ QueueUrl });
    await world.sqs.deleteMessage({ QueueUrl, ReceiptHandle: first?.ReceiptHandle });
    await world.sqs.receiveMessage({ QueueUrl });
    await world.sqs.receiveMessage({ QueueUrl });
    await world.pass(3 * MINUTE);
    const counted = async (name: string) => (await sums('AWS/SQS', name, 'QueueName', 'letters')).slice(0, 3);
    expect(await counted('NumberOfMessagesSent')).toEqual([2, 0, 0]);
    expect(await counted('SentMessageSize')).toEqual([3]);
    expect(await counted('NumberOfMessagesReceived')).toEqual([0, 2, 0]);
    expect(await counted('NumberOfMessagesDeleted')).toEqual([0, 1, 0]);
    expect(await counted('NumberOfEmptyReceives')).toEqual([0, 1, 0]);
  });

  it('counts what rules send and fail to send', async () => {
    const open = await world.queue('open', { service: 'events.amazonaws.com' });
    const closed = await world.queue('closed');
    for (const [name, { arn }] of Object.entries({ open, closed })) {
      await world.events.putRule({ Name: name, EventPattern: '{"source":["shop"]}' });
      await world.events.putTargets({ Rule: name, Targets: [{ Id: 'queue', Arn: arn }] });
    }
    await world.events.putEvents({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{}' }] });
    await world.pass(5 * MINUTE);
    expect(await sums('AWS/Events', 'Invocations', 'RuleName', 'open')).toEqual([1]);
    expect(await sums('AWS/Events', 'FailedInvocations', 'RuleName', 'closed')).toEqual([1]);
    expect(await sums('AWS/Events', 'FailedInvocations', 'RuleName', 'open')).toEqual([]);
  });
});
