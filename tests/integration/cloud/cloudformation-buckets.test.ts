import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { CloudFormationWorld } from './cloudformation-world.ts';

let world: CloudFormationWorld;

beforeAll(async () => {
  world = await CloudFormationWorld.start();
});

afterAll(() => world.close());

const Bucket = 'records';
const template = (properties: object) => ({
  Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket, ...properties } } },
});

describe('a bucket of a stack', () => {
  it('loses what its template no longer says of it, and keeps its objects', async () => {
    await world.create(
      Bucket,
      template({
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: { Rules: [{ Id: 'forget', Status: 'Enabled', ExpirationInDays: 30 }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true },
      }),
    );
    await world.s3.putObject({ Bucket, Key: 'kept', Body: 'x' });
    expect((await world.s3.getBucketLifecycleConfiguration({ Bucket })).Rules).toHaveLength(1);
    expect((await world.update(Bucket, template({}))).StackStatus).toBe('UPDATE_COMPLETE');
    await expect(world.s3.getBucketLifecycleConfiguration({ Bucket })).rejects.toMatchObject({
      name: 'NoSuchLifecycleConfiguration',
    });
    await expect(world.s3.getPublicAccessBlock({ Bucket })).rejects.toMatchObject({
      name: 'NoSuchPublicAccessBlockConfiguration',
    });
    expect((await world.s3.getBucketVersioning({ Bucket })).Status).toBe('Suspended');
    expect(await (await world.s3.getObject({ Bucket, Key: 'kept' })).Body?.transformToString()).toBe('x');
  });

  it('stays with its stack while anything is in it, a version that is hidden included', async () => {
    expect((await world.delete(Bucket)).StackStatus).toBe('DELETE_FAILED');
    await world.s3.deleteObject({ Bucket, Key: 'kept' });
    expect((await world.delete(Bucket)).StackStatus).toBe('DELETE_FAILED');
    const { Versions = [], DeleteMarkers = [] } = await world.s3.listObjectVersions({ Bucket });
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
      await world.s3.deleteObject({ Bucket, Key, VersionId });
    expect((await world.delete(Bucket)).StackStatus).toBe('DELETE_COMPLETE');
  });
});

describe('a role for what the cloud does not show', () => {
  it('has the policy that AWS keeps for it, and is not told to be of no use', async () => {
    const { endpoint } = world.cloud;
    const iam = new IAM({ region: 'eu-central-1', endpoint, credentials: ACCOUNT_KEYS, maxAttempts: 1 });
    const trust = (service: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      });
    for (const [RoleName, service] of [
      ['monitoring', 'monitoring.rds.amazonaws.com'],
      ['working', 'lambda.amazonaws.com'],
    ] as const) {
      await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust(service) });
      const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole';
      await iam.attachRolePolicy({ RoleName, PolicyArn });
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }],
      });
      await iam.putRolePolicy({ RoleName, PolicyName: 'own', PolicyDocument });
    }
    const unused = world.cloud.iamReport().unusedGrants.map(({ role }) => role);
    expect(new Set(unused)).toEqual(new Set(['working']));
    iam.destroy();
  });
});
