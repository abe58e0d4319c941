import type { AttributeValue, DynamoDB, QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../kernel/index.ts';
import { consumed, readUnits } from './capacity.ts';
import type { Collection, KeyNames, Row } from './collection.ts';
import type { Condition, Path } from './expressions/index.ts';
import {
  attributesOf,
  holds,
  parseCondition,
  parseProjection,
  Placeholders,
  project,
} from './expressions/index.ts';
import { refuseLegacy } from './items.ts';
import { keyRange } from './key-conditions.ts';
import type { Index, Table } from './table.ts';
import type { Tables } from './tables.ts';
import type { Item } from './values.ts';
import { parseItem, validation } from './values.ts';

/** Bytes that one page reads at most, before filters. */
const PAGE_BYTES = 1024 * 1024;

/** What Query and Scan have in common: a source of rows, and what is kept of them. */
interface Read {
  readonly table: Table;
  readonly index: Index | undefined;
  readonly filter: Condition | undefined;
  readonly paths: readonly Path[] | undefined;
  readonly input: QueryCommandInput | ScanCommandInput;
}

export function queryOperations(tables: Tables) {
  return {
    Query: (input) => {
      const placeholders = new Placeholders(input);
      const { table, index } = sourceOf(tables, input);
      const rows = itemsOf(table, index);
      const text = input.KeyConditionExpression;
      if (text === undefined) {
        throw validation(
          'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
        );
      }
      const condition = parseCondition(text, 'KeyConditionExpression', placeholders);
      const { partition, range } = keyRange(condition, rows.key);
      const read = readOf(table, index, input, placeholders);
      checkFilter(read.filter, rows.key);
      const start = startKey(input.ExclusiveStartKey);
      const forward = input.ScanIndexForward !== false;
      const after = start === undefined ? undefined : rows.positionOf(start);
      return answer(read, rows.query(partition, range, { forward, after }));
    },
    Scan: (input) => {
      const placeholders = new Placeholders(input);
      const { table, index } = sourceOf(tables, input);
      const read = readOf(table, index, input, placeholders);
      const segment = { index: input.Segment ?? 0, total: input.TotalSegments ?? 1 };
      if (segment.index >= segment.total) {
        throw validation('The Segment parameter is zero-based and must be less than parameter TotalSegments');
      }
      return answer(read, itemsOf(table, index).scan(startKey(input.ExclusiveStartKey), segment));
    },
  } satisfies Operations<DynamoDB>;
}

function sourceOf(tables: Tables, input: QueryCommandInput | ScanCommandInput) {
  refuseLegacy(input);
  const table = tables.usable(input.TableName);
  const index = input.IndexName === undefined ? undefined : table.index(input.IndexName);
  if (index?.isGlobal === true && input.ConsistentRead === true) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  if (input.Limit !== undefined && input.Limit < 1) {
    throw validation(
      `1 validation error detected: Value '${input.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  return { table, index };
}

function itemsOf(table: Table, index: Index | undefined): Collection {
  return index?.items ?? table.items;
}

function readOf(
  table: Table,
  index: Index | undefined,
  input: QueryCommandInput | ScanCommandInput,
  placeholders: Placeholders,
): Read {
  const { FilterExpression: filter, ProjectionExpression: projection } = input;
  const read = {
    table,
    index,
    input,
    filter: filter === undefined ? undefined : parseCondition(filter, 'FilterExpression', placeholders),
    paths: projection === undefined ? undefined : parseProjection(projection, placeholders),
  };
  checkSelect(input);
  const isQuery = 'KeyConditionExpression' in input;
  placeholders.checkAllUsed(isQuery || filter !== undefined || projection !== undefined);
  return read;
}

function checkSelect({ Select, ProjectionExpression }: QueryCommandInput | ScanCommandInput): void {
  if (ProjectionExpression === undefined || Select === undefined || Select === 'SPECIFIC_ATTRIBUTES') return;
  const what = Select === 'COUNT' ? 'only the Count' : Select;
  throw validation(`Cannot specify the ProjectionExpression when choosing to get ${what}`);
}

function checkFilter(filter: Condition | undefined, key: KeyNames): void {
  const names = filter === undefined ? [] : attributesOf(filter);
  const wrong = names.find((name) => name === key.partition || name === key.sort);
  if (wrong === undefined) return;
  throw validation(
    `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${wrong}`,
  );
}

function startKey(given: Record<string, AttributeValue> | undefined): Item | undefined {
  return given === undefined ? undefined : parseItem(given);
}

/** Reads rows up to the limit or the page's size, and tells where it stopped. */
function answer(read: Read, rows: Iterable<Row>) {
  const { input, table, filter } = read;
  const items: Item[] = [];
  let [scanned, bytes] = [0, 0];
  let stoppedAt: Item | undefined;
  for (const row of rows) {
    scanned++;
    bytes += row.bytes;
    const item = inIndex(row.item, read);
    if (filter === undefined || holds(filter, item)) items.push(selected(row.item, item, read));
    if (scanned === input.Limit || bytes >= PAGE_BYTES) {
      stoppedAt = row.item;
      break;
    }
  }
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: items }),
    Count: items.length,
    ScannedCount: scanned,
    ...(stoppedAt === undefined ? {} : { LastEvaluatedKey: positionKey(stoppedAt, read) }),
    ...consumed(input.ReturnConsumedCapacity, table, readUnits(bytes, input.ConsistentRead === true)),
  };
}

/** What of an item an index holds: all, or its keys and what its projection includes. */
function inIndex(item: Item, { table, index }: Read): Item {
  if (index === undefined || index.projection.ProjectionType === 'ALL') return item;
  const names = index.keySchema.map((element) => element.AttributeName ?? '');
  const held: Item = table.keyOf(item);
  for (const name of [...names, ...(index.projection.NonKeyAttributes ?? [])]) {
    const value = item[name];
    if (value !== undefined) held[name] = value;
  }
  return held;
}

/** A local index fetches from its table what it does not hold; a global one cannot. */
function selected(item: Item, held: Item, { index, input, paths }: Read): Item {
  const reachable = index?.isGlobal === true ? held : item;
  if (paths !== undefined) return project(reachable, paths);
  return input.Select === 'ALL_ATTRIBUTES' ? reachable : held;
}

function positionKey(item: Item, { table, index }: Read): Item {
  const key = table.keyOf(item);
  for (const { AttributeName: name = '' } of index?.keySchema ?? []) {
    const value = item[name];
    if (value !== undefined) key[name] = value;
  }
  return key;
}
