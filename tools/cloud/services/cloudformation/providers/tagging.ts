import { arn } from '../../../kernel/index.ts';
import type { ProviderContext, ResourceTag } from './provider.ts';
import { tagMap } from './provider.ts';

/** How a resource's tags are to change. */
export interface TagChange {
  /** The tags that are new or have a new value. */
  readonly set: readonly ResourceTag[];
  /** Keys of tags to take away. */
  readonly removed: readonly string[];
}

/** Changes the tags of the resource with a physical id. `arn` is its `Arn` attribute, where it has one. */
export type Retag = (
  resource: { readonly id: string; readonly arn: string },
  change: TagChange,
  context: ProviderContext,
) => Promise<void>;

export const retagEc2: Retag = async ({ id }, { set, removed }, { api }) => {
  if (set.length > 0) await api.ec2.CreateTags({ Resources: [id], Tags: [...set] });
  if (removed.length === 0) return;
  await api.ec2.DeleteTags({ Resources: [id], Tags: removed.map((Key) => ({ Key })) });
};

/** An elastic IP's physical id is its address; its tags go by its allocation. */
export const retagAddress: Retag = async ({ id }, change, context) => {
  const Filters = [{ Name: 'public-ip', Values: [id] }];
  const { Addresses: [address] = [] } = await context.api.ec2.DescribeAddresses({ Filters });
  await retagEc2({ id: address?.AllocationId ?? id, arn: '' }, change, context);
};

export const retagElb: Retag = async ({ id }, { set, removed }, { api }) => {
  if (set.length > 0) await api.elb.AddTags({ ResourceArns: [id], Tags: [...set] });
  if (removed.length > 0) await api.elb.RemoveTags({ ResourceArns: [id], TagKeys: [...removed] });
};

export const retagLambda: Retag = async ({ arn }, { set, removed }, { api }) => {
  if (set.length > 0) await api.lambda.TagResource({ Resource: arn, Tags: tagMap(set) });
  if (removed.length > 0) await api.lambda.UntagResource({ Resource: arn, TagKeys: [...removed] });
};

export const retagRole: Retag = async ({ id }, { set, removed }, { api }) => {
  if (set.length > 0) await api.iam.TagRole({ RoleName: id, Tags: [...set] });
  if (removed.length > 0) await api.iam.UntagRole({ RoleName: id, TagKeys: [...removed] });
};

export const retagQueue: Retag = async ({ id }, { set, removed }, { api }) => {
  if (set.length > 0) await api.sqs.TagQueue({ QueueUrl: id, Tags: tagMap(set) });
  if (removed.length > 0) await api.sqs.UntagQueue({ QueueUrl: id, TagKeys: [...removed] });
};

export const retagTopic: Retag = async ({ id }, { set, removed }, { api }) => {
  if (set.length > 0) await api.sns.TagResource({ ResourceArn: id, Tags: [...set] });
  if (removed.length > 0) await api.sns.UntagResource({ ResourceArn: id, TagKeys: [...removed] });
};

export const retagTable: Retag = async ({ arn }, { set, removed }, { api }) => {
  if (set.length > 0) await api.dynamoDb.TagResource({ ResourceArn: arn, Tags: [...set] });
  if (removed.length > 0) await api.dynamoDb.UntagResource({ ResourceArn: arn, TagKeys: [...removed] });
};

export const retagLogGroup: Retag = async ({ arn }, { set, removed }, { api }) => {
  const resourceArn = arn.replace(/:\*$/, '');
  if (set.length > 0) await api.logs.TagResource({ resourceArn, tags: tagMap(set) });
  if (removed.length > 0) await api.logs.UntagResource({ resourceArn, tagKeys: [...removed] });
};

export const retagEvents: Retag = async ({ arn }, { set, removed }, { api }) => {
  if (set.length > 0) await api.eventBridge.TagResource({ ResourceARN: arn, Tags: [...set] });
  if (removed.length > 0) await api.eventBridge.UntagResource({ ResourceARN: arn, TagKeys: [...removed] });
};

export const retagAlarm: Retag = async ({ arn }, { set, removed }, { api }) => {
  if (set.length > 0) await api.cloudWatch.TagResource({ ResourceARN: arn, Tags: [...set] });
  if (removed.length > 0) await api.cloudWatch.UntagResource({ ResourceARN: arn, TagKeys: [...removed] });
};

export const retagScheduleGroup: Retag = async ({ arn }, { set, removed }, { api }) => {
  if (set.length > 0) await api.scheduler.TagResource({ ResourceArn: arn, Tags: [...set] });
  if (removed.length > 0) await api.scheduler.UntagResource({ ResourceArn: arn, TagKeys: [...removed] });
};

export const retagKey: Retag = async ({ id }, { set, removed }, { api }) => {
  const Tags = set.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
  if (set.length > 0) await api.kms.TagResource({ KeyId: id, Tags });
  if (removed.length > 0) await api.kms.UntagResource({ KeyId: id, TagKeys: [...removed] });
};

export const retagParameter: Retag = async ({ id }, { set, removed }, { api }) => {
  const resource = { ResourceType: 'Parameter', ResourceId: id } as const;
  if (set.length > 0) await api.ssm.AddTagsToResource({ ...resource, Tags: [...set] });
  if (removed.length > 0) await api.ssm.RemoveTagsFromResource({ ...resource, TagKeys: [...removed] });
};

export const retagSecret: Retag = async ({ id }, { set, removed }, { api }) => {
  if (set.length > 0) await api.secretsManager.TagResource({ SecretId: id, Tags: [...set] });
  if (removed.length > 0) await api.secretsManager.UntagResource({ SecretId: id, TagKeys: [...removed] });
};

/** Resources of RDS, whose physical ids are names, by their kind in ARNs. */
export function retagRds(kind: 'db' | 'pg' | 'subgrp'): Retag {
  return async ({ id }, { set, removed }, { api, account }) => {
    const ResourceName = arn(account, 'rds', `${kind}:${id}`);
    if (set.length > 0) await api.rds.AddTagsToResource({ ResourceName, Tags: [...set] });
    if (removed.length > 0) await api.rds.RemoveTagsFromResource({ ResourceName, TagKeys: [...removed] });
  };
}

export const retagWebAcl: Retag = async ({ arn: ResourceARN }, { set, removed }, { api }) => {
  if (set.length > 0) await api.waf.TagResource({ ResourceARN, Tags: [...set] });
  if (removed.length > 0) await api.waf.UntagResource({ ResourceARN, TagKeys: [...removed] });
};

/** What has to happen to get from some tags to others; undefined when nothing has. */
export function tagChange(
  before: readonly ResourceTag[],
  after: readonly ResourceTag[],
): TagChange | undefined {
  const old = new Map(before.map((tag) => [tag.Key, tag.Value]));
  const now = new Set(after.map((tag) => tag.Key));
  const set = after.filter((tag) => old.get(tag.Key) !== tag.Value);
  const removed = [...old.keys()].filter((key) => !now.has(key));
  return set.length + removed.length === 0 ? undefined : { set, removed };
}
