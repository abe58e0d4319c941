import type { DBInstance, Tag } from '@aws-sdk/client-rds';
import type { Cancel, Instant } from '../../kernel/index.ts';
import type { Engine } from './engines.ts';
import type { SubnetGroup } from './subnet-groups.ts';

/** What can be changed of an instance, by the names that DescribeDBInstances has for it. */
export type Settings = Pick<
  DBInstance,
  | 'AllocatedStorage'
  | 'AutoMinorVersionUpgrade'
  | 'BackupRetentionPeriod'
  | 'CACertificateIdentifier'
  | 'CopyTagsToSnapshot'
  | 'DBInstanceClass'
  | 'DatabaseInsightsMode'
  | 'DeletionProtection'
  | 'EnabledCloudwatchLogsExports'
  | 'EngineVersion'
  | 'IAMDatabaseAuthenticationEnabled'
  | 'Iops'
  | 'MaxAllocatedStorage'
  | 'MonitoringInterval'
  | 'MonitoringRoleArn'
  | 'MultiAZ'
  | 'PerformanceInsightsEnabled'
  | 'PerformanceInsightsKMSKeyId'
  | 'PerformanceInsightsRetentionPeriod'
  | 'PreferredBackupWindow'
  | 'PreferredMaintenanceWindow'
  | 'PubliclyAccessible'
  | 'StorageThroughput'
  | 'StorageType'
>;

export type Status =
  | 'creating'
  | 'backing-up'
  | 'available'
  | 'modifying'
  | 'resetting-master-credentials'
  | 'storage-optimization'
  | 'rebooting'
  | 'stopping'
  | 'stopped'
  | 'starting'
  | 'deleting';

/** A network interface of the instance, in one of its zones. */
export interface Seat {
  readonly zone: string;
  readonly interfaceId: string;
}

/** A database instance: what it is, what is to become of it, and where it runs. */
export interface Database {
  readonly id: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly createdAt: Instant;
  readonly engine: Engine;
  readonly port: number;
  readonly database: string | undefined;
  readonly masterUser: string;
  readonly isEncrypted: boolean;
  readonly keyId: string | undefined;
  readonly host: string;
  readonly subnetGroup: SubnetGroup;
  settings: Settings;
  /** What the next maintenance window brings. */
  pending: Settings;
  securityGroups: readonly string[];
  parameterGroup: string;
  parameterStatus: 'in-sync' | 'applying' | 'pending-reboot';
  tags: Tag[];
  password: string;
  secret: { readonly arn: string; readonly keyId: string | undefined } | undefined;
  status: Status;
  /** Where it is served from, and where its standby is, if it has one. */
  primary: Seat;
  standby: Seat | undefined;
  /** Whether clients reach it: not before it is made, nor while it restarts, fails over or its zone is down. */
  isReachable: boolean;
  /** Calls off what is to come of the status that it has. */
  next: Cancel | undefined;
  /** Takes up again what an outage has broken off. */
  resume: (() => void) | undefined;
  cancelMaintenance: Cancel | undefined;
}

/** Whether an operation may change it now. */
export function isSettled({ status }: Database): boolean {
  return status === 'available' || status === 'storage-optimization';
}
