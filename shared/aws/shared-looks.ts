import { gunzipSync, gzipSync } from 'node:zlib';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant, Seconds } from '../domain/index.ts';
import { SECOND } from '../domain/index.ts';
import type { Table } from './dynamodb-table.ts';
import { expiry, keys, wasTrue } from './dynamodb-table.ts';

/**
 * Takes a look, or gives what another has seen in the last seconds.
 *
 * @param name what is looked at: the same for everybody who looks at it
 * @param freshFor how old what is seen may be
 * @throws LookUnderwayError when another takes the look right now and nothing older will do
 */
export type Looks = <Seen>(name: string, freshFor: Seconds, take: () => Promise<Seen>) => Promise<Seen>;

/** Each look is taken. */
export const ownLooks: Looks = (_name, _freshFor, take) => take();

/** Another execution takes the look right now: what it sees can be had in a second. */
export class LookUnderwayError extends Error {
  override readonly name = 'LookUnderwayError';
}

/** What is seen may be older by so many times what was asked for while another is looking. */
const WHILE_UNDERWAY = 3;

/** An execution that died while it looked holds the others up for so long. */
const MOST_UNDERWAY: Seconds = 10;

const KEEP: Seconds = 3600;

interface LookItem {
  /** JSON, compressed: an item takes 400 KB, a group of hundreds of instances is more. */
  readonly seen?: Uint8Array;
  readonly at?: Instant;
}

/**
 * Looks that many executions take at the same time, taken by one of them for all. Hundreds of drains look at one group
 * and its target groups every few seconds: each by itself would use up what Auto Scaling and Elastic Load Balancing
 * let an account ask. DynamoDB has no such limit. When it does not answer, everybody looks for himself.
 */
export function sharedLooks(table: Table): Looks {
  return async <Seen>(name: string, freshFor: Seconds, take: () => Promise<Seen>): Promise<Seen> => {
    const found = await attempt(() => lastLook(table, name));
    if (found === 'failed') return take();
    const age = found === undefined ? Number.POSITIVE_INFINITY : (table.clock.now() - found.at) / SECOND;
    if (found !== undefined && age <= freshFor) return found.seen as Seen;
    const turn = await attempt(() => takeTurn(table, name));
    if (turn === false) {
      if (found !== undefined && age <= freshFor * WHILE_UNDERWAY) return found.seen as Seen;
      throw new LookUnderwayError(`another looks at ${name}`);
    }
    const at = table.clock.now();
    const seen = await take();
    if (turn === true) await attempt(() => share(table, name, seen, at));
    return seen;
  };
}

async function attempt<Answer>(work: () => Promise<Answer>): Promise<Answer | 'failed'> {
  try {
    return await work();
  } catch {
    return 'failed';
  }
}

async function lastLook(table: Table, name: string): Promise<{ seen: unknown; at: Instant } | undefined> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.look(name) }));
  const { seen, at } = (Item ?? {}) as LookItem;
  if (seen === undefined || at === undefined) return undefined;
  return { seen: JSON.parse(gunzipSync(seen).toString('utf8')) as unknown, at };
}

/** @returns whether it is this execution's turn to look */
function takeTurn({ client, clock, name: TableName }: Table, name: string): Promise<boolean> {
  const now = clock.now();
  return wasTrue(
    client.send(
      new UpdateCommand({
        TableName,
        Key: keys.look(name),
        UpdateExpression: 'SET underwayUntil = :until, expiresAt = :keep',
        ConditionExpression: 'attribute_not_exists(underwayUntil) OR underwayUntil < :now',
        ExpressionAttributeValues: {
          ':until': now + MOST_UNDERWAY * SECOND,
          ':now': now,
          ':keep': expiry(now, KEEP),
        },
      }),
    ),
  );
}

async function share(
  { client, name: TableName }: Table,
  name: string,
  seen: unknown,
  at: Instant,
): Promise<void> {
  const Item = {
    ...keys.look(name),
    seen: gzipSync(JSON.stringify(seen)),
    at,
    expiresAt: expiry(at, KEEP),
  };
  await client.send(new PutCommand({ TableName, Item }));
}
