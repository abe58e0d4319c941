import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { S3 } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { directoryCommand } from '../../../tools/sandbox/real-fleet/commands.ts';
import { startRealFleet, type StartedFleet } from '../../../tools/sandbox/real-fleet/index.ts';
import { sendVisitors } from '../../../tools/sandbox/real-fleet/visitors.ts';
import { openFleet, type Fleet } from '../cloud/groups-world.ts';

// Real processes start, six in one of these tests: on a busy machine each takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const TABLE = 'directory';
const BUCKET = 'directory-photos';
const SECOND = 1000;

let fleet: Fleet;
let real: StartedFleet;

const statement = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });

/** What infra/directory-table.yml allows an instance. */
const POLICY = [
  statement(
    ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    `arn:aws:dynamodb:eu-central-1:123456789012:table/${TABLE}`,
  ),
  statement(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], `arn:aws:s3:::${BUCKET}/photos/*`),
  statement(['s3:ListBucket'], `arn:aws:s3:::${BUCKET}`),
];

beforeEach(async () => {
  fleet = await openFleet({ enforceIam: true });
  await createStores();
  await createProfile();
  await fleet.elb.modifyTargetGroup({
    TargetGroupArn: fleet.targetGroupArn,
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 3,
  });
  await fleet.createGroup({
    DesiredCapacity: 4,
    Tags: [{ Key: 'evenkeel:fleet', Value: 'directory', PropagateAtLaunch: true }],
    LaunchTemplate: { LaunchTemplateId: fleet.template, Version: '2' },
  });
  await fleet.pass(5);
  real = await startRealFleet({
    cloud: fleet.cloud,
    fleet: 'directory',
    loadBalancer: fleet.loadBalancerArn,
    command: directoryCommand(TABLE, BUCKET),
  });
  await fleet.pass(1);
});

afterEach(async () => {
  await real.close();
  await fleet.close();
});

async function createStores(): Promise<void> {
  const access = { region: 'eu-central-1', endpoint: fleet.cloud.endpoint, credentials: ACCOUNT_KEYS };
  const dynamo = new DynamoDB(access);
  const s3 = new S3({ ...access, forcePathStyle: true });
  await dynamo.createTable({
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
  });
  await s3.createBucket({ Bucket: BUCKET });
  dynamo.destroy();
  s3.destroy();
}

async function createProfile(): Promise<void> {
  const { iam, ec2 } = fleet;
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const document = (Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.createRole({ RoleName: 'directory', AssumeRolePolicyDocument: document([trust]) });
  await iam.putRolePolicy({ RoleName: 'directory', PolicyName: 'data', PolicyDocument: document(POLICY) });
  await iam.createInstanceProfile({ InstanceProfileName: 'directory' });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'directory', RoleName: 'directory' });
  await ec2.createLaunchTemplateVersion({
    LaunchTemplateId: fleet.template,
    SourceVersion: '1',
    LaunchTemplateData: { IamInstanceProfile: { Name: 'directory' } },
  });
}

describe('the employee directory on a real fleet', () => {
  it('finds what was added, on whatever instance, by the keys of its role', async () => {
    const visitors = sendVisitors(fleet.cloud.clock, real.url, 5 * SECOND);
    await fleet.pass(2);
    visitors.stop();
    expect(visitors.visits.failures).toEqual([]);
    expect(visitors.visits.succeeded).toBeGreaterThan(200);
    expect(visitors.visits.instances.size).toBe(4);
    expect(fleet.cloud.iamReport().denied).toEqual([]);
  });

  it('says through the load balancer that a photo is too large, and serves on', async () => {
    const page = await (await fetch(`${real.url}/employees/new`)).text();
    const id = /name="id" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const headers = { 'sec-fetch-site': 'same-origin' };
    const add = { method: 'POST', headers, body: new URLSearchParams({ id, name: 'Large' }) };
    expect((await fetch(`${real.url}/employees`, add)).status).toBe(200);
    const form = new FormData();
    form.set('photo', new Blob([Buffer.alloc(12_000_000)], { type: 'image/png' }), 'photo.png');
    const answer = await fetch(`${real.url}/employees/${id}/photo`, { method: 'POST', headers, body: form });
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain('at most 5 MB');
    expect((await fetch(real.url)).status).toBe(200);
  });

  it('stays up when a zone fails, and comes back to its size', async () => {
    const visitors = sendVisitors(fleet.cloud.clock, real.url, 5 * SECOND);
    await fleet.pass(1);
    const outage = fleet.cloud.clock.now();
    fleet.cloud.weather.add({ kind: 'zone-outage', zone: 'eu-central-1a', for: '20m' });
    await fleet.pass(10);
    const { failures, wrong } = visitors.visits;
    expect(wrong).toBe(0);
    // Until three checks have failed, half of the requests go to those that are gone.
    expect(failures.every(({ at }) => at - outage <= 31 * SECOND)).toBe(true);
    expect(failures.every(({ problem }) => problem === '502')).toBe(true);
    visitors.stop();
    expect((await fleet.instances('InService')).length).toBe(4);
  });

  it('loses no request while an instance is taken out in order', async () => {
    const visitors = sendVisitors(fleet.cloud.clock, real.url, 2 * SECOND);
    const [first] = await fleet.instances();
    await fleet.autoScaling.terminateInstanceInAutoScalingGroup({
      InstanceId: first?.InstanceId,
      ShouldDecrementDesiredCapacity: true,
    });
    await fleet.pass(3);
    visitors.stop();
    expect(visitors.visits.failures).toEqual([]);
    expect(real.instances.portOf(first?.InstanceId ?? '')).toBeUndefined();
  });
});
