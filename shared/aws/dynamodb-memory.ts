import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Memory } from '../ports/index.ts';
import type { Table } from './dynamodb-table.ts';
import { expiry, KEEP, keys, wasTrue } from './dynamodb-table.ts';

interface MemoryItem {
  readonly version: number;
  readonly content: Uint8Array;
  readonly expiresAt: number;
}

/**
 * What is learnt of fleets, in DynamoDB: one item a fleet, compressed, since it is paid for by the kilobyte and written
 * each minute. What is read may be a moment old: then its writer finds that it has been overtaken.
 */
export function dynamoMemory({ client, clock, name: TableName }: Table): Memory {
  return {
    recall: async (fleet) => {
      const { Item } = await client.send(new GetCommand({ TableName, Key: keys.memory(fleet) }));
      if (Item === undefined) return undefined;
      const { version, content } = Item as MemoryItem;
      return { version, content: unpacked(content) };
    },
    remember: (fleet, content, replaces = 0) =>
      wasTrue(
        client.send(
          new PutCommand({
            TableName,
            Item: {
              ...keys.memory(fleet),
              version: replaces + 1,
              content: deflateRawSync(JSON.stringify(content)),
              expiresAt: expiry(clock.now(), KEEP.memory),
            },
            ConditionExpression: 'attribute_not_exists(pk) OR #version = :replaces',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':replaces': replaces },
          }),
        ),
      ),
  };
}

/** @returns undefined for what is no memory: it can be learnt again, and must not hold up a fleet */
function unpacked(content: unknown): unknown {
  try {
    return JSON.parse(inflateRawSync(content as Uint8Array).toString()) as unknown;
  } catch {
    return undefined;
  }
}
