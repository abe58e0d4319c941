import type { AttributeValue, DynamoDB, ReturnValue } from '@aws-sdk/client-dynamodb';
import type { Draw } from './draw.ts';
import { anyValue, condition, Placeholders, projection, scalar, update } from './expressions.ts';

export const TABLE = 'things';

/** One call, by the name of the client's method. */
export interface Operation {
  readonly method:
    | 'putItem'
    | 'updateItem'
    | 'deleteItem'
    | 'getItem'
    | 'query'
    | 'scan'
    | 'batchGetItem'
    | 'batchWriteItem'
    | 'transactWriteItems'
    | 'transactGetItems';
  readonly input: object;
}

export async function createThings(client: DynamoDB): Promise<void> {
  await client.createTable({
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 's', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-s',
        KeySchema: [
          { AttributeName: 's', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
}

export async function emptyThings(client: DynamoDB): Promise<void> {
  const { Items = [] } = await client.scan({ TableName: TABLE });
  for (const { pk, sk } of Items)
    if (pk !== undefined && sk !== undefined) await client.deleteItem({ TableName: TABLE, Key: { pk, sk } });
}

/** The calls of one kind that chance makes. */
export const operations: Readonly<Record<string, (draw: Draw) => Operation>> = {
  put: (draw) => ({ method: 'putItem', input: { ...put(draw), ...returned(draw, 'NONE', 'ALL_OLD') } }),
  update: (draw) => ({
    method: 'updateItem',
    input: {
      ...updated(draw),
      ...returned(draw, 'NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'),
    },
  }),
  delete: (draw) => ({
    method: 'deleteItem',
    input: { ...removed(draw), ...returned(draw, 'NONE', 'ALL_OLD') },
  }),
  get: (draw) => ({ method: 'getItem', input: { TableName: TABLE, ...got(draw) } }),
  query,
  scan,
  batch,
  transaction,
};

const key = (draw: Draw) => ({ pk: { S: draw.of('a', 'b', 'c') }, sk: { N: draw.of('1', '2', '3') } });

function item(draw: Draw): Record<string, AttributeValue> {
  const made: Record<string, AttributeValue> = key(draw);
  const usual: Record<string, () => AttributeValue> = {
    n: () => ({ N: draw.of('0', '1', '5', '-2.5') }),
    s: () => ({ S: draw.of('a', 'ab', 'b') }),
    l: () => ({ L: draw.some(0, 3, () => scalar(draw)) }),
    m: () => ({ M: { x: scalar(draw), y: anyValue(draw) } }),
    ss: () => ({ SS: draw.of(['a', 'b'], ['b']) }),
    ns: () => ({ NS: draw.of(['1', '2'], ['3']) }),
  };
  for (const [name, make] of Object.entries(usual)) {
    if (draw.oneIn(30)) made[name] = anyValue(draw);
    else if (!draw.oneIn(4)) made[name] = make();
  }
  return made;
}

function conditioned(draw: Draw, on: Placeholders): { ConditionExpression?: string } {
  return draw.oneIn(2) ? {} : { ConditionExpression: condition(draw, on) };
}

function returned(
  draw: Draw,
  ...values: readonly [ReturnValue, ...ReturnValue[]]
): { ReturnValues: ReturnValue } {
  return { ReturnValues: draw.of(...values) };
}

function put(draw: Draw) {
  const on = new Placeholders();
  return { TableName: TABLE, Item: item(draw), ...conditioned(draw, on), ...on.input };
}

function updated(draw: Draw) {
  const on = new Placeholders();
  const UpdateExpression = update(draw, on);
  return { TableName: TABLE, Key: key(draw), UpdateExpression, ...conditioned(draw, on), ...on.input };
}

function removed(draw: Draw) {
  const on = new Placeholders();
  return { TableName: TABLE, Key: key(draw), ...conditioned(draw, on), ...on.input };
}

function got(draw: Draw) {
  const on = new Placeholders();
  const projected = draw.oneIn(2) ? {} : { ProjectionExpression: projection(draw, on) };
  return { Key: key(draw), ...projected, ...on.input };
}

function query(draw: Draw): Operation {
  const on = new Placeholders();
  const isIndex = draw.oneIn(3);
  const hash = isIndex
    ? `s = ${on.value({ S: draw.of('a', 'ab', 'b') })}`
    : `pk = ${on.value({ S: draw.of('a', 'b') })}`;
  const bound = () => on.value({ N: draw.of('0', '1', '2', '3') });
  const range = draw.from(
    () => '',
    () => ` AND sk ${draw.of('=', '<', '<=', '>', '>=')} ${bound()}`,
    () => ` AND sk BETWEEN ${bound()} AND ${bound()}`,
    () => ` AND begins_with(sk, ${bound()})`,
  );
  const filtered = draw.oneIn(2) ? {} : { FilterExpression: condition(draw, on) };
  const projected = draw.oneIn(3) ? { ProjectionExpression: projection(draw, on) } : {};
  return {
    method: 'query',
    input: {
      TableName: TABLE,
      ...(isIndex && { IndexName: 'by-s' }),
      KeyConditionExpression: hash + range,
      ...filtered,
      ...projected,
      ...(draw.oneIn(2) && { ScanIndexForward: false }),
      // Items of an index with the same key have no order of their own, so that a page of them is not compared.
      ...(!isIndex && draw.oneIn(3) && { Limit: 1 + draw.below(3) }),
      ...(draw.oneIn(6) && { Select: draw.of('COUNT', 'ALL_ATTRIBUTES') }),
      ...on.input,
    },
  };
}

function scan(draw: Draw): Operation {
  const on = new Placeholders();
  return {
    method: 'scan',
    input: { TableName: TABLE, FilterExpression: condition(draw, on), ...on.input },
  };
}

function batch(draw: Draw): Operation {
  if (draw.oneIn(2)) {
    const Keys = draw.some(1, 4, () => key(draw));
    return { method: 'batchGetItem', input: { RequestItems: { [TABLE]: { Keys } } } };
  }
  const requests = draw.some(1, 4, () =>
    draw.from<object>(
      () => ({ PutRequest: { Item: item(draw) } }),
      () => ({ DeleteRequest: { Key: key(draw) } }),
    ),
  );
  return { method: 'batchWriteItem', input: { RequestItems: { [TABLE]: requests } } };
}

function transaction(draw: Draw): Operation {
  if (draw.oneIn(4)) {
    const gets = draw.some(1, 3, () => ({ Get: { TableName: TABLE, ...got(draw) } }));
    return { method: 'transactGetItems', input: { TransactItems: gets } };
  }
  const writes = draw.some(1, 3, () =>
    draw.from<object>(
      () => ({ Put: put(draw) }),
      () => ({ Update: updated(draw) }),
      () => ({ Delete: removed(draw) }),
      () => ({ ConditionCheck: checked(draw) }),
    ),
  );
  return { method: 'transactWriteItems', input: { TransactItems: writes } };
}

function checked(draw: Draw) {
  const on = new Placeholders();
  return { TableName: TABLE, Key: key(draw), ConditionExpression: condition(draw, on), ...on.input };
}
