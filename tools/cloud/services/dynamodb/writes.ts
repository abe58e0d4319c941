import type {
  AttributeValue,
  ConditionCheck,
  Delete,
  Put,
  ReturnValue,
  Update,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/index.ts';
import { writeUnits } from './capacity.ts';
import type { Condition, Path, PlaceholderInput } from './expressions/index.ts';
import {
  applyUpdate,
  holds,
  parseCondition,
  parseUpdate,
  Placeholders,
  project,
} from './expressions/index.ts';
import type { Table } from './table.ts';
import type { Tables } from './tables.ts';
import type { Item } from './values.ts';
import { identityOf, parseItem, sizeOfItem, validation } from './values.ts';

/** One write, validated but not yet done: alone, in a batch or in a transaction. */
export interface Write {
  readonly table: Table;
  readonly key: Item;
  readonly condition: Condition | undefined;
  /** The item afterwards, from the item before; undefined for none. Absent for a mere check. */
  readonly apply?: (before: Item | undefined) => Item | undefined;
  /** The paths that an update touches. */
  readonly touched?: readonly Path[];
  readonly returnsItemOnFailure: boolean;
}

export interface Written {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly units: number;
}

type Conditional = PlaceholderInput & {
  ConditionExpression?: string | undefined;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' | undefined;
};

export function preparePut(tables: Tables, input: Put): Write {
  const table = tables.usable(input.TableName);
  const item = parseItem(input.Item ?? {});
  table.checkItem(item);
  return { table, key: table.keyOf(item), apply: () => item, ...conditionOf(input) };
}

export function prepareDelete(tables: Tables, input: Delete): Write {
  const table = tables.usable(input.TableName);
  return { table, key: keyOf(table, input.Key), apply: () => undefined, ...conditionOf(input) };
}

export function prepareCheck(tables: Tables, input: ConditionCheck): Write {
  const table = tables.usable(input.TableName);
  return { table, key: keyOf(table, input.Key), ...conditionOf(input) };
}

export function prepareUpdate(
  tables: Tables,
  input: Omit<Update, 'UpdateExpression'> & { UpdateExpression?: string | undefined },
): Write {
  const table = tables.usable(input.TableName);
  const key = keyOf(table, input.Key);
  const placeholders = new Placeholders(input);
  const expression = input.UpdateExpression;
  const update = expression === undefined ? [] : parseUpdate(expression, placeholders);
  const rest = conditionOf(input, placeholders, expression !== undefined);
  for (const { path } of update) {
    const name = String(path[0]);
    if (!Object.hasOwn(key, name)) continue;
    throw validation(
      `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
    );
  }
  const apply = (before: Item | undefined) => applyUpdate(update, before ?? key);
  return { table, key, apply, touched: update.map((action) => action.path), ...rest };
}

/** @throws AwsError ValidationException when the key is not the table's */
export function keyOf(table: Table, given: Readonly<Record<string, AttributeValue>> | undefined): Item {
  const key = parseItem(given ?? {});
  table.checkKey(key);
  return key;
}

function conditionOf(
  input: Conditional,
  placeholders = new Placeholders(input),
  hasOtherExpression = false,
): Pick<Write, 'condition' | 'returnsItemOnFailure'> {
  const { ConditionExpression: text } = input;
  const condition =
    text === undefined ? undefined : parseCondition(text, 'ConditionExpression', placeholders);
  placeholders.checkAllUsed(hasOtherExpression || text !== undefined);
  return { condition, returnsItemOnFailure: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' };
}

/** Whether the item is now as the write demands. */
export function meetsCondition({ table, key, condition }: Write): boolean {
  if (condition === undefined) return true;
  return holds(condition, table.find(key)?.item ?? {});
}

/** @throws AwsError ConditionalCheckFailedException, with the item where the caller asked for it */
export function checkCondition(write: Write): void {
  if (meetsCondition(write)) return;
  const item = write.returnsItemOnFailure ? write.table.find(write.key)?.item : undefined;
  throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
    fields: item === undefined ? {} : { Item: item },
  });
}

/** What the write would make of the item; throws what it would throw. Changes nothing. */
export function plan(write: Write): Written {
  const before = write.table.find(write.key)?.item;
  const after = write.apply === undefined ? before : write.apply(before);
  if (write.apply !== undefined && after !== undefined) write.table.checkItem(after);
  const bytes = Math.max(before ? sizeOfItem(before) : 0, after ? sizeOfItem(after) : 0);
  return { before, after, units: writeUnits(bytes) };
}

/** Does a planned write. */
export function commit(write: Write, { after }: Written): void {
  if (write.apply === undefined) return;
  if (after === undefined) write.table.delete(write.key);
  else write.table.put(after);
}

/** Checks, plans and does one write. */
export function perform(write: Write): Written {
  checkCondition(write);
  const written = plan(write);
  commit(write, written);
  return written;
}

/** What a write answers, by its `ReturnValues`. */
export function returned(
  wanted: ReturnValue | undefined,
  { before, after }: Written,
  touched: readonly Path[] = [],
): { Attributes?: Item } {
  const attributes = {
    NONE: undefined,
    ALL_OLD: before,
    ALL_NEW: after,
    UPDATED_OLD: before && project(before, touched),
    UPDATED_NEW: after && project(after, touched),
  }[wanted ?? 'NONE'];
  return attributes === undefined || Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
}

/** Names a written item among all tables: no transaction or batch may write one twice. */
export function identityOfWrite({ table, key }: Pick<Write, 'table' | 'key'>): string {
  return `${table.name}/${identityOf({ M: key })}`;
}
