import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Admissions } from '../ports/index.ts';
import type { Table } from './dynamodb-table.ts';
import { expiry, KEEP, keys } from './dynamodb-table.ts';

/** Failed admissions in the ledger's table: one item a fleet with the names of those that failed since the last success. */
export function dynamoAdmissions({ client, clock, name: TableName }: Table): Admissions {
  return {
    failed: async (fleet, admission) => {
      const now = clock.now();
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName,
          Key: keys.admissions(fleet),
          UpdateExpression: 'SET #since = if_not_exists(#since, :now), expiresAt = :keep ADD failed :one',
          ExpressionAttributeNames: { '#since': 'since' },
          ExpressionAttributeValues: {
            ':now': now,
            ':keep': expiry(now, KEEP.admissions),
            ':one': new Set([admission]),
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      const { failed, since } = Attributes as { failed: ReadonlySet<string>; since: number };
      return { count: failed.size, since };
    },
    succeeded: async (fleet) => {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: keys.admissions(fleet),
          UpdateExpression: 'REMOVE failed, #since SET expiresAt = :keep',
          ExpressionAttributeNames: { '#since': 'since' },
          ExpressionAttributeValues: { ':keep': expiry(clock.now(), KEEP.admissions) },
        }),
      );
    },
  };
}
