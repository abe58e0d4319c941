import type { DataKeySpec, KMS } from '@aws-sdk/client-kms';
import { parsePolicy } from '../../iam/policy.ts';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import { decrypt, encrypt, keyIdOf, Keys, metadataOf } from './keys.ts';
import { standing } from './standing.ts';

export type KmsService = ReturnType<typeof createKms>;

const LONGEST_PENDING_DAYS = 30;
const DEFAULT_ROTATION_DAYS = 365;

/** AWS KMS with symmetric keys: records, aliases, policies, and encryption that really encrypts. */
export function createKms(kernel: Kernel) {
  const keys = new Keys(kernel);
  return {
    client: '@aws-sdk/client-kms' as const,
    standing,
    operations: {
      ...keyOperations(keys, kernel),
      ...settingOperations(keys),
      ...aliasOperations(keys, kernel),
      ...cryptographicOperations(keys, kernel),
    } satisfies Operations<KMS>,
    /** A key that can be used now, by id, ARN or alias. @throws AwsError when there is none */
    key: (reference: string) => keys.usable(reference),
  };
}

function keyOperations(keys: Keys, { account }: Kernel) {
  return {
    CreateKey: (input) => {
      if (input.Policy !== undefined) parsePolicy(input.Policy, 'resource');
      return { KeyMetadata: metadataOf(keys.create(input), account.id) };
    },
    DescribeKey: (input) => ({ KeyMetadata: metadataOf(keys.get(input.KeyId), account.id) }),
    ListKeys: (input) => {
      const { items, nextToken } = page(
        keys.all(),
        input.Marker,
        input.Limit ?? 100,
        'InvalidMarkerException',
      );
      return {
        Keys: items.map((key) => ({ KeyId: key.id, KeyArn: key.arn })),
        Truncated: nextToken !== undefined,
        ...(nextToken === undefined ? {} : { NextMarker: nextToken }),
      };
    },
    EnableKey: (input) => {
      changeable(keys, input.KeyId).state = 'Enabled';
      return {};
    },
    DisableKey: (input) => {
      changeable(keys, input.KeyId).state = 'Disabled';
      return {};
    },
    ScheduleKeyDeletion: (input) => {
      const key = changeable(keys, input.KeyId);
      const days = input.PendingWindowInDays ?? LONGEST_PENDING_DAYS;
      keys.scheduleDeletion(key, days);
      return {
        KeyId: key.arn,
        KeyState: key.state,
        PendingWindowInDays: days,
        ...(key.deletionAt === undefined ? {} : { DeletionDate: new Date(key.deletionAt) }),
      };
    },
    CancelKeyDeletion: (input) => {
      const key = keys.get(input.KeyId);
      if (key.state !== 'PendingDeletion') {
        throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
      }
      key.state = 'Disabled';
      key.deletionAt = undefined;
      return { KeyId: key.arn };
    },
  } satisfies Operations<KMS>;
}

function settingOperations(keys: Keys) {
  return {
    UpdateKeyDescription: (input) => {
      changeable(keys, input.KeyId).description = input.Description ?? '';
      return {};
    },
    PutKeyPolicy: (input) => {
      const key = changeable(keys, input.KeyId);
      parsePolicy(input.Policy ?? '', 'resource');
      key.policy = input.Policy ?? '';
      return {};
    },
    GetKeyPolicy: (input) => ({ Policy: keys.get(input.KeyId).policy, PolicyName: 'default' }),
    EnableKeyRotation: (input) => {
      const key = changeable(keys, input.KeyId);
      key.rotationDays = input.RotationPeriodInDays ?? DEFAULT_ROTATION_DAYS;
      return {};
    },
    DisableKeyRotation: (input) => {
      changeable(keys, input.KeyId).rotationDays = undefined;
      return {};
    },
    GetKeyRotationStatus: (input) => {
      const { arn, rotationDays } = keys.get(input.KeyId);
      return {
        KeyId: arn,
        KeyRotationEnabled: rotationDays !== undefined,
        ...(rotationDays === undefined ? {} : { RotationPeriodInDays: rotationDays }),
      };
    },
    TagResource: (input) => {
      const key = changeable(keys, input.KeyId);
      const given = input.Tags ?? [];
      const kept = key.tags.filter((tag) => !given.some((other) => other.TagKey === tag.TagKey));
      key.tags = [...kept, ...given];
      return {};
    },
    UntagResource: (input) => {
      const key = changeable(keys, input.KeyId);
      key.tags = key.tags.filter((tag) => !input.TagKeys?.includes(tag.TagKey ?? ''));
      return {};
    },
    ListResourceTags: (input) => ({ Tags: keys.get(input.KeyId).tags, Truncated: false }),
  } satisfies Operations<KMS>;
}

/** Anything may be done to a key but while it awaits its deletion. */
function changeable(keys: Keys, reference: string | undefined) {
  const key = keys.get(reference);
  if (key.state !== 'PendingDeletion') return key;
  throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
}

function aliasOperations(keys: Keys, { account }: Kernel) {
  return {
    CreateAlias: (input) => {
      const name = input.AliasName ?? '';
      if (!/^alias\/[\w/-]+$/.test(name) || name.startsWith('alias/aws/')) {
        throw new AwsError('InvalidAliasNameException', `Alias name ${name} is invalid.`);
      }
      if (keys.aliases.has(name)) {
        throw new AwsError('AlreadyExistsException', `An alias with the name ${name} already exists`);
      }
      keys.aliases.set(name, changeable(keys, input.TargetKeyId).id);
      return {};
    },
    UpdateAlias: (input) => {
      checkAlias(keys, input.AliasName);
      keys.aliases.set(input.AliasName ?? '', changeable(keys, input.TargetKeyId).id);
      return {};
    },
    DeleteAlias: (input) => {
      checkAlias(keys, input.AliasName);
      keys.aliases.delete(input.AliasName ?? '');
      return {};
    },
    ListAliases: (input) => {
      const wanted = input.KeyId === undefined ? undefined : keys.get(input.KeyId).id;
      const all = [...keys.aliases].filter(([, id]) => wanted === undefined || id === wanted);
      const { items, nextToken } = page(all, input.Marker, input.Limit ?? 50, 'InvalidMarkerException');
      return {
        Aliases: items.map(([name, id]) => ({
          AliasName: name,
          AliasArn: `arn:aws:kms:${account.region}:${account.id}:${name}`,
          TargetKeyId: id,
        })),
        Truncated: nextToken !== undefined,
        ...(nextToken === undefined ? {} : { NextMarker: nextToken }),
      };
    },
  } satisfies Operations<KMS>;
}

function checkAlias(keys: Keys, name: string | undefined): void {
  if (keys.aliases.has(name ?? '')) return;
  throw new AwsError('NotFoundException', `Alias ${name ?? ''} is not found.`);
}

function cryptographicOperations(keys: Keys, { ids }: Kernel) {
  return {
    Encrypt: (input) => {
      const key = keys.usable(input.KeyId);
      const plaintext = input.Plaintext ?? new Uint8Array();
      return {
        KeyId: key.arn,
        CiphertextBlob: encrypt(ids, key, plaintext, input.EncryptionContext),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' as const,
      };
    },
    Decrypt: (input) => {
      const blob = input.CiphertextBlob ?? new Uint8Array();
      const key = keys.usable(keyOfBlob(keys, blob));
      if (input.KeyId !== undefined && keys.get(input.KeyId) !== key) {
        throw new AwsError(
          'IncorrectKeyException',
          'The key ID in the request does not identify a CMK that can perform this operation.',
        );
      }
      return {
        KeyId: key.arn,
        Plaintext: decrypt(key, blob, input.EncryptionContext),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' as const,
      };
    },
    GenerateDataKey: (input) => {
      const key = keys.usable(input.KeyId);
      const plaintext = ids.bytes(dataKeyBytes(input));
      return {
        KeyId: key.arn,
        Plaintext: plaintext,
        CiphertextBlob: encrypt(ids, key, plaintext, input.EncryptionContext),
      };
    },
    GenerateDataKeyWithoutPlaintext: (input) => {
      const key = keys.usable(input.KeyId);
      const plaintext = ids.bytes(dataKeyBytes(input));
      return { KeyId: key.arn, CiphertextBlob: encrypt(ids, key, plaintext, input.EncryptionContext) };
    },
  } satisfies Operations<KMS>;
}

/** A blob that names no key of ours is no ciphertext of ours. */
function keyOfBlob(keys: Keys, blob: Uint8Array): string {
  const id = keyIdOf(blob);
  if (keys.all().some((key) => key.id === id)) return id;
  throw new AwsError('InvalidCiphertextException', 'The ciphertext is invalid.');
}

function dataKeyBytes(input: {
  KeySpec?: DataKeySpec | undefined;
  NumberOfBytes?: number | undefined;
}): number {
  return input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32);
}
