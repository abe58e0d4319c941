import type {
  CreateTableCommandInput,
  PointInTimeRecoverySpecification,
  TimeToLiveSpecification,
} from '@aws-sdk/client-dynamodb';
import type { SSEType } from '@aws-sdk/client-dynamodb';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../kernel/index.ts';
import { isSame } from '../engine/replacement.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagTable } from './tagging.ts';

type Table = Omit<CreateTableCommandInput, 'TableName' | 'SSESpecification' | 'Tags'> & {
  readonly TableName?: string;
  readonly SSESpecification?: { SSEEnabled: boolean; SSEType?: SSEType; KMSMasterKeyId?: string };
  readonly PointInTimeRecoverySpecification?: PointInTimeRecoverySpecification;
  readonly TimeToLiveSpecification?: TimeToLiveSpecification;
  readonly Tags?: Tag[];
};

export const table = provider<Table>({
  properties: [
    'TableName',
    'KeySchema',
    'AttributeDefinitions',
    'BillingMode',
    'ProvisionedThroughput',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
    'SSESpecification',
    'PointInTimeRecoverySpecification',
    'TimeToLiveSpecification',
    'TableClass',
    'DeletionProtectionEnabled',
    'StreamSpecification',
    'Tags',
  ],
  retag: retagTable,
  async create(wanted, context) {
    const name = wanted.TableName ?? context.physicalName(255);
    const { PointInTimeRecoverySpecification, TimeToLiveSpecification, SSESpecification, ...rest } = wanted;
    await context.api.dynamoDb.CreateTable({
      ...rest,
      TableName: name,
      ...(SSESpecification === undefined ? {} : { SSESpecification: encryption(SSESpecification) }),
      Tags: mergedTags(wanted.Tags, context),
    });
    context.announce(name);
    await active(name, context);
    await setRecovery(name, PointInTimeRecoverySpecification, context);
    await setExpiry(name, TimeToLiveSpecification, undefined, context);
    return made(name, context);
  },
  async update(name, wanted, before, context) {
    const change = { ...changes(wanted, before), ...changedEncryption(wanted, before) };
    if (Object.keys(change).length > 0) {
      await context.api.dynamoDb.UpdateTable({ ...change, TableName: name });
      await active(name, context);
    }
    if (!isSame(wanted.PointInTimeRecoverySpecification, before.PointInTimeRecoverySpecification)) {
      await setRecovery(name, wanted.PointInTimeRecoverySpecification, context);
    }
    await setExpiry(name, wanted.TimeToLiveSpecification, before.TimeToLiveSpecification, context);
    return made(name, context);
  },
  async delete(name, _wanted, context) {
    await deleted(context.api.dynamoDb.DeleteTable({ TableName: name }));
    await context.waitUntil(async () => (await statusOf(name, context)) === undefined);
  },
});

/** What UpdateTable has to change; the indexes by creating and deleting whole ones. */
function changes(wanted: Table, before: Table) {
  const settings = [
    'BillingMode',
    'ProvisionedThroughput',
    'TableClass',
    'DeletionProtectionEnabled',
  ] as const;
  const changed = settings.filter((name) => !isSame(wanted[name], before[name]));
  const [indexes, old] = [wanted.GlobalSecondaryIndexes ?? [], before.GlobalSecondaryIndexes ?? []];
  const removed = old.filter((index) => !indexes.some((other) => other.IndexName === index.IndexName));
  const added = indexes.filter((index) => !old.some((other) => other.IndexName === index.IndexName));
  const updates = [
    ...removed.map(({ IndexName }) => ({ Delete: { IndexName } })),
    ...added.map((index) => ({ Create: index })),
  ];
  return {
    ...Object.fromEntries(changed.map((name) => [name, wanted[name]])),
    ...(updates.length === 0
      ? {}
      : { GlobalSecondaryIndexUpdates: updates, AttributeDefinitions: wanted.AttributeDefinitions }),
  };
}

/** Left out of a template, it is AWS's own key again. */
function changedEncryption({ SSESpecification: wanted }: Table, { SSESpecification: before }: Table) {
  if (isSame(wanted, before)) return {};
  return { SSESpecification: encryption(wanted ?? { SSEEnabled: false }) };
}

function encryption({ SSEEnabled, ...rest }: NonNullable<Table['SSESpecification']>) {
  return { ...rest, Enabled: SSEEnabled };
}

async function setRecovery(
  name: string,
  wanted: PointInTimeRecoverySpecification | undefined,
  { api }: ProviderContext,
): Promise<void> {
  if (wanted === undefined) return;
  await api.dynamoDb.UpdateContinuousBackups({ TableName: name, PointInTimeRecoverySpecification: wanted });
}

async function setExpiry(
  name: string,
  wanted: TimeToLiveSpecification | undefined,
  before: TimeToLiveSpecification | undefined,
  { api }: ProviderContext,
): Promise<void> {
  const isEnabled = wanted?.Enabled === true;
  if (isSame(wanted, before) || (!isEnabled && before?.Enabled !== true)) return;
  const specification = isEnabled ? wanted : { ...before, Enabled: false };
  await api.dynamoDb.UpdateTimeToLive({
    TableName: name,
    TimeToLiveSpecification: {
      AttributeName: specification.AttributeName ?? '',
      Enabled: specification.Enabled ?? false,
    },
  });
}

async function active(name: string, context: ProviderContext): Promise<void> {
  await context.waitUntil(async () => (await statusOf(name, context)) === 'ACTIVE');
}

async function statusOf(name: string, { api }: ProviderContext): Promise<string | undefined> {
  try {
    return (await api.dynamoDb.DescribeTable({ TableName: name })).Table?.TableStatus;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function made(name: string, { api }: ProviderContext): Promise<Made> {
  const { Table: described } = await api.dynamoDb.DescribeTable({ TableName: name });
  return { id: name, attributes: { Arn: described?.TableArn } };
}
