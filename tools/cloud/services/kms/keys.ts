import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { CreateKeyCommandInput, KeyMetadata, Tag } from '@aws-sdk/client-kms';
import type { Ids, Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 36;

/** KMS still tells it, for clients from before there was `KeySpec`. */
const FOR_OLDER_CLIENTS: object = { CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' };

/** A symmetric key: its record, and the secret that never leaves the service. */
export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly createdAt: Instant;
  readonly spec: Pick<CreateKeyCommandInput, 'KeySpec' | 'KeyUsage' | 'Origin' | 'MultiRegion'>;
  readonly secret: Buffer;
  description: string;
  policy: string;
  tags: Tag[];
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  deletionAt: Instant | undefined;
  rotationDays: number | undefined;
}

/** The account's keys and their aliases. */
export class Keys {
  readonly #kernel: Kernel;
  readonly #keys = new Map<string, Key>();
  /** Alias names to key ids. */
  readonly aliases = new Map<string, string>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  all(): Key[] {
    return [...this.#keys.values()];
  }

  create(input: CreateKeyCommandInput): Key {
    const { account, ids, clock } = this.#kernel;
    const id = ids.uuid();
    const key: Key = {
      id,
      arn: arn(account, 'kms', `key/${id}`),
      createdAt: clock.now(),
      spec: {
        KeySpec: input.KeySpec ?? 'SYMMETRIC_DEFAULT',
        KeyUsage: input.KeyUsage ?? 'ENCRYPT_DECRYPT',
        Origin: input.Origin ?? 'AWS_KMS',
        MultiRegion: input.MultiRegion ?? false,
      },
      secret: ids.bytes(KEY_BYTES),
      description: input.Description ?? '',
      policy: input.Policy ?? ownerPolicy(account.id),
      tags: input.Tags ?? [],
      state: 'Enabled',
      deletionAt: undefined,
      rotationDays: undefined,
    };
    if (input.CustomKeyStoreId !== undefined) {
      throw new AwsError(
        'UnsupportedOperationException',
        'Custom key stores are not part of this local cloud.',
      );
    }
    if (key.spec.KeySpec !== 'SYMMETRIC_DEFAULT') {
      throw new AwsError(
        'UnsupportedOperationException',
        `Keys of spec ${input.KeySpec ?? ''} are not part of this local cloud.`,
      );
    }
    this.#keys.set(id, key);
    return key;
  }

  /** A key by its id, ARN, alias or alias ARN. */
  get(reference: string | undefined): Key {
    const name = (reference ?? '').replace(/^arn:[^/]*:(key\/)?/, '');
    const id = name.startsWith('alias/') ? this.aliases.get(name) : name;
    const key = this.#keys.get(id ?? '');
    if (key !== undefined) return key;
    throw new AwsError('NotFoundException', this.#notFound(reference ?? ''));
  }

  /** A key that may be used now. */
  usable(reference: string | undefined): Key {
    const key = this.get(reference);
    if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
    if (key.state === 'PendingDeletion') {
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    }
    return key;
  }

  scheduleDeletion(key: Key, days: number): void {
    const at = this.#kernel.clock.now() + days * 86_400_000;
    key.state = 'PendingDeletion';
    key.deletionAt = at;
    this.#kernel.clock.at(at, () => {
      if (key.deletionAt !== at) return;
      this.#keys.delete(key.id);
      for (const [alias, id] of this.aliases) if (id === key.id) this.aliases.delete(alias);
    });
  }

  #notFound(reference: string): string {
    const shown = (resource: string) =>
      reference.startsWith('arn:') ? reference : arn(this.#kernel.account, 'kms', resource);
    return /^(arn:.*:)?alias\//.test(reference)
      ? `Alias ${shown(reference)} is not found.`
      : `Key '${shown(`key/${reference}`)}' does not exist`;
  }
}

export type EncryptionContext = Readonly<Record<string, string>> | undefined;

/** Encrypts under a key (AES-256-GCM), bound to the encryption context. The blob names its key. */
export function encrypt(ids: Ids, key: Key, plaintext: Uint8Array, context: EncryptionContext): Uint8Array {
  const nonce = ids.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce).setAAD(authenticated(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id), nonce, cipher.getAuthTag(), body]);
}

/** The id of the key that a blob was encrypted under. */
export function keyIdOf(blob: Uint8Array): string {
  return Buffer.from(blob.subarray(0, ID_BYTES)).toString('latin1');
}

/** @throws AwsError InvalidCiphertextException when the blob, or its context, is not what was encrypted */
export function decrypt(key: Key, blob: Uint8Array, context: EncryptionContext): Uint8Array {
  try {
    const nonceEnd = ID_BYTES + NONCE_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key.secret, blob.subarray(ID_BYTES, nonceEnd))
      .setAAD(authenticated(context))
      .setAuthTag(blob.subarray(nonceEnd, nonceEnd + TAG_BYTES));
    return Buffer.concat([decipher.update(blob.subarray(nonceEnd + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new AwsError('InvalidCiphertextException', 'The ciphertext is invalid.');
  }
}

function authenticated(context: EncryptionContext): Buffer {
  const entries = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest();
}

function ownerPolicy(accountId: string): string {
  const owner = { AWS: `arn:aws:iam::${accountId}:root` };
  const Statement = [{ Effect: 'Allow', Principal: owner, Action: 'kms:*', Resource: '*' }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** A key as DescribeKey tells it. */
export function metadataOf(key: Key, accountId: string): KeyMetadata & { KeyId: string } {
  return {
    KeyId: key.id,
    Arn: key.arn,
    AWSAccountId: accountId,
    CreationDate: new Date(key.createdAt),
    Description: key.description,
    Enabled: key.state === 'Enabled',
    KeyManager: 'CUSTOMER',
    KeyState: key.state,
    ...key.spec,
    ...FOR_OLDER_CLIENTS,
    ...multiRegion(key),
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    ...(key.deletionAt === undefined ? {} : { DeletionDate: new Date(key.deletionAt) }),
  };
}

/** A key of many regions is its own primary: the cloud has one region. */
function multiRegion({ arn: keyArn, spec }: Key): Pick<KeyMetadata, 'MultiRegionConfiguration'> {
  if (!spec.MultiRegion) return {};
  const PrimaryKey = { Arn: keyArn, Region: keyArn.split(':')[3] };
  return { MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY', PrimaryKey, ReplicaKeys: [] } };
}
