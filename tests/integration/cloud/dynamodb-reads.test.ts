import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoWorld, key } from './dynamodb-world.ts';

let world: DynamoWorld;
let dynamo: DynamoDB;
let TableName: string;

beforeAll(async () => {
  world = await DynamoWorld.start();
  dynamo = world.dynamo;
});

afterAll(() => world.close());

beforeEach(async () => {
  await world.newTable();
  TableName = world.TableName;
});

describe('a query', () => {
  beforeEach(async () => {
    for (const sk of [3, 10, 1, 2, -5])
      await world.put('a', sk, { owner: { S: 'ann' }, colour: { S: `c${sk}` } });
    await world.put('b', 2, { owner: { S: 'ann' }, secret: { S: 'x' } });
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
    for (let sk = 100; sk < 104; sk++) await world.put('big', sk, { text: { S: 'x'.repeat(390_000) } });
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
    for (let n = 0; n < 30; n++) await world.put(`p${n % 10}`, n);
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
    await world.put('a', 1);
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
    expect(await world.get('b', 1)).toBeUndefined();
    expect(await world.get('a', 1)).toBeDefined();
  });

  it('is done once under one token, and refused under a used one', async () => {
    await world.put('a', 1, { n: { N: '0' } });
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
    expect(await world.get('a', 1)).toMatchObject({ n: { N: '1' } });
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
    await world.put('a', 1);
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
