import { KMS } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const DAY = 24 * 3_600_000;

let cloud: Cloud;
let kms: KMS;

beforeAll(async () => {
  cloud = await startCloud();
  const credentials = ACCOUNT_KEYS;
  kms = new KMS({ region: 'eu-central-1', endpoint: cloud.endpoint, credentials, maxAttempts: 1 });
});

afterAll(async () => {
  kms.destroy();
  await cloud.close();
});

const createKey = async () => (await kms.createKey({})).KeyMetadata?.KeyId ?? '';
const secret = Buffer.from('secret');

describe('KMS', () => {
  it('decrypts what it encrypted under a key or its alias, and only in the same context', async () => {
    const KeyId = await createKey();
    await kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: KeyId });
    const EncryptionContext = { purpose: 'test' };
    const { CiphertextBlob } = await kms.encrypt({
      KeyId: 'alias/mine',
      Plaintext: secret,
      EncryptionContext,
    });
    expect(Buffer.from(CiphertextBlob ?? []).includes(secret)).toBe(false);
    const { Plaintext } = await kms.decrypt({ CiphertextBlob, EncryptionContext });
    expect(Buffer.from(Plaintext ?? [])).toEqual(secret);
    await expect(kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    const other = await createKey();
    await expect(kms.decrypt({ KeyId: other, CiphertextBlob, EncryptionContext })).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
  });

  it('gives data keys in the clear and encrypted', async () => {
    const KeyId = await createKey();
    const { Plaintext, CiphertextBlob } = await kms.generateDataKey({ KeyId, KeySpec: 'AES_128' });
    expect(Plaintext).toHaveLength(16);
    expect((await kms.decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
  });

  it('does nothing with a disabled key, and deletes one only after its days', async () => {
    const KeyId = await createKey();
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: secret });
    await kms.disableKey({ KeyId });
    await expect(kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({ name: 'DisabledException' });
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    await cloud.clock.runUntil(cloud.clock.now() + 6 * DAY);
    expect((await kms.describeKey({ KeyId })).KeyMetadata?.KeyState).toBe('PendingDeletion');
    await cloud.clock.runUntil(cloud.clock.now() + 2 * DAY);
    await expect(kms.describeKey({ KeyId })).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('keeps a key whose deletion was called off', async () => {
    const KeyId = await createKey();
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    await kms.cancelKeyDeletion({ KeyId });
    await cloud.clock.runUntil(cloud.clock.now() + 8 * DAY);
    expect((await kms.describeKey({ KeyId })).KeyMetadata?.KeyState).toBe('Disabled');
  });
});
