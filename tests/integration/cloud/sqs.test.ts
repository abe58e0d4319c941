import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './lambda-world.ts';
import { MINUTE, newWorld } from './lambda-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.close();
});

async function newQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await world.sqs.createQueue({ QueueName: name, Attributes: attributes });
  return QueueUrl ?? '';
}

const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;

async function bodies(QueueUrl: string, limit = 10): Promise<(string | undefined)[]> {
  const { Messages = [] } = await world.sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: limit });
  return Messages.map(({ Body }) => Body);
}

const policyFor = (sourceArn: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arnOf('work'),
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      },
    ],
  });

describe('a standard queue', () => {
  it('hides what was received until its visibility timeout is over', async () => {
    const QueueUrl = await newQueue('work', { VisibilityTimeout: '60' });
    await world.sqs.sendMessage({
      QueueUrl,
      MessageBody: 'hello',
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'greeting' },
        size: { DataType: 'Number', StringValue: '5' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      },
    });
    // The client checks the digests of body and attributes.
    const { Messages } = await world.sqs.receiveMessage({
      QueueUrl,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    expect(Messages).toMatchObject([
      {
        Body: 'hello',
        Attributes: { ApproximateReceiveCount: '1' },
        MessageAttributes: {
          kind: { StringValue: 'greeting' },
          raw: { BinaryValue: new Uint8Array([1, 2]) },
        },
      },
    ]);
    await world.pass(59_000);
    expect(await bodies(QueueUrl)).toEqual([]);
    await world.pass(1000);
    expect(await bodies(QueueUrl)).toEqual(['hello']);
  });

  it('forgets what was deleted', async () => {
    const QueueUrl = await newQueue('work');
    await world.sqs.sendMessage({ QueueUrl, MessageBody: 'once' });
    const { Messages = [] } = await world.sqs.receiveMessage({ QueueUrl });
    await world.sqs.deleteMessage({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle });
    await world.pass(MINUTE);
    expect(await bodies(QueueUrl)).toEqual([]);
  });

  it('holds a delayed message back', async () => {
    const QueueUrl = await newQueue('later', { DelaySeconds: '10' });
    await world.sqs.sendMessageBatch({
      QueueUrl,
      Entries: [
        { Id: 'a', MessageBody: 'late' },
        { Id: 'b', MessageBody: 'at once', DelaySeconds: 0 },
      ],
    });
    expect(await bodies(QueueUrl)).toEqual(['at once']);
    await world.pass(10_000);
    expect(await bodies(QueueUrl)).toEqual(['late']);
  });

  it('lets a receiver wait without stopping time', async () => {
    const QueueUrl = await newQueue('awaited');
    const waiting = world.sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
    world.cloud.clock.after(5000, () =>
      world.cloud.services.sqs.send(arnOf('awaited'), { body: 'there' }, { kind: 'account' }),
    );
    await new Promise(setImmediate);
    const before = world.cloud.clock.now();
    // The request may not have arrived yet: time runs until it has its answer.
    const answer = await Promise.race([waiting, passUntilAnswered()]);
    expect(answer?.Messages?.[0]?.Body).toBe('there');
    expect(world.cloud.clock.now()).toBeGreaterThanOrEqual(before + 5000);

    async function passUntilAnswered() {
      for (let i = 0; i < 200; i++) {
        await world.pass(100);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return undefined;
    }
  });

  it('drops messages older than its retention', async () => {
    const QueueUrl = await newQueue('short', { MessageRetentionPeriod: '60' });
    await world.sqs.sendMessage({ QueueUrl, MessageBody: 'old' });
    await world.pass(61_000);
    expect(await bodies(QueueUrl)).toEqual([]);
  });

  it('moves what was received too often to its dead-letter queue, and says so', async () => {
    const dead = await newQueue('dead');
    const QueueUrl = await newQueue('work', {
      VisibilityTimeout: '1',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 }),
    });
    await world.sqs.sendMessage({ QueueUrl, MessageBody: 'poison' });
    for (const expected of [['poison'], ['poison'], []]) {
      expect(await bodies(QueueUrl)).toEqual(expected);
      await world.pass(1000);
    }
    expect(await bodies(dead)).toEqual(['poison']);
    expect(world.told('delivery')).toMatchObject([
      { from: arnOf('work'), to: arnOf('dead'), outcome: 'dead-letter' },
    ]);
    await world.pass(MINUTE);
    await world.sqs.startMessageMoveTask({ SourceArn: arnOf('dead') });
    expect(await bodies(QueueUrl)).toEqual(['poison']);
  });

  it('is not made twice with different attributes', async () => {
    await newQueue('work', { VisibilityTimeout: '60' });
    expect(await newQueue('work', { VisibilityTimeout: '60' })).toMatch(/^http.*\/work$/);
    await expect(newQueue('work', { VisibilityTimeout: '61' })).rejects.toMatchObject({
      name: 'QueueNameExists',
    });
  });

  it('refuses attributes that make no sense', async () => {
    const name = { name: 'InvalidAttributeValue' };
    await expect(newQueue('a', { VisibilityTimeout: '43201' })).rejects.toMatchObject(name);
    await expect(newQueue('b', { RedrivePolicy: '{}' })).rejects.toMatchObject(name);
    await expect(newQueue('c', { Colour: 'red' })).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  it('takes its default back for an attribute that is emptied', async () => {
    const QueueUrl = await newQueue('work', { VisibilityTimeout: '60', Policy: policyFor('arn:aws:x') });
    await world.sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: '', Policy: '' } });
    const { Attributes } = await world.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({ VisibilityTimeout: '30', QueueArn: arnOf('work') });
    expect(Attributes).not.toHaveProperty('Policy');
  });

  it('answers for a queue that is not there as SQS does', async () => {
    await expect(world.sqs.getQueueUrl({ QueueName: 'none' })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});

describe("a queue's policy", () => {
  const rule = {
    kind: 'service' as const,
    service: 'events.amazonaws.com',
    sourceArn: 'arn:aws:events:eu-central-1:123456789012:rule/tick',
  };
  it('admits the services it names, for the resources it names', async () => {
    const send = () => world.cloud.services.sqs.send(arnOf('work'), { body: '{}' }, rule);
    const QueueUrl = await newQueue('work');
    expect(send).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
    await world.sqs.setQueueAttributes({
      QueueUrl,
      Attributes: { Policy: policyFor(`${rule.sourceArn}-other`) },
    });
    expect(send).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
    await world.sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy: policyFor(rule.sourceArn) } });
    send();
    expect(await bodies(QueueUrl)).toEqual(['{}']);
  });
});

describe('a FIFO queue', () => {
  it('keeps the order within a group, and takes a duplicate once', async () => {
    const QueueUrl = await newQueue('line.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    for (const [group, body] of [
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
      ['a', '1'],
    ] as const) {
      await world.sqs.sendMessage({ QueueUrl, MessageBody: body, MessageGroupId: group });
    }
    const { Messages: [first] = [] } = await world.sqs.receiveMessage({ QueueUrl });
    expect(first?.Body).toBe('1');
    // The group of what is in flight waits.
    expect(await bodies(QueueUrl)).toEqual(['3']);
    await world.sqs.deleteMessage({ QueueUrl, ReceiptHandle: first?.ReceiptHandle });
    expect(await bodies(QueueUrl)).toEqual(['2']);
  });
});
