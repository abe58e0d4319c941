import type {
  DescribeImageReferencesRequest,
  EC2,
  ImageReference,
  ImageReferenceResourceType,
  ResourceTypeRequest,
} from '@aws-sdk/client-ec2';
import { arn, AwsError, page, type Kernel, type Operations } from '../../kernel/index.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';
import type { Images } from './images.ts';
import type { Instances } from './instances.ts';
import type { LaunchTemplates, TemplateRecord } from './launch-templates.ts';
import type { ImageParameters } from './public-images.ts';

interface ReferenceParts {
  readonly kernel: Kernel;
  readonly images: Images;
  readonly instances: Instances;
  readonly templates: LaunchTemplates;
  readonly parameters: ImageParameters;
}

const MOST_IMAGES = 10;
const VERSIONS_CHECKED = 10;

/**
 * Where images are used: instances, launch templates and parameters. Image Builder's recipes are none, since the
 * local cloud has none. As at AWS, a template that names its image by `resolve:ssm:` refers to no image.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-ami-references.html
 */
export function imageReferenceOperations(parts: ReferenceParts) {
  return {
    DescribeImageReferences: (input) => {
      const ids = input.ImageIds ?? [];
      if (ids.length > MOST_IMAGES)
        throw new AwsError('InvalidParameterValue', `You can specify up to ${MOST_IMAGES} images.`);
      for (const id of ids) parts.images.collection.get(id);
      const references = typesOf(input).flatMap((type) => referencesOf(parts, type, ids));
      const { items, nextToken } = page(references, input.NextToken, input.MaxResults ?? 1000);
      return { ImageReferences: items, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
    },
  } satisfies Operations<EC2>;
}

const ALL_TYPES: readonly ImageReferenceResourceType[] = [
  'ec2:Instance',
  'ec2:LaunchTemplate',
  'ssm:Parameter',
  'imagebuilder:ImageRecipe',
  'imagebuilder:ContainerRecipe',
];

/** All types with their defaults, and what is said of some of them over that. */
function typesOf({ IncludeAllResourceTypes, ResourceTypes = [] }: DescribeImageReferencesRequest) {
  if (IncludeAllResourceTypes !== true) {
    if (ResourceTypes.length === 0) throw missingParameter('ResourceTypes');
    return ResourceTypes;
  }
  return ALL_TYPES.map(
    (ResourceType) => ResourceTypes.find((one) => one.ResourceType === ResourceType) ?? { ResourceType },
  );
}

function referencesOf(
  parts: ReferenceParts,
  type: ResourceTypeRequest,
  ids: readonly string[],
): ImageReference[] {
  const { account } = parts.kernel;
  const ResourceType = type.ResourceType ?? 'ec2:Instance';
  const referrers = (ImageId: string): string[] => {
    switch (ResourceType) {
      case 'ec2:Instance':
        return instancesOf(parts, type, ImageId).map((id) => arn(account, 'ec2', `instance/${id}`));
      case 'ec2:LaunchTemplate':
        return templatesOf(parts, type, ImageId).map((id) => arn(account, 'ec2', `launch-template/${id}`));
      case 'ssm:Parameter':
        return parts.parameters.naming(ImageId);
      default:
        return [];
    }
  };
  return ids.flatMap((ImageId) => referrers(ImageId).map((Arn) => ({ ImageId, ResourceType, Arn })));
}

function instancesOf({ instances }: ReferenceParts, type: ResourceTypeRequest, imageId: string): string[] {
  const states = optionOf(type, 'state-name');
  return [...instances.values()]
    .filter((instance) => instance.imageId === imageId && (states?.includes(instance.state) ?? true))
    .map(({ id }) => id);
}

/** Templates of which one of the newest versions names the image. */
function templatesOf({ templates }: ReferenceParts, type: ResourceTypeRequest, imageId: string): string[] {
  const depth = Number(optionOf(type, 'version-depth')?.[0] ?? VERSIONS_CHECKED);
  if (!Number.isInteger(depth) || depth < 1 || depth > 10_000)
    throw invalidParameterValue('The version-depth must be a whole number from 1 to 10000.');
  const names = ({ versions }: TemplateRecord) =>
    [...versions.values()]
      .slice(-depth)
      .some(({ LaunchTemplateData }) => LaunchTemplateData.ImageId === imageId);
  return templates.collection.where(names).map(({ LaunchTemplateId }) => LaunchTemplateId);
}

function optionOf({ ResourceTypeOptions = [] }: ResourceTypeRequest, name: string): string[] | undefined {
  return ResourceTypeOptions.find(({ OptionName }) => OptionName === name)?.OptionValues;
}
