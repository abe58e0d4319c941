import type { CreateKeyCommandInput } from '@aws-sdk/client-kms';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { arn } from '../../../kernel/index.ts';
import type { ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagKey } from './tagging.ts';

type Key = Pick<CreateKeyCommandInput, 'Description' | 'KeySpec' | 'KeyUsage' | 'MultiRegion' | 'Origin'> & {
  readonly KeyPolicy?: unknown;
  readonly Enabled?: boolean;
  readonly EnableKeyRotation?: boolean;
  readonly RotationPeriodInDays?: number;
  readonly PendingWindowInDays?: number;
  readonly Tags?: Tag[];
};

export const key = provider<Key>({
  properties: [
    'Description',
    'KeySpec',
    'KeyUsage',
    'MultiRegion',
    'Origin',
    'KeyPolicy',
    'Enabled',
    'EnableKeyRotation',
    'RotationPeriodInDays',
    'PendingWindowInDays',
    'Tags',
  ],
  retag: retagKey,
  async create(wanted, context) {
    const { Description, KeySpec, KeyUsage, MultiRegion, Origin, KeyPolicy: policy } = wanted;
    const { KeyMetadata: created } = await context.api.kms.CreateKey({
      Description,
      KeySpec,
      KeyUsage,
      MultiRegion,
      Origin,
      ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
      Tags: mergedTags(wanted.Tags, context).map(({ Key: TagKey, Value: TagValue }) => ({
        TagKey,
        TagValue,
      })),
    });
    const id = created?.KeyId ?? '';
    context.announce(id);
    await configure(id, wanted, context);
    return made(id, context);
  },
  async update(id, wanted, _before, context) {
    const { kms } = context.api;
    await kms.UpdateKeyDescription({ KeyId: id, Description: wanted.Description ?? '' });
    if (wanted.KeyPolicy !== undefined) {
      await kms.PutKeyPolicy({ KeyId: id, Policy: JSON.stringify(wanted.KeyPolicy) });
    }
    await configure(id, wanted, context);
    return made(id, context);
  },
  async delete(id, { PendingWindowInDays: days }, { api }) {
    await deleted(api.kms.ScheduleKeyDeletion({ KeyId: id, PendingWindowInDays: days }));
  },
});

async function configure(id: string, wanted: Key, { api: { kms } }: ProviderContext): Promise<void> {
  if (wanted.EnableKeyRotation === true) {
    await kms.EnableKeyRotation({ KeyId: id, RotationPeriodInDays: wanted.RotationPeriodInDays });
  } else if (wanted.EnableKeyRotation === false) {
    await kms.DisableKeyRotation({ KeyId: id });
  }
  if (wanted.Enabled === false) await kms.DisableKey({ KeyId: id });
  else await kms.EnableKey({ KeyId: id });
}

function made(id: string, { account }: ProviderContext) {
  return { id, attributes: { Arn: arn(account, 'kms', `key/${id}`), KeyId: id } };
}

interface Alias {
  readonly AliasName: string;
  readonly TargetKeyId: string;
}

export const keyAlias = provider<Alias>({
  properties: ['AliasName', 'TargetKeyId'],
  async create(wanted, { api }) {
    await api.kms.CreateAlias(wanted);
    return { id: wanted.AliasName };
  },
  async update(id, wanted, _before, { api }) {
    await api.kms.UpdateAlias(wanted);
    return { id };
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.kms.DeleteAlias({ AliasName: id }));
  },
});
