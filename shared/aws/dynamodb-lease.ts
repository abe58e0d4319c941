import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { FleetName, Seconds } from '../domain/index.ts';
import { SECOND } from '../domain/index.ts';
import type { Fence, Lease } from '../ports/index.ts';
import type { Table } from './dynamodb-table.ts';
import { keys, wasTrue } from './dynamodb-table.ts';
import { isConditionFailed, isConflict } from './errors.ts';

/** Longer than any function that holds one may run: who died holding it is soon forgotten. */
const LEASE: Seconds = 60;

/**
 * Leases in DynamoDB: one item a fleet, which never expires, because its `fence` has to rise for ever.
 *
 * @see https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html on fencing
 */
export function dynamoLease(table: Table): Lease {
  return {
    withLease: async (fleet, holder, work) => {
      const fence = await acquire(table, fleet, holder);
      if (fence === undefined) return 'busy';
      try {
        return await work(fence);
      } finally {
        await release(table, fleet, fence);
      }
    },
  };
}

async function acquire(table: Table, fleet: FleetName, holder: string): Promise<Fence | undefined> {
  const now = table.clock.now();
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.lease(fleet),
        UpdateExpression: 'SET #holder = :holder, #until = :until ADD #fence :one',
        ConditionExpression: 'attribute_not_exists(#until) OR #until < :now OR #holder = :holder',
        ExpressionAttributeNames: { '#holder': 'holder', '#until': 'until', '#fence': 'fence' },
        ExpressionAttributeValues: {
          ':holder': holder,
          ':until': now + LEASE * SECOND,
          ':now': now,
          ':one': 1,
        },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    const fence: unknown = Attributes?.fence;
    if (typeof fence !== 'number') throw new Error(`the lease of fleet ${fleet} came without a fence`);
    return fence;
  } catch (error) {
    // Whoever holds the lease may be recording a decision at this moment, in a transaction that reads the item.
    if (isConditionFailed(error) || isConflict(error)) return undefined;
    throw error;
  }
}

async function release({ client, name }: Table, fleet: FleetName, fence: Fence): Promise<void> {
  const released = client.send(
    new UpdateCommand({
      TableName: name,
      Key: keys.lease(fleet),
      UpdateExpression: 'REMOVE #holder, #until',
      ConditionExpression: '#fence = :fence',
      ExpressionAttributeNames: { '#holder': 'holder', '#until': 'until', '#fence': 'fence' },
      ExpressionAttributeValues: { ':fence': fence },
    }),
  );
  // A lease that is not given back ends by itself: what was done under it stands.
  await wasTrue(released).catch(() => false);
}
