import { randomUUID } from 'node:crypto';
import { KMS } from '@aws-sdk/client-kms';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const DAY = 24 * 3_600_000;

let cloud: Cloud;
let secrets: SecretsManager;
let kms: KMS;

beforeAll(async () => {
  cloud = await startCloud();
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  secrets = new SecretsManager(config);
  kms = new KMS(config);
});

afterAll(async () => {
  secrets.destroy();
  kms.destroy();
  await cloud.close();
});

let count = 0;

async function create(SecretString = 'one'): Promise<{ id: string; version: string }> {
  const { ARN: id = '', VersionId: version = '' } = await secrets.createSecret({
    Name: `secret-${count++}`,
    SecretString,
  });
  return { id, version };
}

const valueOf = async (SecretId: string, VersionStage?: string) =>
  (await secrets.getSecretValue({ SecretId, ...(VersionStage === undefined ? {} : { VersionStage }) }))
    .SecretString;
const pass = (days: number) => cloud.clock.runUntil(cloud.clock.now() + days * DAY);

describe('a secret', () => {
  it('is found by its name, its ARN, and its ARN without the end', async () => {
    const { id } = await create('value');
    const Name = id.replace(/^.*:secret:|-[^-]*$/g, '');
    for (const reference of [id, Name, id.slice(0, -7)]) expect(await valueOf(reference)).toBe('value');
    await expect(secrets.createSecret({ Name })).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await expect(valueOf(`${Name}-`)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it('keeps the value before the current one, and moves labels back on demand', async () => {
    const { id, version: first } = await create('one');
    const { VersionId: second = '' } = await secrets.putSecretValue({ SecretId: id, SecretString: 'two' });
    expect([await valueOf(id), await valueOf(id, 'AWSPREVIOUS')]).toEqual(['two', 'one']);
    const back = { SecretId: id, VersionStage: 'AWSCURRENT', MoveToVersionId: first };
    await expect(secrets.updateSecretVersionStage(back)).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await secrets.updateSecretVersionStage({ ...back, RemoveFromVersionId: second });
    expect([await valueOf(id), await valueOf(id, 'AWSPREVIOUS')]).toEqual(['one', 'two']);
    const { VersionIdsToStages } = await secrets.describeSecret({ SecretId: id });
    expect(VersionIdsToStages).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPREVIOUS'] });
  });

  it('lists a version that lost its labels only when asked for it', async () => {
    const { id, version } = await create('one');
    for (const SecretString of ['two', 'three']) await secrets.putSecretValue({ SecretId: id, SecretString });
    const labelled = await secrets.listSecretVersionIds({ SecretId: id });
    expect(labelled.Versions?.map((one) => one.VersionId)).not.toContain(version);
    const all = await secrets.listSecretVersionIds({ SecretId: id, IncludeDeprecated: true });
    expect(all.Versions).toHaveLength(3);
  });

  it('takes the same write twice under one token, and no other value under it', async () => {
    const { id } = await create();
    const ClientRequestToken = randomUUID();
    const put = (SecretString: string) =>
      secrets.putSecretValue({ SecretId: id, ClientRequestToken, SecretString });
    expect((await put('two')).VersionId).toBe((await put('two')).VersionId);
    await expect(put('three')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect(await valueOf(id)).toBe('two');
  });

  it('keeps a value that is not current away from those who ask for the current one', async () => {
    const { id } = await create('one');
    await secrets.putSecretValue({ SecretId: id, SecretString: 'next', VersionStages: ['AWSPENDING'] });
    expect([await valueOf(id), await valueOf(id, 'AWSPENDING')]).toEqual(['one', 'next']);
    await expect(valueOf(id, 'OTHER')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('can be restored in its window, holds its name until then, and is gone after it', async () => {
    const { id } = await create();
    const Name = id.replace(/^.*:secret:|-[^-]*$/g, '');
    await secrets.deleteSecret({ SecretId: id, RecoveryWindowInDays: 7 });
    await expect(valueOf(id)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(secrets.createSecret({ Name })).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await pass(6);
    await secrets.restoreSecret({ SecretId: id });
    await pass(2);
    expect(await valueOf(id)).toBe('one');
    await secrets.deleteSecret({ SecretId: id, RecoveryWindowInDays: 7 });
    await pass(8);
    await expect(secrets.describeSecret({ SecretId: id })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await secrets.createSecret({ Name });
    await secrets.deleteSecret({ SecretId: Name, ForceDeleteWithoutRecovery: true });
    await secrets.createSecret({ Name });
  });

  it('is listed by prefixes of its name, tags and description', async () => {
    const { id } = await create();
    const Tags = [{ Key: 'team', Value: 'blue' }];
    await secrets.tagResource({ SecretId: id, Tags });
    const list = async (...Filters: { Key: 'tag-value' | 'name'; Values: string[] }[]) =>
      (await secrets.listSecrets({ Filters })).SecretList?.map(({ ARN }) => ARN);
    expect(await list({ Key: 'tag-value', Values: ['bl'] })).toEqual([id]);
    expect(await list({ Key: 'tag-value', Values: ['!bl'] })).not.toContain(id);
    await secrets.untagResource({ SecretId: id, TagKeys: ['team'] });
    expect(await list({ Key: 'tag-value', Values: ['bl'] })).toEqual([]);
  });

  it('comes with others in a batch, errors beside values', async () => {
    const { id } = await create('batched');
    const { SecretValues, Errors } = await secrets.batchGetSecretValue({ SecretIdList: [id, 'absent'] });
    expect(SecretValues?.map((value) => value.SecretString)).toEqual(['batched']);
    expect(Errors).toMatchObject([{ SecretId: 'absent', ErrorCode: 'ResourceNotFoundException' }]);
  });

  it('cannot be read while its key is disabled', async () => {
    const { KeyMetadata } = await kms.createKey({});
    const KeyId = KeyMetadata?.KeyId ?? '';
    const { ARN: SecretId = '' } = await secrets.createSecret({
      Name: 'sealed',
      KmsKeyId: KeyId,
      SecretString: 'x',
    });
    await kms.disableKey({ KeyId });
    await expect(valueOf(SecretId)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'Access to KMS is not allowed',
    });
    await expect(
      secrets.createSecret({ Name: 'unsealed', KmsKeyId: KeyId, SecretString: 'x' }),
    ).rejects.toThrow('KMS');
    await expect(secrets.describeSecret({ SecretId: 'unsealed' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('takes no policy that lets everyone in, where that is blocked', async () => {
    const { id } = await create();
    const policy = (Principal: unknown) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
      });
    const put = (ResourcePolicy: string) =>
      secrets.putResourcePolicy({ SecretId: id, ResourcePolicy, BlockPublicPolicy: true });
    await expect(put(policy('*'))).rejects.toMatchObject({ name: 'PublicPolicyException' });
    await expect(put('{')).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    await put(policy({ AWS: '123456789012' }));
    expect((await secrets.getResourcePolicy({ SecretId: id })).ResourcePolicy).toContain('123456789012');
    await secrets.deleteResourcePolicy({ SecretId: id });
    expect((await secrets.getResourcePolicy({ SecretId: id })).ResourcePolicy).toBeUndefined();
  });
});

describe('a random password', () => {
  const ask = async (input: object) => (await secrets.getRandomPassword(input)).RandomPassword ?? '';

  it('has 32 characters with each type among them, and another each time', async () => {
    const [one, other] = [await ask({}), await ask({})];
    expect(one).toHaveLength(32);
    for (const type of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d\s]/]) expect(one).toMatch(type);
    expect(other).not.toBe(one);
  });

  it('has the length asked for and nothing that is excluded', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 64 }),
        fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
        async (PasswordLength, ExcludeCharacters) => {
          const password = await ask({ PasswordLength, ExcludeCharacters });
          expect(password).toHaveLength(PasswordLength);
          for (const character of ExcludeCharacters) expect(password).not.toContain(character);
        },
      ),
      { numRuns: 25 },
    );
    expect(await ask({ ExcludePunctuation: true, ExcludeLowercase: true })).toMatch(/^[A-Z\d]{32}$/);
  });

  it('is refused when it would be too short for each type', async () => {
    await expect(ask({ PasswordLength: 3 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await ask({ PasswordLength: 3, RequireEachIncludedType: false })).toHaveLength(3);
  });
});
