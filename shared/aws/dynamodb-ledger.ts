import {
  DeleteCommand,
  GetCommand,
  paginateQuery,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Decision, Disruption, Story } from '../domain/index.ts';
import { FenceError, isoTime } from '../domain/index.ts';
import type { Claim, Fence, Ledger } from '../ports/index.ts';
import { storyWrites } from './dynamodb-stories.ts';
import type { Table } from './dynamodb-table.ts';
import { expiry, KEEP, keys, wasTrue } from './dynamodb-table.ts';
import { failedConditions } from './errors.ts';

/** The ledger in DynamoDB. */
export function dynamoLedger(table: Table): Ledger {
  return {
    note: async (decision) => {
      await table.client.send(new PutCommand(decisionPut(table, decision)));
    },
    record: (decision, fence, story) => record(table, decision, fence, story),
    decisions: async (fleet, since, limit) => {
      const { Items } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :fleet AND sk BETWEEN :since AND :end',
          ExpressionAttributeValues: {
            ':fleet': keys.decisions(fleet),
            ':since': `decision#${isoTime(since)}`,
            ':end': 'decision#~',
          },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      return (Items ?? []).map((item) => item.decision as Decision);
    },
    ...disruptions(table),
    ...claims(table),
  };
}

function disruptions({ client, name: TableName }: Table): Pick<Ledger, 'disrupt' | 'disruptions'> {
  return {
    disrupt: async (fleet, id, disruption) => {
      const sk = `disruption#${isoTime(disruption.at)}#${id}`;
      const expiresAt = expiry(disruption.at, KEEP.disruption);
      const Item = { pk: keys.decisions(fleet), sk, disruption, expiresAt };
      await client.send(new PutCommand({ TableName, Item }));
    },
    disruptions: async (fleet, since) => {
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'pk = :fleet AND sk BETWEEN :since AND :end',
          ExpressionAttributeValues: {
            ':fleet': keys.decisions(fleet),
            ':since': `disruption#${isoTime(since)}`,
            ':end': 'disruption#~',
          },
          ConsistentRead: true,
        },
      );
      const found: Disruption[] = [];
      for await (const { Items = [] } of pages)
        found.push(...Items.map((item) => item.disruption as Disruption));
      return found;
    },
  };
}

const FENCE_CHECK = 0;
const STORY_PUT = 2;

async function record(table: Table, decision: Decision, fence: Fence, story?: Story): Promise<void> {
  const { name: TableName } = table;
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            ConditionCheck: {
              TableName,
              Key: keys.lease(decision.fleet),
              ConditionExpression: '#fence = :fence',
              ExpressionAttributeNames: { '#fence': 'fence' },
              ExpressionAttributeValues: { ':fence': fence },
            },
          },
          { Put: decisionPut(table, decision) },
          ...(story === undefined ? [] : storyWrites(table, story)),
        ],
      }),
    );
  } catch (error) {
    const failed = failedConditions(error);
    if (failed.includes(FENCE_CHECK)) throw new FenceError(decision.fleet, fence);
    if (!failed.includes(STORY_PUT)) throw error;
    // The story is in the outbox already: a run before this one died after it had recorded.
    await record(table, decision, fence);
  }
}

function decisionPut({ name }: Table, decision: Decision) {
  return {
    TableName: name,
    Item: {
      pk: keys.decisions(decision.fleet),
      sk: `decision#${isoTime(decision.at)}#${decision.id}`,
      decision,
      expiresAt: expiry(decision.at, KEEP.decision),
    },
  };
}

interface ClaimItem {
  readonly owner: string;
  readonly at: number;
  readonly expiresAt: number;
}

function claims(table: Table): Pick<Ledger, 'claim' | 'isClaimed' | 'holder' | 'release'> {
  const { client, clock, name: TableName } = table;
  // Expired items linger until DynamoDB gets to them: they count as gone.
  const standing = async (name: string): Promise<Claim | undefined> => {
    const { Item } = await client.send(
      new GetCommand({ TableName, Key: keys.claim(name), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { owner, at, expiresAt } = Item as ClaimItem;
    return expiresAt > expiry(clock.now(), 0) ? { name, owner, at } : undefined;
  };
  const claim: Ledger['claim'] = async (name, owner, keep) => {
    const now = clock.now();
    const isMine = await wasTrue(
      client.send(
        new PutCommand({
          TableName,
          Item: { ...keys.claim(name), owner, at: now, expiresAt: expiry(now, keep) },
          ConditionExpression: 'attribute_not_exists(pk) OR #owner = :owner OR expiresAt <= :now',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': owner, ':now': expiry(now, 0) },
        }),
      ),
    );
    if (isMine) return 'claimed';
    // What stood in the way may have expired in between.
    return (await standing(name)) ?? claim(name, owner, keep);
  };
  return {
    claim,
    isClaimed: async (name) => (await standing(name)) !== undefined,
    holder: standing,
    release: async (name) => {
      await client.send(new DeleteCommand({ TableName, Key: keys.claim(name) }));
    },
  };
}
