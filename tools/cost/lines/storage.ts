import { flagAt, textAt } from '../../templates/template.ts';
import type { CostContext, Metering, Uses } from '../estimate.ts';
import type { Levels } from '../levels.ts';
import { always, each, times } from '../levels.ts';

/** The ticks of `reconcile` in a month. */
export const TICKS = 43_800;
/** What an event reads and writes of the ledger. */
const EVENT_READS = 5;
const EVENT_WRITES = 2;
/** What a tick does: it recalls and remembers what is learnt of a fleet of two signals, some 20 KB of each. */
const TICK_READS = EVENT_READS + 11;
const TICK_WRITES = EVENT_WRITES + 42;

/** Of the files kept, what is read and what is written in a month. */
const READ_OF_STORED = 10;
const WRITTEN_OF_STORED = 0.5;

const fileSystem: Metering = ({ properties }, { template, usage }) => {
  const isElastic = textAt(template, properties, ['ThroughputMode'], 'bursting') === 'elastic';
  const isKept = textAt(template, properties, ['BackupPolicy', 'Status'], 'DISABLED') === 'ENABLED';
  const stored = usage.storageGb;
  const traffic: Uses = [
    { item: 'files read', price: 'efs.elastic.read.gb', quantity: always(stored * READ_OF_STORED) },
    { item: 'files written', price: 'efs.elastic.write.gb', quantity: always(stored * WRITTEN_OF_STORED) },
  ];
  return [
    { item: 'files stored', price: 'efs.standard.gb', quantity: always(stored) },
    ...(isElastic ? traffic : []),
    ...(isKept ? [{ item: 'backups of files', price: 'backup.efs.gb', quantity: always(stored) }] : []),
  ];
};

/** The ledger is used by each tick, other tables by visitors: a read a request, a write for each twentieth. */
function unitsOf(id: string, { usage }: CostContext): { readonly reads: Levels; readonly writes: Levels } {
  if (id === 'LedgerTable') {
    const events = usage.invocations;
    return {
      reads: each((level) => TICKS * TICK_READS + events[level] * EVENT_READS),
      writes: each((level) => TICKS * TICK_WRITES + events[level] * EVENT_WRITES),
    };
  }
  return { reads: usage.requests, writes: times(usage.requests, 0.05) };
}

const table: Metering = (resource, context) => {
  const { id, properties } = resource;
  const { template, usage } = context;
  if (textAt(template, properties, ['BillingMode'], 'PROVISIONED') !== 'PAY_PER_REQUEST') {
    return [{ item: `table ${id}`, unknown: 'it has provisioned capacity' }];
  }
  const { reads, writes } = unitsOf(id, context);
  const gb = always(id === 'LedgerTable' ? 1 : usage.storageGb);
  const path = ['PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'];
  const isRecoverable = flagAt(template, properties, path, false) === true;
  return [
    { item: 'table reads', price: 'dynamodb.read', quantity: times(reads, 1e-6) },
    { item: 'table writes', price: 'dynamodb.write', quantity: times(writes, 1e-6) },
    { item: 'tables stored', price: 'dynamodb.gb', quantity: gb },
    ...(isRecoverable ? [{ item: 'point-in-time recovery', price: 'dynamodb.pitr.gb', quantity: gb }] : []),
  ];
};

/** A bucket of logs grows with requests; that of deployments stays small; others hold what the application keeps. */
const bucket: Metering = ({ id }, { usage }) => {
  if (id === 'ServerlessDeploymentBucket') {
    return [{ item: 'buckets stored', price: 's3.standard.gb', quantity: always(0.1) }];
  }
  if (/log/i.test(id)) {
    // Half a kilobyte a request, kept for three months; a load balancer's node writes each five minutes.
    return [
      {
        item: 'buckets stored',
        price: 's3.standard.gb',
        quantity: times(usage.requests, (3 * 0.5) / 1_000_000),
      },
      { item: 'bucket writes', price: 's3.put', quantity: always((2 * 12 * 730) / 1000) },
    ];
  }
  return [
    { item: 'buckets stored', price: 's3.standard.gb', quantity: always(usage.storageGb) },
    { item: 'bucket writes', price: 's3.put', quantity: times(usage.requests, 0.001 / 1000) },
    { item: 'bucket reads', price: 's3.get', quantity: times(usage.requests, 0.2 / 1000) },
  ];
};

export const storage: Readonly<Record<string, Metering>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::EFS::FileSystem': fileSystem,
  'AWS::S3::Bucket': bucket,
};
