import { RDS } from '@aws-sdk/client-rds';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { CloudFormationWorld, outputOf } from './cloudformation-world.ts';

let world: CloudFormationWorld;
let rds: RDS;
let secrets: SecretsManager;

beforeAll(async () => {
  world = await CloudFormationWorld.start();
  const config = {
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  rds = new RDS(config);
  secrets = new SecretsManager(config);
});

afterAll(async () => {
  rds.destroy();
  secrets.destroy();
  await world.close();
});

const template = (properties: object = {}, attributes: object = {}) => ({
  Resources: {
    Login: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Name: 'login',
        GenerateSecretString: {
          SecretStringTemplate: '{"username":"admin"}',
          GenerateStringKey: 'password',
          ExcludePunctuation: true,
        },
      },
    },
    Attachment: {
      Type: 'AWS::SecretsManager::SecretTargetAttachment',
      Properties: {
        SecretId: { Ref: 'Login' },
        TargetId: { Ref: 'Database' },
        TargetType: 'AWS::RDS::DBInstance',
      },
    },
    Database: {
      Type: 'AWS::RDS::DBInstance',
      ...attributes,
      Properties: {
        DBInstanceIdentifier: 'site',
        Engine: 'mysql',
        DBInstanceClass: 'db.t4g.micro',
        AllocatedStorage: 20,
        MasterUsername: { 'Fn::Sub': '{{resolve:secretsmanager:${Login}:SecretString:username}}' },
        MasterUserPassword: { 'Fn::Sub': '{{resolve:secretsmanager:${Login}:SecretString:password}}' },
        ...properties,
      },
    },
  },
  Outputs: {
    Host: { Value: { 'Fn::GetAtt': 'Database.Endpoint.Address' } },
    Port: { Value: { 'Fn::GetAtt': ['Database', 'Endpoint.Port'] } },
  },
});

const snapshots = async () => (await rds.describeDBSnapshots({})).DBSnapshots ?? [];
const resourceId = async () =>
  (await rds.describeDBInstances({ DBInstanceIdentifier: 'site' })).DBInstances?.[0]?.DbiResourceId;

describe('a database of a stack', () => {
  it('is waited for, and its secret tells how to reach it', async () => {
    const stack = await world.create('site', template());
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    const { SecretString = '' } = await secrets.getSecretValue({ SecretId: 'login' });
    const login = JSON.parse(SecretString) as Record<string, unknown>;
    expect(login).toMatchObject({
      username: 'admin',
      engine: 'mysql',
      host: outputOf(stack, 'Host'),
      port: 3306,
      dbInstanceIdentifier: 'site',
    });
    expect(outputOf(stack, 'Port')).toBe('3306');
    const known = world.cloud.services.rds.database(outputOf(stack, 'Host') ?? '');
    expect(known?.password).toBe(login['password']);
  });

  it('changes its size, class and zones in place', async () => {
    const before = await resourceId();
    const larger = { AllocatedStorage: 40, DBInstanceClass: 'db.t4g.small', MultiAZ: true };
    expect((await world.update('site', template(larger))).StackStatus).toBe('UPDATE_COMPLETE');
    expect(await resourceId()).toBe(before);
    const { DBInstances: [found] = [] } = await rds.describeDBInstances({});
    expect(found).toMatchObject({ AllocatedStorage: 40, DBInstanceClass: 'db.t4g.small', MultiAZ: true });
  });

  it('leaves a snapshot behind, where its template does not say otherwise', async () => {
    expect((await world.delete('site')).StackStatus).toBe('DELETE_COMPLETE');
    expect(await snapshots()).toMatchObject([{ DBInstanceIdentifier: 'site', AllocatedStorage: 40 }]);
  });

  it('goes without one when its template says so, and stays where it is protected', async () => {
    await world.create('site', template({ DeletionProtection: true }, { DeletionPolicy: 'Delete' }));
    expect((await world.delete('site')).StackStatus).toBe('DELETE_FAILED');
    await rds.modifyDBInstance({ DBInstanceIdentifier: 'site', DeletionProtection: false });
    await world.cloud.clock.runUntil(world.cloud.clock.now() + 120_000);
    expect((await world.delete('site')).StackStatus).toBe('DELETE_COMPLETE');
    expect(await snapshots()).toHaveLength(1);
  });

  it('may be retained; what has no snapshots may not ask for one', async () => {
    const kept = template({}, { DeletionPolicy: 'Retain' });
    await world.create('kept', kept);
    await world.delete('kept');
    expect(await resourceId()).toBeDefined();
    const Queue = { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Snapshot' };
    await expect(world.create('queue', { Resources: { Queue } })).rejects.toThrow(
      'resource type AWS::SQS::Queue does not support deletion policy Snapshot',
    );
  });
});
