import type {
  CancellationReason,
  DynamoDB,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Clock, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { ConsumedByTable, readUnits } from './capacity.ts';
import { projectionOf, readItem } from './items.ts';
import type { Tables } from './tables.ts';
import { validation } from './values.ts';
import type { Write, Written } from './writes.ts';
import {
  commit,
  identityOfWrite,
  keyOf,
  meetsCondition,
  plan,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
} from './writes.ts';

/** How long a ClientRequestToken makes a repetition harmless. */
const TOKEN_LIFE = 10 * 60_000;

const NO_REASON: CancellationReason = { Code: 'None' };

export function transactionOperations(tables: Tables, clock: Clock) {
  const tokens = new Map<string, string>();
  return {
    TransactWriteItems: (input) => {
      if (isRepetition(tokens, input)) return {};
      const writes = (input.TransactItems ?? []).map((item) => prepared(tables, item));
      checkDistinct(writes);
      const planned = writes.map(tryPlan);
      if (planned.some((one) => 'reason' in one)) throw cancelled(planned);
      const units = new ConsumedByTable();
      planned.forEach((one, index) => {
        const write = writes[index];
        if (write === undefined || 'reason' in one) return;
        commit(write, one);
        units.add(write.table, 2 * one.units);
      });
      remember(tokens, clock, input);
      return units.list(input.ReturnConsumedCapacity);
    },
    TransactGetItems: (input) => {
      const gets = (input.TransactItems ?? []).map(({ Get: get }) => {
        if (get === undefined) throw validation('TransactGetItems can only contain Get');
        const table = tables.usable(get.TableName);
        return { table, key: keyOf(table, get.Key), paths: projectionOf(get) };
      });
      checkDistinct(gets);
      const units = new ConsumedByTable();
      const responses = gets.map(({ table, key, paths }) => {
        const { item, bytes } = readItem(table, key, paths);
        units.add(table, 2 * readUnits(bytes, true));
        return item === undefined ? {} : { Item: item };
      });
      return { Responses: responses, ...units.list(input.ReturnConsumedCapacity) };
    },
  } satisfies Operations<DynamoDB>;
}

function prepared(tables: Tables, item: TransactWriteItem): Write {
  const { Put: put, Update: update, Delete: gone, ConditionCheck: check } = item;
  if ([put, update, gone, check].filter((action) => action !== undefined).length !== 1) {
    throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (put !== undefined) return preparePut(tables, put);
  if (update !== undefined) return prepareUpdate(tables, update);
  if (gone !== undefined) return prepareDelete(tables, gone);
  if (check !== undefined) return prepareCheck(tables, check);
  throw new Error('One of the four is there.');
}

function tryPlan(write: Write): Written | { reason: CancellationReason } {
  if (!meetsCondition(write)) {
    const item = write.returnsItemOnFailure ? write.table.find(write.key)?.item : undefined;
    const reason = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
    return { reason: item === undefined ? reason : { ...reason, Item: item } };
  }
  try {
    return plan(write);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { reason: { Code: 'ValidationError', Message: error.message } };
  }
}

function cancelled(planned: readonly (Written | { reason: CancellationReason })[]): AwsError {
  const reasons = planned.map((one) => ('reason' in one ? one.reason : NO_REASON));
  const codes = reasons.map((reason) => reason.Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
}

/**
 * Whether the same request was done under the same token a short while ago.
 *
 * @throws AwsError IdempotentParameterMismatchException when it was another request
 */
function isRepetition(
  tokens: ReadonlyMap<string, string>,
  { ClientRequestToken: token, TransactItems: items }: TransactWriteItemsCommandInput,
): boolean {
  if (token === undefined) return false;
  const request = JSON.stringify(items);
  const known = tokens.get(token);
  if (known === request) return true;
  if (known !== undefined) {
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request was retried with the same client token but with a different payload',
    );
  }
  return false;
}

/** Only a transaction that was done is remembered: a cancelled one may be tried again. */
function remember(
  tokens: Map<string, string>,
  clock: Clock,
  { ClientRequestToken: token, TransactItems: items }: TransactWriteItemsCommandInput,
): void {
  if (token === undefined) return;
  tokens.set(token, JSON.stringify(items));
  clock.after(TOKEN_LIFE, () => tokens.delete(token));
}

function checkDistinct(keys: readonly Pick<Write, 'table' | 'key'>[]): void {
  if (new Set(keys.map(identityOfWrite)).size === keys.length) return;
  throw validation('Transaction request cannot include multiple operations on one item');
}
