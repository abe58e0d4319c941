import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/** A table may be called by its name or its ARN. */
function table(scope: Scope, name = '*'): string {
  return name.startsWith('arn:') ? name : named(scope, 'dynamodb', `table/${name}`);
}

interface OfTable {
  readonly TableName?: string | undefined;
}

const ofTable = ({ TableName }: OfTable, scope: Scope) => [table(scope, TableName)];

const ofArn = ({ ResourceArn = '*' }: { readonly ResourceArn?: string | undefined }) => [ResourceArn];

interface Options {
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ReturnValues?: string | undefined;
  readonly Select?: string | undefined;
}

function optionKeys({ ReturnConsumedCapacity, ReturnValues, Select }: Options) {
  return keys({
    'dynamodb:returnconsumedcapacity': ReturnConsumedCapacity,
    'dynamodb:returnvalues': ReturnValues,
    'dynamodb:select': Select,
  });
}

/** The values of the partition key that a request touches, as text: what `dynamodb:LeadingKeys` holds. */
function leadingKeys(scope: Scope, { TableName = '' }: OfTable, items: readonly (Item | undefined)[]) {
  const name = scope.directory.partitionKey(TableName, undefined);
  const values = items.flatMap((item) => textOf(item?.[name ?? '']));
  return keys({ 'dynamodb:leadingkeys': values.length > 0 ? values : undefined });
}

function textOf(value: AttributeValue | undefined): string[] {
  const text = value?.S ?? value?.N ?? (value?.B && Buffer.from(value.B).toString('base64'));
  return text === undefined ? [] : [text];
}

/**
 * What is needed of the key of a table that is encrypted with one of the account's: DynamoDB has it decrypt the
 * table's own key in the caller's name (DynamoDB Developer Guide, "DynamoDB encryption at rest: How it works").
 */
function ofKey(scope: Scope, name: string | undefined): Need[] {
  const key = scope.directory.tableKey(name ?? '');
  if (key === undefined) return [];
  const context = {
    'kms:viaservice': [`dynamodb.${scope.account.region}.amazonaws.com`],
    'kms:encryptioncontext:aws:dynamodb:tablename': [(name ?? '').replace(/^.*:table\//, '')],
    'kms:encryptioncontext:aws:dynamodb:subscriberid': [scope.account.id],
  };
  return [{ action: 'kms:Decrypt', resource: key, context }];
}

interface OfItem extends OfTable, Options {
  readonly Key?: Item | undefined;
  readonly Item?: Item | undefined;
}

const ofItem = (input: OfItem, scope: Scope): Need[] => [
  {
    resource: table(scope, input.TableName),
    context: { ...optionKeys(input), ...leadingKeys(scope, input, [input.Key ?? input.Item]) },
  },
  ...ofKey(scope, input.TableName),
];

interface Reading extends OfTable, Options {
  readonly IndexName?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

const reading = (input: Reading, scope: Scope): Need[] => {
  const { TableName, IndexName } = input;
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  const leading = queriedKey(input, scope.directory.partitionKey(TableName ?? '', IndexName));
  const context = { ...optionKeys(input), ...keys({ 'dynamodb:leadingkeys': leading }) };
  return [{ resource: table(scope, TableName) + index, context }, ...ofKey(scope, TableName)];
};

/** The value that a query's condition sets the partition key equal to. */
function queriedKey(input: Reading, partitionKey: string | undefined): string | undefined {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  for (const [, left = '', right = ''] of (input.KeyConditionExpression ?? '').matchAll(
    /([#\w.-]+)\s*=\s*(:\w+)/g,
  )) {
    if ((names[left] ?? left) === partitionKey) return textOf(values[right])[0];
  }
  return undefined;
}

interface Written {
  readonly PutRequest?: { readonly Item?: Item | undefined } | undefined;
  readonly DeleteRequest?: { readonly Key?: Item | undefined } | undefined;
}

/** A transaction needs leave for what it does, item by item; it has no action of its own. */
const ITEM_ACTIONS = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
} as const;

type TransactionItem = { readonly [Kind in keyof typeof ITEM_ACTIONS]?: OfItem | undefined };

function ofTransaction(items: readonly TransactionItem[], scope: Scope, enclosing: string): Need[] {
  const kinds = Object.keys(ITEM_ACTIONS) as (keyof typeof ITEM_ACTIONS)[];
  return items.flatMap((item) =>
    kinds.flatMap((kind) => {
      const part = item[kind];
      if (part === undefined) return [];
      const context = {
        'dynamodb:enclosingoperation': [enclosing],
        ...leadingKeys(scope, part, [part.Key ?? part.Item]),
      };
      return [
        { action: ITEM_ACTIONS[kind], resource: table(scope, part.TableName), context },
        ...ofKey(scope, part.TableName),
      ];
    }),
  );
}

export const dynamoDbNeeds: NeedsOf<DynamoDB> = {
  ...same(
    ofTable,
    'CreateTable',
    'DeleteTable',
    'DescribeContinuousBackups',
    'DescribeTable',
    'DescribeTimeToLive',
    'UpdateContinuousBackups',
    'UpdateTable',
    'UpdateTimeToLive',
  ),
  ...same(ofArn, 'ListTagsOfResource', 'TagResource', 'UntagResource'),
  ...same(ofItem, 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'),
  ...same(reading, 'Query', 'Scan'),
  BatchGetItem: ({ RequestItems = {}, ...options }, scope) =>
    Object.entries(RequestItems).flatMap(([TableName, { Keys = [] }]) => [
      {
        resource: table(scope, TableName),
        context: { ...optionKeys(options), ...leadingKeys(scope, { TableName }, Keys) },
      },
      ...ofKey(scope, TableName),
    ]),
  BatchWriteItem: ({ RequestItems = {}, ...options }, scope) =>
    Object.entries(RequestItems).flatMap(([TableName, writes]: [string, readonly Written[]]) => {
      const items = writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key);
      const context = { ...optionKeys(options), ...leadingKeys(scope, { TableName }, items) };
      return [{ resource: table(scope, TableName), context }, ...ofKey(scope, TableName)];
    }),
  TransactWriteItems: ({ TransactItems = [] }, scope) =>
    ofTransaction(TransactItems, scope, 'TransactWriteItems'),
  TransactGetItems: ({ TransactItems = [] }, scope) =>
    ofTransaction(TransactItems, scope, 'TransactGetItems'),
};
