import { AwsError } from './kernel/index.ts';
import type { Directory } from './iam/needs/index.ts';
import type { AutoScalingService } from './services/auto-scaling/index.ts';
import type { Ec2Service } from './services/ec2/api.ts';
import type { IamService } from './services/iam/index.ts';

interface DirectoryParts {
  readonly autoScaling: AutoScalingService;
  readonly ec2: Ec2Service;
  readonly iam: IamService;
}

/** What IAM asks the services: whose resource is whose, and how it is tagged. */
export function createDirectory({ autoScaling, ec2, iam }: DirectoryParts): Directory {
  return {
    tagsOf: (arn) => {
      const instance = /^arn:aws:ec2:[^:]*:[^:]*:instance\/(.+)$/.exec(arn)?.[1];
      if (instance !== undefined) return ec2.instance(instance)?.tags;
      const group = /:autoScalingGroupName\/(.+)$/.exec(arn)?.[1];
      const tags = group === undefined ? undefined : autoScaling.group(group)?.tags;
      return tags && new Map([...tags].map(([key, { value }]) => [key, value]));
    },
    autoScalingGroupArn: (name) => autoScaling.group(name)?.arn,
    groupOfInstance: (instanceId) => ec2.instance(instanceId)?.group,
    launchTemplateId: (name) => templateOf(() => ec2.resolveTemplate({ name }))?.launchTemplateId,
    roleOfTemplate: (template) => {
      const profile = templateOf(() => ec2.resolveTemplate(template))?.data.IamInstanceProfile;
      const role = iam.roleOfProfile(profile?.Arn ?? profile?.Name ?? '');
      return role === undefined ? undefined : iam.role(role)?.arn;
    },
  };
}

/** A template that does not exist is for its own service to complain of. */
function templateOf<Template>(resolve: () => Template): Template | undefined {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
