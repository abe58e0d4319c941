import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EC2 } from '@aws-sdk/client-ec2';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SSM } from '@aws-sdk/client-ssm';
import type { Cloud } from '../tools/cloud/cloud.ts';
import { startCloud } from '../tools/cloud/cloud.ts';
import { makeGroups, operate } from './in-process.ts';
import { capture, type Captured } from './capture.ts';
import { hammer } from './hammer.ts';
import { splitCost } from './split.ts';

export interface CallCost {
  readonly protocol: string;
  readonly call: string;
  /** Over HTTP on one kept connection after another, the client in a thread of its own. */
  readonly requestsPerSecond: number;
  /** Microseconds of a call without its socket, by part. */
  readonly parse: number;
  readonly authorise: number;
  readonly operate: number;
  readonly write: number;
}

/** What an API call costs, by protocol, as a role with a policy. */
export async function callCosts(): Promise<CallCost[]> {
  // What a call costs is asked for, not how many a role may make.
  const cloud = await startCloud({ weather: { limits: 'none' } });
  await makeGroups(cloud, { groups: 1, instances: 4 });
  await makeThings(cloud);
  // A table takes its time.
  await cloud.clock.runUntil(cloud.clock.now() + 60_000);
  const { accessKeyId, secretAccessKey, sessionToken } = cloud.credentials.issue({
    kind: 'role',
    roleName: 'caller',
    session: 'benchmark',
  });
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const costs: CallCost[] = [];
  for (const [protocol, captured] of await requests(cloud.endpoint, credentials)) {
    costs.push({
      protocol,
      call: captured.call,
      requestsPerSecond: await hammer(captured),
      ...(await splitCost(cloud, captured)),
    });
  }
  await cloud.close();
  return costs;
}

async function makeThings({ services }: Cloud): Promise<void> {
  const statement = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
  const actions = ['autoscaling:*', 'ec2:*', 'dynamodb:*', 'ssm:*', 'lambda:*', 's3:*'];
  await operate(services.iam, 'CreateRole', {
    RoleName: 'caller',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
  });
  await operate(services.iam, 'PutRolePolicy', {
    RoleName: 'caller',
    PolicyName: 'own',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: actions.map(statement) }),
  });
  await operate(services.dynamoDb, 'CreateTable', {
    TableName: 'items',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await operate(services.ssm, 'PutParameter', { Name: '/setting', Type: 'String', Value: 'on' });
  await operate(services.s3, 'CreateBucket', { Bucket: 'things' });
}

async function requests(
  endpoint: string,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string },
): Promise<[string, Captured][]> {
  const config = { endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 };
  const Item = { id: { S: '1' }, name: { S: 'one' }, count: { N: '1' } };
  return [
    [
      'awsQuery',
      await capture(new AutoScaling(config), (client) =>
        client.describeAutoScalingGroups({ AutoScalingGroupNames: ['group-0'] }),
      ),
    ],
    ['ec2Query', await capture(new EC2(config), (client) => client.describeInstances({ MaxResults: 5 }))],
    [
      'awsJson1_0',
      await capture(new DynamoDB(config), (client) => client.putItem({ TableName: 'items', Item })),
    ],
    ['awsJson1_1', await capture(new SSM(config), (client) => client.getParameter({ Name: '/setting' }))],
    ['restJson1', await capture(new Lambda(config), (client) => client.listFunctions({}))],
    [
      'restXml',
      await capture(new S3({ ...config, forcePathStyle: true }), (client) =>
        client.putObject({ Bucket: 'things', Key: 'a/b', Body: 'x'.repeat(1000) }),
      ),
    ],
  ];
}
