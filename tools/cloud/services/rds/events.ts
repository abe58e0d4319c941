import type { Event, SourceType } from '@aws-sdk/client-rds';
import type { Instant, Kernel } from '../../kernel/index.ts';

/** Message, number and category of what RDS tells (RDS User Guide, "Amazon RDS event categories and event messages"). */
const MESSAGES = {
  backupStarted: ['Backing up DB instance', 1, 'backup'],
  backupFinished: ['Finished DB Instance backup', 2, 'backup'],
  deleted: ['DB instance deleted', 3, 'deletion'],
  shutdown: ['DB instance shutdown', 4, 'availability'],
  created: ['DB instance created', 5, 'creation'],
  restarted: ['DB instance restarted', 6, 'availability'],
  modifying: ['Applying modification to database instance class', 11, 'configuration change'],
  failoverStarted: ['Multi-AZ instance failover started.', 13, 'failover'],
  modified: ['Finished applying modification to DB instance class', 14, 'configuration change'],
  passwordReset: ['Reset master credentials', 16, 'configuration change'],
  storageModified: ['Finished applying modification to allocated storage', 17, 'configuration change'],
  recoveryStarted: [
    'Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.',
    20,
    'recovery',
  ],
  recoveryFinished: ['Recovery of the DB instance is complete.', 21, 'recovery'],
  snapshotCreated: ['Manual snapshot created', 42, 'creation'],
  failoverCompleted: ['Multi-AZ instance failover completed', 49, 'failover'],
  stopped: ['DB instance stopped', 87, 'notification'],
  started: ['DB instance started', 88, 'notification'],
} as const satisfies Readonly<Record<string, readonly [string, number, string]>>;

export type Happening = keyof typeof MESSAGES;

/** Who an event is about. */
export interface Source {
  readonly id: string;
  readonly arn: string;
}

interface Told extends Event {
  readonly Date: Date;
}

const KEPT = 14 * 86_400_000;

const DETAIL_TYPES = {
  'db-instance': ['RDS DB Instance Event', 'DB_INSTANCE'],
  'db-snapshot': ['RDS DB Snapshot Event', 'SNAPSHOT'],
} as const;

/** What happened to the databases: for DescribeEvents, which knows of 14 days, and for the default event bus. */
export class Events {
  readonly #kernel: Kernel;
  #told: Told[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  tell({ id, arn }: Source, what: Happening, type: keyof typeof DETAIL_TYPES = 'db-instance'): void {
    const { clock, events } = this.#kernel;
    const [Message, number, category] = MESSAGES[what];
    const Date = clock.date();
    this.#told = this.#told.filter((event) => event.Date.getTime() > clock.now() - KEPT);
    this.#told.push({
      SourceIdentifier: id,
      SourceType: type,
      SourceArn: arn,
      Message,
      EventCategories: [category],
      Date,
    });
    const [detailType, SourceType] = DETAIL_TYPES[type];
    events.emit({
      source: 'aws.rds',
      detailType,
      resources: [arn],
      detail: {
        EventCategories: [category],
        SourceType,
        SourceArn: arn,
        Date: Date.toISOString(),
        Message,
        SourceIdentifier: id,
        EventID: `RDS-EVENT-${String(number).padStart(4, '0')}`,
      },
    });
  }

  /** Those of a time, and of a source where one is named; oldest first. */
  between(from: Instant, to: Instant, id: string | undefined, type: SourceType | undefined): Event[] {
    return this.#told.filter(
      (event) =>
        event.Date.getTime() >= from &&
        event.Date.getTime() <= to &&
        (id === undefined || event.SourceIdentifier === id) &&
        (type === undefined || event.SourceType === type),
    );
  }
}
