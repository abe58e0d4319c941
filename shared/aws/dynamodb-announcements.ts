import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Announcement } from '../domain/index.ts';
import type { Announcements } from '../ports/index.ts';
import type { Table } from './dynamodb-table.ts';
import { expiry, KEEP, keys, wasTrue } from './dynamodb-table.ts';

/** Announcements in the ledger's table: one item for each change of an instance. */
export function dynamoAnnouncements({ client, clock, name: TableName }: Table): Announcements {
  return {
    note: async (instance, announcement) => {
      const { by, saidAt } = announcement;
      const expiresAt = expiry(Math.max(clock.now(), by ?? 0), KEEP.announcement);
      await wasTrue(
        client.send(
          new PutCommand({
            TableName,
            Item: { ...keys.announcement(instance, announcement.change), announcement, saidAt, expiresAt },
            ConditionExpression: 'attribute_not_exists(pk) OR saidAt <= :saidAt',
            ExpressionAttributeValues: { ':saidAt': saidAt },
          }),
        ),
      );
    },
    of: async (instance) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :announced',
          ExpressionAttributeValues: { ':announced': keys.announcement(instance, '').pk },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => item.announcement as Announcement);
    },
  };
}
