import type {
  BlockDeviceMapping,
  CopyImageRequest,
  CreateImageRequest,
  RegisterImageRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, type Kernel } from '../../kernel/index.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';
import type { ImageRecord, Images, NewImage } from './images.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import { sizeOf, type Storage } from './storage.ts';
import { tagsFor } from './tags.ts';

export interface ImageParts {
  readonly kernel: Kernel;
  readonly images: Images;
  readonly storage: Storage;
  readonly instances: Instances;
}

/** How long the snapshots behind a new image take: somewhere between the two. */
const CREATION_SECONDS = { least: 120, most: 240 };

const NAME = /^[a-zA-Z0-9()[\] ./'@_-]{3,128}$/;

/** Takes an image of an instance, which reboots unless told not to. The image is `pending` while it is taken. */
export function createImage(parts: ImageParts, input: CreateImageRequest): ImageRecord {
  const instance = parts.instances.get(input.InstanceId ?? '');
  const name = checkedName(parts, input.Name);
  if (instance.isGone || instance.state === 'pending')
    throw new AwsError(
      'IncorrectState',
      `Instance is not in state 'running' or 'stopped': ${instance.id} is ${instance.state}`,
    );
  const source = parts.images.collection.find(instance.imageId);
  if (!input.NoReboot && instance.state === 'running') parts.instances.reboot(instance.id);
  return begin(parts, {
    name,
    description: input.Description,
    architecture: instance.architecture,
    blockDevices: snapshotsOf(parts, instance, name, tagsFor('snapshot', input.TagSpecifications)),
    rootDeviceName: instance.facts.rootDeviceName,
    fault: source?.fault,
    sourceInstanceId: instance.id,
    sourceImageId: instance.imageId,
    tags: tagsFor('image', input.TagSpecifications),
  });
}

/** Copies an image within the region: of the same kind, with snapshots of its own. */
export function copyImage(parts: ImageParts, input: CopyImageRequest): ImageRecord {
  const name = checkedName(parts, input.Name);
  if (input.SourceRegion !== undefined && input.SourceRegion !== parts.kernel.account.region)
    throw invalidParameterValue(`The source region '${input.SourceRegion}' is not part of the local cloud.`);
  const source = parts.images.launchable(input.SourceImageId ?? '');
  return begin(parts, {
    name,
    description: input.Description ?? source.Description,
    architecture: source.Architecture,
    blockDevices: source.BlockDeviceMappings.map((mapping) =>
      withSnapshot(parts, encrypted(mapping, input), name, tagsFor('snapshot', input.TagSpecifications)),
    ),
    rootDeviceName: source.RootDeviceName ?? '/dev/xvda',
    fault: source.fault,
    sourceImageId: source.ImageId,
    tags: [
      ...(input.CopyImageTags === true ? userTags(parts, source.ImageId) : []),
      ...tagsFor('image', input.TagSpecifications),
    ],
  });
}

/** A copy may be encrypted where its source is not; never the other way round. */
function encrypted(
  mapping: BlockDeviceMapping,
  { Encrypted = false, KmsKeyId }: CopyImageRequest,
): BlockDeviceMapping {
  if (!Encrypted || mapping.Ebs === undefined) return mapping;
  return { ...mapping, Ebs: { ...mapping.Ebs, Encrypted, ...(KmsKeyId === undefined ? {} : { KmsKeyId }) } };
}

/** System tags are not copied. */
function userTags({ images }: ImageParts, id: string): [string, string][] {
  const { Tags } = images.collection.tagged(images.collection.get(id));
  return Tags.flatMap(({ Key = '', Value = '' }) => (Key.startsWith('aws:') ? [] : [[Key, Value]]));
}

/** Makes an image of snapshots that exist: available at once. */
export function registerImage(parts: ImageParts, input: RegisterImageRequest): ImageRecord {
  const { account } = parts.kernel;
  const name = checkedName(parts, input.Name);
  if (input.RootDeviceName === undefined) throw missingParameter('RootDeviceName');
  const blockDevices = input.BlockDeviceMappings ?? [];
  for (const { Ebs } of blockDevices)
    if (Ebs?.SnapshotId !== undefined) parts.storage.snapshots.get(Ebs.SnapshotId);
  const image = parts.images.add({
    name,
    description: input.Description,
    architecture: input.Architecture === 'arm64' ? 'arm64' : 'x86_64',
    blockDevices,
    rootDeviceName: input.RootDeviceName,
    owner: { id: account.id },
    isPublic: false,
    fault: undefined,
    state: 'available',
    tags: tagsFor('image', input.TagSpecifications),
  });
  parts.images.announce(image.ImageId, 'available');
  return image;
}

type BegunImage = Omit<NewImage, 'owner' | 'isPublic' | 'state'>;

function begin({ kernel, images, storage }: ImageParts, wanted: BegunImage): ImageRecord {
  const owner = { id: kernel.account.id };
  const image = images.add({ ...wanted, owner, isPublic: false, state: 'pending' });
  const { least, most } = CREATION_SECONDS;
  const seconds = Math.round(least + (most - least) * kernel.ids.random());
  kernel.clock.after(seconds * 1000, () => {
    for (const { Ebs } of image.BlockDeviceMappings)
      if (Ebs?.SnapshotId !== undefined) storage.completeSnapshot(Ebs.SnapshotId);
    if (images.collection.find(image.ImageId)?.State === 'pending')
      images.changeState(image.ImageId, 'available');
  });
  return image;
}

function snapshotsOf(
  parts: ImageParts,
  instance: Instance,
  name: string,
  tags: [string, string][],
): BlockDeviceMapping[] {
  return instance.facts.blockDevices.flatMap(({ DeviceName, Ebs }) => {
    const volume = Ebs?.VolumeId === undefined ? undefined : parts.storage.volumes.find(Ebs.VolumeId);
    if (volume === undefined) return [];
    const mapping: BlockDeviceMapping = {
      DeviceName,
      Ebs: {
        VolumeSize: volume.Size,
        VolumeType: volume.VolumeType,
        Encrypted: volume.Encrypted,
        DeleteOnTermination: Ebs?.DeleteOnTermination ?? true,
      },
    };
    return [withSnapshot(parts, mapping, name, tags, volume.VolumeId)];
  });
}

function withSnapshot(
  { storage }: ImageParts,
  mapping: BlockDeviceMapping,
  imageName: string,
  tags: [string, string][],
  volumeId?: string,
): BlockDeviceMapping {
  const of = { volumeId, sizeGib: sizeOf(mapping), encrypted: mapping.Ebs?.Encrypted ?? false };
  const { SnapshotId } = storage.createSnapshot(of, `Created by CreateImage for ${imageName}`, tags);
  return { ...mapping, Ebs: { ...mapping.Ebs, SnapshotId } };
}

function checkedName({ kernel, images }: ImageParts, name: string | undefined): string {
  if (name === undefined || !NAME.test(name))
    throw new AwsError(
      'InvalidAMIName.Malformed',
      `AMI names must be between 3 and 128 characters long, and may contain letters, numbers, and ()[] ./-'@_`,
    );
  const namesake = images.collection.where(
    (image) => image.Name === name && image.OwnerId === kernel.account.id,
  )[0];
  if (namesake !== undefined)
    throw new AwsError(
      'InvalidAMIName.Duplicate',
      `AMI name ${name} is already in use by AMI ${namesake.ImageId}`,
    );
  return name;
}
