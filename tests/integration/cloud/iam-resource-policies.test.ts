import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { EC2 } from '@aws-sdk/client-ec2';
import { IAM } from '@aws-sdk/client-iam';
import { KMS } from '@aws-sdk/client-kms';
import { S3 } from '@aws-sdk/client-s3';
import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import type { JournalEntry } from '../../../tools/cloud/kernel/index.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import type { Keys } from './signed-fetch.ts';

const ACCOUNT = '123456789012';
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${resource}`;

let cloud: Cloud;
let account: Clients;
let role: Clients;
let journal: JournalEntry[];

beforeEach(async () => {
  cloud = await startCloud();
  journal = [];
  cloud.kernel.journal.observe((entry) => journal.push(entry));
  account = clientsOf(ACCOUNT_KEYS);
  await account.iam.createRole({
    RoleName: 'worker',
    AssumeRolePolicyDocument: policyOf({ Principal: { AWS: ROOT }, Action: 'sts:AssumeRole' }),
  });
  role = clientsOf(cloud.credentials.issue({ kind: 'role', roleName: 'worker', session: 's' }));
});

afterEach(async () => {
  for (const clients of [account, role]) {
    for (const client of Object.values<Clients[keyof Clients]>({ ...clients })) client.destroy();
  }
  await cloud.close();
});

interface Clients {
  readonly dynamoDb: DynamoDB;
  readonly ec2: EC2;
  readonly events: EventBridge;
  readonly iam: IAM;
  readonly kms: KMS;
  readonly logs: CloudWatchLogs;
  readonly s3: S3;
  readonly sns: SNS;
  readonly sqs: SQS;
  readonly sts: STS;
}

function clientsOf(credentials: Keys): Clients {
  const config = { region: 'eu-central-1', endpoint: cloud.endpoint, credentials, maxAttempts: 1 };
  return {
    dynamoDb: new DynamoDB(config),
    ec2: new EC2(config),
    events: new EventBridge(config),
    iam: new IAM(config),
    kms: new KMS(config),
    logs: new CloudWatchLogs(config),
    s3: new S3({ ...config, forcePathStyle: true }),
    sns: new SNS(config),
    sqs: new SQS(config),
    sts: new STS(config),
  };
}

/** Statements allow unless they say otherwise. */
function policyOf(...statements: object[]): string {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

async function allow(...statements: object[]): Promise<void> {
  const PolicyDocument = policyOf(...statements.map((statement) => ({ Resource: '*', ...statement })));
  await account.iam.putRolePolicy({ RoleName: 'worker', PolicyName: 'work', PolicyDocument });
}

async function queue(policy?: string, more: Record<string, string> = {}): Promise<string> {
  const Attributes = { ...(policy !== undefined && { Policy: policy }), ...more };
  return (await account.sqs.createQueue({ QueueName: 'q', Attributes })).QueueUrl ?? '';
}

const QUEUE = arn('sqs', 'q');
const refused = (because: string) => ({ message: expect.stringContaining(because) as string });

describe('the policy of a resource', () => {
  it('lets in the role that it names, which needs no policy of its own', async () => {
    const QueueUrl = await queue(
      policyOf({ Principal: { AWS: ROLE }, Action: 'sqs:SendMessage', Resource: QUEUE }),
    );
    await role.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
    await role.sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'x' }] });
    await expect(role.sqs.receiveMessage({ QueueUrl })).rejects.toMatchObject(
      refused('because no identity-based policy allows the sqs:ReceiveMessage action'),
    );
  });

  it('leaves it to the role’s policies where it names the account', async () => {
    const QueueUrl = await queue(policyOf({ Principal: { AWS: ROOT }, Action: 'sqs:*', Resource: QUEUE }));
    await expect(role.sqs.sendMessage({ QueueUrl, MessageBody: 'x' })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('denies what the role’s own policies allow, and the account too', async () => {
    await allow({ Action: 'sqs:*' });
    const QueueUrl = await queue(
      policyOf({ Effect: 'Deny', Principal: '*', Action: 'sqs:PurgeQueue', Resource: QUEUE }),
    );
    for (const { sqs } of [role, account]) {
      await expect(sqs.purgeQueue({ QueueUrl })).rejects.toMatchObject(
        refused('with an explicit deny in a resource-based policy'),
      );
    }
  });

  it('of a bucket decides on its objects', async () => {
    await account.s3.createBucket({ Bucket: 'shelf' });
    await account.s3.putObject({ Bucket: 'shelf', Key: 'open/x', Body: 'x' });
    await account.s3.putBucketPolicy({
      Bucket: 'shelf',
      Policy: policyOf({
        Principal: { AWS: ROLE },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::shelf/open/*',
      }),
    });
    await role.s3.getObject({ Bucket: 'shelf', Key: 'open/x' });
    await expect(role.s3.getObject({ Bucket: 'shelf', Key: 'shut/x' })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('of a bus decides on its events', async () => {
    await account.events.createEventBus({ Name: 'own' });
    const Resource = arn('events', 'event-bus/own');
    const put = () =>
      role.events.putEvents({
        Entries: [{ EventBusName: 'own', Source: 'a', DetailType: 'b', Detail: '{}' }],
      });
    await expect(put()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const Policy = policyOf({ Principal: { AWS: ROLE }, Action: 'events:PutEvents', Resource });
    await account.events.putPermission({ EventBusName: 'own', Policy });
    expect((await put()).FailedEntryCount).toBe(0);
  });
});

describe('the policy of a key', () => {
  const encrypt = (KeyId: string) => role.kms.encrypt({ KeyId, Plaintext: Buffer.from('x') });
  const keyWith = async (Policy?: string) =>
    (await account.kms.createKey({ ...(Policy !== undefined && { Policy }) })).KeyMetadata?.Arn ?? '';

  it('hands on to the account of its own accord', async () => {
    const key = await keyWith();
    await expect(encrypt(key)).rejects.toMatchObject(
      refused('because no identity-based policy allows the kms:Encrypt action'),
    );
    await allow({ Action: 'kms:Encrypt', Resource: key });
    await encrypt(key);
  });

  it('keeps everyone out whom it does not name, whatever they may do', async () => {
    await allow({ Action: 'kms:*' });
    const key = await keyWith(policyOf({ Principal: { AWS: `${ROLE}2` }, Action: 'kms:*', Resource: '*' }));
    await expect(encrypt(key)).rejects.toMatchObject(
      refused('because no resource-based policy allows the kms:Encrypt action'),
    );
  });

  it('decides by the encryption context and by the service that uses it', async () => {
    const via = { StringEquals: { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' } };
    const context = { StringEquals: { 'kms:EncryptionContext:stage': 'prod' } };
    const key = await keyWith(
      policyOf(
        { Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' },
        {
          Effect: 'Deny',
          Principal: { AWS: ROLE },
          Action: 'kms:Encrypt',
          Resource: '*',
          Condition: {
            StringNotEquals: context.StringEquals,
          },
        },
      ),
    );
    await allow(
      { Action: 'kms:Encrypt' },
      { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Condition: via },
    );
    await expect(encrypt(key)).rejects.toMatchObject(refused('with an explicit deny'));
    await role.kms.encrypt({ KeyId: key, Plaintext: Buffer.from('x'), EncryptionContext: { stage: 'prod' } });
    await expect(role.kms.generateDataKey({ KeyId: key, KeySpec: 'AES_256' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const QueueUrl = await queue(
      policyOf({ Principal: { AWS: ROLE }, Action: 'sqs:SendMessage', Resource: QUEUE }),
      { KmsMasterKeyId: key },
    );
    await role.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
  });

  it('keeps a service out of an encrypted queue that admits it', async () => {
    const admits = policyOf({
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: QUEUE,
    });
    const key = await keyWith();
    const QueueUrl = await queue(admits, { KmsMasterKeyId: key });
    const { TopicArn } = await account.sns.createTopic({ Name: 't' });
    await account.sns.subscribe({ TopicArn, Protocol: 'sqs', Endpoint: QUEUE });
    const arrives = async () => {
      await account.sns.publish({ TopicArn, Message: 'x' });
      await cloud.clock.runUntil(cloud.clock.now() + 1000);
      return (await account.sqs.receiveMessage({ QueueUrl })).Messages?.length ?? 0;
    };
    expect(await arrives()).toBe(0);
    expect(cloud.wiringReport().refused).toMatchObject([
      { from: TopicArn, to: QUEUE, sender: 'sns.amazonaws.com', policy: `the policy of the key ${key}` },
    ]);
    await account.kms.putKeyPolicy({
      KeyId: key,
      Policy: policyOf(
        { Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' },
        {
          Principal: { Service: 'sns.amazonaws.com' },
          Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
          Resource: '*',
          Condition: {
            ArnEquals: { 'aws:SourceArn': TopicArn },
            StringEquals: { 'aws:SourceAccount': ACCOUNT },
          },
        },
      ),
    });
    expect(cloud.wiringReport().refused).toEqual([]);
    expect(await arrives()).toBe(1);
  });

  it('keeps a role out of the items of a table that is encrypted with it', async () => {
    const key = await keyWith();
    await account.dynamoDb.createTable({
      TableName: 'ledger',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
    });
    await cloud.clock.runUntil(cloud.clock.now() + 60_000);
    const read = () => role.dynamoDb.getItem({ TableName: 'ledger', Key: { pk: { S: 'x' } } });
    await allow({ Action: 'dynamodb:*' });
    await expect(read()).rejects.toMatchObject(
      refused('because no identity-based policy allows the kms:Decrypt action'),
    );
    const via = { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' };
    const context = { 'kms:EncryptionContext:aws:dynamodb:tableName': 'ledger' };
    await allow(
      { Action: 'dynamodb:*' },
      { Action: 'kms:Decrypt', Resource: key, Condition: { StringEquals: { ...via, ...context } } },
    );
    await read();
    await role.dynamoDb.describeTable({ TableName: 'ledger' });
  });

  it('has to admit CloudWatch Logs before a log group takes it', async () => {
    const key = await keyWith();
    const logs = { Service: 'logs.eu-central-1.amazonaws.com' };
    const Condition = {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn('logs', 'log-group:/mine/*') },
    };
    const create = (logGroupName: string) => account.logs.createLogGroup({ logGroupName, kmsKeyId: key });
    await expect(create('/mine/a')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await account.kms.putKeyPolicy({
      KeyId: key,
      Policy: policyOf(
        { Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' },
        { Principal: logs, Action: ['kms:GenerateDataKey*', 'kms:Decrypt*'], Resource: '*', Condition },
      ),
    });
    await create('/mine/a');
    await expect(create('/other')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await account.logs.createLogGroup({ logGroupName: '/other' });
    await expect(
      account.logs.associateKmsKey({ logGroupName: '/other', kmsKeyId: key }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('a rule whose dead-letter queue does not admit it', () => {
  it('is told of before anything is lost, and when it is', async () => {
    await queue();
    await account.sqs.createQueue({ QueueName: 'letters' });
    await account.events.putRule({ Name: 'r', EventPattern: '{"source":["mine"]}' });
    await account.events.putTargets({
      Rule: 'r',
      Targets: [{ Id: 't', Arn: QUEUE, DeadLetterConfig: { Arn: arn('sqs', 'letters') } }],
    });
    const from = arn('events', 'rule/r');
    const sender = 'events.amazonaws.com';
    const wire = { from, sender, action: 'sqs:SendMessage' };
    expect(cloud.wiringReport()).toMatchObject({
      wires: 2,
      refused: [
        { ...wire, to: QUEUE, use: 'target', policy: `the policy of ${QUEUE}` },
        { ...wire, to: arn('sqs', 'letters'), use: 'dead-letter queue' },
      ],
      rules: [{ name: 'r', arn: from }],
    });
    await account.events.putEvents({ Entries: [{ Source: 'mine', DetailType: 'd', Detail: '{}' }] });
    await cloud.clock.runUntil(cloud.clock.now() + 1000);
    expect(journal.filter(({ kind }) => kind === 'delivery')).toMatchObject([
      { from, to: QUEUE, outcome: 'failed', isRefused: true },
      { from, to: arn('sqs', 'letters'), outcome: 'dropped', isRefused: true },
    ]);
    expect(journal.filter(({ kind }) => kind === 'access-denied')).toMatchObject([
      { principal: { kind: 'service', service: sender }, action: 'sqs:SendMessage', resource: QUEUE },
      { resource: arn('sqs', 'letters') },
    ]);
  });
});

describe('a session', () => {
  const assume = async (more: object = {}): Promise<Clients> => {
    const { Credentials } = await account.sts.assumeRole({ RoleArn: ROLE, RoleSessionName: 'name', ...more });
    return clientsOf({
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    });
  };

  it('may do what both its role and its own policy allow', async () => {
    await allow({ Action: ['sqs:ListQueues', 'sns:ListTopics'] });
    const session = await assume({ Policy: policyOf({ Action: 'sqs:*', Resource: '*' }) });
    await session.sqs.listQueues({});
    await expect(session.sns.listTopics({})).rejects.toMatchObject(
      refused('because no session policy allows the sns:ListTopics action'),
    );
    await expect(session.sqs.createQueue({ QueueName: 'n' })).rejects.toMatchObject(
      refused('because no identity-based policy allows'),
    );
  });

  it('is for whom the trust lets in, under the trust’s conditions', async () => {
    await account.iam.updateAssumeRolePolicy({
      RoleName: 'worker',
      PolicyDocument: policyOf({
        Principal: { AWS: ROOT },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'agreed' } },
      }),
    });
    await expect(assume()).rejects.toMatchObject({
      message: `User: ${ROOT} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    });
    await assume({ ExternalId: 'agreed' });
  });

  it('lasts no longer than its role allows', async () => {
    await expect(assume({ DurationSeconds: 7200 })).rejects.toMatchObject({
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });
});

describe('conditions on what is asked for', () => {
  it('tags to be set', async () => {
    await allow({ Action: 'sqs:*', Condition: { StringEquals: { 'aws:RequestTag/team': 'ops' } } });
    await role.sqs.createQueue({ QueueName: 'ours', tags: { team: 'ops' } });
    await expect(role.sqs.createQueue({ QueueName: 'theirs', tags: { team: 'x' } })).rejects.toThrow();
  });

  it('tags that are there, of whatever service', async () => {
    await allow({ Action: 'sqs:*', Condition: { StringEquals: { 'aws:ResourceTag/team': 'ops' } } });
    const mine = await account.sqs.createQueue({ QueueName: 'mine', tags: { team: 'ops' } });
    const other = await account.sqs.createQueue({ QueueName: 'other' });
    await role.sqs.purgeQueue({ QueueUrl: mine.QueueUrl });
    await expect(role.sqs.purgeQueue({ QueueUrl: other.QueueUrl })).rejects.toThrow();
  });

  it('the part of a table', async () => {
    await account.dynamoDb.createTable({
      TableName: 'ledger',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await cloud.clock.runUntil(cloud.clock.now() + 60_000);
    await allow({
      Action: 'dynamodb:*',
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['own'] } },
    });
    const read = (pk: string) => role.dynamoDb.getItem({ TableName: 'ledger', Key: { pk: { S: pk } } });
    const query = (pk: string) =>
      role.dynamoDb.query({
        TableName: 'ledger',
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExpressionAttributeValues: { ':p': { S: pk } },
      });
    await read('own');
    await query('own');
    await expect(read('other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(query('other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('the prefix of a listing', async () => {
    await account.s3.createBucket({ Bucket: 'shelf' });
    await allow({ Action: 's3:ListBucket', Condition: { StringLike: { 's3:prefix': 'own/*' } } });
    await role.s3.listObjectsV2({ Bucket: 'shelf', Prefix: 'own/x' });
    await expect(role.s3.listObjectsV2({ Bucket: 'shelf' })).rejects.toThrow();
  });
});

describe('what EC2 refuses', () => {
  it('can be decoded', async () => {
    const error = await role.ec2.createVpc({ CidrBlock: '10.0.0.0/16' }).catch((reason: unknown) => reason);
    const { message } = error as Error;
    const EncodedMessage = /Encoded authorization failure message: (\S+)$/.exec(message)?.[1];
    const { DecodedMessage } = await account.sts.decodeAuthorizationMessage({ EncodedMessage });
    expect(JSON.parse(DecodedMessage ?? '')).toMatchObject({
      allowed: false,
      explicitDeny: false,
      context: { action: 'ec2:CreateVpc', resource: arn('ec2', 'vpc/*') },
    });
  });
});
