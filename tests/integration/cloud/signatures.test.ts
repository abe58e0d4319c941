import { IAM } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import type { Keys, Reply, Sending } from './signed-fetch.ts';
import { presigned, signedFetch } from './signed-fetch.ts';

const START = Date.parse('2026-01-05T00:00:00Z');
/** What the machine's clock shows, far from the cloud's. */
const MACHINE = Date.parse('2031-07-01T12:00:00Z');
const MINUTE = 60_000;
const ACCOUNT = '123456789012';
const ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

let cloud: Cloud;
let iam: IAM;
let user: Keys;

const config = (credentials: Keys) => ({
  region: 'eu-central-1',
  endpoint: cloud.endpoint,
  credentials,
  maxAttempts: 1,
});

beforeAll(async () => {
  cloud = await startCloud({ start: START, machineTime: () => MACHINE });
  iam = new IAM({ ...config(ACCOUNT_KEYS), systemClockOffset: START - Date.now() });
  await iam.createUser({ UserName: 'ann', Path: '/team/' });
  await iam.putUserPolicy({ UserName: 'ann', PolicyName: 'all', PolicyDocument: ALL });
  user = await accessKey();
});

afterAll(async () => {
  iam.destroy();
  await cloud.close();
});

async function accessKey(): Promise<Keys & { accessKeyId: string }> {
  const { AccessKey } = await iam.createAccessKey({ UserName: 'ann' });
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
}

const form = (body: string): Partial<Sending> => ({
  body,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});
const json = (target: string, version: string): Partial<Sending> => ({
  body: '{}',
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
});

/** A harmless call in each protocol. */
const CALLS: Readonly<Record<string, Partial<Sending>>> = {
  sts: form('Action=GetCallerIdentity&Version=2011-06-15'),
  ec2: form('Action=DescribeInstances&Version=2016-11-15'),
  dynamodb: json('DynamoDB_20120810.ListTables', '1.0'),
  logs: json('Logs_20140328.DescribeLogGroups', '1.1'),
  sqs: json('AmazonSQS.ListQueues', '1.0'),
  lambda: { method: 'GET', path: '/2015-03-31/functions/' },
  s3: { method: 'GET' },
};

const send = (service: string, over: Partial<Sending> = {}): Promise<Reply> =>
  signedFetch(cloud.endpoint, {
    service,
    keys: user,
    at: cloud.clock.now(),
    ...CALLS[service],
    ...over,
  });

/** Status and code of a refusal, in whatever form the protocol has them. */
function refusal({ status, text, headers }: Reply): string {
  const code =
    /<Code>(.*?)<\/Code>/.exec(text)?.[1] ??
    headers.get('x-amzn-errortype') ??
    /"__type":"(?:.*#)?(.*?)"/.exec(text)?.[1];
  return `${status} ${code}`;
}

describe('a signature by keys that were given out', () => {
  it.each(Object.keys(CALLS))('is good for %s', async (service) => {
    expect((await send(service)).status).toBe(200);
  });

  it('tells who the caller is', async () => {
    const { text } = await send('sts');
    expect(text).toContain(`<Arn>arn:aws:iam::${ACCOUNT}:user/team/ann</Arn>`);
  });

  it('is good by the machine’s time too, whose time the reply then bears', async () => {
    const { status, headers } = await send('sts', { at: MACHINE - MINUTE });
    expect(status).toBe(200);
    expect(headers.get('date')).toBe(new Date(MACHINE).toUTCString());
    expect((await send('sts')).headers.get('date')).toBe(cloud.clock.date().toUTCString());
  });
});

type Row = readonly [service: string, expected: string];

const each = (what: string, over: () => Partial<Sending>, rows: readonly Row[]) =>
  describe(what, () => {
    it.each(rows)('is refused by %s with %s', async (service, expected) => {
      expect(refusal(await send(service, over()))).toBe(expected);
    });
  });

each('a wrong secret', () => ({ keys: { ...user, secretAccessKey: 'wrong' } }), [
  ['sts', '403 SignatureDoesNotMatch'],
  ['ec2', '401 AuthFailure'],
  ['dynamodb', '400 InvalidSignatureException'],
  ['logs', '400 InvalidSignatureException'],
  ['sqs', '403 SignatureDoesNotMatch'],
  ['lambda', '403 InvalidSignatureException'],
  ['s3', '403 SignatureDoesNotMatch'],
]);

each('a key that nobody was given', () => ({ keys: { ...user, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } }), [
  ['sts', '403 InvalidClientTokenId'],
  ['ec2', '401 AuthFailure'],
  ['dynamodb', '400 UnrecognizedClientException'],
  ['sqs', '403 InvalidClientTokenId'],
  ['lambda', '403 UnrecognizedClientException'],
  ['s3', '403 InvalidAccessKeyId'],
]);

each('a session token that is not the key’s', () => ({ keys: { ...user, sessionToken: 'forged' } }), [
  ['sts', '403 InvalidClientTokenId'],
  ['dynamodb', '400 UnrecognizedClientException'],
  ['s3', '400 InvalidToken'],
]);

each('a clock sixteen minutes slow', () => ({ at: cloud.clock.now() - 16 * MINUTE }), [
  ['sts', '403 SignatureDoesNotMatch'],
  ['ec2', '400 RequestExpired'],
  ['dynamodb', '400 InvalidSignatureException'],
  ['lambda', '403 InvalidSignatureException'],
  ['s3', '403 RequestTimeTooSkewed'],
]);

each('a clock sixteen minutes fast', () => ({ at: cloud.clock.now() + 16 * MINUTE }), [
  ['sts', '403 SignatureDoesNotMatch'],
  ['s3', '403 RequestTimeTooSkewed'],
]);

describe('what was changed on its way', () => {
  it('is refused', async () => {
    const sentBody = 'Action=GetCallerIdentity&Version=2011-06-15&x=1';
    expect(refusal(await send('sts', { sentBody }))).toBe('403 SignatureDoesNotMatch');
    const put = { method: 'PUT', path: '/bucket/key', body: 'told', sentBody: 'sold' };
    expect(refusal(await send('s3', put))).toBe('400 XAmzContentSHA256Mismatch');
  });

  it('is not noticed by S3 where the payload is not signed', async () => {
    await send('s3', { method: 'PUT', path: '/unsigned' });
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const put = { method: 'PUT', path: '/unsigned/key', headers, body: 'told', sentBody: 'sold' };
    expect((await send('s3', put)).status).toBe(200);
  });
});

describe('a skewed clock is told', () => {
  it('both times in AWS’s words, and the right one in the Date header', async () => {
    const { text, headers } = await send('sts', { at: START - 60 * MINUTE });
    expect(text).toContain(
      'Signature expired: 20260104T230000Z is now earlier than 20260104T234500Z (20260105T000000Z - 15 min.)',
    );
    expect(headers.get('date')).toBe(cloud.clock.date().toUTCString());
  });
});

describe('nobody’s call', () => {
  const unsigned = async ({ method = 'POST', path = '/', headers, body }: Partial<Sending> = {}) => {
    const reply = await fetch(cloud.endpoint + path, {
      method,
      ...(headers && { headers }),
      ...(body !== undefined && { body }),
    });
    return { status: reply.status, text: await reply.text(), headers: reply.headers };
  };

  it.each<Row>([
    ['sts', '403 MissingAuthenticationToken'],
    ['ec2', '403 MissingAuthenticationToken'],
    ['dynamodb', '400 MissingAuthenticationTokenException'],
    ['s3', '403 AccessDenied'],
  ])('is refused by %s with %s', async (service, expected) => {
    expect(refusal(await unsigned(CALLS[service]))).toBe(expected);
  });

  it('reads what a bucket’s policy lets anyone read', async () => {
    const s3 = new S3({ ...config(user), forcePathStyle: true, systemClockOffset: START - Date.now() });
    await s3.createBucket({ Bucket: 'site' });
    await s3.putObject({ Bucket: 'site', Key: 'index.html', Body: 'hello' });
    const page = { method: 'GET', path: '/site/index.html' };
    expect((await unsigned(page)).status).toBe(403);
    const statement = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::site/*',
    };
    await s3.putBucketPolicy({ Bucket: 'site', Policy: JSON.stringify({ Statement: [statement] }) });
    expect(await unsigned(page)).toMatchObject({ status: 200, text: 'hello' });
    expect((await unsigned({ ...page, method: 'DELETE' })).status).toBe(403);
    s3.destroy();
  });
});

describe('a presigned URL', () => {
  it('is good for as long as it says, on the cloud’s clock, and for what it says', async () => {
    const headers = { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
    const read = { service: 's3', keys: user, at: cloud.clock.now(), method: 'GET', headers };
    const url = await presigned(cloud.endpoint, { ...read, path: '/site/index.html' }, 60);
    expect(await (await fetch(url)).text()).toBe('hello');
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    await cloud.clock.runUntil(cloud.clock.now() + 61_000);
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('<Message>Request has expired</Message>');
  });
});

describe('temporary keys', () => {
  it('hold until they expire on the cloud’s clock', async () => {
    await iam.createRole({
      RoleName: 'worker',
      AssumeRolePolicyDocument: JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
      }),
    });
    await iam.putRolePolicy({ RoleName: 'worker', PolicyName: 'all', PolicyDocument: ALL });
    const sts = new STS({ ...config(user), systemClockOffset: cloud.clock.now() - Date.now() });
    const { Credentials } = await sts.assumeRole({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/worker`,
      RoleSessionName: 'session',
      DurationSeconds: 900,
    });
    sts.destroy();
    const keys = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    expect((await send('sqs', { keys })).status).toBe(200);
    const { sessionToken: _token, ...without } = keys;
    expect(refusal(await send('sqs', { keys: without }))).toBe('403 InvalidClientTokenId');
    await cloud.clock.runUntil(cloud.clock.now() + 900_000);
    expect(refusal(await send('sqs', { keys }))).toBe('403 ExpiredToken');
    expect(refusal(await send('dynamodb', { keys }))).toBe('400 ExpiredTokenException');
    expect(refusal(await send('ec2', { keys }))).toBe('400 RequestExpired');
    expect(refusal(await send('s3', { keys }))).toBe('400 ExpiredToken');
  });
});

describe('an access key of a user', () => {
  it('holds while it is active and there', async () => {
    const keys = await accessKey();
    const AccessKeyId = keys.accessKeyId;
    const call = async () => refusal(await send('sts', { keys }));
    await iam.updateAccessKey({ UserName: 'ann', AccessKeyId, Status: 'Inactive' });
    expect(await call()).toBe('403 InvalidClientTokenId');
    await iam.updateAccessKey({ UserName: 'ann', AccessKeyId, Status: 'Active' });
    expect((await send('sts', { keys })).status).toBe(200);
    await expect(accessKey()).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(iam.deleteUser({ UserName: 'ann' })).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await iam.deleteAccessKey({ UserName: 'ann', AccessKeyId });
    expect(await call()).toBe('403 InvalidClientTokenId');
  });
});

describe('the account’s own user', () => {
  it('signs by any name that is its own secret', async () => {
    for (const name of ['local', 'test']) {
      const sqs = new SQS({
        ...config({ accessKeyId: name, secretAccessKey: name }),
        systemClockOffset: MACHINE - Date.now(),
      });
      await sqs.listQueues({});
      sqs.destroy();
    }
  });

  it('and by no other secret', async () => {
    const keys = { accessKeyId: 'local', secretAccessKey: 'other' };
    expect(refusal(await send('sts', { keys }))).toBe('403 SignatureDoesNotMatch');
  });
});
