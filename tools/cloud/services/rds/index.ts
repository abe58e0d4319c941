import type { RDS } from '@aws-sdk/client-rds';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { MetricSink } from '../cloudwatch/metric-store.ts';
import type { Ec2Service } from '../ec2/api.ts';
import type { KmsService } from '../kms/index.ts';
import { Databases } from './databases.ts';
import { Events } from './events.ts';
import { instanceOperations } from './instance-operations.ts';
import type { SecretKeeper } from './master-secret.ts';
import { MasterSecrets } from './master-secret.ts';
import { measureDatabases } from './metrics.ts';
import { parameterGroupOperations, ParameterGroups } from './parameter-groups.ts';
import { snapshotOperations } from './snapshot-operations.ts';
import { Snapshots } from './snapshots.ts';
import { standing } from './standing.ts';
import { subnetGroupOperations, SubnetGroups } from './subnet-groups.ts';
import { eventOperations, tagOperations } from './tag-operations.ts';
import { exposeDatabases } from './weather.ts';

export type RdsService = ReturnType<typeof createRds>;

export interface RdsPorts {
  readonly ec2: Pick<
    Ec2Service,
    'subnet' | 'defaultSubnets' | 'attachInterface' | 'detachInterface' | 'instances'
  >;
  readonly metrics: MetricSink;
  readonly secrets: SecretKeeper;
  readonly kms: Pick<KmsService, 'key'>;
}

/**
 * Amazon RDS, as far as a control plane or an operator sees it: instances with their statuses, standbys and failovers,
 * snapshots, events and metrics. No database runs; {@link database} says whether one would be reached, and how.
 */
export function createRds(kernel: Kernel, on: RdsPorts) {
  const events = new Events(kernel);
  const databases = new Databases(kernel, events, on.ec2);
  const subnetGroups = new SubnetGroups(kernel, on.ec2);
  const parts = {
    kernel,
    databases,
    subnetGroups,
    parameterGroups: new ParameterGroups(kernel),
    snapshots: new Snapshots(kernel, events),
    secrets: new MasterSecrets(kernel, on.secrets),
    checkKey: (keyId: string | undefined) => checkKey(on.kms, keyId),
  };
  exposeDatabases(kernel, databases);
  measureDatabases(kernel, databases, on);
  return {
    client: '@aws-sdk/client-rds' as const,
    standing,
    operations: {
      ...instanceOperations(parts),
      ...snapshotOperations(parts),
      ...subnetGroupOperations(subnetGroups, (group) =>
        databases.all().flatMap((one) => (one.subnetGroup === group ? [one.id] : [])),
      ),
      ...parameterGroupOperations(parts.parameterGroups, databases),
      ...tagOperations(parts),
      ...eventOperations(events, kernel),
    } satisfies Operations<RDS>,
    /** The database behind an endpoint's host: whether it answers, and to whom. */
    database: (host: string) => {
      const found = databases.all().find((one) => one.host === host);
      return (
        found && {
          isReachable: found.isReachable,
          zone: found.primary.zone,
          port: found.port,
          user: found.masterUser,
          password: found.password,
        }
      );
    },
  };
}

function checkKey(kms: Pick<KmsService, 'key'>, keyId: string | undefined): void {
  if (keyId === undefined || keyId.includes('alias/aws/')) return;
  try {
    kms.key(keyId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const message = `The specified KMS key [${keyId}] does not exist, is not enabled or you do not have permissions to access it.`;
    throw new AwsError('KMSKeyNotAccessibleFault', message);
  }
}
