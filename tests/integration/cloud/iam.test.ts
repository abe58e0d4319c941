import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const ACCOUNT = '123456789012';
const ROLE = { RoleName: 'worker', AssumeRolePolicyDocument: trustOf({ Service: 'lambda.amazonaws.com' }) };
const DOCUMENT = policyOf({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' });

let cloud: Cloud;
let iam: IAM;
let sts: STS;

beforeEach(async () => {
  cloud = await startCloud();
  const credentials = ACCOUNT_KEYS;
  const config = { region: 'eu-central-1', endpoint: cloud.endpoint, credentials, maxAttempts: 1 };
  iam = new IAM(config);
  sts = new STS(config);
});

afterEach(async () => {
  iam.destroy();
  sts.destroy();
  await cloud.close();
});

describe('IAM keeps roles', () => {
  it('with their trust policy, percent-encoded as AWS has it', async () => {
    await iam.createRole({ ...ROLE, Path: '/app/', Tags: [{ Key: 'team', Value: 'ops' }] });
    const { Role } = await iam.getRole({ RoleName: 'worker' });
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::${ACCOUNT}:role/app/worker`,
      RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/) as string,
      CreateDate: cloud.clock.date(),
      Tags: [{ Key: 'team', Value: 'ops' }],
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(ROLE.AssumeRolePolicyDocument);
  });

  it('once each, and says which are missing', async () => {
    await iam.createRole(ROLE);
    await expect(iam.createRole(ROLE)).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name worker already exists.',
    });
    await expect(iam.getRole({ RoleName: 'none' })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name none cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('until nothing hangs on them any more', async () => {
    const RoleName = 'worker';
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
    await iam.createRole(ROLE);
    await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: DOCUMENT });
    await iam.attachRolePolicy({ RoleName, PolicyArn });
    await iam.createInstanceProfile({ InstanceProfileName: 'profile' });
    await iam.addRoleToInstanceProfile({ InstanceProfileName: 'profile', RoleName });
    const conflict = { name: 'DeleteConflictException' };
    await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject(conflict);
    await iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'profile', RoleName });
    await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject(conflict);
    await iam.detachRolePolicy({ RoleName, PolicyArn });
    await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject(conflict);
    await iam.deleteRolePolicy({ RoleName, PolicyName: 'p' });
    await iam.deleteRole({ RoleName });
    await expect(iam.getRole({ RoleName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('and lists them in pages', async () => {
    for (const RoleName of ['c', 'a', 'b']) await iam.createRole({ ...ROLE, RoleName });
    const first = await iam.listRoles({ MaxItems: 2 });
    expect(first).toMatchObject({ IsTruncated: true, Roles: [{ RoleName: 'a' }, { RoleName: 'b' }] });
    const second = await iam.listRoles({ MaxItems: 2, Marker: first.Marker });
    expect(second).toMatchObject({ IsTruncated: false, Roles: [{ RoleName: 'c' }] });
  });
});

describe('IAM reads policies', () => {
  it.each([
    ['no JSON', '{'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['no resource', policyOf({ Effect: 'Allow', Action: '*' })],
    ['no action', policyOf({ Effect: 'Allow', Resource: '*' })],
    ['a principal', policyOf({ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' })],
    ['an unknown effect', policyOf({ Effect: 'Perhaps', Action: '*', Resource: '*' })],
  ])('and refuses one with %s', async (_what, PolicyDocument) => {
    await iam.createRole(ROLE);
    await expect(
      iam.putRolePolicy({ RoleName: 'worker', PolicyName: 'p', PolicyDocument }),
    ).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });

  it('of five versions at most', async () => {
    const { Policy } = await iam.createPolicy({ PolicyName: 'p', PolicyDocument: DOCUMENT });
    const PolicyArn = Policy?.Arn;
    for (let i = 0; i < 4; i++) await iam.createPolicyVersion({ PolicyArn, PolicyDocument: DOCUMENT });
    await expect(iam.createPolicyVersion({ PolicyArn, PolicyDocument: DOCUMENT })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    await expect(iam.deletePolicyVersion({ PolicyArn, VersionId: 'v1' })).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v3' });
    expect((await iam.getPolicy({ PolicyArn })).Policy?.DefaultVersionId).toBe('v3');
  });
});

describe('STS hands out roles', () => {
  it('to those whom they trust', async () => {
    const root = `arn:aws:iam::${ACCOUNT}:root`;
    await iam.createRole({ RoleName: 'ours', AssumeRolePolicyDocument: trustOf({ AWS: root }) });
    const { Credentials } = await sts.assumeRole({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/ours`,
      RoleSessionName: 'me',
    });
    expect(Credentials?.Expiration).toEqual(new Date(cloud.clock.now() + 3_600_000));
    const mine = new STS({
      region: 'eu-central-1',
      endpoint: cloud.endpoint,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    expect((await mine.getCallerIdentity({})).Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/ours/me`);
    mine.destroy();
  });

  it('and to nobody else', async () => {
    await iam.createRole(ROLE);
    for (const name of ['worker', 'none']) {
      const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
      await expect(sts.assumeRole({ RoleArn, RoleSessionName: 'me' })).rejects.toMatchObject({
        name: 'AccessDenied',
      });
    }
  });
});

function policyOf(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function trustOf(Principal: object): string {
  return policyOf({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
}
