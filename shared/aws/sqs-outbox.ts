import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Instant } from '../domain/index.ts';
import type { Outbox } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { postpone, storyWrites } from './dynamodb-stories.ts';
import type { Table } from './dynamodb-table.ts';
import { UNTOLD } from './dynamodb-table.ts';
import { failedConditions } from './errors.ts';

/**
 * The outbox: stories lie in the ledger's table, a message in a queue wakes the delivery of each. The message is
 * only for speed; what it does not wake is found by {@link Outbox.untold}.
 *
 * @param notWoken hears of each story that was put in and not woken
 */
export function sqsOutbox(
  table: Table,
  queueUrl: string,
  client = new SQSClient(CLIENT_OPTIONS),
  notWoken: (storyId: string, error: Error) => void = () => undefined,
): Outbox {
  const send = async (storyId: string) => {
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ storyId }) }),
    );
  };
  return {
    tell: async (story) => {
      try {
        await table.client.send(new TransactWriteCommand({ TransactItems: storyWrites(table, story) }));
      } catch (error) {
        if (failedConditions(error).length === 0) throw error;
        return;
      }
      // The story is safe from here on: whoever tells must not fail because the queue does.
      await send(story.id).catch((error: unknown) => notWoken(story.id, asError(error)));
    },
    untold: (before) => untold(table, before),
    wake: async (storyId) => {
      await send(storyId);
      await postpone(table, storyId, table.clock.now());
    },
  };
}

async function untold({ client, name }: Table, before: Instant): Promise<readonly string[]> {
  const { Items } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :untold',
      FilterExpression: 'dueAt < :before',
      ExpressionAttributeValues: { ':untold': UNTOLD, ':before': before },
    }),
  );
  return (Items ?? []).map((item) => String(item.sk));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
