import type { KMS } from '@aws-sdk/client-kms';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

interface OfKey {
  readonly KeyId?: string | undefined;
}

function keyArn(scope: Scope, reference = '*'): string {
  return scope.directory.keyArn(reference) ?? named(scope, 'kms', `key/${reference.replace(/^.*key\//, '')}`);
}

function callerKeys({ account }: Scope) {
  return keys({ 'kms:calleraccount': account.id });
}

const ofKey = ({ KeyId }: OfKey, scope: Scope): Need[] => [
  { resource: keyArn(scope, KeyId), context: callerKeys(scope) },
];

interface OfAlias {
  readonly AliasName?: string | undefined;
  readonly TargetKeyId?: string | undefined;
}

/** An alias is for both its own ARN and its key's policy to allow. */
const ofAlias = ({ AliasName = '', TargetKeyId }: OfAlias, scope: Scope): Need[] => [
  { resource: named(scope, 'kms', AliasName), context: callerKeys(scope) },
  { resource: keyArn(scope, TargetKeyId ?? AliasName), context: callerKeys(scope) },
];

interface Cryptographic extends OfKey {
  readonly EncryptionContext?: Readonly<Record<string, string>> | undefined;
  readonly EncryptionAlgorithm?: string | undefined;
}

function encrypting({ KeyId, EncryptionContext = {}, ...input }: Cryptographic, scope: Scope): Need[] {
  const names = Object.keys(EncryptionContext);
  const own = Object.entries(EncryptionContext).map(
    ([name, value]) => [`kms:encryptioncontext:${name.toLowerCase()}`, value] as const,
  );
  const context = {
    ...callerKeys(scope),
    ...keys(Object.fromEntries(own)),
    ...keys({
      'kms:encryptioncontextkeys': names.length > 0 ? names : undefined,
      'kms:requestalias': /(^|:)(alias\/.*)$/.exec(KeyId ?? '')?.[2],
      'kms:encryptionalgorithm': input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
    }),
  };
  return [{ resource: keyArn(scope, KeyId), context }];
}

/** The id of its key is what a ciphertext begins with. */
const KEY_ID_BYTES = 36;

export const kmsNeeds: NeedsOf<KMS> = {
  CreateKey: ({ KeySpec, KeyUsage, Origin, MultiRegion }, scope) => [
    {
      resource: '*',
      context: {
        ...callerKeys(scope),
        ...keys({
          'kms:keyspec': KeySpec ?? 'SYMMETRIC_DEFAULT',
          'kms:keyusage': KeyUsage ?? 'ENCRYPT_DECRYPT',
          'kms:keyorigin': Origin ?? 'AWS_KMS',
          'kms:multiregion': MultiRegion ?? false,
        }),
      },
    },
  ],
  ...same(
    ofKey,
    'CancelKeyDeletion',
    'DescribeKey',
    'DisableKey',
    'DisableKeyRotation',
    'EnableKey',
    'EnableKeyRotation',
    'GetKeyPolicy',
    'GetKeyRotationStatus',
    'ListResourceTags',
    'PutKeyPolicy',
    'ScheduleKeyDeletion',
    'TagResource',
    'UntagResource',
    'UpdateKeyDescription',
  ),
  ...same(ofAlias, 'CreateAlias', 'DeleteAlias', 'UpdateAlias'),
  ...same(encrypting, 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'),
  Decrypt: ({ CiphertextBlob = new Uint8Array(), KeyId, ...input }, scope) => {
    const id = Buffer.from(CiphertextBlob.subarray(0, KEY_ID_BYTES)).toString('latin1');
    return encrypting({ ...input, KeyId: KeyId ?? id }, scope);
  },
};
