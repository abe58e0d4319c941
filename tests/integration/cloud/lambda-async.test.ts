import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './lambda-world.ts';
import { MINUTE, newWorld, START } from './lambda-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.close();
});

const queueArn = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;

const FAILING = `export const handler = async () => { throw new Error('no luck'); };`;

async function newQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await world.sqs.createQueue({ QueueName: name, Attributes: attributes });
  return QueueUrl ?? '';
}

async function take(QueueUrl: string): Promise<{ body: unknown; attributes: unknown }[]> {
  const { Messages = [] } = await world.sqs.receiveMessage({
    QueueUrl,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
  });
  return Messages.map(({ Body, MessageAttributes }) => ({
    body: JSON.parse(Body ?? '') as unknown,
    attributes: MessageAttributes,
  }));
}

async function sendEvent(name: string, payload: unknown = {}): Promise<void> {
  const { StatusCode } = await world.lambda.invoke({
    FunctionName: name,
    InvocationType: 'Event',
    Payload: JSON.stringify(payload),
  });
  expect(StatusCode).toBe(202);
}

describe('an asynchronous invocation that fails', () => {
  it('is tried again after one and after two minutes, and then told to its destination', async () => {
    await world.deploy('failing', FAILING);
    const dead = await newQueue('failures');
    await world.lambda.putFunctionEventInvokeConfig({
      FunctionName: 'failing',
      DestinationConfig: { OnFailure: { Destination: queueArn('failures') } },
    });
    await sendEvent('failing', { job: 7 });
    await world.pass(10 * MINUTE);
    expect(world.told('invocation').map(({ at }) => (at - START) / MINUTE)).toEqual([0, 1, 3]);
    expect(await take(dead)).toMatchObject([
      {
        body: {
          version: '1.0',
          requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
          requestPayload: { job: 7 },
          responseContext: { functionError: 'Unhandled' },
          responsePayload: { errorType: 'Error', errorMessage: 'no luck' },
        },
      },
    ]);
    expect(world.told('delivery')).toMatchObject([{ to: queueArn('failures'), outcome: 'dead-letter' }]);
  });

  it('ends as the event itself in a dead-letter queue', async () => {
    await world.deploy('failing', FAILING, { DeadLetterConfig: { TargetArn: queueArn('dead') } });
    const dead = await newQueue('dead');
    await world.lambda.putFunctionEventInvokeConfig({ FunctionName: 'failing', MaximumRetryAttempts: 0 });
    await sendEvent('failing', { job: 8 });
    await world.pass(MINUTE);
    expect(world.told('invocation')).toHaveLength(1);
    expect(await take(dead)).toMatchObject([
      { body: { job: 8 }, attributes: { ErrorMessage: { StringValue: 'no luck' } } },
    ]);
  });

  it('is dropped, visibly, when nobody is to be told', async () => {
    await world.deploy('failing', FAILING);
    await sendEvent('failing');
    await world.pass(10 * MINUTE);
    expect(world.told('delivery')).toMatchObject([{ outcome: 'dropped', reason: 'RetriesExhausted' }]);
  });
});

describe('reserved concurrency', () => {
  it('of nothing refuses those who wait, and makes events wait until there is some', async () => {
    await world.deploy('busy', `export const handler = async () => 'done';`);
    await world.lambda.putFunctionConcurrency({ FunctionName: 'busy', ReservedConcurrentExecutions: 0 });
    await expect(world.lambda.invoke({ FunctionName: 'busy' })).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
    await sendEvent('busy');
    await world.pass(30 * MINUTE);
    expect(world.told('invocation')).toEqual([]);
    await world.lambda.deleteFunctionConcurrency({ FunctionName: 'busy' });
    await world.pass(5 * MINUTE);
    expect(world.told('invocation')).toMatchObject([{ outcome: 'succeeded' }]);
  });
});

describe('an event that another service brings', () => {
  const bring = (functionArn: string) =>
    world.cloud.services.lambda.invokeAsync({
      functionName: functionArn,
      payload: '{}',
      from: {
        kind: 'service',
        service: 'events.amazonaws.com',
        sourceArn: 'arn:aws:events:eu-central-1:123456789012:rule/tick',
      },
    });

  it("is refused unless the function's policy admits the service and the resource", async () => {
    const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:target';
    await world.deploy('target', `export const handler = async () => 1;`);
    const refused = expect.objectContaining({ code: 'AccessDeniedException' }) as Error;
    expect(() => bring(functionArn)).toThrow(refused);
    const permit = (StatementId: string, SourceArn: string) =>
      world.lambda.addPermission({
        FunctionName: 'target',
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn,
      });
    await permit('other', 'arn:aws:events:eu-central-1:123456789012:rule/tock');
    expect(() => bring(functionArn)).toThrow(refused);
    await permit('tick', 'arn:aws:events:eu-central-1:123456789012:rule/ti*');
    bring(functionArn);
    await world.pass(0);
    expect(world.told('invocation')).toHaveLength(1);
    await world.lambda.removePermission({ FunctionName: 'target', StatementId: 'tick' });
    expect(() => bring(functionArn)).toThrow(refused);
  });
});

describe('a queue that a function works off', () => {
  const WORKER = `export const handler = async ({ Records }) => {
    console.log('batch of', Records.length);
    return {
      batchItemFailures: Records.filter((r) => r.body === 'poison').map((r) => ({ itemIdentifier: r.messageId })),
    };
  };`;

  async function mapped(settings: object = {}): Promise<string> {
    const dead = await newQueue('dead');
    const work = await newQueue('work', {
      VisibilityTimeout: '60',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 3 }),
    });
    await world.deploy('worker', WORKER, { Timeout: 10 });
    await world.lambda.createEventSourceMapping({
      EventSourceArn: queueArn('work'),
      FunctionName: 'worker',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...settings,
    });
    for (const MessageBody of ['one', 'poison', 'two']) {
      await world.sqs.sendMessage({ QueueUrl: work, MessageBody });
    }
    return dead;
  }

  it('sees its good messages deleted and the poison in the dead-letter queue', async () => {
    const dead = await mapped();
    await world.pass(10 * MINUTE);
    const { Messages = [] } = await world.sqs.receiveMessage({ QueueUrl: dead });
    expect(Messages.map(({ Body }) => Body)).toEqual(['poison']);
    expect(world.cloud.services.sqs.depths().get('work')).toMatchObject({ visible: 0, inFlight: 0 });
    const poisoned = world.told('invocation').map(({ at }) => (at - START) / MINUTE);
    expect(poisoned.slice(-3)).toEqual([0, 1, 2]);
  });

  it('is taken in one batch when it waits for the batch to fill', async () => {
    await mapped({ MaximumBatchingWindowInSeconds: 30 });
    await world.pass(29_000);
    expect(world.told('invocation')).toEqual([]);
    await world.pass(1000);
    expect(world.told('log').map(({ line }) => line.split('\t').at(-1))).toEqual(['batch of 3']);
  });

  it('passes on only what the filter lets through', async () => {
    await mapped({ FilterCriteria: { Filters: [{ Pattern: '{"body": [{"prefix": "t"}]}' }] } });
    await world.pass(MINUTE);
    const seen = world.told('invocation').map(({ payload }) => JSON.stringify(payload));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain('"body":"two"');
    expect(world.cloud.services.sqs.depths().get('work')).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('needs a visibility timeout of at least the timeout of the function', async () => {
    await newQueue('brief', { VisibilityTimeout: '5' });
    await world.deploy('slow', WORKER, { Timeout: 6 });
    await expect(
      world.lambda.createEventSourceMapping({ EventSourceArn: queueArn('brief'), FunctionName: 'slow' }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});
