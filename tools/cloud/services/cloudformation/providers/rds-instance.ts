import type { Tag } from '@aws-sdk/client-cloudformation';
import type { DBInstance, ModifyDBInstanceCommandInput } from '@aws-sdk/client-rds';
import { AwsError } from '../../../kernel/index.ts';
import { isSame } from '../engine/replacement.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagRds } from './tagging.ts';

interface Database {
  readonly DBInstanceIdentifier?: string;
  readonly DBInstanceClass?: string;
  readonly Engine?: string;
  readonly EngineVersion?: string;
  readonly AllocatedStorage?: string;
  readonly MaxAllocatedStorage?: number;
  readonly StorageType?: string;
  readonly StorageThroughput?: number;
  readonly Iops?: number;
  readonly StorageEncrypted?: boolean;
  readonly KmsKeyId?: string;
  readonly DBName?: string;
  readonly Port?: string;
  readonly MasterUsername?: string;
  readonly MasterUserPassword?: string;
  readonly ManageMasterUserPassword?: boolean;
  readonly MasterUserSecret?: { readonly KmsKeyId?: string };
  readonly DBSubnetGroupName?: string;
  readonly VPCSecurityGroups?: string[];
  readonly DBParameterGroupName?: string;
  readonly DBSnapshotIdentifier?: string;
  readonly AvailabilityZone?: string;
  readonly MultiAZ?: boolean;
  readonly PubliclyAccessible?: boolean;
  readonly BackupRetentionPeriod?: number;
  readonly PreferredBackupWindow?: string;
  readonly PreferredMaintenanceWindow?: string;
  readonly CopyTagsToSnapshot?: boolean;
  readonly DeleteAutomatedBackups?: boolean;
  readonly DeletionProtection?: boolean;
  readonly AutoMinorVersionUpgrade?: boolean;
  readonly AllowMajorVersionUpgrade?: boolean;
  readonly CACertificateIdentifier?: string;
  readonly EnableCloudwatchLogsExports?: string[];
  readonly EnableIAMDatabaseAuthentication?: boolean;
  readonly EnablePerformanceInsights?: boolean;
  readonly PerformanceInsightsKMSKeyId?: string;
  readonly PerformanceInsightsRetentionPeriod?: number;
  readonly DatabaseInsightsMode?: 'standard' | 'advanced';
  readonly MonitoringInterval?: number;
  readonly MonitoringRoleArn?: string;
  readonly ApplyImmediately?: boolean;
  readonly Tags?: Tag[];
}

const STABLE = ['available', 'storage-optimization'];

export const dbInstance = provider<Database>({
  properties: [
    'DBInstanceIdentifier',
    'DBInstanceClass',
    'Engine',
    'EngineVersion',
    'AllocatedStorage',
    'MaxAllocatedStorage',
    'StorageType',
    'StorageThroughput',
    'Iops',
    'StorageEncrypted',
    'KmsKeyId',
    'DBName',
    'Port',
    'MasterUsername',
    'MasterUserPassword',
    'ManageMasterUserPassword',
    'MasterUserSecret',
    'DBSubnetGroupName',
    'VPCSecurityGroups',
    'DBParameterGroupName',
    'DBSnapshotIdentifier',
    'AvailabilityZone',
    'MultiAZ',
    'PubliclyAccessible',
    'BackupRetentionPeriod',
    'PreferredBackupWindow',
    'PreferredMaintenanceWindow',
    'CopyTagsToSnapshot',
    'DeleteAutomatedBackups',
    'DeletionProtection',
    'AutoMinorVersionUpgrade',
    'AllowMajorVersionUpgrade',
    'CACertificateIdentifier',
    'EnableCloudwatchLogsExports',
    'EnableIAMDatabaseAuthentication',
    'EnablePerformanceInsights',
    'PerformanceInsightsKMSKeyId',
    'PerformanceInsightsRetentionPeriod',
    'DatabaseInsightsMode',
    'MonitoringInterval',
    'MonitoringRoleArn',
    'ApplyImmediately',
    'Tags',
  ],
  retag: retagRds('db'),
  async create(wanted, context) {
    const id = (wanted.DBInstanceIdentifier ?? context.physicalName(63)).toLowerCase();
    await make(id, wanted, context);
    context.announce(id);
    return settled(id, context);
  },
  async update(id, wanted, before, context) {
    await context.api.rds.ModifyDBInstance(changes(id, wanted, before));
    return settled(id, context);
  },
  async delete(id, _wanted, context) {
    const { rds } = context.api;
    const snapshot = context.takesSnapshot
      ? { FinalDBSnapshotIdentifier: context.physicalName(255).toLowerCase() }
      : { SkipFinalSnapshot: true };
    await deleted(rds.DeleteDBInstance({ DBInstanceIdentifier: id, ...snapshot }));
    await context.waitUntil(async () => (await find(id, context)) === undefined);
  },
  // Of the properties that may replace, only these do for an instance of its own.
  replaces: (wanted, before) =>
    wanted.Engine !== before.Engine ||
    wanted.AvailabilityZone !== before.AvailabilityZone ||
    wanted.DBSnapshotIdentifier !== before.DBSnapshotIdentifier,
});

async function make(id: string, wanted: Database, context: ProviderContext): Promise<void> {
  const { rds } = context.api;
  const {
    AllocatedStorage: storage,
    Port: port,
    VPCSecurityGroups: VpcSecurityGroupIds,
    MasterUserSecret,
    DBSnapshotIdentifier: snapshot,
    ApplyImmediately: _apply,
    AllowMajorVersionUpgrade: _upgrade,
    DeleteAutomatedBackups: _backups,
    ...rest
  } = wanted;
  const input = {
    ...rest,
    DBInstanceIdentifier: id,
    DBInstanceClass: wanted.DBInstanceClass ?? '',
    Engine: wanted.Engine ?? '',
    VpcSecurityGroupIds,
    MasterUserSecretKmsKeyId: MasterUserSecret?.KmsKeyId,
    ...(storage === undefined ? {} : { AllocatedStorage: Number(storage) }),
    ...(port === undefined ? {} : { Port: Number(port) }),
    Tags: mergedTags(wanted.Tags, context),
  };
  if (snapshot === undefined) await rds.CreateDBInstance(input);
  else await rds.RestoreDBInstanceFromDBSnapshot({ ...input, DBSnapshotIdentifier: snapshot });
}

/** What ModifyDBInstance is to change: only what differs, so that nothing is done in vain. */
function changes(id: string, wanted: Database, before: Database): ModifyDBInstanceCommandInput {
  const {
    AllocatedStorage: storage,
    VPCSecurityGroups: VpcSecurityGroupIds,
    MasterUserSecret,
    EnableCloudwatchLogsExports: logs,
    ...rest
  } = Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => !isSame(value, before[name as keyof Database])),
  ) as Database;
  const { DBSubnetGroupName: _group, Tags: _tags, Port: _port, Engine: _engine, ...settings } = rest;
  return {
    ...settings,
    DBInstanceIdentifier: id,
    ApplyImmediately: wanted.ApplyImmediately ?? true,
    ...(VpcSecurityGroupIds === undefined ? {} : { VpcSecurityGroupIds }),
    ...(storage === undefined ? {} : { AllocatedStorage: Number(storage) }),
    ...(MasterUserSecret === undefined ? {} : { MasterUserSecretKmsKeyId: MasterUserSecret.KmsKeyId }),
    ...(logs === undefined
      ? {}
      : {
          CloudwatchLogsExportConfiguration: {
            EnableLogTypes: logs,
            DisableLogTypes: before.EnableCloudwatchLogsExports ?? [],
          },
        }),
  };
}

async function settled(id: string, context: ProviderContext): Promise<Made> {
  await context.waitUntil(async () => STABLE.includes((await find(id, context))?.DBInstanceStatus ?? ''));
  const database = await find(id, context);
  return { id, attributes: attributesOf(database) };
}

function attributesOf(database: DBInstance | undefined): Record<string, unknown> {
  const { Endpoint: endpoint, MasterUserSecret: secret } = database ?? {};
  return {
    DBInstanceArn: database?.DBInstanceArn,
    Arn: database?.DBInstanceArn,
    DbiResourceId: database?.DbiResourceId,
    DBInstanceStatus: database?.DBInstanceStatus,
    SecondaryAvailabilityZone: database?.SecondaryAvailabilityZone,
    'Endpoint.Address': endpoint?.Address,
    'Endpoint.Port': endpoint?.Port === undefined ? undefined : String(endpoint.Port),
    'Endpoint.HostedZoneId': endpoint?.HostedZoneId,
    'MasterUserSecret.SecretArn': secret?.SecretArn,
  };
}

async function find(id: string, { api }: ProviderContext): Promise<DBInstance | undefined> {
  try {
    const { DBInstances } = await api.rds.DescribeDBInstances({ DBInstanceIdentifier: id });
    return DBInstances?.[0];
  } catch (error) {
    if (error instanceof AwsError && error.code === 'DBInstanceNotFoundFault') return undefined;
    throw error;
  }
}
