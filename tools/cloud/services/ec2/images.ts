import type { BlockDeviceMapping, Image, LaunchPermission } from '@aws-sdk/client-ec2';
import { AwsError, type Instant, type Kernel } from '../../kernel/index.ts';
import type { Architecture, ImageFault } from './api.ts';
import { Collection } from './collection.ts';
import type { Known } from './records.ts';
import type { Tags } from './tags.ts';

export type ImageRecord = Known<
  Image,
  'ImageId' | 'Name' | 'OwnerId' | 'State' | 'CreationDate' | 'BlockDeviceMappings' | 'Public'
> & {
  readonly Architecture: Architecture;
  /** Instances of it start, and their application never answers. */
  readonly fault: ImageFault | undefined;
  readonly lastLaunchedAt: Instant | undefined;
  /** Accounts, or everyone, who may launch it beside its owner. */
  readonly launchPermissions?: LaunchPermission[];
  /** Protection with a cooldown holds for a day after it was switched off. */
  readonly protectedUntil?: Instant | undefined;
};

export interface NewImage {
  readonly name: string;
  readonly description: string | undefined;
  readonly architecture: Architecture;
  readonly blockDevices: BlockDeviceMapping[];
  readonly rootDeviceName: string;
  readonly owner: { readonly id: string; readonly alias?: string };
  readonly isPublic: boolean;
  readonly fault: ImageFault | undefined;
  readonly state: 'pending' | 'available';
  readonly sourceInstanceId?: string | undefined;
  readonly sourceImageId?: string | undefined;
  readonly tags: [string, string][];
}

/** Machine images: the account's own, and the public ones it can launch. */
export class Images {
  readonly collection: Collection<ImageRecord>;
  readonly #kernel: Kernel;
  readonly #listeners: ((image: ImageRecord) => void)[] = [];

  constructor(kernel: Kernel, tags: Tags) {
    this.#kernel = kernel;
    this.collection = new Collection<ImageRecord>(
      {
        idOf: (image) => image.ImageId,
        missing: (id) =>
          /^ami-[0-9a-f]{8,17}$/.test(id)
            ? new AwsError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`)
            : new AwsError('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`),
        filters: {
          architecture: (image) => image.Architecture,
          'creation-date': (image) => image.CreationDate,
          description: (image) => image.Description,
          'image-id': (image) => image.ImageId,
          'image-type': (image) => image.ImageType,
          'is-public': (image) => image.Public,
          name: (image) => image.Name,
          'owner-alias': (image) => image.ImageOwnerAlias,
          'owner-id': (image) => image.OwnerId,
          platform: (image) => image.Platform,
          'root-device-type': (image) => image.RootDeviceType,
          'source-image-id': (image) => image.SourceImageId,
          'source-instance-id': (image) => image.SourceInstanceId,
          state: (image) => image.State,
          'virtualization-type': (image) => image.VirtualizationType,
          'block-device-mapping.snapshot-id': (image) =>
            image.BlockDeviceMappings.map((mapping) => mapping.Ebs?.SnapshotId),
        },
      },
      tags,
    );
  }

  add(image: NewImage): ImageRecord {
    const record: ImageRecord = {
      ImageId: `ami-${this.#kernel.ids.hex(17)}`,
      Name: image.name,
      Description: image.description,
      Architecture: image.architecture,
      BlockDeviceMappings: image.blockDevices,
      CreationDate: this.#kernel.clock.date().toISOString(),
      EnaSupport: true,
      Hypervisor: 'xen',
      ImageLocation: `${image.owner.alias ?? image.owner.id}/${image.name}`,
      ImageOwnerAlias: image.owner.alias,
      ImageType: 'machine',
      OwnerId: image.owner.id,
      PlatformDetails: 'Linux/UNIX',
      Public: image.isPublic,
      RootDeviceName: image.rootDeviceName,
      RootDeviceType: 'ebs',
      SourceImageId: image.sourceImageId,
      SourceInstanceId: image.sourceInstanceId,
      State: image.state,
      UsageOperation: 'RunInstances',
      VirtualizationType: 'hvm',
      DeregistrationProtection: 'disabled',
      fault: image.fault,
      lastLaunchedAt: undefined,
    };
    const added = this.collection.add(record, image.tags);
    for (const listener of this.#listeners) listener(record);
    return added;
  }

  /** Called when an image begins to exist. */
  onAdded(listener: (image: ImageRecord) => void): void {
    this.#listeners.push(listener);
  }

  /** Changes an image's state, and says so on the event bus. */
  changeState(id: string, state: 'available' | 'failed' | 'disabled', error = ''): void {
    this.collection.update(id, { State: state });
    this.announce(id, state, error);
  }

  deregister(id: string): void {
    this.collection.delete(id);
    this.announce(id, 'deregistered');
  }

  /** @throws AwsError InvalidAMIID.NotFound, InvalidAMIID.Malformed, InvalidAMIID.Unavailable */
  launchable(id: string): ImageRecord {
    const image = this.collection.get(id);
    if (image.State !== 'available')
      throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${id}' is not available`);
    return image;
  }

  /** An image that needs a snapshot. */
  using(snapshotId: string): ImageRecord | undefined {
    return this.collection.where((image) =>
      image.BlockDeviceMappings.some(({ Ebs }) => Ebs?.SnapshotId === snapshotId),
    )[0];
  }

  announce(id: string, state: string, error = ''): void {
    this.#kernel.events.emit({
      source: 'aws.ec2',
      detailType: 'EC2 AMI State Change',
      resources: [`arn:aws:ec2:${this.#kernel.account.region}::image/${id}`],
      detail: { RequestId: this.#kernel.ids.uuid(), ImageId: id, State: state, ErrorMessage: error },
    });
  }
}
