import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that DynamoDB has here. */
export const standing = {
  BatchGetItem: 'real',
  BatchWriteItem: 'real',
  CreateTable: 'real',
  DeleteItem: 'real',
  DeleteTable: 'real',
  DescribeContinuousBackups: 'record',
  DescribeTable: 'real',
  DescribeTimeToLive: 'real',
  GetItem: 'real',
  ListTables: 'real',
  ListTagsOfResource: 'record',
  PutItem: 'real',
  Query: 'real',
  Scan: 'real',
  TagResource: 'record',
  TransactGetItems: 'real',
  TransactWriteItems: 'real',
  UntagResource: 'real',
  UpdateContinuousBackups: 'record',
  UpdateItem: 'real',
  UpdateTable: 'real',
  UpdateTimeToLive: 'real',
} satisfies StandingOf<DynamoDB>;
