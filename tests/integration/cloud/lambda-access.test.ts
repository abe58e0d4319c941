import { EC2 } from '@aws-sdk/client-ec2';
import { IAM } from '@aws-sdk/client-iam';
import { KMS } from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './lambda-world.ts';
import { bundled, MINUTE, newWorld, ROLE } from './lambda-world.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

let world: World;
let iam: IAM;
let ec2: EC2;

beforeEach(async () => {
  world = await newWorld({ enforceIam: true });
  const config = {
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: ACCOUNT_KEYS,
  };
  iam = new IAM(config);
  ec2 = new EC2(config);
  await iam.createRole({ RoleName: 'worker', AssumeRolePolicyDocument: trust('lambda.amazonaws.com') });
});

afterEach(async () => {
  iam.destroy();
  ec2.destroy();
  await world.close();
});

function trust(service: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
}

async function allow(...Action: string[]): Promise<void> {
  await iam.putRolePolicy({
    RoleName: 'worker',
    PolicyName: Action.join('-').replaceAll(/\W/g, '-').slice(0, 100),
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
    }),
  });
}

const HELLO = `export const handler = async () => { console.log('hello'); return 1; };`;

describe("a function's role", () => {
  it('has to trust Lambda', async () => {
    await iam.createRole({ RoleName: 'stranger', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') });
    await expect(
      world.deploy('f', HELLO, { Role: ROLE.replace('worker', 'stranger') }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
  });

  it('has to allow the log, or there is none', async () => {
    await world.deploy('f', HELLO);
    expect(await world.call('f')).toMatchObject({ result: 1 });
    expect(world.told('log')).toEqual([]);
    expect((await world.logs.describeLogGroups({})).logGroups).toEqual([]);
    await allow('logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents');
    // The log is opened when an environment starts.
    await world.lambda.updateFunctionConfiguration({ FunctionName: 'f', MemorySize: 256 });
    await world.call('f');
    expect(world.told('log')).toMatchObject([{ group: '/aws/lambda/f' }]);
  });

  it('decides what the code may call', async () => {
    const source = await bundled(`
      import { SQS } from '@aws-sdk/client-sqs';
      const sqs = new SQS({});
      export const handler = async () => (await sqs.listQueues({})).QueueUrls ?? [];
    `);
    await world.deploy('f', source);
    expect(await world.call('f')).toMatchObject({
      error: 'Unhandled',
      result: { errorType: 'AccessDenied' },
    });
    await allow('sqs:ListQueues');
    expect(await world.call('f')).toEqual({ error: undefined, result: [] });
  });

  it('has to allow what a poller of a queue does', async () => {
    await world.sqs.createQueue({ QueueName: 'work' });
    await world.deploy('f', HELLO);
    const map = () =>
      world.lambda.createEventSourceMapping({
        EventSourceArn: 'arn:aws:sqs:eu-central-1:123456789012:work',
        FunctionName: 'f',
      });
    await expect(map()).rejects.toMatchObject({ message: /permissions to call ReceiveMessage on SQS/ });
    await allow('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
    expect((await map()).State).toBe('Enabled');
  });

  it('has to allow what decrypts the function’s variables', async () => {
    const kms = new KMS({
      region: 'eu-central-1',
      endpoint: world.cloud.endpoint,
      credentials: ACCOUNT_KEYS,
    });
    const { KeyMetadata } = await kms.createKey({});
    kms.destroy();
    const encrypted = { Environment: { Variables: { COLOUR: 'red' } }, KMSKeyArn: KeyMetadata?.Arn };
    await world.deploy('f', `export const handler = async () => process.env.COLOUR;`, encrypted);
    await expect(world.call('f')).rejects.toMatchObject({ name: 'KMSAccessDeniedException' });
    await allow('kms:Decrypt');
    expect(await world.call('f')).toMatchObject({ result: 'red' });
  });

  it('has to allow traces of a function that is traced, which runs all the same', async () => {
    await world.deploy('f', HELLO, { TracingConfig: { Mode: 'Active' } });
    expect(await world.call('f')).toMatchObject({ result: 1 });
    const denied = world.told('access-denied').map(({ action }) => action);
    expect(denied).toEqual(expect.arrayContaining(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']));
  });

  it('has to allow network interfaces for a function in a VPC', async () => {
    const VpcConfig = { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] };
    await expect(world.deploy('f', HELLO, { VpcConfig })).rejects.toMatchObject({
      message: /CreateNetworkInterface on EC2/,
    });
  });
});

describe('a function in a VPC', () => {
  const PROBE = `import http from 'node:http';
    const get = (url) => new Promise((resolve, reject) => {
      http.get(url, (response) => { response.resume(); resolve(response.statusCode); }).on('error', reject);
    });
    export const handler = async ({ url }) => {
      const attempt = (status) => status.then((s) => s, (error) => 'no connection: ' + error.name);
      return {
        fetch: await attempt(fetch(url).then(({ status }) => status)),
        http: await attempt(get(url)),
      };
    };`;

  it('reaches the instances of that VPC, and one outside does not', async () => {
    await allow('ec2:*', 'logs:*');
    const { Subnets = [] } = await ec2.describeSubnets({});
    const [subnet] = Subnets;
    const { Images = [] } = await ec2.describeImages({ Owners: ['amazon'] });
    const { Instances = [] } = await ec2.runInstances({
      ImageId: Images[0]?.ImageId,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet?.SubnetId,
    });
    await world.pass(30 * MINUTE);
    const url = `http://${Instances[0]?.PrivateIpAddress}/ready`;
    await world.deploy('inside', PROBE, {
      VpcConfig: { SubnetIds: [subnet?.SubnetId ?? ''], SecurityGroupIds: [] },
    });
    await world.deploy('outside', PROBE);
    expect(await world.call('inside', { url })).toMatchObject({ result: { fetch: 200, http: 200 } });
    const { result } = await world.call('outside', { url });
    expect(result).toEqual({ fetch: 'no connection: TypeError', http: 502 });
    // The default group admits itself alone: whoever is in another one waits in vain.
    const { GroupId = '' } = await ec2.createSecurityGroup({ GroupName: 'probe', Description: 'probe' });
    await world.deploy('other', PROBE, {
      VpcConfig: { SubnetIds: [subnet?.SubnetId ?? ''], SecurityGroupIds: [GroupId] },
    });
    const asked = await world.call('other', { url });
    expect(asked.result).toEqual({ fetch: 'no connection: TypeError', http: 502 });
    await ec2.authorizeSecurityGroupIngress({
      GroupId: Instances[0]?.SecurityGroups?.[0]?.GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId }] }],
    });
    expect(await world.call('other', { url })).toMatchObject({ result: { fetch: 200, http: 200 } });
  });
});
