import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoStories } from '../../../shared/aws/dynamodb-stories.ts';
import { sqsMessages } from '../../../shared/aws/sqs-messages.ts';
import { sqsOutbox } from '../../../shared/aws/sqs-outbox.ts';
import { MINUTE, SECOND } from '../../../shared/domain/index.ts';
import type { Story } from '../../../shared/domain/index.ts';
import { NOW } from '../../support/world.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';

let world: CloudWorld;
beforeEach(async () => {
  world = await newCloudWorld();
});
afterEach(() => world.cloud.close());

const outbox = (queueUrl = world.queueUrl) => sqsOutbox(world.table, queueUrl, new SQSClient(world.access));
const stories = () => dynamoStories(world.table);
const story: Story = {
  id: 'decision/1',
  at: NOW,
  severity: 'info',
  fleet: 'web',
  title: 't',
  text: 'x',
  facts: [{ name: 'a', value: 'b' }],
};

async function received(): Promise<{ body: unknown; receipt: string }[]> {
  const { Messages = [] } = await world.sqs.receiveMessage({
    QueueUrl: world.queueUrl,
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body = '', ReceiptHandle = '' }) => ({
    body: JSON.parse(Body) as unknown,
    receipt: ReceiptHandle,
  }));
}

describe('the outbox', () => {
  it('keeps a story and wakes its delivery', async () => {
    await outbox().tell(story);
    expect((await received()).map(({ body }) => body)).toEqual([{ storyId: 'decision/1' }]);
    expect(await stories().load(story.id)).toEqual({ story, settled: new Map() });
  });

  it('takes a story once', async () => {
    await outbox().tell(story);
    await outbox().tell({ ...story, title: 'told again' });
    expect(await received()).toHaveLength(1);
    expect((await stories().load(story.id))?.story.title).toBe('t');
  });

  it('loses no story when nobody can be woken', async () => {
    await outbox(world.queueUrl.replace('outbox', 'nowhere')).tell(story);
    expect(await outbox().untold(NOW + 1)).toEqual([story.id]);
  });

  it('names what has not been told by an instant', async () => {
    await outbox().tell(story);
    expect(await outbox().untold(NOW)).toEqual([]);
    expect(await outbox().untold(NOW + 1)).toEqual([story.id]);
    await stories().defer(story.id, NOW + MINUTE);
    expect(await outbox().untold(NOW + MINUTE)).toEqual([]);
    expect(await outbox().untold(NOW + MINUTE + 1)).toEqual([story.id]);
  });

  it('does not wake the same story again and again', async () => {
    await outbox().tell(story);
    await world.pass(5 * MINUTE);
    await outbox().wake(story.id);
    expect(await received()).toHaveLength(2);
    expect(await outbox().untold(world.clock.now())).toEqual([]);
  });

  it('forgets what is told', async () => {
    await outbox().tell(story);
    await stories().close(story.id);
    await stories().defer(story.id, NOW);
    await outbox().wake(story.id);
    expect(await outbox().untold(NOW + 1)).toEqual([]);
  });
});

describe('a channel of a story', () => {
  beforeEach(() => outbox().tell(story));

  it('is delivered to by one at a time', async () => {
    expect(await stories().reserve(story.id, 'slack', 60)).toBe(true);
    expect(await stories().reserve(story.id, 'slack', 60)).toBe(false);
    expect(await stories().reserve(story.id, 'email', 60)).toBe(true);
  });

  it('is free again when its deliverer has died', async () => {
    await stories().reserve(story.id, 'slack', 60);
    await world.pass(61 * SECOND);
    expect(await stories().reserve(story.id, 'slack', 60)).toBe(true);
  });

  it('is free again when the delivery is to be tried later', async () => {
    await stories().reserve(story.id, 'slack', 60);
    await stories().release(story.id, 'slack');
    expect(await stories().reserve(story.id, 'slack', 60)).toBe(true);
  });

  it('is over for good once it is settled', async () => {
    await stories().reserve(story.id, 'slack', 60);
    await stories().settle(story.id, 'slack', 'refused');
    await stories().settle(story.id, 'email', 'delivered');
    await world.pass(61 * SECOND);
    expect(await stories().reserve(story.id, 'slack', 60)).toBe(false);
    expect((await stories().load(story.id))?.settled).toEqual(
      new Map([
        ['slack', 'refused'],
        ['email', 'delivered'],
      ]),
    );
  });

  it('of a story that nobody knows cannot be reserved', async () => {
    expect(await stories().reserve('unknown', 'slack', 60)).toBe(false);
  });
});

it('a message comes back when it is asked to', async () => {
  await outbox().tell(story);
  const [message] = await received();
  await sqsMessages(world.queueUrl, new SQSClient(world.access)).comeBack(message?.receipt ?? '', 29.5);
  await world.pass(29 * SECOND);
  expect(await received()).toEqual([]);
  await world.pass(SECOND);
  expect(await received()).toHaveLength(1);
});
