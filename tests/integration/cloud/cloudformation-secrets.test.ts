import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { CloudFormationWorld, outputOf } from './cloudformation-world.ts';

let world: CloudFormationWorld;
let secrets: SecretsManager;

beforeAll(async () => {
  world = await CloudFormationWorld.start();
  secrets = new SecretsManager({
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  });
});

afterAll(async () => {
  secrets.destroy();
  await world.close();
});

const login = (properties: object = {}, PasswordLength = 20) => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: {
    Name: 'login',
    GenerateSecretString: {
      SecretStringTemplate: '{"username":"admin"}',
      GenerateStringKey: 'password',
      PasswordLength,
      ExcludePunctuation: true,
    },
    ...properties,
  },
});

const copy = (reference: string, dependencies: string[] = []) => ({
  Type: 'AWS::SSM::Parameter',
  DependsOn: dependencies,
  Properties: { Name: 'copy', Type: 'String', Value: { 'Fn::Sub': reference } },
});

const template = (
  secret: object,
  reference = '{{resolve:secretsmanager:${Login}:SecretString:password}}',
) => ({
  Resources: { Login: secret, Copy: copy(reference) },
  Outputs: { Login: { Value: { Ref: 'Login' } } },
});

async function read(): Promise<{ username: string; password: string }> {
  const { SecretString = '' } = await secrets.getSecretValue({ SecretId: 'login' });
  return JSON.parse(SecretString) as { username: string; password: string };
}

const parameter = async () => (await world.ssm.getParameter({ Name: 'copy' })).Parameter?.Value;

describe('a secret of a stack', () => {
  it('is generated into its template, and dynamic references tell its members', async () => {
    const stack = await world.create('login', template(login()));
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    const { username, password } = await read();
    expect(username).toBe('admin');
    expect(password).toMatch(/^[A-Za-z0-9]{20}$/);
    expect(await parameter()).toBe(password);
    expect(outputOf(stack, 'Login')).toMatch(/^arn:aws:secretsmanager:.*:secret:login-\w{6}$/);
  });

  it('keeps its value in an update that does not change how it is generated', async () => {
    const { password } = await read();
    await world.update('login', template(login({ Description: 'new' })));
    expect((await read()).password).toBe(password);
    await world.update('login', template(login({ Description: 'new' }, 24)));
    expect((await read()).password).toHaveLength(24);
  });

  it.each([
    ['{{resolve:secretsmanager:login}}', /^\{"username"/],
    ['{{resolve:secretsmanager:login:SecretString:username:AWSCURRENT}}', /^admin$/],
  ])('is told by %s', async (reference, expected) => {
    await world.update('login', template(login(), reference));
    expect(await parameter()).toMatch(expected);
  });

  it('fails the resource that asks for a member it does not have', async () => {
    const absent = template(login(), '{{resolve:secretsmanager:login:SecretString:host}}');
    expect((await world.update('login', absent)).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    const reasons = (await world.events('login')).map((event) => event.ResourceStatusReason ?? '');
    expect(reasons.some((reason) => reason.includes('JSONKey'))).toBe(true);
  });

  it('goes at once with its stack, so that its name is free again', async () => {
    await world.delete('login');
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await world.create('login', template(login()))).StackStatus).toBe('CREATE_COMPLETE');
  });
});
