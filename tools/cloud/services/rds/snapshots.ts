import type { DBSnapshot, Tag } from '@aws-sdk/client-rds';
import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { Events } from './events.ts';
import type { Database, Settings } from './instance.ts';

/** A database as it was. */
export interface Snapshot {
  readonly id: string;
  readonly arn: string;
  readonly createdAt: Instant;
  readonly of: Database;
  readonly settings: Settings;
  readonly password: string;
  tags: Tag[];
  status: 'creating' | 'available';
}

const SNAPSHOT_TIME = 120_000;

/** The snapshots that someone has asked for. */
export class Snapshots {
  readonly #kernel: Kernel;
  readonly #events: Events;
  readonly #byId = new Map<string, Snapshot>();

  constructor(kernel: Kernel, events: Events) {
    this.#kernel = kernel;
    this.#events = events;
  }

  all(): Snapshot[] {
    return [...this.#byId.values()];
  }

  find(id: string): Snapshot | undefined {
    return this.#byId.get(id.toLowerCase());
  }

  /** By identifier or ARN. @throws AwsError DBSnapshotNotFoundFault */
  get(reference: string | undefined): Snapshot {
    const id = (reference ?? '').replace(/^arn:.*:snapshot:/, '');
    const snapshot = this.find(id);
    if (snapshot !== undefined) return snapshot;
    throw new AwsError('DBSnapshotNotFoundFault', `DBSnapshot ${id} not found.`);
  }

  /** @throws AwsError DBSnapshotAlreadyExistsFault */
  take(name: string, of: Database, tags: Tag[]): Snapshot {
    const { account, clock } = this.#kernel;
    const id = name.toLowerCase();
    if (this.#byId.has(id)) {
      const message = `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`;
      throw new AwsError('DBSnapshotAlreadyExistsFault', message);
    }
    const { settings, password } = of;
    const inherited = settings.CopyTagsToSnapshot === true ? of.tags : [];
    const snapshot: Snapshot = {
      id,
      arn: arn(account, 'rds', `snapshot:${id}`),
      createdAt: clock.now(),
      of,
      settings,
      password,
      tags: [...inherited, ...tags],
      status: 'creating',
    };
    this.#byId.set(id, snapshot);
    clock.after(SNAPSHOT_TIME, () => {
      snapshot.status = 'available';
      this.#events.tell(snapshot, 'snapshotCreated', 'db-snapshot');
    });
    return snapshot;
  }

  delete(snapshot: Snapshot): void {
    this.#byId.delete(snapshot.id);
  }
}

export function shownSnapshot({ of, settings, ...snapshot }: Snapshot): DBSnapshot {
  return {
    DBSnapshotIdentifier: snapshot.id,
    DBSnapshotArn: snapshot.arn,
    DBInstanceIdentifier: of.id,
    DbiResourceId: of.resourceId,
    SnapshotCreateTime: new Date(snapshot.createdAt),
    InstanceCreateTime: new Date(of.createdAt),
    Engine: of.engine.name,
    EngineVersion: settings.EngineVersion,
    LicenseModel: of.engine.license,
    AllocatedStorage: settings.AllocatedStorage,
    StorageType: settings.StorageType,
    Status: snapshot.status,
    PercentProgress: snapshot.status === 'available' ? 100 : 0,
    SnapshotType: 'manual',
    Port: of.port,
    AvailabilityZone: of.primary.zone,
    VpcId: of.subnetGroup.vpcId,
    MasterUsername: of.masterUser,
    Encrypted: of.isEncrypted,
    ...(of.keyId === undefined ? {} : { KmsKeyId: of.keyId }),
    TagList: snapshot.tags,
  };
}
