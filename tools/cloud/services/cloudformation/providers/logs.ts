import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { arn } from '../../../kernel/index.ts';
import type { ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider, tagMap } from './provider.ts';
import { retagLogGroup } from './tagging.ts';

interface LogGroup {
  readonly LogGroupName?: string;
  readonly RetentionInDays?: number;
  readonly KmsKeyId?: string;
  readonly LogGroupClass?: LogGroupClass;
  readonly Tags?: Tag[];
}

export const logGroup = provider<LogGroup>({
  properties: ['LogGroupName', 'RetentionInDays', 'KmsKeyId', 'LogGroupClass', 'Tags'],
  retag: retagLogGroup,
  async create(group, context) {
    const name = group.LogGroupName ?? context.physicalName(512);
    await context.api.logs.CreateLogGroup({
      logGroupName: name,
      kmsKeyId: group.KmsKeyId,
      logGroupClass: group.LogGroupClass,
      tags: tagMap(mergedTags(group.Tags, context)),
    });
    context.announce(name);
    await setRetention(name, group, context);
    return made(name, context);
  },
  async update(name, group, before, context) {
    const { KmsKeyId: kmsKeyId } = group;
    if (kmsKeyId !== undefined && kmsKeyId !== before.KmsKeyId) {
      await context.api.logs.AssociateKmsKey({ logGroupName: name, kmsKeyId });
    }
    await setRetention(name, group, context);
    return made(name, context);
  },
  async delete(name, _group, { api }) {
    await deleted(api.logs.DeleteLogGroup({ logGroupName: name }));
  },
});

async function setRetention(name: string, group: LogGroup, { api }: ProviderContext): Promise<void> {
  const { RetentionInDays: days } = group;
  if (days === undefined) await api.logs.DeleteRetentionPolicy({ logGroupName: name });
  else await api.logs.PutRetentionPolicy({ logGroupName: name, retentionInDays: days });
}

function made(name: string, { account }: ProviderContext) {
  return { id: name, attributes: { Arn: `${arn(account, 'logs', `log-group:${name}`)}:*` } };
}
