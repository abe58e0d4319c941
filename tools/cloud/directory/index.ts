import type { Kernel } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';
import type { Directory } from '../iam/needs/index.ts';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { Ask } from './ask.ts';
import { asking } from './ask.ts';
import { resourcePolicies } from './policies.ts';
import type { Services } from './services.ts';
import { resourceTags } from './tags.ts';

/** What IAM asks the services: whose resource is whose, how it is tagged, and what its own policy says. */
export function createDirectory(kernel: Kernel, services: Services): Directory {
  const { autoScaling, ec2, iam } = services;
  const ask = asking(kernel);
  return {
    tagsOf: resourceTags(services, ask),
    resourcePolicy: resourcePolicies(services, ask),
    keyArn: (reference) => keyArn(services, ask, reference),
    secretArn: (reference) => services.secretsManager.arnOf(reference),
    fileSystemOfTarget: (MountTargetId) => {
      const { MountTargets } = (ask(services.efs, 'DescribeMountTargets', { MountTargetId }) ?? {}) as {
        readonly MountTargets?: readonly { readonly FileSystemId: string }[];
      };
      return MountTargets?.[0]?.FileSystemId;
    },
    hostedZoneOfService: (reference) => services.serviceDiscovery.hostedZoneOf(reference),
    cloudMapNamespace: (of) => services.serviceDiscovery.namespaceOf(of),
    iamEntity: (kind, name) => iamEntity(services, ask, kind, name),
    stackArn: (name) => {
      const stacks = ask(services.cloudFormation, 'DescribeStacks', { StackName: name })?.['Stacks'];
      return (stacks as readonly { StackId?: string }[] | undefined)?.[0]?.StackId;
    },
    functionOfMapping: (UUID) =>
      ask(services.lambda, 'GetEventSourceMapping', { UUID })?.['FunctionArn'] as string | undefined,
    partitionKey: (table, index) => partitionKey(services, ask, table, index),
    tableKey: (table) => tableKey(services, ask, table),
    roleOfProfile: (profile) => roleOfProfile(iam, profile),
    autoScalingGroupArn: (name) => autoScaling.group(name)?.arn,
    groupOfInstance: (instanceId) => ec2.instance(instanceId)?.group,
    launchTemplateId: (name) => templateOf(() => ec2.resolveTemplate({ name }))?.launchTemplateId,
    roleOfTemplate: (template) => {
      const profile = templateOf(() => ec2.resolveTemplate(template))?.data.IamInstanceProfile;
      return roleOfProfile(iam, profile?.Arn ?? profile?.Name ?? '');
    },
  };
}

function roleOfProfile(iam: Services['iam'], profile: string): string | undefined {
  const role = iam.roleOfProfile(profile);
  return role === undefined ? undefined : iam.role(role)?.arn;
}

function keyArn({ kms }: Services, ask: Ask, reference: string): string | undefined {
  const metadata = ask(kms, 'DescribeKey', { KeyId: reference })?.['KeyMetadata'];
  return (metadata as { Arn?: string } | undefined)?.Arn;
}

function iamEntity({ iam }: Services, ask: Ask, kind: string, name: string) {
  if (kind === 'role') return iam.role(name);
  if (kind === 'user') return iam.user(name);
  const profile = ask(iam, 'GetInstanceProfile', { InstanceProfileName: name })?.['InstanceProfile'];
  const arn = (profile as { Arn?: string } | undefined)?.Arn;
  return arn === undefined ? undefined : { arn };
}

function tableKey(services: Services, ask: Ask, TableName: string): string | undefined {
  const table = ask(services.dynamoDb, 'DescribeTable', { TableName })?.['Table'];
  const reference = (table as TableDescription | undefined)?.SSEDescription?.KMSMasterKeyArn;
  return reference === undefined || /(^|:)alias\/aws\//.test(reference)
    ? undefined
    : keyArn(services, ask, reference);
}

function partitionKey({ dynamoDb }: Services, ask: Ask, TableName: string, index: string | undefined) {
  const table = ask(dynamoDb, 'DescribeTable', { TableName })?.['Table'] as TableDescription | undefined;
  const indexes = [...(table?.GlobalSecondaryIndexes ?? []), ...(table?.LocalSecondaryIndexes ?? [])];
  const schema =
    index === undefined ? table?.KeySchema : indexes.find(({ IndexName }) => IndexName === index)?.KeySchema;
  return schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
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
