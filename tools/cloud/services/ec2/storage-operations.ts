import type { DescribeSnapshotsRequest, EC2 } from '@aws-sdk/client-ec2';
import { AwsError, type Kernel, type Operations } from '../../kernel/index.ts';
import { missingParameter } from './errors.ts';
import type { Images } from './images.ts';
import { without } from './records.ts';
import type { Storage } from './storage.ts';
import { tagsFor } from './tags.ts';

/** How long a snapshot of a small volume takes. */
const SNAPSHOT_MS = 60_000;

export function storageOperations(kernel: Kernel, storage: Storage, images: Images) {
  return {
    CreateVolume: (input) => {
      if (input.AvailabilityZone === undefined) throw missingParameter('availabilityZone');
      const source = input.SnapshotId === undefined ? undefined : storage.snapshots.get(input.SnapshotId);
      const sizeGib = input.Size ?? source?.VolumeSize;
      if (sizeGib === undefined) throw missingParameter('size');
      const volume = storage.createVolume(
        {
          zone: input.AvailabilityZone,
          sizeGib,
          type: input.VolumeType ?? 'gp2',
          encrypted: input.Encrypted,
          snapshotId: input.SnapshotId,
          iops: input.Iops,
          throughput: input.Throughput,
        },
        tagsFor('volume', input.TagSpecifications),
      );
      return storage.volumes.tagged(volume);
    },
    DescribeVolumes: (input) => {
      const { items, ...rest } = storage.volumes.describe({
        ids: input.VolumeIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { Volumes: items, ...rest };
    },
    DeleteVolume: (input) => {
      const { VolumeId, State } = storage.volumes.get(input.VolumeId);
      if (State === 'in-use')
        throw new AwsError('VolumeInUse', `Volume ${VolumeId} is currently attached to an instance`);
      storage.volumes.delete(VolumeId);
      return {};
    },
    ...snapshotOperations(kernel, storage, images),
  } satisfies Operations<EC2>;
}

function snapshotOperations(kernel: Kernel, storage: Storage, images: Images) {
  return {
    CreateSnapshot: (input) => {
      const { VolumeId, Size, Encrypted = false } = storage.volumes.get(input.VolumeId);
      const snapshot = storage.createSnapshot(
        { volumeId: VolumeId, sizeGib: Size, encrypted: Encrypted },
        input.Description ?? '',
        tagsFor('snapshot', input.TagSpecifications),
      );
      kernel.clock.after(SNAPSHOT_MS, () => storage.completeSnapshot(snapshot.SnapshotId));
      return without(storage.snapshots.tagged(snapshot), 'CompletionTime');
    },
    DescribeSnapshots: (input) => describeSnapshots(kernel, storage, input),
    DeleteSnapshot: (input) => {
      const { SnapshotId } = storage.snapshots.get(input.SnapshotId);
      const image = images.using(SnapshotId);
      if (image !== undefined)
        throw new AwsError(
          'InvalidSnapshot.InUse',
          `The snapshot ${SnapshotId} is currently in use by ${image.ImageId}`,
        );
      storage.snapshots.delete(SnapshotId);
      return {};
    },
  } satisfies Operations<EC2>;
}

function describeSnapshots(kernel: Kernel, storage: Storage, input: DescribeSnapshotsRequest) {
  const owners = (input.OwnerIds ?? []).map((owner) => (owner === 'self' ? kernel.account.id : owner));
  const byOwner = owners.length > 0 ? [{ Name: 'owner-id', Values: owners }] : [];
  const { items, ...rest } = storage.snapshots.describe({
    ids: input.SnapshotIds,
    filters: [...(input.Filters ?? []), ...byOwner],
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { Snapshots: items, ...rest };
}
