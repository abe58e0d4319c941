import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

let cloud: Cloud;
let dynamo: DynamoDB;
let TableName: string;
let count = 0;

beforeAll(async () => {
  cloud = await startCloud();
  dynamo = new DynamoDB({
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  dynamo.destroy();
  await cloud.close();
});

beforeEach(async () => {
  TableName = `table-${++count}`;
  await dynamo.createTable({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'owner', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-owner',
        KeySchema: [
          { AttributeName: 'owner', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['colour'] },
      },
    ],
  });
  await pass(10 * SECOND);
});

const pass = (milliseconds: number) => cloud.clock.runUntil(cloud.clock.now() + milliseconds);

const key = (pk: string, sk: number) => ({ pk: { S: pk }, sk: { N: String(sk) } });

const put = (pk: string, sk: number, rest: Record<string, AttributeValue> = {}) =>
  dynamo.putItem({ TableName, Item: { ...key(pk, sk), ...rest } });

const get = async (pk: string, sk: number) =>
  (await dynamo.getItem({ TableName, Key: key(pk, sk), ConsistentRead: true })).Item;

describe('a table', () => {
  it('takes some seconds to be made, and cannot be used until then', async () => {
    const { TableDescription } = await dynamo.createTable({
      TableName: 'slow',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    });
    expect(TableDescription?.TableStatus).toBe('CREATING');
    const early = dynamo.putItem({ TableName: 'slow', Item: { id: { S: 'a' } } });
    await expect(early).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await pass(10 * SECOND);
    const { Table } = await dynamo.describeTable({ TableName: 'slow' });
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', ItemCount: 0 });
  });

  it('is refused when its attributes and keys do not match', async () => {
    const wrong = dynamo.createTable({
      TableName: 'wrong',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
    });
    await expect(wrong).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('is gone some seconds after its deletion, unless it is protected', async () => {
    await dynamo.updateTable({ TableName, DeletionProtectionEnabled: true });
    await pass(10 * SECOND);
    await expect(dynamo.deleteTable({ TableName })).rejects.toMatchObject({ name: 'ValidationException' });
    await dynamo.updateTable({ TableName, DeletionProtectionEnabled: false });
    await pass(10 * SECOND);
    await dynamo.deleteTable({ TableName });
    await pass(10 * SECOND);
    await expect(dynamo.describeTable({ TableName })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Requested resource not found: Table: ${TableName} not found`,
    });
  });
});

describe('an item', () => {
  it('comes back as it was put, its numbers in their shortest form', async () => {
    const item = {
      text: { S: 'grün' },
      bytes: { B: new Uint8Array([1, 2]) },
      map: { M: { list: { L: [{ BOOL: true }, { NULL: true as const }] } } },
      set: { NS: ['1', '2'] },
    };
    await put('a', 1, { ...item, price: { N: '1.50E1' } });
    expect(await get('a', 1)).toEqual({ ...key('a', 1), ...item, price: { N: '15' } });
  });

  it('needs its whole key, of the right types', async () => {
    const missing = dynamo.putItem({ TableName, Item: { pk: { S: 'a' } } });
    await expect(missing).rejects.toMatchObject({
      message: 'One or more parameter values were invalid: Missing the key sk in the item',
    });
    const mistyped = dynamo.putItem({ TableName, Item: { pk: { S: 'a' }, sk: { S: '1' } } });
    await expect(mistyped).rejects.toMatchObject({
      message: 'One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S',
    });
    const partial = dynamo.getItem({ TableName, Key: { pk: { S: 'a' } } });
    await expect(partial).rejects.toMatchObject({
      message: 'The provided key element does not match the schema',
    });
  });

  it('may hold 400 KB and no more', async () => {
    await put('a', 1, { text: { S: 'x'.repeat(400 * 1024 - 20) } });
    const larger = put('a', 1, { text: { S: 'x'.repeat(400 * 1024) } });
    await expect(larger).rejects.toMatchObject({
      message: 'Item size has exceeded the maximum allowed size',
    });
  });

  it('is deleted soon after it has expired, and lives on when its expiry was moved', async () => {
    const specification = { AttributeName: 'expires', Enabled: true };
    await put('old', 1, { expires: { N: '1' } });
    await dynamo.updateTimeToLive({ TableName, TimeToLiveSpecification: specification });
    const inAnHour = String(Math.floor(cloud.clock.now() / 1_000) + 3_600);
    await put('a', 1, { expires: { N: inAnHour } });
    await put('a', 2, { expires: { N: inAnHour } });
    await put('a', 2, { expires: { N: String(Number(inAnHour) + 7_200) } });
    await pass(HOUR - SECOND);
    expect(await get('a', 1)).toBeDefined();
    await pass(0.5 * HOUR);
    expect(await get('a', 1)).toBeUndefined();
    expect(await get('a', 2)).toBeDefined();
    // What expired more than five years ago is left alone.
    expect(await get('old', 1)).toBeDefined();
  });
});

describe('a conditional write', () => {
  it('changes nothing when its condition fails, and shows the item on request', async () => {
    await put('a', 1, { fence: { N: '7' } });
    const stale = dynamo.putItem({
      TableName,
      Item: { ...key('a', 1), fence: { N: '6' } },
      ConditionExpression: 'attribute_not_exists(pk) OR fence < :fence',
      ExpressionAttributeValues: { ':fence': { N: '6' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(stale).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { fence: { N: '7' } },
    });
    expect(await get('a', 1)).toMatchObject({ fence: { N: '7' } });
  });

  it.each([
    ['colour = :red AND NOT size(tags) > :two', true],
    ['colour IN (:blue, :red)', true],
    ['price BETWEEN :two AND :ten', true],
    ['contains(tags, :blue) OR begins_with(colour, :r)', true],
    ['absent <> :red', true],
    ['absent = :red', false],
    ['attribute_type(price, :n)', true],
    ['colour > :two', false],
  ])('evaluates %s', async (condition, expected) => {
    await put('a', 1, { colour: { S: 'red' }, price: { N: '9.9' }, tags: { SS: ['old', 'blue'] } });
    const all = {
      ':red': { S: 'red' },
      ':blue': { S: 'blue' },
      ':r': { S: 'r' },
      ':two': { N: '2' },
      ':ten': { N: '10' },
      ':n': { S: 'N' },
    };
    const used = Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(condition));
    const attempt = dynamo.updateItem({
      TableName,
      Key: key('a', 1),
      UpdateExpression: 'SET checked = :red',
      ConditionExpression: condition,
      ExpressionAttributeValues: { ...Object.fromEntries(used), ':red': { S: 'red' } },
    });
    if (expected) await attempt;
    else await expect(attempt).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it.each([
    ['name = :x', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['#y = :x', 'not defined; attribute name: #y'],
    ['pk = :y', 'not defined; attribute value: :y'],
    ['pk = = :x', 'Syntax error; token: "="'],
    ['unknown(pk)', 'Invalid function name; function: unknown'],
    ['attribute_exists(pk)', 'unused in expressions: keys: {:x}'],
  ])('is refused for %s', async (condition, message) => {
    const attempt = dynamo.putItem({
      TableName,
      Item: key('a', 1),
      ConditionExpression: condition,
      ExpressionAttributeValues: { ':x': { S: 'x' } },
    });
    await expect(attempt).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('an update', () => {
  it('sets, adds, appends and removes at once, reading the item as it was', async () => {
    await put('a', 1, {
      n: { N: '1' },
      list: { L: [{ S: 'x' }] },
      gone: { S: 'y' },
      set: { SS: ['a', 'b'] },
    });
    const { Attributes } = await dynamo.updateItem({
      TableName,
      Key: key('a', 1),
      UpdateExpression:
        'SET n = n + :one, former = n, fresh = if_not_exists(fresh, :one), #l = list_append(#l, :more) ' +
        'REMOVE gone ADD hits :one DELETE #s :a',
      ExpressionAttributeNames: { '#l': 'list', '#s': 'set' },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':more': { L: [{ S: 'z' }] },
        ':a': { SS: ['a'] },
      },
      ReturnValues: 'ALL_NEW',
    });
    expect(Attributes).toEqual({
      ...key('a', 1),
      n: { N: '2' },
      former: { N: '1' },
      fresh: { N: '1' },
      list: { L: [{ S: 'x' }, { S: 'z' }] },
      hits: { N: '1' },
      set: { SS: ['b'] },
    });
  });

  it('makes the item when there is none, and gives back only what it touched', async () => {
    const { Attributes } = await dynamo.updateItem({
      TableName,
      Key: key('new', 1),
      UpdateExpression: 'SET colour = :c',
      ExpressionAttributeValues: { ':c': { S: 'red' } },
      ReturnValues: 'UPDATED_NEW',
    });
    expect(Attributes).toEqual({ colour: { S: 'red' } });
    expect(await get('new', 1)).toEqual({ ...key('new', 1), colour: { S: 'red' } });
  });

  it.each([
    ['SET pk = :x', 'Cannot update attribute pk. This attribute is part of the key'],
    ['SET a.b = :x', 'The document path provided in the update expression is invalid for update'],
    ['SET a = :x, a.b = :x', 'Two document paths overlap'],
    ['SET a = absent, b = :x', 'refers to an attribute that does not exist in the item'],
    ['SET a = :x SET b = :x', 'section can only be used once'],
  ])('is refused for %s', async (expression, message) => {
    const attempt = dynamo.updateItem({
      TableName,
      Key: key('a', 1),
      UpdateExpression: expression,
      ExpressionAttributeValues: { ':x': { N: '1' } },
    });
    await expect(attempt).rejects.toMatchObject({ message: expect.stringContaining(message) as string });
  });
});

describe('a query', () => {
  beforeEach(async () => {
    for (const sk of [3, 10, 1, 2, -5]) await put('a', sk, { owner: { S: 'ann' }, colour: { S: `c${sk}` } });
    await put('b', 2, { owner: { S: 'ann' }, secret: { S: 'x' } });
  });

  const query = async (range: string, options: object = {}) => {
    const { Items = [] } = await dynamo.query({
      TableName,
      KeyConditionExpression: `pk = :pk${range}`,
      ExpressionAttributeValues: { ':pk': { S: 'a' } },
      ...options,
    });
    return Items.map((item) => Number(item['sk']?.N));
  };

  const values = (...numbers: number[]) => ({
    ExpressionAttributeValues: {
      ':pk': { S: 'a' },
      ...Object.fromEntries(numbers.map((number, index) => [`:${index}`, { N: String(number) }])),
    },
  });

  it('gives one partition in the order of its sort keys, either way', async () => {
    expect(await query('')).toEqual([-5, 1, 2, 3, 10]);
    expect(await query('', { ScanIndexForward: false })).toEqual([10, 3, 2, 1, -5]);
  });

  it('bounds the sort key', async () => {
    expect(await query(' AND sk > :0', values(2))).toEqual([3, 10]);
    expect(await query(' AND sk BETWEEN :0 AND :1', values(-5, 2))).toEqual([-5, 1, 2]);
    expect(await query(' AND :0 >= sk', values(1))).toEqual([-5, 1]);
  });

  it('goes through pages to the end, each item once', async () => {
    const seen: number[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await dynamo.query({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ...values(),
        ScanIndexForward: false,
        Limit: 2,
        ExclusiveStartKey: start,
      });
      seen.push(...Items.map((item) => Number(item['sk']?.N)));
      start = LastEvaluatedKey;
    } while (start !== undefined);
    expect(seen).toEqual([10, 3, 2, 1, -5]);
  });

  it('filters after it has read: the limit counts what was read', async () => {
    const { Items, Count, ScannedCount } = await dynamo.query({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'colour <> :c',
      ExpressionAttributeValues: { ':pk': { S: 'a' }, ':c': { S: 'c1' } },
      ProjectionExpression: 'colour',
      Limit: 2,
    });
    expect({ Items, Count, ScannedCount }).toEqual({
      Items: [{ colour: { S: 'c-5' } }],
      Count: 1,
      ScannedCount: 2,
    });
  });

  it('reads an index with what it projects, in the order of its own keys', async () => {
    const { Items } = await dynamo.query({
      TableName,
      IndexName: 'by-owner',
      KeyConditionExpression: '#o = :o AND sk >= :two',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: 'ann' }, ':two': { N: '2' } },
    });
    expect(Items?.map((item) => item['sk']?.N)).toEqual(['2', '2', '3', '10']);
    expect(Items?.some((item) => 'secret' in item)).toBe(false);
    await dynamo.updateItem({
      TableName,
      Key: key('a', 10),
      UpdateExpression: 'REMOVE #o',
      ExpressionAttributeNames: { '#o': 'owner' },
    });
    const { Count } = await dynamo.scan({ TableName, IndexName: 'by-owner' });
    expect(Count).toBe(5);
  });

  it('stops at a megabyte', async () => {
    for (let sk = 100; sk < 104; sk++) await put('big', sk, { text: { S: 'x'.repeat(390_000) } });
    const first = await dynamo.query({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'big' } },
    });
    expect(first.Count).toBe(3);
    expect(first.LastEvaluatedKey).toEqual(key('big', 102));
  });

  it('is refused without the partition key', async () => {
    const attempt = dynamo.query({
      TableName,
      KeyConditionExpression: 'sk = :x',
      ExpressionAttributeValues: { ':x': { N: '1' } },
    });
    await expect(attempt).rejects.toMatchObject({
      message: 'Query condition missed key schema element: pk',
    });
  });
});

describe('a scan', () => {
  it('meets each item once over its pages, and once over its segments', async () => {
    for (let n = 0; n < 30; n++) await put(`p${n % 10}`, n);
    const scanAll = async (segment: object) => {
      const found: string[] = [];
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await dynamo.scan({ TableName, Limit: 4, ExclusiveStartKey, ...segment });
        found.push(...(page.Items ?? []).map((item) => item['sk']?.N ?? ''));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    };
    const all = Array.from({ length: 30 }, (_, n) => String(n)).sort();
    expect((await scanAll({})).sort()).toEqual(all);
    const segments = await Promise.all([0, 1, 2].map((Segment) => scanAll({ Segment, TotalSegments: 3 })));
    expect(segments.flat().sort()).toEqual(all);
  });
});

describe('a transaction', () => {
  it('writes all or nothing, and says which item stopped it', async () => {
    await put('a', 1);
    const attempt = dynamo.transactWriteItems({
      TransactItems: [
        { Put: { TableName, Item: key('b', 1) } },
        { Delete: { TableName, Key: key('a', 1), ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    });
    await expect(attempt).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    expect(await get('b', 1)).toBeUndefined();
    expect(await get('a', 1)).toBeDefined();
  });

  it('is done once under one token, and refused under a used one', async () => {
    await put('a', 1, { n: { N: '0' } });
    const add = (amount: string) =>
      dynamo.transactWriteItems({
        ClientRequestToken: `token-${TableName}`,
        TransactItems: [
          {
            Update: {
              TableName,
              Key: key('a', 1),
              UpdateExpression: 'ADD n :n',
              ExpressionAttributeValues: { ':n': { N: amount } },
            },
          },
        ],
      });
    await add('1');
    await add('1');
    expect(await get('a', 1)).toMatchObject({ n: { N: '1' } });
    await expect(add('2')).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  it('does not touch an item twice', async () => {
    const item = { Put: { TableName, Item: key('a', 1) } };
    const attempt = dynamo.transactWriteItems({ TransactItems: [item, item] });
    await expect(attempt).rejects.toMatchObject({
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });
});

describe('batches', () => {
  it('write and read many items, and refuse doubles', async () => {
    await put('a', 1);
    await dynamo.batchWriteItem({
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: key('a', 2) } }, { DeleteRequest: { Key: key('a', 1) } }],
      },
    });
    const Keys = [key('a', 1), key('a', 2)];
    const { Responses } = await dynamo.batchGetItem({ RequestItems: { [TableName]: { Keys } } });
    expect(Responses?.[TableName]).toEqual([key('a', 2)]);
    const doubled = dynamo.batchGetItem({
      RequestItems: { [TableName]: { Keys: [key('a', 1), key('a', 1)] } },
    });
    await expect(doubled).rejects.toMatchObject({
      message: 'Provided list of item keys contains duplicates',
    });
  });

  it('tell what they consumed', async () => {
    const { ConsumedCapacity } = await dynamo.putItem({
      TableName,
      Item: { ...key('a', 1), text: { S: 'x'.repeat(2_000) } },
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(ConsumedCapacity).toEqual({ TableName, CapacityUnits: 2 });
  });
});
