import type { DBInstance } from '@aws-sdk/client-rds';
import type { Kernel } from '../../kernel/index.ts';
import { arn } from '../../kernel/index.ts';
import { seriesOf } from './engines.ts';
import type { Database } from './instance.ts';
import { shownSubnetGroup } from './subnet-groups.ts';

/** Of eu-central-1's endpoints; where another region is played, it is as good as any. */
const HOSTED_ZONE = 'Z1RLNUO7B9Q6NB';
const RESTORABLE_AGE = 300_000;

/** An instance as DescribeDBInstances tells it. */
export function shownInstance({ clock, account }: Kernel, database: Database): DBInstance {
  const { settings, engine, primary, standby, status } = database;
  const isMade = status !== 'creating';
  return {
    ...settings,
    DBInstanceIdentifier: database.id,
    DBInstanceArn: database.arn,
    DbiResourceId: database.resourceId,
    DBInstanceStatus: status,
    Engine: engine.name,
    LicenseModel: engine.license,
    MasterUsername: database.masterUser,
    DBName: database.database,
    ...(isMade
      ? {
          Endpoint: { Address: database.host, Port: database.port, HostedZoneId: HOSTED_ZONE },
          InstanceCreateTime: new Date(database.createdAt),
        }
      : {}),
    ...(isMade && (settings.BackupRetentionPeriod ?? 0) > 0
      ? { LatestRestorableTime: new Date(Math.max(database.createdAt, clock.now() - RESTORABLE_AGE)) }
      : {}),
    AvailabilityZone: primary.zone,
    ...(standby === undefined ? {} : { SecondaryAvailabilityZone: standby.zone }),
    DBSubnetGroup: shownSubnetGroup(database.subnetGroup),
    DBSecurityGroups: [],
    VpcSecurityGroups: database.securityGroups.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: 'active',
    })),
    DBParameterGroups: [
      { DBParameterGroupName: database.parameterGroup, ParameterApplyStatus: database.parameterStatus },
    ],
    OptionGroupMemberships: [{ OptionGroupName: optionGroup(database), Status: 'in-sync' }],
    PendingModifiedValues: pendingValues(database),
    StorageEncrypted: database.isEncrypted,
    ...(database.isEncrypted ? { KmsKeyId: database.keyId ?? arn(account, 'kms', 'alias/aws/rds') } : {}),
    ...(database.secret === undefined
      ? {}
      : {
          MasterUserSecret: {
            SecretArn: database.secret.arn,
            SecretStatus: isMade ? 'active' : 'creating',
            KmsKeyId: database.secret.keyId ?? arn(account, 'kms', 'alias/aws/secretsmanager'),
          },
        }),
    DbInstancePort: 0,
    NetworkType: 'IPV4',
    BackupTarget: 'region',
    TagList: database.tags,
  };
}

/** `default:mysql-8-0` */
function optionGroup({ engine, settings }: Database): string {
  const series = seriesOf(engine, settings.EngineVersion ?? '') ?? '';
  return `default:${engine.name}-${series.replace('.', '-')}`;
}

function pendingValues({ pending }: Database): DBInstance['PendingModifiedValues'] {
  const { AllocatedStorage, DBInstanceClass, EngineVersion, Iops, MultiAZ, StorageThroughput, StorageType } =
    pending;
  return { AllocatedStorage, DBInstanceClass, EngineVersion, Iops, MultiAZ, StorageThroughput, StorageType };
}
