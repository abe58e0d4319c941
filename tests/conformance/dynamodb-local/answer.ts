import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { type Operation, TABLE } from './operations.ts';

/** What came of a call, as plain JSON without order where DynamoDB has none. */
export interface Answer {
  readonly output?: unknown;
  /** Its name, and the reasons of a cancelled transaction. */
  readonly error?: string;
  readonly message?: string;
}

export async function answer(client: DynamoDB, operation: Operation): Promise<Answer> {
  const { method, input } = operation;
  const call = client[method].bind(client) as (input: object) => Promise<object>;
  try {
    const { $metadata: _, ConsumedCapacity: __, ...output } = (await call(input)) as Record<string, unknown>;
    const plain = canonical(output);
    return { output: isOrdered(operation) ? plain : sorted(plain) };
  } catch (error) {
    const {
      name,
      message,
      CancellationReasons: reasons,
    } = error as Error & { CancellationReasons?: { Code?: string }[] };
    const codes = reasons === undefined ? '' : ` [${reasons.map(({ Code }) => Code).join(', ')}]`;
    return { error: name + codes, message };
  }
}

/** All items, so that a write which went differently shows. */
export async function contents(client: DynamoDB): Promise<string> {
  const { Items = [] } = await client.scan({ TableName: TABLE });
  return JSON.stringify(sorted(canonical({ Items })));
}

/** Whether the items of an answer come in the order of their keys. */
function isOrdered({ method, input }: Operation): boolean {
  return method === 'transactGetItems' || (method === 'query' && !('IndexName' in input));
}

/** Lists without an order of their own are put into one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) as unknown[];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, LISTS.has(name) ? sorted(member) : member]),
  );
}

/** Where answers hold items, and the tables of a batch. */
const LISTS: ReadonlySet<string> = new Set(['Items', 'Responses', TABLE]);

/** Bytes as hexadecimal, sets and the names of members in order. */
function canonical(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => [name, isSet(name, member) ? [...member].sort() : canonical(member)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSet(name: string, value: unknown): value is string[] {
  return (
    (name === 'SS' || name === 'NS') && Array.isArray(value) && value.every((one) => typeof one === 'string')
  );
}
