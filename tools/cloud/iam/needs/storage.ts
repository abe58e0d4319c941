import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { S3 } from '@aws-sdk/client-s3';
import type { Need, NeedsOf, Scope } from './need.ts';
import { named, same } from './need.ts';

/** A table may be called by its name or its ARN. */
function table(scope: Scope, name = '*'): string {
  return name.startsWith('arn:') ? name : named(scope, 'dynamodb', `table/${name}`);
}

interface OfTable {
  readonly TableName?: string | undefined;
  readonly IndexName?: string | undefined;
}

const ofTable = ({ TableName }: OfTable, scope: Scope) => [table(scope, TableName)];

const ofTableOrIndex = ({ TableName, IndexName }: OfTable, scope: Scope) => [
  table(scope, TableName) + (IndexName === undefined ? '' : `/index/${IndexName}`),
];

interface OfTables {
  readonly RequestItems?: Readonly<Record<string, unknown>> | undefined;
}

const ofTables = ({ RequestItems = {} }: OfTables, scope: Scope) =>
  Object.keys(RequestItems).map((name) => table(scope, name));

/** A transaction needs leave for what it does, item by item; it has no action of its own. */
const ITEM_ACTIONS = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
} as const;

type TransactionItem = { readonly [Kind in keyof typeof ITEM_ACTIONS]?: OfTable | undefined };

function ofTransaction(items: readonly TransactionItem[], scope: Scope, enclosing: string): Need[] {
  const kinds = Object.keys(ITEM_ACTIONS) as (keyof typeof ITEM_ACTIONS)[];
  return items.flatMap((item) =>
    kinds
      .filter((kind) => item[kind] !== undefined)
      .map((kind) => ({
        action: ITEM_ACTIONS[kind],
        resource: table(scope, item[kind]?.TableName),
        context: { 'dynamodb:enclosingoperation': [enclosing] },
      })),
  );
}

export const dynamoDbNeeds: NeedsOf<DynamoDB> = {
  ...same(
    ofTable,
    'DeleteItem',
    'DeleteTable',
    'DescribeTable',
    'DescribeTimeToLive',
    'GetItem',
    'PutItem',
    'UpdateItem',
    'UpdateTable',
    'UpdateTimeToLive',
  ),
  ...same(ofTableOrIndex, 'Query', 'Scan'),
  ...same(ofTables, 'BatchGetItem', 'BatchWriteItem'),
  TransactWriteItems: ({ TransactItems = [] }, scope) =>
    ofTransaction(TransactItems, scope, 'TransactWriteItems'),
  TransactGetItems: ({ TransactItems = [] }, scope) =>
    ofTransaction(TransactItems, scope, 'TransactGetItems'),
};

interface OfBucket {
  readonly Bucket?: string | undefined;
}

const ofBucket = ({ Bucket = '*' }: OfBucket) => [`arn:aws:s3:::${Bucket}`];

interface OfObject extends OfBucket {
  readonly Key?: string | undefined;
}

const ofObject = ({ Bucket = '*', Key = '*' }: OfObject) => [`arn:aws:s3:::${Bucket}/${Key}`];

export const s3Needs: NeedsOf<S3> = {
  ...same(ofBucket, 'GetBucketLocation', 'GetBucketVersioning', 'HeadBucket', 'ListObjects', 'ListObjectsV2'),
  ...same(
    ofObject,
    'AbortMultipartUpload',
    'CompleteMultipartUpload',
    'CreateMultipartUpload',
    'DeleteObject',
    'GetObject',
    'HeadObject',
    'PutObject',
    'UploadPart',
  ),
  DeleteObjects: ({ Bucket = '*', Delete }) =>
    (Delete?.Objects ?? []).map(({ Key = '*' }) => `arn:aws:s3:::${Bucket}/${Key}`),
};
