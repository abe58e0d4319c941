import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './messaging-world.ts';
import { MINUTE, newWorld, SECOND } from './messaging-world.ts';

let world: World;
let topic: string;

beforeEach(async () => {
  world = await newWorld();
  const { TopicArn = '' } = await world.sns.createTopic({ Name: 'news' });
  topic = TopicArn;
});

afterEach(async () => {
  await world.cloud.close();
});

const SNS = { service: 'sns.amazonaws.com' };

async function subscribeQueue(attributes: Record<string, string> = {}) {
  const queue = await world.queue('news', SNS);
  const { SubscriptionArn = '' } = await world.sns.subscribe({
    TopicArn: topic,
    Protocol: 'sqs',
    Endpoint: queue.arn,
    Attributes: attributes,
  });
  return { ...queue, subscription: SubscriptionArn };
}

describe('a queue that subscribes', () => {
  it('gets the notification in an envelope', async () => {
    const { url } = await subscribeQueue();
    const { MessageId } = await world.sns.publish({
      TopicArn: topic,
      Message: 'hello',
      Subject: 'Hi',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    });
    await world.pass(SECOND);
    const [body = ''] = await world.received(url);
    expect(JSON.parse(body)).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: topic,
      Subject: 'Hi',
      Message: 'hello',
      Timestamp: '2026-01-05T00:00:00.000Z',
      SignatureVersion: '1',
      MessageAttributes: { kind: { Type: 'String', Value: 'x' } },
    });
  });

  it('gets the message itself, with its attributes, when it wants it raw', async () => {
    const { url } = await subscribeQueue({ RawMessageDelivery: 'true' });
    await world.sns.publish({
      TopicArn: topic,
      Message: 'hello',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    });
    await world.pass(SECOND);
    const { Messages = [] } = await world.sqs.receiveMessage({
      QueueUrl: url,
      MessageAttributeNames: ['All'],
    });
    expect(Messages[0]?.Body).toBe('hello');
    expect(Messages[0]?.MessageAttributes?.['kind']).toMatchObject({ DataType: 'String', StringValue: 'x' });
  });

  it('gets only what passes a filter of attributes', async () => {
    const { url } = await subscribeQueue({
      RawMessageDelivery: 'true',
      FilterPolicy: JSON.stringify({ kind: ['a', { prefix: 'b' }], size: [{ numeric: ['>=', 5] }] }),
    });
    const publish = (Message: string, kind: string, size?: string) =>
      world.sns.publish({
        TopicArn: topic,
        Message,
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: kind },
          ...(size !== undefined && { size: { DataType: 'Number', StringValue: size } }),
        },
      });
    await publish('small', 'a', '4');
    await publish('fits', 'a', '5');
    await publish('prefixed', 'bee', '6');
    await publish('other', 'c', '6');
    await publish('unsized', 'a');
    await world.pass(SECOND);
    expect(await world.received(url)).toEqual(['fits', 'prefixed']);
  });

  it('gets only what passes a filter of the body', async () => {
    const { url } = await subscribeQueue({
      RawMessageDelivery: 'true',
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: JSON.stringify({ order: { state: ['paid'] } }),
    });
    const messages = ['{"order":{"state":"paid"}}', '{"order":{"state":"open"}}', 'no JSON'];
    for (const Message of messages) await world.sns.publish({ TopicArn: topic, Message });
    await world.pass(SECOND);
    expect(await world.received(url)).toEqual([messages[0]]);
  });

  it('sends what its queue refuses to the dead-letter queue', async () => {
    const letters = await world.queue('letters', SNS);
    const queue = await world.queue('closed');
    await world.sns.subscribe({
      TopicArn: topic,
      Protocol: 'sqs',
      Endpoint: queue.arn,
      Attributes: {
        RawMessageDelivery: 'true',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.arn }),
      },
    });
    await world.sns.publish({ TopicArn: topic, Message: 'hello' });
    await world.pass(SECOND);
    expect(await world.received(letters.url)).toEqual(['hello']);
    expect(world.told('delivery').map(({ outcome }) => outcome)).toEqual(['failed', 'dead-letter']);
  });
});

describe('an email address that subscribes', () => {
  const subscribe = () =>
    world.sns.subscribe({ TopicArn: topic, Protocol: 'email', Endpoint: 'ada@example.com' });

  it('is asked first, confirms, and then gets the messages', async () => {
    expect((await subscribe()).SubscriptionArn).toBe('pending confirmation');
    await world.pass(SECOND);
    await world.sns.publish({ TopicArn: topic, Message: 'hello', Subject: 'Hi' });
    await world.pass(SECOND);
    const mails = world.cloud.services.sns.mailbox.messages('ada@example.com');
    expect(mails.map(({ subject }) => subject)).toEqual([
      'AWS Notification - Subscription Confirmation',
      'Hi',
    ]);
    expect(mails[1]?.body).toBe('hello');
    expect(world.told('email')).toHaveLength(2);
    expect(world.told('delivery').map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
  });

  it('gets its own text of a message that has one for each protocol', async () => {
    await subscribe();
    await world.pass(SECOND);
    await world.sns.publish({
      TopicArn: topic,
      MessageStructure: 'json',
      Message: JSON.stringify({ default: 'to all', email: 'to you' }),
    });
    await world.pass(SECOND);
    expect(world.cloud.services.sns.mailbox.messages().at(-1)?.body).toBe('to you');
  });
});

describe('what is published', () => {
  it.each([
    ['a subject of two lines', { Message: 'x', Subject: 'a\nb' }, 'Invalid parameter: Subject'],
    ['a subject of 101 characters', { Message: 'x', Subject: 'a'.repeat(101) }, 'Invalid parameter: Subject'],
    [
      'a message over 256 KiB',
      { Message: 'x'.repeat(256 * 1024 + 1) },
      'Invalid parameter: Message too long',
    ],
    [
      'texts by protocol without a default',
      { Message: '{"email":"x"}', MessageStructure: 'json' },
      'Invalid parameter: Message Structure - No default entry in JSON message body',
    ],
  ])('is refused with %s', async (_case, publication, message) => {
    await expect(world.sns.publish({ TopicArn: topic, ...publication })).rejects.toThrow(message);
  });

  it('may be a batch, whose bad entries fail alone', async () => {
    const { Successful = [], Failed = [] } = await world.sns.publishBatch({
      TopicArn: topic,
      PublishBatchRequestEntries: [
        { Id: 'good', Message: 'x' },
        { Id: 'bad', Message: 'x', Subject: '\n' },
      ],
    });
    expect(Successful.map(({ Id }) => Id)).toEqual(['good']);
    expect(Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidParameter', SenderFault: true }]);
  });

  it('needs the topic to exist', async () => {
    await expect(world.sns.publish({ TopicArn: `${topic}x`, Message: 'x' })).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

describe('a topic’s policy', () => {
  const viaRule = async () => {
    await world.events.putRule({ Name: 'shop', EventPattern: '{"source":["shop"]}' });
    await world.events.putTargets({ Rule: 'shop', Targets: [{ Id: 'topic', Arn: topic }] });
    await world.events.putEvents({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{}' }] });
    await world.pass(SECOND);
    return world
      .told('delivery')
      .filter(({ to }) => to === topic)
      .map(({ outcome }) => outcome);
  };

  it('does not admit EventBridge of its own accord', async () => {
    expect(await viaRule()).toEqual(['failed', 'dropped']);
    expect(world.told('access-denied')).toMatchObject([{ action: 'sns:Publish', resource: topic }]);
  });

  it('admits the service that it names', async () => {
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topic,
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:123456789012:rule/*' } },
    };
    const plain = { ...statement, Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    await world.sns.setTopicAttributes({
      TopicArn: topic,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({ Version: '2012-10-17', Statement: [statement, plain] }),
    });
    expect(await viaRule()).toEqual(['delivered']);
  });
});

describe('an encrypted topic', () => {
  const encrypt = (AttributeValue: string) =>
    world.sns.setTopicAttributes({ TopicArn: topic, AttributeName: 'KmsMasterKeyId', AttributeValue });

  const alarmReaches = async () => {
    await world.cloudwatch.putMetricAlarm({
      AlarmName: 'busy',
      Namespace: 'Shop',
      MetricName: 'cpu',
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 80,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [topic],
    });
    await world.cloudwatch.setAlarmState({ AlarmName: 'busy', StateValue: 'ALARM', StateReason: 'test' });
    await world.pass(SECOND);
    const told = world.told('delivery').filter(({ to }) => to === topic);
    return told.map(({ outcome }) => outcome);
  };

  it('cannot be reached by an alarm when the key is AWS’s own', async () => {
    await encrypt('alias/aws/sns');
    expect(await alarmReaches()).toEqual(['failed', 'dropped']);
    await world.sns.publish({ TopicArn: topic, Message: 'from the account' });
  });

  it.each([
    [{ Service: 'cloudwatch.amazonaws.com' }, ['delivered']],
    [{ Service: 'events.amazonaws.com' }, ['failed', 'dropped']],
  ])('asks the key’s policy: %j leads to %j', async (Principal, outcomes) => {
    const KeyPolicy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' },
      ],
    };
    const { KeyMetadata } = await world.kms.createKey({ Policy: JSON.stringify(KeyPolicy) });
    await encrypt(KeyMetadata?.KeyId ?? '');
    expect(await alarmReaches()).toEqual(outcomes);
  });
});

describe('an HTTP endpoint of this machine', () => {
  let server: Server;
  let posts: { headers: IncomingHttpHeaders; body: Record<string, string> }[];
  let statuses: number[];

  beforeEach(async () => {
    posts = [];
    statuses = [];
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        posts.push({ headers: request.headers, body: JSON.parse(text) as Record<string, string> });
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const subscribe = async () => {
    const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    await world.sns.subscribe({ TopicArn: topic, Protocol: 'http', Endpoint });
    await world.pass(SECOND);
  };

  it('confirms with the token it is sent, and then gets notifications with SNS’s headers', async () => {
    await subscribe();
    expect(posts[0]?.headers['x-amz-sns-message-type']).toBe('SubscriptionConfirmation');
    await world.sns.confirmSubscription({ TopicArn: topic, Token: posts[0]?.body['Token'] });
    await world.sns.publish({ TopicArn: topic, Message: 'hello' });
    await world.pass(SECOND);
    expect(posts[1]?.headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-topic-arn': topic,
      'content-type': 'text/plain; charset=UTF-8',
    });
    expect(posts[1]?.body).toMatchObject({ Type: 'Notification', Message: 'hello' });
  });

  it('is tried again while it fails', async () => {
    await subscribe();
    await world.sns.confirmSubscription({ TopicArn: topic, Token: posts[0]?.body['Token'] });
    statuses.push(500, 503);
    await world.sns.publish({ TopicArn: topic, Message: 'hello' });
    await world.pass(MINUTE);
    expect(posts).toHaveLength(4);
    expect(world.told('webhook').map(({ status }) => status)).toEqual([200, 500, 503, 200]);
  });

  it('must be of this machine', async () => {
    const subscribing = world.sns.subscribe({
      TopicArn: topic,
      Protocol: 'https',
      Endpoint: 'https://example.com/hook',
    });
    await expect(subscribing).rejects.toThrow('Unreachable Endpoint');
  });
});
