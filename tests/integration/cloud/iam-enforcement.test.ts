import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EC2 } from '@aws-sdk/client-ec2';
import { IAM } from '@aws-sdk/client-iam';
import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';
import { SSM } from '@aws-sdk/client-ssm';
import { STS } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import type { JournalEntry } from '../../../tools/cloud/kernel/index.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const LAMBDA_TRUST = trustOf('lambda.amazonaws.com');
const ACCOUNT = '123456789012';
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${resource}`;

let cloud: Cloud;
let account: Clients;
let role: Clients;
let journal: JournalEntry[];

beforeEach(async () => {
  cloud = await startCloud();
  journal = [];
  cloud.kernel.journal.observe((entry) => journal.push(entry));
  account = clientsOf(cloud, ACCOUNT_KEYS);
  await account.iam.createRole({ RoleName: 'worker', AssumeRolePolicyDocument: LAMBDA_TRUST });
  const principal = { kind: 'role', roleName: 'worker', session: 'test' } as const;
  role = clientsOf(cloud, cloud.credentials.issue(principal));
});

afterEach(async () => {
  for (const clients of [account, role]) {
    for (const client of Object.values<Clients[keyof Clients]>({ ...clients })) client.destroy();
  }
  await cloud.close();
});

describe('a role may do what its policies allow, and nothing else', () => {
  it('in the words and with the code of each protocol', async () => {
    await expect(role.sqs.listQueues({})).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/worker/test is not authorized to perform: sqs:ListQueues on resource: * because no identity-based policy allows the sqs:ListQueues action`,
    });
    await expect(role.autoScaling.describeAutoScalingGroups({})).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(role.ec2.describeInstances({})).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringMatching(/^You are not authorized to perform this operation\. User: /) as string,
      $metadata: { httpStatusCode: 403 },
    });
    await expect(role.dynamoDb.listTables({})).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('on the resources they name', async () => {
    await allow({ Action: 'sqs:SendMessage', Resource: arn('sqs', 'mine') });
    const mine = await account.sqs.createQueue({ QueueName: 'mine' });
    const other = await account.sqs.createQueue({ QueueName: 'other' });
    await role.sqs.sendMessage({ QueueUrl: mine.QueueUrl, MessageBody: 'x' });
    await expect(role.sqs.sendMessage({ QueueUrl: other.QueueUrl, MessageBody: 'x' })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('unless a statement denies it', async () => {
    await allow(
      { Action: 'sns:*', Resource: '*' },
      { Effect: 'Deny', Action: 'sns:CreateTopic', Resource: arn('sns', 'secret*') },
    );
    await role.sns.createTopic({ Name: 'open' });
    await expect(role.sns.createTopic({ Name: 'secret-1' })).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
      message: expect.stringContaining('with an explicit deny in an identity-based policy') as string,
    });
  });

  it('under conditions of the request', async () => {
    await allow({
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'Mine' } },
    });
    const MetricData = [{ MetricName: 'm', Value: 1 }];
    await role.cloudWatch.putMetricData({ Namespace: 'Mine', MetricData });
    await expect(role.cloudWatch.putMetricData({ Namespace: 'Other', MetricData })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('for each item of a transaction by its own action', async () => {
    await account.dynamoDb.createTable({
      TableName: 'ledger',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await cloud.clock.runUntil(cloud.clock.now() + 60_000);
    await allow({ Action: ['dynamodb:PutItem'], Resource: arn('dynamodb', 'table/ledger') });
    const put = { Put: { TableName: 'ledger', Item: { pk: { S: 'a' } } } };
    await role.dynamoDb.transactWriteItems({ TransactItems: [put] });
    const check = {
      ConditionCheck: {
        TableName: 'ledger',
        Key: { pk: { S: 'b' } },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    await expect(role.dynamoDb.transactWriteItems({ TransactItems: [put, check] })).rejects.toMatchObject({
      message: expect.stringContaining('dynamodb:ConditionCheckItem') as string,
    });
  });

  it('for commands on both the document and the instances', async () => {
    await allow({ Action: 'ssm:SendCommand', Resource: arn('ec2', 'instance/*') });
    const send = () =>
      role.ssm.sendCommand({
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: ['i-0123456789abcdef0'],
        Parameters: { commands: ['true'] },
      });
    await expect(send()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('arn:aws:ssm:eu-central-1::document/AWS-RunShellScript') as string,
    });
    await allow({
      Action: 'ssm:SendCommand',
      Resource: [arn('ec2', 'instance/*'), 'arn:aws:ssm:eu-central-1::document/AWS-RunShellScript'],
    });
    await expect(send()).rejects.toMatchObject({ name: 'InvalidInstanceId' });
  });

  it('never more than its permissions boundary', async () => {
    await allow({ Action: 'sqs:*', Resource: '*' });
    const { Policy } = await account.iam.createPolicy({
      PolicyName: 'boundary',
      PolicyDocument: policyOf({ Effect: 'Allow', Action: 'sqs:ListQueues', Resource: '*' }),
    });
    await account.iam.putRolePermissionsBoundary({ RoleName: 'worker', PermissionsBoundary: Policy?.Arn });
    await role.sqs.listQueues({});
    await expect(role.sqs.createQueue({ QueueName: 'q' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('by managed policies that are attached', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole';
    await account.iam.attachRolePolicy({ RoleName: 'worker', PolicyArn });
    await role.ec2.describeSubnets({});
    await expect(role.ec2.describeInstances({})).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    await expect(role.ec2.describeInstances({ DryRun: true })).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('as long as the role is there', async () => {
    await account.iam.deleteRole({ RoleName: 'worker' });
    await expect(role.sqs.listQueues({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('and always learn who it is', async () => {
    expect((await role.sts.getCallerIdentity({})).Arn).toBe(
      `arn:aws:sts::${ACCOUNT}:assumed-role/worker/test`,
    );
  });
});

describe('tags of resources', () => {
  const TAGGED = { Null: { 'aws:ResourceTag/evenkeel:fleet': 'false' } };

  beforeEach(async () => {
    const { LaunchTemplate } = await account.ec2.createLaunchTemplate({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId: await newestImage(), InstanceType: 't4g.micro' },
    });
    const { Subnets } = await account.ec2.describeSubnets({});
    for (const name of ['tagged', 'untagged']) {
      await account.autoScaling.createAutoScalingGroup({
        AutoScalingGroupName: name,
        MinSize: 0,
        MaxSize: 3,
        DesiredCapacity: 0,
        VPCZoneIdentifier: Subnets?.[0]?.SubnetId,
        LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: '1' },
        ...(name === 'tagged' && {
          Tags: [
            { ResourceId: name, ResourceType: 'auto-scaling-group', Key: 'evenkeel:fleet', Value: 'web' },
          ],
        }),
      });
    }
  });

  it('decide which groups a role may scale', async () => {
    const groups = arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*');
    await allow({ Action: 'autoscaling:SetDesiredCapacity', Resource: groups, Condition: TAGGED });
    await role.autoScaling.setDesiredCapacity({ AutoScalingGroupName: 'tagged', DesiredCapacity: 1 });
    await expect(
      role.autoScaling.setDesiredCapacity({ AutoScalingGroupName: 'untagged', DesiredCapacity: 1 }),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('are asked of the group, by its ARN with its id', async () => {
    const { AutoScalingGroups } = await account.autoScaling.describeAutoScalingGroups({
      AutoScalingGroupNames: ['tagged'],
    });
    const Resource = AutoScalingGroups?.[0]?.AutoScalingGroupARN ?? '';
    await allow({ Action: 'autoscaling:SuspendProcesses', Resource });
    await role.autoScaling.suspendProcesses({ AutoScalingGroupName: 'tagged' });
  });

  it('do not let a refresh change the template for someone who may not launch from it', async () => {
    const refresh = () =>
      role.autoScaling.startInstanceRefresh({
        AutoScalingGroupName: 'tagged',
        DesiredConfiguration: { LaunchTemplate: { LaunchTemplateName: 'web', Version: '1' } },
      });
    const start = { Action: 'autoscaling:StartInstanceRefresh', Resource: '*' };
    await allow(start);
    await expect(refresh()).rejects.toMatchObject({
      message: expect.stringContaining('ec2:RunInstances') as string,
    });
    await allow(start, {
      Action: 'ec2:RunInstances',
      Resource: '*',
      Condition: { ArnLike: { 'ec2:LaunchTemplate': arn('ec2', 'launch-template/*') } },
    });
    await expect(refresh()).resolves.toMatchObject({ InstanceRefreshId: expect.any(String) as string });
  });
});

describe('the cloud reports on IAM', () => {
  it('what was denied, and which grants nobody needed', async () => {
    await allow(
      { Sid: 'Queues', Action: ['sqs:ListQueues', 'sqs:PurgeQueue'], Resource: '*' },
      { Action: 'sns:List*', Resource: '*' },
    );
    await role.sqs.listQueues({});
    await role.sns.listTopics({});
    await role.ec2.describeInstances({}).catch(() => undefined);
    const report = cloud.iamReport();
    expect(report.unusedGrants).toEqual([{ role: 'worker', statement: 'Queues', action: 'sqs:PurgeQueue' }]);
    expect(report.denied).toMatchObject([{ action: 'ec2:DescribeInstances', resource: '*', times: 1 }]);
    expect(journal.filter(({ kind }) => kind === 'access-denied')).toMatchObject([
      { action: 'ec2:DescribeInstances', principal: { kind: 'role', roleName: 'worker' } },
    ]);
    expect(journal).toContainEqual(
      expect.objectContaining({
        kind: 'api-call',
        action: 'ec2:DescribeInstances',
        error: 'UnauthorizedOperation',
      }),
    );
  });
});

interface Clients {
  readonly autoScaling: AutoScaling;
  readonly cloudWatch: CloudWatch;
  readonly dynamoDb: DynamoDB;
  readonly ec2: EC2;
  readonly iam: IAM;
  readonly sns: SNS;
  readonly sqs: SQS;
  readonly ssm: SSM;
  readonly sts: STS;
}

function clientsOf(
  { endpoint }: Cloud,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
): Clients {
  const config = { region: 'eu-central-1', endpoint, credentials, maxAttempts: 1 };
  return {
    autoScaling: new AutoScaling(config),
    cloudWatch: new CloudWatch(config),
    dynamoDb: new DynamoDB(config),
    ec2: new EC2(config),
    iam: new IAM(config),
    sns: new SNS(config),
    sqs: new SQS(config),
    ssm: new SSM(config),
    sts: new STS(config),
  };
}

/** Replaces the role's one inline policy. Statements allow unless they say otherwise. */
async function allow(...statements: object[]): Promise<void> {
  const PolicyDocument = policyOf(...statements.map((statement) => ({ Effect: 'Allow', ...statement })));
  await account.iam.putRolePolicy({ RoleName: 'worker', PolicyName: 'work', PolicyDocument });
}

function policyOf(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function trustOf(Service: string): string {
  return policyOf({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' });
}

async function newestImage(): Promise<string> {
  const Name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
  const { Parameter } = await account.ssm.getParameter({ Name });
  return Parameter?.Value ?? '';
}
