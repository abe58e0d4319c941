import type { AttributeValue, DynamoDB, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../kernel/index.ts';
import { ConsumedByTable, readUnits } from './capacity.ts';
import { projectionOf, readItem } from './items.ts';
import type { Tables } from './tables.ts';
import type { Item } from './values.ts';
import { validation } from './values.ts';
import type { Write } from './writes.ts';
import { identityOfWrite, keyOf, perform, prepareDelete, preparePut } from './writes.ts';

const MOST_READS = 100;
const MOST_WRITES = 25;
const MOST_BYTES = 16 * 1024 * 1024;

export function batchOperations(tables: Tables) {
  return {
    BatchGetItem: (input) => {
      const requests = Object.entries(input.RequestItems ?? {});
      checkCount(requests.flatMap(([, request]) => request.Keys ?? []).length, MOST_READS);
      const units = new ConsumedByTable();
      const responses: Record<string, Item[]> = {};
      const unprocessed: NonNullable<typeof input.RequestItems> = {};
      let total = 0;
      for (const [name, request] of requests) {
        const table = tables.usable(name);
        const paths = projectionOf(request);
        const keys = (request.Keys ?? []).map((key) => keyOf(table, key));
        checkDistinct(keys.map((key) => ({ table, key })));
        const found: Item[] = [];
        const left: Record<string, AttributeValue>[] = [];
        for (const key of keys) {
          if (total >= MOST_BYTES) {
            left.push(key);
            continue;
          }
          const { item, bytes } = readItem(table, key, paths);
          total += bytes;
          units.add(table, readUnits(bytes, request.ConsistentRead === true));
          if (item !== undefined) found.push(item);
        }
        responses[name] = found;
        if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
      }
      return {
        Responses: responses,
        UnprocessedKeys: unprocessed,
        ...units.list(input.ReturnConsumedCapacity),
      };
    },
    BatchWriteItem: (input) => {
      const writes = Object.entries(input.RequestItems ?? {}).flatMap(([name, requests]) =>
        requests.map((request) => prepared(tables, name, request)),
      );
      checkCount(writes.length, MOST_WRITES);
      checkDistinct(writes);
      const units = new ConsumedByTable();
      for (const write of writes) units.add(write.table, perform(write).units);
      return { UnprocessedItems: {}, ...units.list(input.ReturnConsumedCapacity) };
    },
  } satisfies Operations<DynamoDB>;
}

function prepared(
  tables: Tables,
  name: string,
  { PutRequest: put, DeleteRequest: gone }: WriteRequest,
): Write {
  if (put !== undefined && gone === undefined) return preparePut(tables, { TableName: name, Item: put.Item });
  if (gone !== undefined && put === undefined)
    return prepareDelete(tables, { TableName: name, Key: gone.Key });
  throw validation('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest');
}

function checkCount(count: number, most: number): void {
  if (count > most) throw validation(`Too many items requested for the batch call: at most ${most}`);
}

function checkDistinct(keys: readonly Pick<Write, 'table' | 'key'>[]): void {
  if (new Set(keys.map(identityOfWrite)).size === keys.length) return;
  throw validation('Provided list of item keys contains duplicates');
}
