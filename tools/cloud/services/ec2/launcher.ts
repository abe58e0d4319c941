import type {
  BlockDeviceMapping,
  InstanceBlockDeviceMapping,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { AwsError, type Kernel } from '../../kernel/index.ts';
import { checkLaunch } from '../../weather/fleet/launches.ts';
import type { Architecture } from './api.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';
import type { ImageRecord, Images } from './images.ts';
import { architectureOf } from './instance-types.ts';
import { Instance, settingsFrom } from './instance.ts';
import type { Instances } from './instances.ts';
import { createInterface, releaseInterface } from './interfaces.ts';
import type { SubnetRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { sizeOf, type Storage } from './storage.ts';
import { tagsFor, type Tags } from './tags.ts';

/** Everything that an instance is started from. */
export interface Launch {
  readonly data: ResponseLaunchTemplateData;
  readonly launchTemplate: { readonly id: string; readonly version: number } | undefined;
  readonly subnetId: string | undefined;
  readonly tags: Iterable<readonly [string, string]>;
  readonly market: 'on-demand' | 'spot' | undefined;
  readonly reservationId?: string;
  readonly launchIndex?: number;
  readonly clientToken?: string | undefined;
}

/** What a launch needs of the rest of EC2. */
export interface LauncherParts {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly images: Images;
  readonly storage: Storage;
  readonly instances: Instances;
  readonly tags: Tags;
  /** Turns `resolve:ssm:…` into an image id. */
  readonly resolveImage: (imageId: string) => string;
}

/** A launch whose parts have been found to exist and to fit together. */
interface CheckedLaunch {
  readonly image: ImageRecord;
  readonly instanceType: string;
  readonly architecture: Architecture;
  readonly subnet: SubnetRecord;
}

/** Turns launch requests into instances. */
export class Launcher {
  readonly #parts: LauncherParts;

  constructor(parts: LauncherParts) {
    this.#parts = parts;
  }

  /** @throws AwsError whatever EC2 refuses a launch with */
  check(launch: Launch): CheckedLaunch {
    const { images, network, resolveImage } = this.#parts;
    if (launch.data.ImageId === undefined) throw missingParameter('ImageId');
    const image = images.launchable(resolveImage(launch.data.ImageId));
    const instanceType = launch.data.InstanceType ?? 'm1.small';
    const architecture = architectureOf(instanceType);
    if (image.Architecture !== architecture)
      throw invalidParameterValue(
        `The architecture '${architecture}' of the specified instance type does not match the architecture '${image.Architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
      );
    const subnet = network.subnets.get(this.#subnetOf(launch));
    checkLaunch(this.#parts.kernel, {
      zone: subnet.AvailabilityZone,
      subnetId: subnet.SubnetId,
      instanceType,
      market: marketOf(launch),
    });
    return { image, instanceType, architecture, subnet };
  }

  /** @param checked what {@link check} has found; without it, the launch is checked now */
  launch(launch: Launch, checked = this.check(launch)): Instance {
    const { kernel, instances, images, tags } = this.#parts;
    const id = `i-${kernel.ids.hex(17)}`;
    const instance = this.#instance(id, launch, checked);
    tags.set(id, tagsFor('instance', launch.data.TagSpecifications));
    tags.set(id, launch.tags);
    tags.set(id, templateTags(launch));
    images.collection.update(checked.image.ImageId, { lastLaunchedAt: kernel.clock.now() });
    instances.start(instance);
    return instance;
  }

  /** Gives back what a terminated instance held. */
  release(instance: Instance): void {
    const { network, storage } = this.#parts;
    releaseInterface(network, instance.facts.networkInterface.NetworkInterfaceId);
    for (const { Ebs } of instance.facts.blockDevices) {
      const volume = Ebs?.VolumeId === undefined ? undefined : storage.volumes.find(Ebs.VolumeId);
      if (volume === undefined) continue;
      if (Ebs?.DeleteOnTermination) storage.volumes.delete(volume.VolumeId);
      else storage.volumes.update(volume.VolumeId, { State: 'available', Attachments: [] });
    }
  }

  #subnetOf(launch: Launch): string | undefined {
    const named = launch.subnetId ?? launch.data.NetworkInterfaces?.[0]?.SubnetId;
    if (named !== undefined) return named;
    const zone = launch.data.Placement?.AvailabilityZone;
    const [subnet] = this.#parts.network.subnets.where(
      (one) => one.DefaultForAz === true && (zone === undefined || one.AvailabilityZone === zone),
    );
    if (subnet === undefined)
      throw new AwsError('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.');
    return subnet.SubnetId;
  }

  #instance(
    id: string,
    launch: Launch,
    { image, instanceType, architecture, subnet }: CheckedLaunch,
  ): Instance {
    const { kernel, network, tags } = this.#parts;
    const { data } = launch;
    const [card] = data.NetworkInterfaces ?? [];
    const networkInterface = createInterface(network, {
      subnetId: subnet.SubnetId,
      groupIds:
        card?.Groups ?? data.SecurityGroupIds ?? this.#groupsByName(subnet.VpcId, data.SecurityGroups),
      description: card?.Description ?? '',
      attachment: { InstanceId: id, DeviceIndex: 0, Status: 'attached', DeleteOnTermination: true },
    });
    const hasPublicIp = card?.AssociatePublicIpAddress ?? subnet.MapPublicIpOnLaunch ?? false;
    return new Instance(
      {
        id,
        imageId: image.ImageId,
        imageFault: image.fault,
        architecture,
        networkInterface,
        zone: subnet.AvailabilityZone,
        market: marketOf(launch),
        launchedAt: kernel.clock.now(),
        launchTemplate: launch.launchTemplate,
        reservationId: launch.reservationId ?? `r-${kernel.ids.hex(17)}`,
        launchIndex: launch.launchIndex ?? 0,
        clientToken: launch.clientToken,
        keyName: data.KeyName,
        publicIp: hasPublicIp ? network.newPublicIp() : undefined,
        blockDevices: this.#attachVolumes(id, image, data, subnet.AvailabilityZone),
        rootDeviceName: image.RootDeviceName ?? '/dev/xvda',
        canHibernate: data.HibernationOptions?.Configured ?? false,
      },
      settingsFrom(data, instanceType),
      () => tags.of(id),
    );
  }

  #groupsByName(vpcId: string, names: readonly string[] | undefined): string[] {
    return (names ?? []).map((name) => {
      const [group] = this.#parts.network.securityGroups.where(
        (one) => one.VpcId === vpcId && one.GroupName === name,
      );
      if (group === undefined)
        throw new AwsError(
          'InvalidGroup.NotFound',
          `The security group '${name}' does not exist in VPC '${vpcId}'`,
        );
      return group.GroupId;
    });
  }

  #attachVolumes(
    instanceId: string,
    image: ImageRecord,
    data: ResponseLaunchTemplateData,
    zone: string,
  ): InstanceBlockDeviceMapping[] {
    const { kernel, storage } = this.#parts;
    const tags = tagsFor('volume', data.TagSpecifications);
    return mergedMappings(image.BlockDeviceMappings, data.BlockDeviceMappings ?? []).map((mapping) => {
      const DeleteOnTermination = mapping.Ebs?.DeleteOnTermination ?? true;
      const attachment = { AttachTime: kernel.clock.date(), DeleteOnTermination };
      const { VolumeId } = storage.createVolume(
        {
          zone,
          sizeGib: sizeOf(mapping),
          type: mapping.Ebs?.VolumeType,
          encrypted: mapping.Ebs?.Encrypted,
          snapshotId: mapping.Ebs?.SnapshotId,
        },
        tags,
      );
      storage.volumes.update(VolumeId, {
        State: 'in-use',
        Attachments: [
          { ...attachment, VolumeId, InstanceId: instanceId, Device: mapping.DeviceName, State: 'attached' },
        ],
      });
      return { DeviceName: mapping.DeviceName, Ebs: { ...attachment, VolumeId, Status: 'attached' } };
    });
  }
}

function marketOf({ market, data }: Launch): 'on-demand' | 'spot' {
  return market ?? (data.InstanceMarketOptions?.MarketType === 'spot' ? 'spot' : 'on-demand');
}

/** The image's devices with what the launch says about them, and those that only the launch has. */
function mergedMappings(
  image: readonly BlockDeviceMapping[],
  launch: readonly BlockDeviceMapping[],
): BlockDeviceMapping[] {
  const merged = new Map(image.map((mapping) => [mapping.DeviceName, mapping]));
  for (const mapping of launch) {
    const before = merged.get(mapping.DeviceName);
    merged.set(mapping.DeviceName, { ...before, ...mapping, Ebs: { ...before?.Ebs, ...mapping.Ebs } });
  }
  return [...merged.values()].filter(({ NoDevice }) => NoDevice === undefined);
}

/** EC2 notes on the instance itself which template version it came from. */
function templateTags({ launchTemplate }: Launch): [string, string][] {
  if (launchTemplate === undefined) return [];
  return [
    ['aws:ec2launchtemplate:id', launchTemplate.id],
    ['aws:ec2launchtemplate:version', String(launchTemplate.version)],
  ];
}
