import type { Kernel } from '../../kernel/index.ts';
import type { Architecture, ImageFault } from './api.ts';
import type { ImageRecord, Images } from './images.ts';

/** Where EC2 reads what `resolve:ssm:` stands for, and AWS publishes its newest images. */
export interface ImageParameters {
  /** A parameter's value, if it exists. */
  value(name: string): string | undefined;
  /** ARNs of the account's own parameters whose value is an image's id. */
  naming(imageId: string): string[];
  /** Sets a public parameter, under `/aws/service/`. */
  publish(name: string, value: string): void;
}

/** The account that Amazon Linux belongs to. */
const AMAZON = { id: '137112412989', alias: 'amazon' };

/** The public parameter that names the newest Amazon Linux 2023 image. */
export function amazonLinuxParameter(architecture: Architecture): string {
  return `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`;
}

/** Publishes a new Amazon Linux image and points its public parameter at it. @returns the image's id */
export function publishAmazonLinux(
  kernel: Kernel,
  images: Images,
  parameters: ImageParameters,
  architecture: Architecture,
  fault: ImageFault | undefined,
): string {
  const date = kernel.clock.date().toISOString().slice(0, 10).replaceAll('-', '');
  const release = [...images.collection.values()].filter(isAmazonLinux(architecture)).length;
  const name = `al2023-ami-2023.9.${date}.${release}-kernel-6.1-${architecture}`;
  const { ImageId } = images.add({
    name,
    description: `Amazon Linux 2023 AMI 2023.9.${date}.${release} ${architecture} HVM kernel-6.1`,
    architecture,
    blockDevices: [
      {
        DeviceName: '/dev/xvda',
        Ebs: {
          SnapshotId: `snap-${kernel.ids.hex(17)}`,
          VolumeSize: 8,
          VolumeType: 'gp3',
          DeleteOnTermination: true,
          Encrypted: false,
        },
      },
    ],
    rootDeviceName: '/dev/xvda',
    owner: AMAZON,
    isPublic: true,
    fault,
    state: 'available',
    tags: [],
  });
  parameters.publish(amazonLinuxParameter(architecture), ImageId);
  return ImageId;
}

function isAmazonLinux(architecture: Architecture) {
  return (image: ImageRecord) => image.OwnerId === AMAZON.id && image.Architecture === architecture;
}

const SSM_PREFIX = 'resolve:ssm:';

/** The parameter that an image id of the form `resolve:ssm:name[:version]` stands for; undefined for others. */
export function aliasedParameter(imageId: string): string | undefined {
  return imageId.startsWith(SSM_PREFIX) ? imageId.slice(SSM_PREFIX.length) : undefined;
}
