import type {
  DeregisterImageRequest,
  DescribeImagesRequest,
  EC2,
  Image,
  ModifyImageAttributeRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, page, type Operations } from '../../kernel/index.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';
import { copyImage, createImage, registerImage, type ImageParts } from './image-creation.ts';
import type { ImageRecord } from './images.ts';
import { without } from './records.ts';

export function imageOperations(parts: ImageParts) {
  const own = (id: string | undefined) => ownImage(parts, id);
  const { images } = parts;
  return {
    CreateImage: (input) => ({ ImageId: createImage(parts, input).ImageId }),
    CopyImage: (input) => ({ ImageId: copyImage(parts, input).ImageId }),
    RegisterImage: (input) => ({ ImageId: registerImage(parts, input).ImageId }),
    DescribeImages: (input) => describeImages(parts, input),
    DeregisterImage: (input) => deregisterImage(parts, input),
    EnableImageDeprecation: (input) => {
      if (input.DeprecateAt === undefined) throw missingParameter('DeprecateAt');
      images.collection.update(own(input.ImageId).ImageId, {
        DeprecationTime: input.DeprecateAt.toISOString(),
      });
      return { Return: true };
    },
    DisableImageDeprecation: (input) => {
      images.collection.update(own(input.ImageId).ImageId, { DeprecationTime: undefined });
      return { Return: true };
    },
    DisableImage: (input) => {
      images.changeState(own(input.ImageId).ImageId, 'disabled');
      return { Return: true };
    },
    EnableImage: (input) => {
      images.changeState(own(input.ImageId).ImageId, 'available');
      return { Return: true };
    },
    EnableImageDeregistrationProtection: (input) => {
      const state = input.WithCooldown ? 'enabled-with-cooldown' : 'enabled-without-cooldown';
      images.collection.update(own(input.ImageId).ImageId, { DeregistrationProtection: state });
      return { Return: state };
    },
    DisableImageDeregistrationProtection: (input) => {
      images.collection.update(own(input.ImageId).ImageId, { DeregistrationProtection: 'disabled' });
      return { Return: 'disabled' };
    },
    ModifyImageAttribute: (input) => modifyImage(parts, input),
    DescribeImageAttribute: (input) => describeAttribute(own(input.ImageId), input.Attribute),
  } satisfies Operations<EC2>;
}

function ownImage({ kernel, images }: ImageParts, id: string | undefined): ImageRecord {
  const image = images.collection.get(id);
  if (image.OwnerId !== kernel.account.id)
    throw new AwsError('AuthFailure', `Not authorized for image:${image.ImageId}`);
  return image;
}

function describeImages({ kernel, images }: ImageParts, input: DescribeImagesRequest) {
  const owners = (input.Owners ?? []).map((owner) => (owner === 'self' ? kernel.account.id : owner));
  const isShown = (image: ImageRecord) =>
    isOwnedBy(image, owners) &&
    (image.State !== 'disabled' || input.IncludeDisabled === true || isNamed(image, input)) &&
    (!isDeprecated(image, kernel.clock.now()) ||
      input.IncludeDeprecated === true ||
      image.OwnerId === kernel.account.id ||
      isNamed(image, input));
  const { items } = images.collection.describe({ ids: input.ImageIds, filters: input.Filters });
  const listed = page(items.filter(isShown), input.NextToken, input.MaxResults ?? Number.POSITIVE_INFINITY);
  return {
    Images: listed.items.map((image) => imageShape(image, kernel.clock.now())),
    ...(listed.nextToken === undefined ? {} : { NextToken: listed.nextToken }),
  };
}

function isOwnedBy(image: ImageRecord, owners: readonly string[]): boolean {
  return (
    owners.length === 0 || owners.includes(image.OwnerId) || owners.includes(image.ImageOwnerAlias ?? '')
  );
}

function isNamed(image: ImageRecord, input: DescribeImagesRequest): boolean {
  return input.ImageIds?.includes(image.ImageId) ?? false;
}

function isDeprecated({ DeprecationTime }: ImageRecord, now: number): boolean {
  return DeprecationTime !== undefined && Date.parse(DeprecationTime) <= now;
}

/** EC2 shows when an image was last launched a day late. */
const LAST_LAUNCHED_LAG_MS = 24 * 3600_000;

function imageShape(image: ImageRecord, now: number): Image {
  const { lastLaunchedAt } = image;
  const isKnown = lastLaunchedAt !== undefined && now - lastLaunchedAt >= LAST_LAUNCHED_LAG_MS;
  return {
    ...without(image, 'isBroken', 'lastLaunchedAt', 'launchPermissions'),
    ...(isKnown ? { LastLaunchedTime: new Date(lastLaunchedAt).toISOString() } : {}),
  };
}

function deregisterImage(parts: ImageParts, input: DeregisterImageRequest) {
  const { images, storage } = parts;
  const image = ownImage(parts, input.ImageId);
  if (image.DeregistrationProtection !== 'disabled')
    throw new AwsError(
      'OperationNotPermitted',
      `The image '${image.ImageId}' is protected from deregistration.`,
    );
  images.deregister(image.ImageId);
  const snapshotIds = image.BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
  if (!input.DeleteAssociatedSnapshots) return { Return: true };
  const DeleteSnapshotResults = snapshotIds.map((SnapshotId) => {
    // One that another image needs as well stays.
    if (images.using(SnapshotId) !== undefined) return { SnapshotId, ReturnCode: 'skipped' as const };
    storage.snapshots.delete(SnapshotId);
    return { SnapshotId, ReturnCode: 'success' as const };
  });
  return { Return: true, DeleteSnapshotResults };
}

function modifyImage(parts: ImageParts, input: ModifyImageAttributeRequest) {
  const image = ownImage(parts, input.ImageId);
  const { Add = [], Remove = [] } = input.LaunchPermission ?? {};
  const key = ({ UserId, Group }: { UserId?: string | undefined; Group?: string | undefined }) =>
    UserId ?? Group ?? '';
  const removed = new Set(Remove.map(key));
  const launchPermissions = [...(image.launchPermissions ?? []), ...Add].filter(
    (one) => !removed.has(key(one)),
  );
  parts.images.collection.update(image.ImageId, {
    launchPermissions,
    Public: launchPermissions.some(({ Group }) => Group === 'all'),
    Description: input.Description?.Value ?? image.Description,
  });
  return {};
}

function describeAttribute(image: ImageRecord, attribute: string | undefined) {
  const base = { ImageId: image.ImageId };
  switch (attribute) {
    case 'launchPermission':
      return { ...base, LaunchPermissions: image.launchPermissions ?? [] };
    case 'description':
      return { ...base, Description: { Value: image.Description } };
    case 'blockDeviceMapping':
      return { ...base, BlockDeviceMappings: image.BlockDeviceMappings };
    default:
      throw invalidParameterValue(`Value (${attribute ?? ''}) for parameter attribute is invalid.`);
  }
}
