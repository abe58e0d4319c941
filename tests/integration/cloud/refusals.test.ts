import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ enforceIam: false });
});

afterAll(() => cloud.close());

interface Refusal {
  readonly status: number;
  readonly text: string;
}

async function send(service: string, path: string, init: RequestInit): Promise<Refusal> {
  const scope = `local/20260105/eu-central-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`;
  const headers = { ...(init.headers as Record<string, string>), authorization };
  const reply = await fetch(cloud.endpoint + path, { ...init, headers });
  return { status: reply.status, text: await reply.text() };
}

function query(service: string, body: string): Promise<Refusal> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return send(service, '/', { method: 'POST', body, headers });
}

async function json(service: string, target: string, input: object): Promise<object> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const { status, text } = await send(service, '/', { method: 'POST', body: JSON.stringify(input), headers });
  return { status, ...(JSON.parse(text) as object) };
}

async function rest(service: string, method: string, path: string, input: object): Promise<object> {
  const { status, text } = await send(service, path, { method, body: JSON.stringify(input) });
  return { status, ...(JSON.parse(text) as object) };
}

const FAILED = 'failed to satisfy constraint: Member must';

describe('services that share a framework refuse in its words', () => {
  it('Auto Scaling, with all that is wrong, lists by number', async () => {
    const { status, text } = await query(
      'autoscaling',
      'Action=CreateOrUpdateTags&Tags.member.1.Key=&Tags.member.1.ResourceType=x',
    );
    expect(status).toBe(400);
    expect(text).toContain('<Code>ValidationError</Code>');
    expect(text).toContain(
      `1 validation error detected: Value &apos;&apos; at &apos;tags.1.member.key&apos; ${FAILED} have length greater than or equal to 1`,
    );
  });

  it('CloudFormation, IAM without the value', async () => {
    const stack = await query('cloudformation', 'Action=CreateChangeSet&StackName=1a&ChangeSetName=c');
    expect(stack.text).toContain(
      `Value &apos;1a&apos; at &apos;stackName&apos; ${FAILED} satisfy regular expression pattern: `,
    );
    const role = await query('iam', 'Action=GetRole&RoleName=a%20b');
    expect(role.text).toContain(
      `Value at &apos;roleName&apos; ${FAILED} satisfy regular expression pattern: [\\w+=,.@-]+`,
    );
  });

  it('CloudWatch by the name of its model, which has the code of its Query days', async () => {
    const input = { AlarmName: 'a', StateValue: 'INVALID', StateReason: 'x' };
    expect(await json('monitoring', 'GraniteServiceVersion20100801.SetAlarmState', input)).toMatchObject({
      status: 400,
      __type: 'com.amazonaws.cloudwatch#ValidationException',
      message: `1 validation error detected: Value 'INVALID' at 'stateValue' ${FAILED} satisfy enum value set: [OK, ALARM, INSUFFICIENT_DATA]`,
    });
  });

  it('CloudWatch Logs by a code of its own', async () => {
    const target = 'Logs_20140328.DescribeLogGroups';
    expect(await json('logs', target, { limit: 51 })).toMatchObject({
      status: 400,
      __type: expect.stringMatching(/#InvalidParameterException$/) as string,
      message: `1 validation error detected: Value '51' at 'limit' ${FAILED} have value less than or equal to 50`,
    });
  });

  it('DynamoDB, items and values of maps as one', async () => {
    const target = 'DynamoDB_20120810.BatchWriteItem';
    expect(await json('dynamodb', target, { RequestItems: { table: [] } })).toMatchObject({
      status: 400,
      __type: expect.stringMatching(/#ValidationException$/) as string,
      message:
        "1 validation error detected: Value '{table=[]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
    });
  });

  it('EventBridge shows structures as Java does', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 's' }));
    const refused = await json('events', 'AWSEvents.PutEvents', { Entries });
    expect(refused).toMatchObject({
      message: expect.stringMatching(
        /^1 validation error detected: Value '\[PutEventsRequestEntry\(time=null, source=s, .*\)\]' at 'entries' failed .* less than or equal to 10$/,
      ) as string,
    });
  });

  it('Lambda and Scheduler, over REST', async () => {
    const path = '/2015-03-31/functions/a/aliases';
    expect(await rest('lambda', 'POST', path, { Name: '1', FunctionVersion: '1' })).toMatchObject({
      status: 400,
      message: `1 validation error detected: Value '1' at 'name' ${FAILED} satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
    });
    const group = await rest('scheduler', 'POST', '/schedule-groups/a%20b', {});
    expect(group).toMatchObject({ status: 400, Message: expect.stringContaining("'name' failed") as string });
  });

  it('and KMS keeps to itself what is secret', async () => {
    const input = { KeyId: 'k', Plaintext: Buffer.alloc(4097).toString('base64') };
    expect(await json('kms', 'TrentService.Encrypt', input)).toMatchObject({
      message: `1 validation error detected: Value at 'plaintext' ${FAILED} have length less than or equal to 4096`,
    });
  });
});

describe('services with words of their own use them', () => {
  it('EC2', async () => {
    const { status, text } = await query('ec2', 'Action=DescribeSubnets&MaxResults=4');
    expect(status).toBe(400);
    expect(text).toContain('<Code>InvalidParameterValue</Code>');
    expect(text).toContain(
      'Value (4) for parameter MaxResults is invalid. Expecting a value greater than or equal to 5.',
    );
    const missing = await query('ec2', 'Action=TerminateInstances');
    expect(missing.text).toContain('<Code>MissingParameter</Code>');
  });

  it('Lambda about runtimes, which may be ARNs', async () => {
    const input = { FunctionName: 'f', Role: 'arn:aws:iam::123456789012:role/r', Code: {}, Runtime: 'cobol' };
    const refused = await rest('lambda', 'POST', '/2015-03-31/functions', input);
    expect(refused).toMatchObject({
      message: expect.stringMatching(/^Value cobol at 'runtime' failed .*\] or be a valid ARN$/) as string,
    });
  });

  it('SQS about attributes', async () => {
    const input = { QueueName: 'q', Attributes: { Colour: 'red' } };
    expect(await json('sqs', 'AmazonSQS.CreateQueue', input)).toMatchObject({
      status: 400,
      __type: expect.stringMatching(/#InvalidAttributeName$/) as string,
      message: 'Unknown Attribute Colour.',
    });
    expect(await json('sqs', 'AmazonSQS.CreateQueue', {})).toMatchObject({
      message: 'The request must contain the parameter QueueName.',
    });
  });

  it('S3 about headers, parameters and bodies', async () => {
    const code = async (path: string, init: RequestInit) =>
      /<Code>(.*?)<\/Code>/.exec((await send('s3', path, init)).text)?.[1];
    const headers = (name: string, value: string) => ({
      method: 'PUT',
      headers: { [name]: value },
      body: 'x',
    });
    expect(await code('/bucket/key', headers('x-amz-storage-class', 'COLD'))).toBe('InvalidStorageClass');
    expect(await code('/bucket/key', headers('x-amz-acl', 'anyone'))).toBe('InvalidArgument');
    expect(await code('/bucket?encoding-type=x', { method: 'GET' })).toBe('InvalidArgument');
    const versioning = '<VersioningConfiguration><Status>Maybe</Status></VersioningConfiguration>';
    expect(await code('/bucket?versioning', { method: 'PUT', body: versioning })).toBe('MalformedXML');
    const place =
      '<CreateBucketConfiguration><LocationConstraint>moon</LocationConstraint></CreateBucketConfiguration>';
    expect(await code('/bucket', { method: 'PUT', body: place })).toBe('InvalidLocationConstraint');
  });
});

describe('what nests without end', () => {
  it('is refused where it is read, and where a service reads what is in it', async () => {
    const deep = (open: string, close: string) => `${open.repeat(20_000)}{"S":"x"}${close.repeat(20_000)}`;
    const put = (value: string) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.PutItem',
      };
      const body = `{"TableName":"t","Item":{"a":${value}}}`;
      return send('dynamodb', '/', { method: 'POST', body, headers });
    };
    for (const value of [deep('{"M":{"a":', '}}'), deep('{"L":[', ']}')]) {
      const { status, text } = await put(value);
      expect([status, text]).toEqual([400, expect.stringContaining('SerializationException')]);
    }
    const math = {
      StartTime: 1_767_571_200,
      EndTime: 1_767_574_800,
      MetricDataQueries: [{ Id: 'e', Expression: `${'('.repeat(1000)}1${')'.repeat(1000)}` }],
    };
    expect(await json('monitoring', 'GraniteServiceVersion20100801.GetMetricData', math)).toMatchObject({
      status: 400,
    });
  });
});

describe('numbers', () => {
  it('are whole where the model says so, and no larger than it says', async () => {
    const group = 'Action=SetDesiredCapacity&AutoScalingGroupName=a&DesiredCapacity=';
    for (const value of ['1.5', '2147483648', '1e999']) {
      const { status, text } = await query('autoscaling', group + value);
      expect([value, status]).toEqual([value, 400]);
      expect(text).toContain('<Code>MalformedInput</Code>');
    }
    expect(
      await json('kms', 'TrentService.GenerateDataKey', { KeyId: 'k', NumberOfBytes: 1.5 }),
    ).toMatchObject({
      __type: expect.stringMatching(/#SerializationException$/) as string,
    });
  });
});
