import type { Service } from '../kernel/index.ts';
import { arnParts } from '../kernel/index.ts';
import type { Ask } from './ask.ts';
import { nameOf } from './policies.ts';
import type { Services } from './services.ts';

type Members = Readonly<Record<string, unknown>>;

/** Tags of resources, by their ARNs, in whatever form their service lists them. */
export function resourceTags(services: Services, ask: Ask) {
  return (arn: string): ReadonlyMap<string, string> | undefined => {
    const output = listed(services, ask, arn);
    return output === undefined ? undefined : tagMap(output);
  };
}

function listed(services: Services, ask: Ask, arn: string): unknown {
  const { service, resource } = arnParts(arn);
  const list = (of: Service, operation: string, input: Members, member = 'Tags') =>
    ask(of, operation, input)?.[member];
  switch (service) {
    case 'autoscaling':
      return autoScalingTags(services, arn);
    case 'cloudformation':
      return stackTags(ask(services.cloudFormation, 'DescribeStacks', { StackName: resource.split('/')[1] }));
    case 'cloudwatch':
      return list(services.cloudWatch, 'ListTagsForResource', { ResourceARN: arn });
    case 'dynamodb':
      return list(services.dynamoDb, 'ListTagsOfResource', { ResourceArn: arn.replace(/\/index\/.*$/, '') });
    case 'ec2':
      return ec2Tags(services, ask, nameOf(resource));
    case 'elasticfilesystem':
      return list(services.efs, 'ListTagsForResource', { ResourceId: arn });
    case 'elasticloadbalancing':
      return first(list(services.elb, 'DescribeTags', { ResourceArns: [arn] }, 'TagDescriptions'))?.['Tags'];
    case 'events':
      return list(services.eventBridge, 'ListTagsForResource', { ResourceARN: arn });
    case 'iam':
      return iamTags(services, ask, arn, resource);
    case 'kms':
      return list(services.kms, 'ListResourceTags', { KeyId: arn });
    case 'lambda':
      return list(services.lambda, 'ListTags', { Resource: unqualified(arn) });
    case 'logs':
      return list(services.logs, 'ListTagsForResource', { resourceArn: logGroup(arn) }, 'tags');
    case 'rds':
      return list(services.rds, 'ListTagsForResource', { ResourceName: arn }, 'TagList');
    case 's3':
      return objectTags(services, ask, resource);
    case 'scheduler':
      return list(services.scheduler, 'ListTagsForResource', { ResourceArn: arn });
    case 'secretsmanager':
      return list(services.secretsManager, 'DescribeSecret', { SecretId: arn });
    case 'servicediscovery':
      return list(services.serviceDiscovery, 'ListTagsForResource', { ResourceARN: arn });
    case 'sns':
      return list(services.sns, 'ListTagsForResource', { ResourceArn: arn });
    case 'sqs':
      return list(services.sqs, 'ListQueueTags', { QueueUrl: `/${resource}` });
    case 'ssm':
      return list(
        services.ssm,
        'ListTagsForResource',
        { ResourceType: 'Parameter', ResourceId: resource.replace(/^parameter/, '') },
        'TagList',
      );
    case 'wafv2':
      return webAclTags(ask(services.waf, 'ListTagsForResource', { ResourceARN: arn }));
    default:
      return undefined;
  }
}

function webAclTags(output: Members | undefined): unknown {
  return (output?.['TagInfoForResource'] as Members | undefined)?.['TagList'];
}

/** Groups, of all that Auto Scaling has. */
function autoScalingTags({ autoScaling }: Services, arn: string): Members | undefined {
  const group = /:autoScalingGroupName\/(.+)$/.exec(arn)?.[1];
  const tags = group === undefined ? undefined : autoScaling.group(group)?.tags;
  return tags && Object.fromEntries([...tags].map(([key, { value }]) => [key, value]));
}

/** Instances are asked for most, so that they are asked for directly. */
function ec2Tags({ ec2 }: Services, ask: Ask, id: string): unknown {
  const instance = ec2.instance(id);
  if (instance !== undefined) return Object.fromEntries(instance.tags);
  return ask(ec2, 'DescribeTags', { Filters: [{ Name: 'resource-id', Values: [id] }] })?.['Tags'];
}

const IAM_LISTS: Readonly<Record<string, readonly [operation: string, name: string]>> = {
  role: ['ListRoleTags', 'RoleName'],
  user: ['ListUserTags', 'UserName'],
  'instance-profile': ['ListInstanceProfileTags', 'InstanceProfileName'],
};

function iamTags({ iam }: Services, ask: Ask, arn: string, resource: string): unknown {
  if (resource.startsWith('policy/')) return ask(iam, 'ListPolicyTags', { PolicyArn: arn })?.['Tags'];
  const [operation, name] = IAM_LISTS[resource.split('/')[0] ?? ''] ?? [];
  if (operation === undefined || name === undefined) return undefined;
  return ask(iam, operation, { [name]: nameOf(resource) })?.['Tags'];
}

function objectTags({ s3 }: Services, ask: Ask, resource: string): unknown {
  const [Bucket, ...key] = resource.split('/');
  return ask(s3, 'GetObjectTagging', { Bucket, Key: key.join('/') })?.['TagSet'];
}

function stackTags(output: Members | undefined): unknown {
  return first(output?.['Stacks'])?.['Tags'];
}

function first(list: unknown): Members | undefined {
  return Array.isArray(list) ? (list[0] as Members | undefined) : undefined;
}

/** Versions and aliases have the tags of their function. */
function unqualified(arn: string): string {
  return /^(?:[^:]*:){6}[^:]*/.exec(arn)?.[0] ?? arn;
}

function logGroup(arn: string): string {
  return arn.replace(/(:log-group:[^:]+).*$/, '$1');
}

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
  readonly TagKey?: string;
  readonly TagValue?: string;
}

function tagMap(tags: unknown): Map<string, string> {
  if (!Array.isArray(tags)) return new Map(Object.entries(tags as Record<string, string>));
  return new Map(
    (tags as Tag[]).map(({ Key, Value, TagKey, TagValue }) => [Key ?? TagKey ?? '', Value ?? TagValue ?? '']),
  );
}
