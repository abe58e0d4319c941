import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoWorld, key } from './dynamodb-world.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

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
    await world.pass(10 * SECOND);
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
    await world.pass(10 * SECOND);
    await expect(dynamo.deleteTable({ TableName })).rejects.toMatchObject({ name: 'ValidationException' });
    await dynamo.updateTable({ TableName, DeletionProtectionEnabled: false });
    await world.pass(10 * SECOND);
    await dynamo.deleteTable({ TableName });
    await world.pass(10 * SECOND);
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
    await world.put('a', 1, { ...item, price: { N: '1.50E1' } });
    expect(await world.get('a', 1)).toEqual({ ...key('a', 1), ...item, price: { N: '15' } });
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
    await world.put('a', 1, { text: { S: 'x'.repeat(400 * 1024 - 20) } });
    const larger = world.put('a', 1, { text: { S: 'x'.repeat(400 * 1024) } });
    await expect(larger).rejects.toMatchObject({
      message: 'Item size has exceeded the maximum allowed size',
    });
  });

  it('is deleted soon after it has expired, and lives on when its expiry was moved', async () => {
    const specification = { AttributeName: 'expires', Enabled: true };
    await world.put('old', 1, { expires: { N: '1' } });
    await dynamo.updateTimeToLive({ TableName, TimeToLiveSpecification: specification });
    const inAnHour = String(Math.floor(world.cloud.clock.now() / 1_000) + 3_600);
    await world.put('a', 1, { expires: { N: inAnHour } });
    await world.put('a', 2, { expires: { N: inAnHour } });
    await world.put('a', 2, { expires: { N: String(Number(inAnHour) + 7_200) } });
    await world.pass(HOUR - SECOND);
    expect(await world.get('a', 1)).toBeDefined();
    await world.pass(0.5 * HOUR);
    expect(await world.get('a', 1)).toBeUndefined();
    expect(await world.get('a', 2)).toBeDefined();
    // What expired more than five years ago is left alone.
    expect(await world.get('old', 1)).toBeDefined();
  });
});

describe('an item that nests', () => {
  const nested = (levels: number): AttributeValue =>
    levels === 0 ? { S: 'x' } : { L: [{ M: { quote: { S: '"' }, a: nested(levels - 2) } }] };

  it('is kept down to 32 levels, and compared there', async () => {
    const value = nested(32);
    await dynamo.putItem({ TableName, Item: { ...key('deep', 1), value } });
    const { Item } = await dynamo.getItem({ TableName, Key: key('deep', 1) });
    expect(Item?.value).toEqual(value);
    const same = { ConditionExpression: '#v = :v', ExpressionAttributeValues: { ':v': value } };
    const names = { ExpressionAttributeNames: { '#v': 'value' } };
    await dynamo.putItem({ TableName, Item: { ...key('deep', 1), value }, ...same, ...names });
    const deeper = dynamo.putItem({ TableName, Item: { ...key('deep', 1), value: nested(34) } });
    await expect(deeper).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Nesting Levels') as string,
    });
  });

  it('may have any name in it', async () => {
    const Item = Object.fromEntries([...Object.entries(key('odd', 1)), ['__proto__', { S: 'kept' }]]);
    await dynamo.putItem({ TableName, Item });
    const { Item: got } = await dynamo.getItem({ TableName, Key: key('odd', 1) });
    expect(Object.keys(got ?? {})).toContain('__proto__');
  });
});

describe('a conditional write', () => {
  it('changes nothing when its condition fails, and shows the item on request', async () => {
    await world.put('a', 1, { fence: { N: '7' } });
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
    expect(await world.get('a', 1)).toMatchObject({ fence: { N: '7' } });
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
    await world.put('a', 1, { colour: { S: 'red' }, price: { N: '9.9' }, tags: { SS: ['old', 'blue'] } });
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
    await world.put('a', 1, {
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
    expect(await world.get('new', 1)).toEqual({ ...key('new', 1), colour: { S: 'red' } });
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
