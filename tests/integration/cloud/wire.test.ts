import { gzipSync } from 'node:zlib';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { encodeCbor } from '../../../tools/cloud/wire/codec/cbor.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

let cloud: Cloud;
let sqs: SQS;
let cloudWatch: CloudWatch;

beforeAll(async () => {
  // What is posted here by hand is not signed in earnest.
  cloud = await startCloud({ enforceIam: false });
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  sqs = new SQS(config);
  cloudWatch = new CloudWatch(config);
});

afterAll(async () => {
  for (const client of [sqs, cloudWatch]) client.destroy();
  await cloud.close();
});

/** Posts what an SDK would not. `service` is the credential scope's, '' for an unsigned request. */
async function post(
  service: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = '/',
): Promise<{ status: number; text: string; headers: Headers }> {
  const scope = `local/20260105/eu-central-1/${service}/aws4_request`;
  const signature = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`;
  const reply = await fetch(cloud.endpoint + path, {
    method: 'POST',
    body,
    headers: { ...(service !== '' && { authorization: signature }), ...headers },
  });
  return { status: reply.status, text: await reply.text(), headers: reply.headers };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const json = (target: string) => ({ 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target });

describe('the wire finds the service', () => {
  it('of unsigned requests, by version and action or by target', async () => {
    const form = await post('', 'Action=GetCallerIdentity&Version=2011-06-15', FORM);
    expect(form.text).toContain('<Account>123456789012</Account>');
    const target = await post('', '{}', json('AmazonSQS.ListQueues'));
    expect(target.status).toBe(200);
  });

  it('and says so when it has none', async () => {
    const reply = await post('braket', '{}', json('Braket.GetJob'));
    expect(reply.status).toBe(501);
    expect(reply.text).toContain('braket');
  });

  it('and names the operation it does not provide', async () => {
    await expect(cloudWatch.deleteInsightRules({ RuleNames: ['x'] })).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('cloudwatch:DeleteInsightRules') as string,
      $metadata: { httpStatusCode: 501 },
    });
    const unknown = await post('autoscaling', 'Action=Frobnicate&Version=2011-01-01', FORM);
    expect(unknown.status).toBe(501);
    expect(unknown.text).toContain('Frobnicate');
  });
});

describe('the wire speaks the protocol it is spoken to in', () => {
  it('Query with services that speak JSON by now', async () => {
    const created = await post('sqs', 'Action=CreateQueue&QueueName=old&Version=2012-11-05', FORM);
    expect(created.text).toMatch(/<QueueUrl>http:\/\/127\.0\.0\.1:\d+\/123456789012\/old<\/QueueUrl>/);
    const sent = await post(
      'sqs',
      `Action=SendMessage&QueueUrl=${cloud.endpoint}/123456789012/old&MessageBody=%3Chi%3E`,
      FORM,
    );
    expect(sent.status).toBe(200);
    const received = await post(
      'sqs',
      `Action=ReceiveMessage&QueueUrl=${cloud.endpoint}/123456789012/old`,
      FORM,
    );
    expect(received.text).toContain('<Body>&lt;hi&gt;</Body>');
    const metrics =
      'Action=PutMetricData&Version=2010-08-01&Namespace=N&MetricData.member.1.MetricName=m&MetricData.member.1.Value=2';
    expect((await post('monitoring', metrics, FORM)).status).toBe(200);
  });

  it('with the old code of an error in JSON as well', async () => {
    await expect(sqs.getQueueUrl({ QueueName: 'none' })).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    const reply = await post('sqs', '{"QueueName":"none"}', json('AmazonSQS.GetQueueUrl'));
    expect(reply.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(JSON.parse(reply.text)).toMatchObject({ __type: 'com.amazonaws.sqs#QueueDoesNotExist' });
  });

  it('CBOR, dates and all', async () => {
    const body = encodeCbor({
      Namespace: 'Cbor',
      MetricData: [{ MetricName: 'm', Value: 1.5, Timestamp: new Date(cloud.clock.now() - 60_000) }],
    });
    const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
    const path = '/service/GraniteServiceVersion20100801/operation/';
    const put = await post('monitoring', new Uint8Array(body), headers, `${path}PutMetricData`);
    expect(put).toMatchObject({ status: 200 });
    expect(put.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
    const bad = await post('monitoring', new Uint8Array([0xbf, 0x61]), headers, `${path}PutMetricData`);
    expect(bad.status).toBe(400);
  });
});

describe('the wire refuses', () => {
  it('gzip that is cut short, without falling over', async () => {
    const whole = gzipSync(JSON.stringify({ Namespace: 'N', MetricData: [] }));
    const headers = { ...json('GraniteServiceVersion20100801.PutMetricData'), 'content-encoding': 'gzip' };
    const cut = await post('monitoring', new Uint8Array(whole.subarray(0, whole.length - 9)), headers);
    expect(cut).toMatchObject({ status: 400 });
    expect(cut.text).toContain('SerializationException');
    expect(await post('monitoring', new Uint8Array(whole), headers)).not.toMatchObject({ status: 500 });
  });

  it('chunks that are cut short', async () => {
    const reply = await post('s3', 'ff\r\nabc', { 'content-encoding': 'aws-chunked' }, '/bucket/key');
    expect(reply.status).toBe(400);
  });

  it('what is no JSON, no number, no document', async () => {
    const noJson = await post('sqs', '{"QueueName":', json('AmazonSQS.CreateQueue'));
    expect(noJson).toMatchObject({ status: 400 });
    const wrongType = await post('sqs', '{"QueueName":7}', json('AmazonSQS.CreateQueue'));
    expect(JSON.parse(wrongType.text)).toMatchObject({ __type: 'com.amazonaws.sqs#SerializationException' });
    const noNumber = await post(
      'autoscaling',
      'Action=SetDesiredCapacity&AutoScalingGroupName=a&DesiredCapacity=many',
      FORM,
    );
    expect(noNumber).toMatchObject({ status: 400 });
    expect(noNumber.text).toContain('<Code>MalformedInput</Code>');
  });

  it('inputs that lack what the model requires', async () => {
    const reply = await post('autoscaling', 'Action=SetDesiredCapacity', FORM);
    expect(reply.text).toContain('<Code>ValidationError</Code>');
    expect(reply.text).toContain(
      '2 validation errors detected: Value null at &apos;autoScalingGroupName&apos; failed to satisfy constraint: Member must not be null; Value null at &apos;desiredCapacity&apos;',
    );
    expect((await post('ec2', 'Action=TerminateInstances', FORM)).text).toContain(
      '<Code>MissingParameter</Code>',
    );
  });
});

describe('time on the wire', () => {
  it('is the cloud’s', async () => {
    const { headers } = await post('sts', 'Action=GetCallerIdentity', FORM);
    expect(headers.get('date')).toBe(cloud.clock.date().toUTCString());
  });

  it('passes while a caller waits for a message, and stands still otherwise', async () => {
    const { QueueUrl } = await sqs.createQueue({ QueueName: 'waited-for' });
    const before = cloud.clock.now();
    cloud.clock.at(before + 5000, () => sqs.sendMessage({ QueueUrl, MessageBody: 'late' }));
    const received = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(cloud.clock.now()).toBe(before);
    await cloud.clock.runUntil(before + 30_000);
    expect((await received).Messages).toMatchObject([{ Body: 'late' }]);
  });
});

describe('paths of the cloud’s own', () => {
  it('are answered by those who asked for them, at the longest path', async () => {
    cloud.routes.add('POST', '/_cloud/echo', ({ json: body }) => ({ status: 201, body: { got: body() } }));
    cloud.routes.add('POST', '/_cloud/echo/deep', () => ({ body: 'deep' }));
    expect(await post('', '{"a":1}', {}, '/_cloud/echo/x?y')).toMatchObject({
      status: 201,
      text: '{"got":{"a":1}}',
    });
    expect(await post('', '', {}, '/_cloud/echo/deep')).toMatchObject({ status: 200, text: 'deep' });
    expect(await post('', '{', {}, '/_cloud/echo')).toMatchObject({ status: 400 });
    expect(await post('', '', {}, '/_cloud/none')).toMatchObject({ status: 404 });
  });
});

describe('where IAM is not enforced', () => {
  it('any keys are the account’s', async () => {
    const sts = new STS({
      region: 'eu-central-1',
      endpoint: cloud.endpoint,
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    });
    expect((await sts.getCallerIdentity({})).Arn).toBe('arn:aws:iam::123456789012:root');
    sts.destroy();
  });
});
