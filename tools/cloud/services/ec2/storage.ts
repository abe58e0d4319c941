import type { BlockDeviceMapping, Snapshot, Volume } from '@aws-sdk/client-ec2';
import { AwsError, type Kernel } from '../../kernel/index.ts';
import { Collection } from './collection.ts';
import type { Known } from './records.ts';
import type { Tags } from './tags.ts';

export type VolumeRecord = Known<Volume, 'VolumeId' | 'Size' | 'AvailabilityZone' | 'State' | 'Attachments'>;
export type SnapshotRecord = Known<Snapshot, 'SnapshotId' | 'VolumeSize' | 'State'>;

export interface VolumeSpec {
  readonly zone: string;
  readonly sizeGib: number;
  readonly type?: Volume['VolumeType'];
  readonly encrypted?: boolean | undefined;
  readonly snapshotId?: string | undefined;
  readonly iops?: number | undefined;
  /** MiB/s, of gp3 alone. */
  readonly throughput?: number | undefined;
}

/** Block storage as records: nothing is ever read or written. */
export class Storage {
  readonly volumes: Collection<VolumeRecord>;
  readonly snapshots: Collection<SnapshotRecord>;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, tags: Tags) {
    this.#kernel = kernel;
    this.volumes = new Collection<VolumeRecord>(
      {
        idOf: (volume) => volume.VolumeId,
        missing: (id) => new AwsError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`),
        filters: {
          'volume-id': (volume) => volume.VolumeId,
          'volume-type': (volume) => volume.VolumeType,
          'availability-zone': (volume) => volume.AvailabilityZone,
          'snapshot-id': (volume) => volume.SnapshotId,
          status: (volume) => volume.State,
          encrypted: (volume) => volume.Encrypted,
          'attachment.delete-on-termination': (volume) =>
            volume.Attachments.map((one) => one.DeleteOnTermination),
          'attachment.device': (volume) => volume.Attachments.map((one) => one.Device),
          'attachment.instance-id': (volume) => volume.Attachments.map((one) => one.InstanceId),
        },
      },
      tags,
    );
    this.snapshots = new Collection<SnapshotRecord>(
      {
        idOf: (snapshot) => snapshot.SnapshotId,
        missing: (id) =>
          /^snap-[0-9a-f]{8,17}$/.test(id)
            ? new AwsError('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`)
            : new AwsError('InvalidSnapshotID.Malformed', `Invalid id: "${id}" (expecting "snap-...")`),
        filters: {
          'snapshot-id': (snapshot) => snapshot.SnapshotId,
          'volume-id': (snapshot) => snapshot.VolumeId,
          'owner-id': (snapshot) => snapshot.OwnerId,
          description: (snapshot) => snapshot.Description,
          status: (snapshot) => snapshot.State,
          'start-time': (snapshot) => snapshot.StartTime?.toISOString(),
        },
      },
      tags,
    );
  }

  createVolume(spec: VolumeSpec, tags: [string, string][]): VolumeRecord {
    const type = spec.type ?? 'gp3';
    const volume: VolumeRecord = {
      VolumeId: `vol-${this.#kernel.ids.hex(17)}`,
      Size: spec.sizeGib,
      VolumeType: type,
      ...performance(type, spec),
      AvailabilityZone: spec.zone,
      SnapshotId: spec.snapshotId,
      Encrypted: spec.encrypted ?? false,
      CreateTime: this.#kernel.clock.date(),
      State: 'available',
      Attachments: [],
    };
    return this.volumes.add(volume, tags);
  }

  /** A snapshot that is `pending` until {@link completeSnapshot}. */
  createSnapshot(
    of: { readonly volumeId?: string | undefined; readonly sizeGib: number; readonly encrypted?: boolean },
    description: string,
    tags: [string, string][],
  ): SnapshotRecord {
    const snapshot: SnapshotRecord = {
      SnapshotId: `snap-${this.#kernel.ids.hex(17)}`,
      VolumeId: of.volumeId ?? 'vol-ffffffff',
      VolumeSize: of.sizeGib,
      Encrypted: of.encrypted ?? false,
      Description: description,
      OwnerId: this.#kernel.account.id,
      StartTime: this.#kernel.clock.date(),
      State: 'pending',
      Progress: '0%',
      StorageTier: 'standard',
    };
    return this.snapshots.add(snapshot, tags);
  }

  completeSnapshot(id: string): void {
    if (this.snapshots.find(id) === undefined) return;
    this.snapshots.update(id, {
      State: 'completed',
      Progress: '100%',
      CompletionTime: this.#kernel.clock.date(),
    });
  }
}

/** What a volume of a type does without being asked for more (EC2 User Guide, "Amazon EBS volume types"). */
function performance(
  type: NonNullable<VolumeSpec['type']>,
  { sizeGib, iops, throughput }: VolumeSpec,
): Pick<Volume, 'Iops' | 'Throughput'> {
  if (type === 'gp3') return { Iops: iops ?? 3000, Throughput: throughput ?? 125 };
  if (type === 'gp2') return { Iops: Math.min(16_000, Math.max(100, 3 * sizeGib)) };
  return iops === undefined ? {} : { Iops: iops };
}

/** The size a mapping asks for, else the size of an Amazon Linux root volume. */
export function sizeOf(mapping: BlockDeviceMapping): number {
  return mapping.Ebs?.VolumeSize ?? 8;
}
