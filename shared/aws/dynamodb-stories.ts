import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant, Story } from '../domain/index.ts';
import { SECOND } from '../domain/index.ts';
import type { Settled, Stories } from '../ports/index.ts';
import type { Table } from './dynamodb-table.ts';
import { expiry, KEEP, keys, wasTrue } from './dynamodb-table.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** What a channel has made of a story: reserved until an instant, or over for good. */
interface ChannelState {
  readonly state: 'reserved' | Settled;
  readonly until?: Instant;
}

interface StoryItem {
  readonly story: Story;
  readonly channels: Readonly<Record<string, ChannelState>>;
}

/** The writes that put a story into the outbox. The first fails when it is there already. */
export function storyWrites(table: Table, story: Story): [Write, Write] {
  return [
    {
      Put: {
        TableName: table.name,
        Item: { ...keys.story(story.id), story, channels: {}, expiresAt: expiry(story.at, KEEP.story) },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Put: {
        TableName: table.name,
        Item: { ...keys.untold(story.id), dueAt: story.at, expiresAt: expiry(story.at, KEEP.untold) },
      },
    },
  ];
}

/** The stories of the outbox in DynamoDB. */
export function dynamoStories(table: Table): Stories {
  const { client, name: TableName } = table;
  return {
    ...channelStates(table),
    load: async (id) => {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: keys.story(id), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const { story, channels } = Item as StoryItem;
      const settled = Object.entries(channels).flatMap(([channel, { state }]): [string, Settled][] =>
        state === 'reserved' ? [] : [[channel, state]],
      );
      return { story, settled: new Map(settled) };
    },
    defer: (id, until) => postpone(table, id, until),
    close: async (id) => {
      await client.send(new DeleteCommand({ TableName, Key: keys.untold(id) }));
    },
  };
}

function channelStates({
  client,
  clock,
  name: TableName,
}: Table): Pick<Stories, 'reserve' | 'settle' | 'release'> {
  const update = (id: string, channel: string, expression: string, values?: Record<string, unknown>) =>
    client.send(
      new UpdateCommand({
        TableName,
        Key: keys.story(id),
        UpdateExpression: expression,
        ExpressionAttributeNames: { '#channels': 'channels', '#channel': channel },
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
      }),
    );
  return {
    reserve: async (id, channel, most) => {
      const now = clock.now();
      return wasTrue(
        client.send(
          new UpdateCommand({
            TableName,
            Key: keys.story(id),
            UpdateExpression: 'SET #channels.#channel = :mine',
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(#channels.#channel) OR ' +
              '(#channels.#channel.#state = :reserved AND #channels.#channel.#until < :now))',
            ExpressionAttributeNames: {
              '#channels': 'channels',
              '#channel': channel,
              '#state': 'state',
              '#until': 'until',
            },
            ExpressionAttributeValues: {
              ':mine': { state: 'reserved', until: now + most * SECOND },
              ':reserved': 'reserved',
              ':now': now,
            },
          }),
        ),
      );
    },
    settle: async (id, channel, how) => {
      await update(id, channel, 'SET #channels.#channel = :state', { ':state': { state: how } });
    },
    release: async (id, channel) => {
      await update(id, channel, 'REMOVE #channels.#channel');
    },
  };
}

/** Moves the instant from which an untold story is looked after; one that is told stays so. */
export async function postpone({ client, name }: Table, storyId: string, until: Instant): Promise<void> {
  await wasTrue(
    client.send(
      new UpdateCommand({
        TableName: name,
        Key: keys.untold(storyId),
        UpdateExpression: 'SET dueAt = :until',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':until': until },
      }),
    ),
  );
}
