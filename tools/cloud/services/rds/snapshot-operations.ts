import type { RDS, RestoreDBInstanceFromDBSnapshotMessage } from '@aws-sdk/client-rds';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { shownInstance } from './describe.ts';
import type { Database } from './instance.ts';
import type { RdsParts } from './instance-operations.ts';
import { createDatabase } from './instance-operations.ts';
import { listed } from './listing.ts';
import { shownSnapshot } from './snapshots.ts';

/** Snapshots, and databases made from them. */
export function snapshotOperations(parts: RdsParts) {
  const { databases, snapshots, kernel } = parts;
  return {
    CreateDBSnapshot: ({ DBSnapshotIdentifier: name = '', DBInstanceIdentifier, Tags = [] }) => ({
      DBSnapshot: shownSnapshot(snapshots.take(name, databases.settled(DBInstanceIdentifier), Tags)),
    }),
    DescribeDBSnapshots: (input) => {
      const { DBSnapshotIdentifier: name, DBInstanceIdentifier: id } = input;
      const wanted = (name === undefined ? snapshots.all() : [snapshots.get(name)]).filter(
        ({ of }) => id === undefined || of.id === id.toLowerCase(),
      );
      const { items, marker } = listed(wanted, input);
      return { DBSnapshots: items.map(shownSnapshot), ...marker };
    },
    DeleteDBSnapshot: ({ DBSnapshotIdentifier }) => {
      const snapshot = snapshots.get(DBSnapshotIdentifier);
      snapshots.delete(snapshot);
      return { DBSnapshot: shownSnapshot(snapshot) };
    },
    RestoreDBInstanceFromDBSnapshot: (input) => ({
      DBInstance: shownInstance(kernel, restored(parts, input)),
    }),
  } satisfies Operations<RDS>;
}

/** A database like the one that the snapshot is of, but for what was asked for otherwise. */
function restored(parts: RdsParts, input: RestoreDBInstanceFromDBSnapshotMessage): Database {
  const { of, settings, password, status, id } = parts.snapshots.get(input.DBSnapshotIdentifier);
  if (status !== 'available') {
    throw new AwsError('InvalidDBSnapshotStateFault', `The snapshot ${id} is not available.`);
  }
  const {
    EnabledCloudwatchLogsExports: EnableCloudwatchLogsExports,
    IAMDatabaseAuthenticationEnabled: EnableIAMDatabaseAuthentication,
    PerformanceInsightsEnabled: EnablePerformanceInsights,
    DeletionProtection: _,
    ...kept
  } = settings;
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const wanted = {
    ...kept,
    EnableCloudwatchLogsExports,
    EnableIAMDatabaseAuthentication,
    EnablePerformanceInsights,
    MasterUsername: of.masterUser,
    MasterUserPassword: input.ManageMasterUserPassword === true ? undefined : password,
    Port: of.port,
    DBName: of.database,
    StorageEncrypted: of.isEncrypted,
    KmsKeyId: of.keyId,
    ...given,
    DBInstanceIdentifier: input.DBInstanceIdentifier,
    DBInstanceClass: input.DBInstanceClass ?? settings.DBInstanceClass,
    Engine: of.engine.name,
  };
  return createDatabase(parts, wanted, input.Tags ?? []);
}
