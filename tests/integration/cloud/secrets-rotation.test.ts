import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import type { World } from './lambda-world.ts';
import { bundled, MINUTE, newWorld } from './lambda-world.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ROTATOR = 'arn:aws:lambda:eu-central-1:123456789012:function:rotator';

/** A rotation function as AWS's templates have it, for a secret that opens nothing. */
const FUNCTION = `
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
const secrets = new SecretsManager({});
export const handler = async ({ Step, SecretId, ClientRequestToken: token }) => {
  const { VersionIdsToStages: stages } = await secrets.describeSecret({ SecretId });
  if (!stages[token]?.includes('AWSPENDING')) throw new Error('not pending');
  if (Step === process.env.FAILS_IN) throw new Error('no');
  if (Step === 'createSecret') {
    await secrets.putSecretValue({
      SecretId, ClientRequestToken: token, SecretString: 'rotated', VersionStages: ['AWSPENDING'],
    });
  }
  if (Step === 'testSecret') {
    await secrets.getSecretValue({ SecretId, VersionId: token, VersionStage: 'AWSPENDING' });
  }
  if (Step === 'finishSecret') {
    const [current] = Object.keys(stages).filter((id) => stages[id].includes('AWSCURRENT'));
    await secrets.updateSecretVersionStage({
      SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: token, RemoveFromVersionId: current,
    });
  }
  return Step;
};`;

let source: string;
let world: World;
let secrets: SecretsManager;

beforeAll(async () => {
  source = await bundled(FUNCTION);
});

beforeEach(async () => {
  world = await newWorld();
  secrets = new SecretsManager({
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  });
  await secrets.createSecret({ Name: 'db', SecretString: 'first' });
});

afterEach(async () => {
  secrets.destroy();
  await world.close();
});

async function deploy(environment: Record<string, string> = {}): Promise<void> {
  await world.deploy('rotator', source, { Environment: { Variables: environment } });
  await world.lambda.addPermission({
    FunctionName: 'rotator',
    StatementId: 'rotation',
    Action: 'lambda:InvokeFunction',
    Principal: 'secretsmanager.amazonaws.com',
  });
}

const rotate = (input: object = {}) =>
  secrets.rotateSecret({ SecretId: 'db', RotationLambdaARN: ROTATOR, ...input });
const value = async (VersionStage = 'AWSCURRENT') =>
  (await secrets.getSecretValue({ SecretId: 'db', VersionStage })).SecretString;
const steps = () =>
  world.told('invocation').map(({ payload }) => (payload as { readonly Step: string }).Step);
const events = () =>
  world
    .told('event')
    .filter(({ source: from }) => from === 'aws.secretsmanager')
    .map(({ detail }) => detail['eventName']);

describe('rotation by a function', () => {
  it('goes through its four steps, and then the new value is current', async () => {
    await deploy();
    const { VersionId } = await rotate();
    await world.pass(MINUTE);
    expect(steps()).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    expect([await value(), await value('AWSPREVIOUS')]).toEqual(['rotated', 'first']);
    const told = await secrets.describeSecret({ SecretId: 'db' });
    expect(told.VersionIdsToStages?.[VersionId ?? '']).toContain('AWSCURRENT');
    expect(told.LastRotatedDate).toBeInstanceOf(Date);
    expect(events()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  it('leaves the value as it is when a step fails, tries again, and gives up', async () => {
    await deploy({ FAILS_IN: 'testSecret' });
    await rotate();
    await world.pass(MINUTE / 2);
    expect(await value()).toBe('first');
    expect(steps()).toEqual(['createSecret', 'setSecret', 'testSecret']);
    await expect(rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await world.pass(HOUR);
    expect(events().filter((name) => name === 'RotationFailed')).toHaveLength(3);
    expect(events().at(-1)).toBe('RotationAbandoned');
    expect(await value()).toBe('first');
  });

  it('needs a function that lets Secrets Manager call it', async () => {
    await world.deploy('rotator', source);
    await expect(rotate()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(secrets.rotateSecret({ SecretId: 'db' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });
});

describe('a rotation schedule', () => {
  it('rotates once in each of its windows, and no longer when it is cancelled', async () => {
    await deploy();
    await rotate({
      RotationRules: { ScheduleExpression: 'cron(0 2 ? * SUN *)', Duration: '3h' },
      RotateImmediately: false,
    });
    const told = await secrets.describeSecret({ SecretId: 'db' });
    expect(told.NextRotationDate?.toISOString()).toBe('2026-01-11T04:59:59.000Z');
    await world.pass(6 * DAY + 2 * HOUR - MINUTE);
    expect(steps()).toEqual([]);
    await world.pass(3 * HOUR + MINUTE);
    expect(steps()).toHaveLength(4);
    await secrets.cancelRotateSecret({ SecretId: 'db' });
    expect((await secrets.describeSecret({ SecretId: 'db' })).RotationEnabled).toBe(false);
    await world.pass(8 * DAY);
    expect(steps()).toHaveLength(4);
  });

  it('opens with the day after so many days, in UTC', async () => {
    await deploy();
    await rotate({ RotationRules: { AutomaticallyAfterDays: 10 }, RotateImmediately: false });
    await world.pass(10 * DAY - MINUTE);
    expect(steps()).toEqual([]);
    await world.pass(DAY + MINUTE);
    expect(steps()).toHaveLength(4);
  });

  it('is refused when it cannot be kept', async () => {
    await deploy();
    for (const RotationRules of [
      { ScheduleExpression: 'rate(3 hours)' },
      { ScheduleExpression: 'rate(soon)' },
      { AutomaticallyAfterDays: 3, ScheduleExpression: 'rate(3 days)' },
    ]) {
      await expect(rotate({ RotationRules })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }
    expect((await secrets.describeSecret({ SecretId: 'db' })).RotationLambdaARN).toBeUndefined();
  });
});
