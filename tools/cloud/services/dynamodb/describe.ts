import type { GlobalSecondaryIndexDescription, TableDescription } from '@aws-sdk/client-dynamodb';
import type { Index, Table } from './table.ts';

/** A table as DescribeTable tells it. Sizes and counts are exact; AWS's lag by some hours. */
export function describeTable(table: Table): TableDescription {
  const { settings } = table;
  const indexes = [...table.indexes.values()];
  const [globals, locals] = [indexes.filter((i) => i.isGlobal), indexes.filter((i) => !i.isGlobal)];
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.id,
    TableStatus: table.status,
    CreationDateTime: new Date(table.createdAt),
    AttributeDefinitions: settings.attributes,
    KeySchema: table.keySchema,
    ItemCount: table.items.itemCount,
    TableSizeBytes: table.items.sizeBytes,
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits: settings.throughput?.ReadCapacityUnits ?? 0,
      WriteCapacityUnits: settings.throughput?.WriteCapacityUnits ?? 0,
    },
    ...(settings.billingMode === 'PAY_PER_REQUEST'
      ? { BillingModeSummary: { BillingMode: settings.billingMode } }
      : {}),
    TableClassSummary: { TableClass: settings.tableClass },
    DeletionProtectionEnabled: settings.isDeletionProtected,
    ...(settings.sse?.Enabled === true
      ? {
          SSEDescription: {
            Status: 'ENABLED',
            SSEType: 'KMS',
            ...(settings.sse.KMSMasterKeyId ? { KMSMasterKeyArn: settings.sse.KMSMasterKeyId } : {}),
          },
        }
      : {}),
    ...(globals.length > 0
      ? { GlobalSecondaryIndexes: globals.map((index) => globalIndex(table, index)) }
      : {}),
    ...(locals.length > 0 ? { LocalSecondaryIndexes: locals.map((index) => anyIndex(table, index)) } : {}),
  };
}

function anyIndex(table: Table, index: Index) {
  return {
    IndexName: index.name,
    IndexArn: `${table.arn}/index/${index.name}`,
    KeySchema: index.keySchema,
    Projection: index.projection,
    ItemCount: index.items.itemCount,
    IndexSizeBytes: index.items.sizeBytes,
  };
}

function globalIndex(table: Table, index: Index): GlobalSecondaryIndexDescription {
  return {
    ...anyIndex(table, index),
    IndexStatus: table.status === 'CREATING' ? 'CREATING' : index.status,
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
  };
}
