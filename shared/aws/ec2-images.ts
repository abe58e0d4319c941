import {
  CreateLaunchTemplateVersionCommand,
  DescribeImagesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Image } from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Images } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isImageMissing } from './errors.ts';

const IMAGE_ID = /^ami-[0-9a-f]+$/;
/** How a launch template names an image by a parameter. */
const BY_PARAMETER = 'resolve:ssm:';

/** Machine images and launch templates, by the APIs of EC2 and Systems Manager. */
export function ec2Images(ec2 = new EC2Client(CLIENT_OPTIONS), ssm = new SSMClient(CLIENT_OPTIONS)): Images {
  return {
    newest: (parameter) => imageInParameter(ssm, parameter),
    check: (image, inPlaceOf) => checkImage(ec2, image, inPlaceOf),
    ofTemplate: async ({ id, version }) => {
      const answer = await ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: [version] }),
      );
      const image = answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.ImageId;
      if (image === undefined) return undefined;
      if (!image.startsWith(BY_PARAMETER)) return { id: image };
      const parameter = image.slice(BY_PARAMETER.length);
      return { id: await imageInParameter(ssm, parameter), parameter };
    },
    createTemplateVersion: async (templateId, sourceVersion, image, token) => {
      const { LaunchTemplateVersion } = await ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: templateId,
          SourceVersion: sourceVersion,
          ClientToken: token,
          VersionDescription: `Evenkeel: ${image}`,
          LaunchTemplateData: { ImageId: image },
        }),
      );
      const version = LaunchTemplateVersion?.VersionNumber;
      if (version === undefined) throw new Error('CreateLaunchTemplateVersion answered without a version');
      return String(version);
    },
  };
}

async function imageInParameter(ssm: SSMClient, name: string): Promise<string> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
  const value = Parameter?.Value ?? '';
  if (!IMAGE_ID.test(value))
    throw new Error(`parameter ${name} holds no image id but "${value.slice(0, 40)}"`);
  return value;
}

async function checkImage(
  ec2: EC2Client,
  id: string,
  inPlaceOf: string | undefined,
): ReturnType<Images['check']> {
  const image = await describeImage(ec2, id);
  if (image === undefined) return refused(`${id} does not exist or is not shared with this account`);
  if (image.State !== 'available') return refused(`${id} is ${image.State ?? 'in no known state'}`);
  const before = inPlaceOf === undefined ? undefined : await describeImage(ec2, inPlaceOf);
  // An image that is gone has no architecture to compare with; EC2 itself refuses a wrong one at the launch.
  if (before !== undefined && before.Architecture !== image.Architecture)
    return refused(`${id} is for ${image.Architecture ?? '?'}, the fleet runs ${before.Architecture ?? '?'}`);
  return { usable: true };
}

const refused = (reason: string) => ({ usable: false, reason }) as const;

async function describeImage(ec2: EC2Client, id: string): Promise<Image | undefined> {
  try {
    const { Images: images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    return images?.[0];
  } catch (error) {
    if (isImageMissing(error)) return undefined;
    throw error;
  }
}
