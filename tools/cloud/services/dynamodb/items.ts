import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { consumed, readUnits } from './capacity.ts';
import type { Path, PlaceholderInput } from './expressions/index.ts';
import { parseProjection, Placeholders, project } from './expressions/index.ts';
import type { Table } from './table.ts';
import type { Tables } from './tables.ts';
import type { Item } from './values.ts';
import { validation } from './values.ts';
import { keyOf, perform, prepareDelete, preparePut, prepareUpdate, returned } from './writes.ts';

/** Refuses the parameters from before expressions, which this cloud does not know. */
export function refuseLegacy(input: object): void {
  const legacy = [
    'AttributesToGet',
    'AttributeUpdates',
    'ConditionalOperator',
    'Expected',
    'KeyConditions',
    'QueryFilter',
    'ScanFilter',
  ].find((name) => (input as Record<string, unknown>)[name] !== undefined);
  if (legacy === undefined) return;
  throw new AwsError('NotImplemented', `The legacy parameter ${legacy} is not part of this local cloud.`, {
    status: 501,
  });
}

/** The projection of a read, or undefined for all attributes. */
export function projectionOf(
  input: PlaceholderInput & { ProjectionExpression?: string | undefined },
): readonly Path[] | undefined {
  const placeholders = new Placeholders(input);
  const text = input.ProjectionExpression;
  const paths = text === undefined ? undefined : parseProjection(text, placeholders);
  placeholders.checkAllUsed(text !== undefined);
  return paths;
}

/** Reads one item: what Get, BatchGet and TransactGet have in common. */
export function readItem(
  table: Table,
  key: Item,
  paths: readonly Path[] | undefined,
): { item: Item | undefined; bytes: number } {
  const row = table.find(key);
  if (row === undefined) return { item: undefined, bytes: 0 };
  return { item: paths === undefined ? row.item : project(row.item, paths), bytes: row.bytes };
}

export function itemOperations(tables: Tables) {
  return {
    GetItem: (input) => {
      refuseLegacy(input);
      const table = tables.usable(input.TableName);
      const paths = projectionOf(input);
      const { item, bytes } = readItem(table, keyOf(table, input.Key), paths);
      const units = readUnits(bytes, input.ConsistentRead === true);
      return { ...(item ? { Item: item } : {}), ...consumed(input.ReturnConsumedCapacity, table, units) };
    },
    PutItem: (input) => {
      refuseLegacy(input);
      checkReturnValues(input.ReturnValues);
      const write = preparePut(tables, input);
      const written = perform(write);
      return {
        ...returned(input.ReturnValues, written),
        ...consumed(input.ReturnConsumedCapacity, write.table, written.units),
      };
    },
    DeleteItem: (input) => {
      refuseLegacy(input);
      checkReturnValues(input.ReturnValues);
      const write = prepareDelete(tables, input);
      const written = perform(write);
      return {
        ...returned(input.ReturnValues, written),
        ...consumed(input.ReturnConsumedCapacity, write.table, written.units),
      };
    },
    UpdateItem: (input) => {
      refuseLegacy(input);
      const write = prepareUpdate(tables, input);
      const written = perform(write);
      return {
        ...returned(input.ReturnValues, written, write.touched),
        ...consumed(input.ReturnConsumedCapacity, write.table, written.units),
      };
    },
  } satisfies Operations<DynamoDB>;
}

function checkReturnValues(wanted: string | undefined): void {
  if (wanted === undefined || wanted === 'NONE' || wanted === 'ALL_OLD') return;
  throw validation('Return values set to invalid value');
}
