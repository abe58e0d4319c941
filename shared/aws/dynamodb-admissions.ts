import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { FleetName } from '../domain/index.ts';
import type { Admissions } from '../ports/index.ts';
import type { Table } from './dynamodb-table.ts';
import { expiry, KEEP, keys, wasTrue } from './dynamodb-table.ts';

/** A fleet's failed admissions since the last success: their names. */
interface Row {
  readonly failed: ReadonlySet<string>;
  readonly since: number;
}

/** Failed admissions in the ledger's table: one item a fleet. */
export function dynamoAdmissions(table: Table): Admissions {
  const { client, clock, name: TableName } = table;
  return {
    failed: async (fleet, admission) => {
      const { failed, since } = await addTo(table, fleet, admission);
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

/** Expired items linger until DynamoDB gets to them: failures of days ago are no row with one of today. */
async function addTo(table: Table, fleet: FleetName, admission: string): Promise<Row> {
  const { client, clock, name: TableName } = table;
  const now = clock.now();
  let row: Row | undefined;
  const isAdded = await wasTrue(
    client
      .send(
        new UpdateCommand({
          TableName,
          Key: keys.admissions(fleet),
          UpdateExpression: 'SET #since = if_not_exists(#since, :now), expiresAt = :keep ADD failed :one',
          ConditionExpression: 'attribute_not_exists(expiresAt) OR expiresAt > :today',
          ExpressionAttributeNames: { '#since': 'since' },
          ExpressionAttributeValues: {
            ':now': now,
            ':today': expiry(now, 0),
            ':keep': expiry(now, KEEP.admissions),
            ':one': new Set([admission]),
          },
          ReturnValues: 'ALL_NEW',
        }),
      )
      .then(({ Attributes }) => (row = Attributes as unknown as Row)),
  );
  if (isAdded && row !== undefined) return row;
  const anew = { failed: new Set([admission]), since: now };
  const Item = { ...keys.admissions(fleet), ...anew, expiresAt: expiry(now, KEEP.admissions) };
  const put = new PutCommand({
    TableName,
    Item,
    ConditionExpression: 'attribute_not_exists(expiresAt) OR expiresAt <= :today',
    ExpressionAttributeValues: { ':today': expiry(now, 0) },
  });
  // Another that failed may have begun the row meanwhile.
  return (await wasTrue(client.send(put))) ? anew : addTo(table, fleet, admission);
}
