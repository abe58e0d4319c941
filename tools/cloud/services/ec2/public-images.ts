import type { Kernel } from '../../kernel/index.ts';
import type { Architecture, ImageFault } from './api.ts';
import type { Images } from './images.ts';

/** Where EC2 reads what `resolve:ssm:` stands for, and AWS publishes its newest images. */
export interface ImageParameters {
  /** A parameter's value, if it exists. */
  value(name: string): string | undefined;
  /** ARNs of the account's own parameters whose value is an image's id. */
  naming(imageId: string): string[];
  /** Sets a public parameter, under `/aws/service/`. */
  publish(name: string, value: string): void;
}

/** A system whose newest images are published for all, under a parameter for each architecture. */
interface Distribution {
  readonly owner: { readonly id: string; readonly alias?: string };
  readonly parameter: (architecture: Architecture) => string;
  /** @param release how many of its images there have been before */
  readonly name: (architecture: Architecture, date: string, release: number) => string;
  readonly description: string;
}

const AMAZON_LINUX: Distribution = {
  owner: { id: '137112412989', alias: 'amazon' },
  parameter: (architecture) =>
    `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
  name: (architecture, date, release) => `al2023-ami-2023.9.${date}.${release}-kernel-6.1-${architecture}`,
  description: 'Amazon Linux 2023 AMI, HVM, kernel 6.1',
};

/** https://wiki.debian.org/Cloud/AmazonEC2Image/Bookworm names account and images. */
const DEBIAN: Distribution = {
  owner: { id: '136693071363' },
  parameter: (architecture) => `/aws/service/debian/release/12/latest/${debian(architecture)}`,
  name: (architecture, date, release) => `debian-12-${debian(architecture)}-${date}-${2000 + release}`,
  description: 'Debian 12',
};

function debian(architecture: Architecture): string {
  return architecture === 'x86_64' ? 'amd64' : architecture;
}

const ARCHITECTURES: readonly Architecture[] = ['x86_64', 'arm64'];

export interface PublicImage {
  readonly distribution: Distribution;
  readonly architecture: Architecture;
}

/** All that is published for everyone. */
export const PUBLIC_IMAGES: readonly PublicImage[] = [AMAZON_LINUX, DEBIAN].flatMap((distribution) =>
  ARCHITECTURES.map((architecture) => ({ distribution, architecture })),
);

/**
 * The images that a new one of is published.
 * @param parameter the public parameter that names it; undefined: Amazon Linux for each architecture
 * @throws Error for a parameter that names no public image
 */
export function publicImagesBehind(parameter: string | undefined): readonly PublicImage[] {
  if (parameter === undefined)
    return PUBLIC_IMAGES.filter(({ distribution }) => distribution === AMAZON_LINUX);
  const found = PUBLIC_IMAGES.filter(
    ({ distribution, architecture }) => distribution.parameter(architecture) === parameter,
  );
  if (found.length === 0) throw new Error(`No public image is published under ${parameter}`);
  return found;
}

/** Publishes a new image and points its public parameter at it. @returns the image's id */
export function publishImage(
  kernel: Kernel,
  images: Images,
  parameters: ImageParameters,
  { distribution, architecture }: PublicImage,
  fault: ImageFault | undefined,
): string {
  const { owner, description } = distribution;
  const date = kernel.clock.date().toISOString().slice(0, 10).replaceAll('-', '');
  const release = [...images.collection.values()].filter(
    (image) => image.OwnerId === owner.id && image.Architecture === architecture,
  ).length;
  const { ImageId } = images.add({
    name: distribution.name(architecture, date, release),
    description,
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
    owner,
    isPublic: true,
    fault,
    state: 'available',
    tags: [],
  });
  parameters.publish(distribution.parameter(architecture), ImageId);
  return ImageId;
}

const SSM_PREFIX = 'resolve:ssm:';

/** The parameter that an image id of the form `resolve:ssm:name[:version]` stands for; undefined for others. */
export function aliasedParameter(imageId: string): string | undefined {
  return imageId.startsWith(SSM_PREFIX) ? imageId.slice(SSM_PREFIX.length) : undefined;
}
