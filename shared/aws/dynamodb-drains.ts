import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DrainOrder, DrainProgress, Drains, Orders } from '../ports/index.ts';
import type { Table } from './dynamodb-table.ts';
import { expiry, KEEP, keys, wasTrue } from './dynamodb-table.ts';

/** A drain's item: its own attribute is written by the drain alone, the others by whoever has something to say. */
interface DrainItem {
  readonly progress?: DrainProgress;
  /** The execution that the order is for: another drain of the same instance does not obey it. */
  readonly orderFor?: string;
  readonly order?: DrainOrder;
  readonly orderedBy?: string;
  readonly lost?: string;
  readonly takenAt?: number;
  readonly expiresAt: number;
}

/** Drains in the ledger's table: one item an instance, so that one write says how far it is and brings the orders. */
export function dynamoDrains(table: Table): Drains {
  return {
    note: (progress) => note(table, progress),
    all: () => all(table),
    order: (drain, order, by) => wasTrue(giveOrder(table, drain, order, by)).then(doneOrGone),
    isLost: (instance, state) => mark(table, instance, 'lost', state),
    isTaken: (instance, at) => mark(table, instance, 'takenAt', at),
  };
}

const doneOrGone = (isDone: boolean) => (isDone ? 'done' : 'gone');

function keepUntil({ clock }: Table): number {
  return expiry(clock.now(), KEEP.drain);
}

async function note(table: Table, progress: DrainProgress): Promise<Orders> {
  const { Attributes } = await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: keys.drain(progress.instance),
      UpdateExpression: 'SET progress = :progress, expiresAt = :keep',
      ExpressionAttributeValues: { ':progress': progress, ':keep': keepUntil(table) },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return ordersIn(Attributes as DrainItem, progress.execution);
}

async function all(table: Table): Promise<readonly (DrainProgress & { readonly orders: Orders })[]> {
  const items: DrainItem[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :drains',
        ExpressionAttributeValues: { ':drains': keys.drain('').pk },
        ExclusiveStartKey: from,
      }),
    );
    items.push(...((page.Items ?? []) as DrainItem[]));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items.flatMap((item) =>
    item.progress === undefined
      ? []
      : [{ ...item.progress, orders: ordersIn(item, item.progress.execution) }],
  );
}

/** An order is for one execution, while it goes on. */
function giveOrder(
  { client, name: TableName }: Table,
  { instance, execution }: Pick<DrainProgress, 'instance' | 'execution'>,
  order: DrainOrder,
  by: string,
): Promise<unknown> {
  return client.send(
    new UpdateCommand({
      TableName,
      Key: keys.drain(instance),
      UpdateExpression: 'SET #order = :order, orderFor = :execution, orderedBy = :by',
      ConditionExpression: 'progress.execution = :execution AND attribute_not_exists(progress.#end)',
      ExpressionAttributeNames: { '#order': 'order', '#end': 'end' },
      ExpressionAttributeValues: { ':order': order, ':execution': execution, ':by': by },
    }),
  );
}

async function mark(
  table: Table,
  instance: string,
  attribute: 'lost' | 'takenAt',
  value: string | number,
): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: keys.drain(instance),
      UpdateExpression: 'SET #attribute = :value, expiresAt = :keep',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': value, ':keep': keepUntil(table) },
    }),
  );
}

function ordersIn(item: DrainItem, execution: string): Orders {
  const { orderFor, order, orderedBy, lost, takenAt } = item;
  const isFor = orderFor === execution;
  return {
    ...(lost !== undefined && { lost }),
    ...(takenAt !== undefined && { takenAt }),
    ...(isFor && order === 'hold' && { isHeld: true }),
    ...(isFor && order === 'let-go' && { isLetGo: true }),
    ...(isFor && orderedBy !== undefined && { by: orderedBy }),
  };
}
