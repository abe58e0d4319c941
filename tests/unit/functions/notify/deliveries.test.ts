import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { deliverAll } from '../../../../functions/notify/deliveries.ts';
import type { Observer } from '../../../../functions/observe.ts';
import type { Story } from '../../../../shared/domain/index.ts';
import { NotifyWorld } from '../../../support/notify-ports.ts';
import { NOW } from '../../../support/world.ts';

const story = (id: string): Story => ({ id, at: NOW, severity: 'info', title: id, text: '', facts: [] });

function record(body: string, attempt = 1): SQSRecord {
  return {
    messageId: `message of ${body}`,
    receiptHandle: `receipt of ${body}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(attempt),
      SentTimestamp: '0',
      SenderId: 'x',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:outbox',
    awsRegion: 'eu-central-1',
  };
}

const of = (id: string, attempt?: number) => record(JSON.stringify({ storyId: id }), attempt);

let world: NotifyWorld;
let pauses: [string, number][];
let failures: unknown[];
beforeEach(() => {
  world = new NotifyWorld();
  pauses = [];
  failures = [];
});

const observer: Observer = {
  began: () => undefined,
  ended: () => undefined,
  failed: (error) => void failures.push(error),
};

function deliver(...Records: SQSRecord[]) {
  const event: SQSEvent = { Records };
  const messages = {
    comeBack: (receipt: string, after: number) => Promise.resolve(void pauses.push([receipt, after])),
  };
  return deliverAll(event, world.ports, messages, observer);
}

describe('a batch of messages', () => {
  it('has only those that are not told come back', async () => {
    world.put(story('a'));
    world.put(story('b'));
    world.slack.answers.push({ outcome: 'delivered' }, { outcome: 'later', after: 300, reason: '429' });
    const { batchItemFailures } = await deliver(of('a'), of('b'));
    expect(batchItemFailures).toEqual([{ itemIdentifier: of('b').messageId }]);
    expect(pauses).toEqual([[of('b').receiptHandle, 300]]);
  });

  it('has each attempt come later, up to a quarter of an hour', async () => {
    for (const attempt of [1, 2, 3, 50]) {
      world.put(story(`s${attempt}`));
      world.slack.answers.push({ outcome: 'later', after: 1, reason: '503' });
      await deliver(of(`s${attempt}`, attempt));
    }
    expect(pauses.map(([, after]) => after)).toEqual([20, 40, 80, 900]);
  });

  it('is not held up by a message that means nothing', async () => {
    world.put(story('a'));
    const { batchItemFailures } = await deliver(record('{'), record('{}'), of('a'));
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      'message of {',
      'message of {}',
    ]);
    expect(failures).toHaveLength(2);
    expect(world.email.told).toEqual(['a']);
  });
});
