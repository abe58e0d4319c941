import type { CreateDBInstanceMessage, ModifyDBInstanceMessage, RDS, Tag } from '@aws-sdk/client-rds';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Databases } from './databases.ts';
import { shownInstance } from './describe.ts';
import { engineNamed, familyOf, versionOf } from './engines.ts';
import type { Database, Settings } from './instance.ts';
import { listed } from './listing.ts';
import { nextMaintenance } from './maintenance.ts';
import type { MasterSecrets } from './master-secret.ts';
import { newPassword } from './master-secret.ts';
import type { ParameterGroups } from './parameter-groups.ts';
import type { Snapshots } from './snapshots.ts';
import type { SubnetGroups } from './subnet-groups.ts';

export interface RdsParts {
  readonly kernel: Kernel;
  readonly databases: Databases;
  readonly subnetGroups: SubnetGroups;
  readonly parameterGroups: ParameterGroups;
  readonly snapshots: Snapshots;
  readonly secrets: MasterSecrets;
  /** @throws AwsError KMSKeyNotAccessibleFault for a key that is not there, or cannot be used */
  readonly checkKey: (keyId: string | undefined) => void;
}

/** Databases, from their creation to their end. */
export function instanceOperations(parts: RdsParts) {
  const { kernel, databases, secrets } = parts;
  const shown = (database: Database) => ({ DBInstance: shownInstance(kernel, database) });
  return {
    CreateDBInstance: (input) => shown(createDatabase(parts, input, input.Tags ?? [])),
    DescribeDBInstances: (input) => {
      const { DBInstanceIdentifier: id, Filters = [] } = input;
      const wanted = (id === undefined ? databases.all() : [databases.get(id)]).filter((database) =>
        Filters.every(({ Name = '', Values = [] }) => passes(database, Name, Values)),
      );
      const { items, marker } = listed(wanted, input);
      return { DBInstances: items.map((database) => shownInstance(kernel, database)), ...marker };
    },
    ModifyDBInstance: (input) => shown(modify(parts, input)),
    RebootDBInstance: ({ DBInstanceIdentifier, ForceFailover }) => {
      const database = databases.settled(DBInstanceIdentifier);
      if (ForceFailover !== true) databases.life.reboot(database);
      else if (database.standby !== undefined) databases.life.failOver(database);
      else {
        const message = 'A failover can be forced only for a Multi-AZ DB instance.';
        throw new AwsError('InvalidParameterCombination', message);
      }
      return shown(database);
    },
    StopDBInstance: ({ DBInstanceIdentifier, DBSnapshotIdentifier: snapshot }) => {
      const database = databases.settled(DBInstanceIdentifier);
      if (snapshot !== undefined) parts.snapshots.take(snapshot, database, []);
      databases.life.stop(database);
      return shown(database);
    },
    StartDBInstance: ({ DBInstanceIdentifier }) => {
      const database = databases.get(DBInstanceIdentifier);
      if (database.status !== 'stopped') {
        throw new AwsError('InvalidDBInstanceStateFault', `Instance ${database.id} is not stopped.`);
      }
      databases.life.start(database);
      return shown(database);
    },
    DeleteDBInstance: (input) => {
      const database = databases.get(input.DBInstanceIdentifier);
      checkDeletion(database, input.SkipFinalSnapshot === true, input.FinalDBSnapshotIdentifier);
      if (input.FinalDBSnapshotIdentifier !== undefined) {
        parts.snapshots.take(input.FinalDBSnapshotIdentifier, database, []);
      }
      databases.delete(database, () => secrets.release(database));
      return shown(database);
    },
  } satisfies Operations<RDS>;
}

/** Makes a database of what was asked for. @throws AwsError */
export function createDatabase(
  { databases, subnetGroups, parameterGroups, secrets, kernel, checkKey }: RdsParts,
  input: CreateDBInstanceMessage,
  tags: Tag[],
): Database {
  if (input.DBClusterIdentifier !== undefined) {
    throw new AwsError('NotImplemented', 'Database clusters are not part of this local cloud.', {
      status: 501,
    });
  }
  checkPassword(input);
  checkKey(input.KmsKeyId);
  const engine = engineNamed(input.Engine ?? '');
  const family = familyOf(engine, versionOf(engine, input.EngineVersion));
  const parameterGroup = parameterGroups.get(input.DBParameterGroupName ?? `default.${family}`);
  if (parameterGroup.family !== family) {
    const message = `The parameter group ${parameterGroup.name} with DBParameterGroupFamily ${parameterGroup.family} cannot be used for this instance. Please use a parameter group with DBParameterGroupFamily ${family}`;
    throw new AwsError('InvalidParameterCombination', message);
  }
  const database = databases.create({
    input,
    subnetGroup: subnetGroups.orDefault(input.DBSubnetGroupName),
    parameterGroup: parameterGroup.name,
    password: input.MasterUserPassword ?? newPassword(kernel),
    tags,
  });
  if (input.ManageMasterUserPassword === true) secrets.manage(database, input.MasterUserSecretKmsKeyId);
  return database;
}

const SHORTEST_PASSWORD = 8;

/** @throws AwsError InvalidParameterValue, InvalidParameterCombination */
function checkPassword(input: CreateDBInstanceMessage): void {
  const { MasterUserPassword: password, ManageMasterUserPassword: isManaged, MasterUsername: user } = input;
  if (isManaged === true && password !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'MasterUserPassword cannot be specified if ManageMasterUserPassword is set.',
    );
  }
  if (user === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      'The parameter MasterUsername must be provided and must not be blank.',
    );
  }
  if (isManaged !== true) checkText(password);
}

function checkText(password: string | undefined): void {
  if (password === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      'The parameter MasterUserPassword must be provided and must not be blank.',
    );
  }
  if (password.length < SHORTEST_PASSWORD) {
    const message = `The parameter MasterUserPassword is not a valid password because it is shorter than ${SHORTEST_PASSWORD} characters.`;
    throw new AwsError('InvalidParameterValue', message);
  }
  if (/[/@" ]/.test(password)) {
    const message =
      "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.";
    throw new AwsError('InvalidParameterValue', message);
  }
}

/** Changes that wait for the maintenance window unless they are to be applied immediately (ModifyDBInstance). */
const POSTPONED = [
  'AllocatedStorage',
  'DBInstanceClass',
  'EngineVersion',
  'Iops',
  'MultiAZ',
  'StorageThroughput',
  'StorageType',
] as const satisfies readonly (keyof Settings)[];

function modify(parts: RdsParts, input: ModifyDBInstanceMessage): Database {
  const { databases, parameterGroups } = parts;
  const database = databases.settled(input.DBInstanceIdentifier);
  const changes = changesOf(database, input);
  checkStorage(database, changes);
  if (changes.PreferredMaintenanceWindow !== undefined)
    nextMaintenance(changes.PreferredMaintenanceWindow, 0);
  if (input.DBParameterGroupName !== undefined) {
    const { name } = parameterGroups.get(input.DBParameterGroupName);
    if (name !== database.parameterGroup) database.parameterStatus = 'pending-reboot';
    database.parameterGroup = name;
  }
  if (input.VpcSecurityGroupIds !== undefined)
    databases.setSecurityGroups(database, input.VpcSecurityGroupIds);
  modifyPassword(parts, database, input);
  const isNow = input.ApplyImmediately === true;
  const now = Object.fromEntries(
    Object.entries(changes).filter(([name]) => isNow || !POSTPONED.some((one) => one === name)),
  ) as Settings;
  database.pending = isNow ? {} : { ...database.pending, ...without(changes, now) };
  if (Object.keys(now).length > 0) databases.apply(database, now);
  return database;
}

function modifyPassword(
  { databases, secrets, kernel }: RdsParts,
  database: Database,
  input: ModifyDBInstanceMessage,
): void {
  const { MasterUserPassword: password, ManageMasterUserPassword: isManaged } = input;
  if (input.RotateMasterUserPassword === true) {
    if (input.ApplyImmediately !== true) {
      const message = 'You must specify ApplyImmediately to rotate the master user password.';
      throw new AwsError('InvalidParameterCombination', message);
    }
    secrets.rotate(database);
  }
  if (isManaged === true && database.secret === undefined) {
    database.password = newPassword(kernel);
    secrets.manage(database, input.MasterUserSecretKmsKeyId);
  }
  if (isManaged === false && database.secret !== undefined) {
    checkText(password);
    secrets.release(database);
  }
  if (password === undefined) return;
  checkText(password);
  if (database.secret !== undefined) {
    const message = 'You can specify MasterUserPassword only if it is not managed in Secrets Manager.';
    throw new AwsError('InvalidParameterCombination', message);
  }
  databases.life.resetPassword(database, password);
}

/** What is to differ from what is. */
function changesOf({ settings, engine }: Database, input: ModifyDBInstanceMessage): Settings {
  const { CloudwatchLogsExportConfiguration: logs } = input;
  const wanted: Settings = {
    AllocatedStorage: input.AllocatedStorage,
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade,
    BackupRetentionPeriod: input.BackupRetentionPeriod,
    CACertificateIdentifier: input.CACertificateIdentifier,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot,
    DBInstanceClass: input.DBInstanceClass,
    DatabaseInsightsMode: input.DatabaseInsightsMode,
    DeletionProtection: input.DeletionProtection,
    EnabledCloudwatchLogsExports: logs && [
      ...(settings.EnabledCloudwatchLogsExports ?? []).filter((log) => !logs.DisableLogTypes?.includes(log)),
      ...(logs.EnableLogTypes ?? []),
    ],
    EngineVersion: input.EngineVersion && versionOf(engine, input.EngineVersion),
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication,
    Iops: input.Iops,
    MaxAllocatedStorage: input.MaxAllocatedStorage,
    MonitoringInterval: input.MonitoringInterval,
    MonitoringRoleArn: input.MonitoringRoleArn,
    MultiAZ: input.MultiAZ,
    PerformanceInsightsEnabled: input.EnablePerformanceInsights,
    PerformanceInsightsKMSKeyId: input.PerformanceInsightsKMSKeyId,
    PerformanceInsightsRetentionPeriod: input.PerformanceInsightsRetentionPeriod,
    PreferredBackupWindow: input.PreferredBackupWindow,
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow?.toLowerCase(),
    PubliclyAccessible: input.PubliclyAccessible,
    StorageThroughput: input.StorageThroughput,
    StorageType: input.StorageType,
  };
  const entries = Object.entries(wanted) as [keyof Settings, unknown][];
  return Object.fromEntries(
    entries.filter(([name, value]) => value !== undefined && value !== settings[name]),
  );
}

function without(changes: Settings, others: Settings): Settings {
  return Object.fromEntries(Object.entries(changes).filter(([name]) => !(name in others)));
}

/** @throws AwsError InvalidParameterCombination for storage that shrinks */
function checkStorage({ settings }: Database, { AllocatedStorage: wanted }: Settings): void {
  if (wanted === undefined || wanted >= (settings.AllocatedStorage ?? 0)) return;
  throw new AwsError(
    'InvalidParameterCombination',
    'Requested storage size must not be less than the allocated one.',
  );
}

/** @throws AwsError InvalidParameterCombination, InvalidDBInstanceStateFault */
function checkDeletion(database: Database, isSkipped: boolean, snapshot: string | undefined): void {
  if (database.settings.DeletionProtection === true) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Cannot delete protected DB Instance, please disable deletion protection and try again.',
    );
  }
  if (isSkipped === (snapshot !== undefined)) {
    throw new AwsError(
      'InvalidParameterCombination',
      isSkipped
        ? 'FinalDBSnapshotIdentifier cannot be specified when SkipFinalSnapshot is true.'
        : 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
    );
  }
  if (database.status === 'deleting') {
    throw new AwsError('InvalidDBInstanceStateFault', `Instance ${database.id} is already being deleted.`);
  }
}

/** @throws AwsError InvalidParameterValue for filters that RDS does not have */
function passes(database: Database, name: string, values: readonly string[]): boolean {
  switch (name) {
    case 'db-instance-id':
      return values.some((value) => value === database.id || value === database.arn);
    case 'dbi-resource-id':
      return values.includes(database.resourceId);
    case 'engine':
      return values.includes(database.engine.name);
    default:
      throw new AwsError('InvalidParameterValue', `Unrecognized filter name: ${name}`);
  }
}
