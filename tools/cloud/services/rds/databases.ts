import type { CreateDBInstanceMessage, Tag } from '@aws-sdk/client-rds';
import type { Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { Ec2Service } from '../ec2/api.ts';
import { engineNamed, versionOf } from './engines.ts';
import type { Events } from './events.ts';
import type { Database, Seat, Settings } from './instance.ts';
import { isSettled } from './instance.ts';
import { Life } from './life.ts';
import { DEFAULT_BACKUP, DEFAULT_MAINTENANCE, nextMaintenance } from './maintenance.ts';
import type { ParameterGroup, ParameterUsers } from './parameter-groups.ts';
import type { SubnetGroup } from './subnet-groups.ts';

export type Interfaces = Pick<Ec2Service, 'attachInterface' | 'detachInterface'>;

/** What a database is made from, after its groups have been found. */
export interface NewDatabase {
  readonly input: CreateDBInstanceMessage;
  readonly subnetGroup: SubnetGroup;
  readonly parameterGroup: string;
  readonly password: string;
  readonly tags: Tag[];
}

const DNS_LENGTH = 12;
const RESOURCE_LENGTH = 26;

/** The account's database instances. */
export class Databases implements ParameterUsers {
  readonly life: Life;
  readonly #kernel: Kernel;
  readonly #ec2: Interfaces;
  readonly #byId = new Map<string, Database>();
  #dns: string | undefined;

  constructor(kernel: Kernel, events: Events, ec2: Interfaces) {
    this.#kernel = kernel;
    this.#ec2 = ec2;
    this.life = new Life(kernel, events);
    this.life.onMaintenance = (database, changes) => this.apply(database, changes);
  }

  all(): Database[] {
    return [...this.#byId.values()];
  }

  find(id: string): Database | undefined {
    return this.#byId.get(id.toLowerCase());
  }

  /** By identifier or ARN. @throws AwsError DBInstanceNotFoundFault */
  get(reference: string | undefined): Database {
    const id = (reference ?? '').replace(/^arn:.*:db:/, '');
    const database = this.find(id);
    if (database !== undefined) return database;
    throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${id} not found.`);
  }

  /** One that can be changed now. @throws AwsError InvalidDBInstanceStateFault */
  settled(reference: string | undefined): Database {
    const database = this.get(reference);
    if (isSettled(database)) return database;
    const message = `Database instance ${database.id} is not in available state: ${database.status}.`;
    throw new AwsError('InvalidDBInstanceStateFault', message);
  }

  /** @throws AwsError DBInstanceAlreadyExistsFault, InvalidParameterValue, InvalidParameterCombination */
  create({ input, subnetGroup, parameterGroup, password, tags }: NewDatabase): Database {
    const { account, clock, ids } = this.#kernel;
    const id = (input.DBInstanceIdentifier ?? '').toLowerCase();
    if (this.#byId.has(id)) {
      throw new AwsError('DBInstanceAlreadyExistsFault', `DB instance already exists`);
    }
    const engine = engineNamed(input.Engine ?? '');
    const settings = settingsOf(input, versionOf(engine, input.EngineVersion));
    nextMaintenance(settings.PreferredMaintenanceWindow ?? '', clock.now());
    const securityGroups = input.VpcSecurityGroupIds ?? [];
    const zone = input.AvailabilityZone ?? subnetGroup.subnets[0]?.zone ?? '';
    const primary = this.#seat(subnetGroup, zone, securityGroups);
    this.#dns ??= ids.alphanumeric(DNS_LENGTH).toLowerCase();
    const database: Database = {
      id,
      arn: arn(account, 'rds', `db:${id}`),
      resourceId: `db-${ids.alphanumeric(RESOURCE_LENGTH)}`,
      createdAt: clock.now(),
      engine,
      port: input.Port ?? engine.port,
      database: input.DBName,
      masterUser: input.MasterUsername ?? 'admin',
      isEncrypted: input.StorageEncrypted ?? false,
      keyId: input.KmsKeyId,
      host: `${id}.${this.#dns}.${account.region}.rds.amazonaws.com`,
      subnetGroup,
      settings,
      pending: {},
      securityGroups,
      parameterGroup,
      parameterStatus: 'in-sync',
      tags,
      password,
      secret: undefined,
      status: 'creating',
      primary,
      standby: undefined,
      isReachable: false,
      next: undefined,
      resume: undefined,
      cancelMaintenance: undefined,
    };
    this.#byId.set(id, database);
    if (settings.MultiAZ === true) this.#setStandby(database, true);
    this.life.begin(database);
    return database;
  }

  apply(database: Database, changes: Settings): void {
    this.life.apply(database, changes, (isWanted) => this.#setStandby(database, isWanted));
  }

  /** Moves the interfaces over to other security groups. @throws AwsError InvalidParameterValue */
  setSecurityGroups(database: Database, securityGroups: readonly string[]): void {
    const { subnetGroup, primary, standby } = database;
    const moved = [primary, standby].map(
      (seat) => seat && this.#seat(subnetGroup, seat.zone, securityGroups),
    );
    this.#leave(database);
    database.securityGroups = securityGroups;
    [database.primary, database.standby] = [moved[0] ?? primary, moved[1]];
  }

  delete(database: Database, gone: () => void): void {
    this.life.end(database, () => {
      this.#leave(database);
      this.#byId.delete(database.id);
      gone();
    });
  }

  users(group: ParameterGroup): string[] {
    return this.all().flatMap(({ id, parameterGroup }) => (parameterGroup === group.name ? [id] : []));
  }

  changed(group: ParameterGroup, needsReboot: boolean): void {
    for (const id of this.users(group)) {
      const database = this.get(id);
      if (needsReboot) database.parameterStatus = 'pending-reboot';
    }
  }

  #setStandby(database: Database, isWanted: boolean): void {
    if (database.standby !== undefined && !isWanted) this.#ec2.detachInterface(database.standby.interfaceId);
    const { subnetGroup, primary, securityGroups } = database;
    const other = subnetGroup.subnets.find(({ zone }) => zone !== primary.zone);
    database.standby =
      isWanted && other !== undefined ? this.#seat(subnetGroup, other.zone, securityGroups) : undefined;
  }

  #leave({ primary, standby }: Database): void {
    for (const seat of [primary, standby]) {
      if (seat !== undefined) this.#ec2.detachInterface(seat.interfaceId);
    }
  }

  #seat({ name, subnets }: SubnetGroup, zone: string, groupIds: readonly string[]): Seat {
    const subnet = subnets.find((one) => one.zone === zone);
    if (subnet === undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        `The DB subnet group ${name} has no subnet in the Availability Zone ${zone}.`,
      );
    }
    try {
      const request = { subnetId: subnet.id, groupIds, description: 'RDSNetworkInterface' };
      return { zone, interfaceId: this.#ec2.attachInterface(request).interfaceId };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError('InvalidParameterValue', error.message);
    }
  }
}

function settingsOf(input: CreateDBInstanceMessage, version: string): Settings {
  return {
    AllocatedStorage: input.AllocatedStorage ?? 20,
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    BackupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
    CACertificateIdentifier: input.CACertificateIdentifier ?? 'rds-ca-rsa2048-g1',
    CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    DBInstanceClass: input.DBInstanceClass,
    DatabaseInsightsMode: input.DatabaseInsightsMode ?? 'standard',
    DeletionProtection: input.DeletionProtection ?? false,
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports ?? [],
    EngineVersion: version,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication ?? false,
    Iops: input.Iops,
    MaxAllocatedStorage: input.MaxAllocatedStorage,
    MonitoringInterval: input.MonitoringInterval ?? 0,
    MonitoringRoleArn: input.MonitoringRoleArn,
    MultiAZ: input.MultiAZ ?? false,
    PerformanceInsightsEnabled: input.EnablePerformanceInsights ?? false,
    PerformanceInsightsKMSKeyId: input.PerformanceInsightsKMSKeyId,
    PerformanceInsightsRetentionPeriod: input.PerformanceInsightsRetentionPeriod,
    PreferredBackupWindow: input.PreferredBackupWindow ?? DEFAULT_BACKUP,
    PreferredMaintenanceWindow: (input.PreferredMaintenanceWindow ?? DEFAULT_MAINTENANCE).toLowerCase(),
    PubliclyAccessible: input.PubliclyAccessible ?? false,
    StorageThroughput: input.StorageThroughput,
    StorageType: input.StorageType ?? 'gp2',
  };
}
