import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Instant, Seconds } from '../domain/index.ts';
import { SECOND } from '../domain/index.ts';
import type { Clock } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isConditionFailed } from './errors.ts';

/** The ledger's table, and what its adapters need to work on it. docs/ledger.md describes its items. */
export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
  readonly clock: Clock;
}

export function ledgerTable(name: string, clock: Clock, client = new DynamoDBClient(CLIENT_OPTIONS)): Table {
  const marshallOptions = { removeUndefinedValues: true };
  return { name, clock, client: DynamoDBDocumentClient.from(client, { marshallOptions }) };
}

/** The keys of the table's items. */
export const keys = {
  lease: (fleet: string) => ({ pk: `fleet#${fleet}`, sk: 'lease' }),
  memory: (fleet: string) => ({ pk: `fleet#${fleet}`, sk: 'memory' }),
  decisions: (fleet: string) => `fleet#${fleet}`,
  claim: (name: string) => ({ pk: `claim#${name}`, sk: 'claim' }),
  admissions: (fleet: string) => ({ pk: `fleet#${fleet}`, sk: 'admissions' }),
  drain: (instance: string) => ({ pk: 'drains', sk: instance }),
  announcement: (instance: string, change: string) => ({ pk: `announced#${instance}`, sk: change }),
  look: (name: string) => ({ pk: `look#${name}`, sk: 'look' }),
  story: (id: string) => ({ pk: `story#${id}`, sk: 'story' }),
  untold: (storyId: string) => ({ pk: UNTOLD, sk: storyId }),
};

/** The one partition of what has not been told yet: an item leaves it once its story is told. */
export const UNTOLD = 'outbox';

/** Epoch seconds at which DynamoDB may forget an item: the value of `expiresAt`. */
export function expiry(from: Instant, keep: Seconds): number {
  return Math.floor(from / SECOND) + keep;
}

const DAY: Seconds = 24 * 60 * 60;

/** How long things are remembered. */
export const KEEP = {
  decision: 30 * DAY,
  admissions: DAY,
  /** After the change, or after it was spoken of if that is later. */
  announcement: 7 * DAY,
  drain: 3 * DAY,
  memory: 30 * DAY,
  story: 14 * DAY,
  disruption: 8 * DAY,
  untold: 2 * DAY,
} as const;

/** Whether a conditional write was done. */
export async function wasTrue(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
