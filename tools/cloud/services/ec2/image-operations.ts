import type {
  DeregisterImageRequest,
  DescribeImagesRequest,
  EC2,
  Image,
  ModifyImageAttributeRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, page, type Operations } from '../../kernel/index.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';
import { changedPermissions, isPublic } from './image-sharing.ts';
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
      images.collection.update(own(input.ImageId).ImageId, {
        DeprecationTime: deprecationTime(input.DeprecateAt, parts.kernel.clock.now()),
      });
      return { Return: true };
    },
    DisableImageDeprecation: (input) => {
      images.collection.update(own(input.ImageId).ImageId, { DeprecationTime: undefined });
      return { Return: true };
    },
    DisableImage: (input) => {
      const { ImageId } = inState(own(input.ImageId), 'available');
      // Its shares do not come back when it is enabled again.
      images.collection.update(ImageId, { launchPermissions: [], Public: false });
      images.changeState(ImageId, 'disabled');
      return { Return: true };
    },
    EnableImage: (input) => {
      images.changeState(inState(own(input.ImageId), 'disabled').ImageId, 'available');
      return { Return: true };
    },
    EnableImageDeregistrationProtection: (input) => {
      const state = input.WithCooldown ? 'enabled-with-cooldown' : 'enabled-without-cooldown';
      images.collection.update(own(input.ImageId).ImageId, { DeregistrationProtection: state });
      return { Return: state };
    },
    DisableImageDeregistrationProtection: (input) => {
      const image = own(input.ImageId);
      const cools = image.DeregistrationProtection === 'enabled-with-cooldown';
      images.collection.update(image.ImageId, {
        DeregistrationProtection: 'disabled',
        protectedUntil: cools ? parts.kernel.clock.now() + DAY_MS : image.protectedUntil,
      });
      return { Return: 'disabled' };
    },
    ModifyImageAttribute: (input) => modifyImage(parts, input),
    ResetImageAttribute: (input) => {
      if (input.Attribute !== 'launchPermission')
        throw invalidParameterValue('The one attribute that can be reset is launchPermission.');
      images.collection.update(own(input.ImageId).ImageId, { launchPermissions: [], Public: false });
      return {};
    },
    DescribeImageAttribute: (input) => describeAttribute(own(input.ImageId), input.Attribute),
  } satisfies Operations<EC2>;
}

function ownImage({ kernel, images }: ImageParts, id: string | undefined): ImageRecord {
  const image = images.collection.get(id);
  if (image.OwnerId !== kernel.account.id)
    throw new AwsError('AuthFailure', `Not authorized for image:${image.ImageId}`);
  return image;
}

const TEN_YEARS_MS = 10 * 366 * 24 * 3600_000;

/** "The time must be in the future, and up to 10 years from now; seconds are rounded to the nearest minute." */
function deprecationTime(at: Date | undefined, now: number): string {
  if (at === undefined) throw missingParameter('DeprecateAt');
  if (at.getTime() <= now || at.getTime() > now + TEN_YEARS_MS)
    throw invalidParameterValue('The deprecation time must be in the future, and at most 10 years from now.');
  return new Date(Math.round(at.getTime() / 60_000) * 60_000).toISOString();
}

/** @throws AwsError IncorrectState */
function inState(image: ImageRecord, state: 'available' | 'disabled'): ImageRecord {
  if (image.State === state) return image;
  throw new AwsError('IncorrectState', `The image '${image.ImageId}' is ${image.State}, not ${state}.`);
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

const DAY_MS = 24 * 3600_000;
/** EC2 shows when an image was last launched a day late. */
const LAST_LAUNCHED_LAG_MS = DAY_MS;

function imageShape(image: ImageRecord, now: number): Image {
  const { lastLaunchedAt } = image;
  const isKnown = lastLaunchedAt !== undefined && now - lastLaunchedAt >= LAST_LAUNCHED_LAG_MS;
  return {
    ...without(image, 'fault', 'lastLaunchedAt', 'launchPermissions', 'protectedUntil'),
    ...(isKnown ? { LastLaunchedTime: new Date(lastLaunchedAt).toISOString() } : {}),
  };
}

function deregisterImage(parts: ImageParts, input: DeregisterImageRequest) {
  const { images, storage, kernel } = parts;
  const image = ownImage(parts, input.ImageId);
  const cools = kernel.clock.now() < (image.protectedUntil ?? 0);
  if (image.DeregistrationProtection !== 'disabled' || cools)
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
    if (storage.snapshots.find(SnapshotId) === undefined)
      return { SnapshotId, ReturnCode: 'client-error' as const };
    storage.snapshots.delete(SnapshotId);
    return { SnapshotId, ReturnCode: 'success' as const };
  });
  return { Return: true, DeleteSnapshotResults };
}

function modifyImage(parts: ImageParts, input: ModifyImageAttributeRequest) {
  const image = ownImage(parts, input.ImageId);
  const description = input.Attribute === 'description' ? input.Value : input.Description?.Value;
  const imds = input.Attribute === 'imdsSupport' ? input.Value : input.ImdsSupport?.Value;
  if (imds !== undefined && imds !== 'v2.0')
    throw invalidParameterValue(`Value (${imds}) for parameter imdsSupport is invalid. Valid value: v2.0.`);
  const launchPermissions = changedPermissions(image, input);
  parts.images.collection.update(image.ImageId, {
    launchPermissions,
    Public: isPublic(launchPermissions),
    Description: description ?? image.Description,
    ImdsSupport: imds ?? image.ImdsSupport,
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
    case 'imdsSupport':
      return { ...base, ImdsSupport: { Value: image.ImdsSupport } };
    case 'blockDeviceMapping':
      return { ...base, BlockDeviceMappings: image.BlockDeviceMappings };
    default:
      throw invalidParameterValue(`Value (${attribute ?? ''}) for parameter attribute is invalid.`);
  }
}
