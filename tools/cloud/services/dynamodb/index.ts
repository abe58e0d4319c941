import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { batchOperations } from './batches.ts';
import { itemOperations } from './items.ts';
import { queryOperations } from './queries.ts';
import { standing } from './standing.ts';
import { settingsOperations } from './table-settings.ts';
import { tableOperations, Tables } from './tables.ts';
import { transactionOperations } from './transactions.ts';

export type DynamoDbService = ReturnType<typeof createDynamoDb>;

/** DynamoDB: tables, items, expressions, transactions and time to live. PartiQL and streams are not part of it. */
export function createDynamoDb(kernel: Kernel) {
  const tables = new Tables(kernel);
  return {
    client: '@aws-sdk/client-dynamodb' as const,
    standing,
    operations: {
      ...tableOperations(tables),
      ...settingsOperations(tables, kernel.clock),
      ...itemOperations(tables),
      ...queryOperations(tables),
      ...batchOperations(tables),
      ...transactionOperations(tables, kernel.clock),
    } satisfies Operations<DynamoDB>,
  };
}
