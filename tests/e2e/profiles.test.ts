import { CloudFormation, type StackEvent } from '@aws-sdk/client-cloudformation';
import { EC2 } from '@aws-sdk/client-ec2';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCloud, type Cloud } from '../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../tools/cloud/kernel/index.ts';
import { pace, type Pace } from '../../tools/cloud/kernel/pace.ts';
import { PROFILES } from '../support/packaged.ts';
import { standing } from '../../tools/sandbox/standing.ts';
import { sls } from './support.ts';

describe.each(PROFILES)('profile %s', (profile) => {
  let cloud: Cloud;
  let pacing: Pace;
  const params = [`--param=profile=${profile}`];

  beforeAll(async () => {
    cloud = await startCloud({ start: Date.now() });
    pacing = pace(cloud.clock, 600);
  });

  afterAll(async () => {
    await pacing.stop();
    await cloud.close();
  });

  const config = () => ({ endpoint: cloud.endpoint, region: 'eu-central-1', credentials: ACCOUNT_KEYS });

  async function run(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, ...args, ...params).ended;
    expect(exitCode, stdout + stderr).toBe(0);
    return stdout + stderr;
  }

  it('deploys', async () => {
    await run('deploy');
    const { Stacks } = await new CloudFormation(config()).describeStacks({ StackName: 'evenkeel-dev' });
    expect(Stacks?.[0]?.StackStatus).toMatch(/^(CREATE|UPDATE)_COMPLETE$/);
  });

  it('leaves the network’s default security group closed', async () => {
    const { Vpcs = [] } = await new EC2(config()).describeVpcs({
      Filters: [{ Name: 'is-default', Values: ['false'] }],
    });
    expect(Vpcs).toHaveLength(profile === 'byo' ? 0 : 1);
    for (const { VpcId = '' } of Vpcs) {
      const { SecurityGroups = [] } = await new EC2(config()).describeSecurityGroups({
        Filters: [
          { Name: 'vpc-id', Values: [VpcId] },
          { Name: 'group-name', Values: ['default'] },
        ],
      });
      expect(SecurityGroups.flatMap((one) => [one.IpPermissions, one.IpPermissionsEgress].flat())).toEqual(
        [],
      );
    }
  });

  it('is updated in place: sizes and a schedule change, and nothing is replaced', async () => {
    const hasGroup = profile !== 'byo';
    const before = await physicalIds(cloud);
    params.push('--param=refresh-schedule=cron(0 4 ? * SUN *)');
    if (hasGroup) params.push('--param=max=7', '--param=instance-type=t4g.medium');
    await run('deploy');
    const after = await physicalIds(cloud);
    const changed = Object.keys(before).filter((name) => after[name] !== before[name]);
    // A version of a function is a resource of its own each time; nothing else may be.
    expect(changed.filter((name) => !name.includes('LambdaVersion'))).toEqual([]);
    const expected = ['RefreshSchedule', ...(hasGroup ? ['Group', 'LaunchTemplate'] : [])];
    expect(await updated(cloud)).toEqual(expect.arrayContaining(expected));
  });

  it('is removed to nothing, buckets that hold objects included', async () => {
    const s3 = new S3({ ...config(), forcePathStyle: true });
    const { Buckets = [] } = await s3.listBuckets();
    for (const { Name: Bucket } of Buckets) {
      await s3.putObject({ Bucket, Key: 'somebody/left.this', Body: 'behind' });
      await s3.putObject({ Bucket, Key: 'somebody/left.this', Body: 'twice' });
    }
    const said = await run('remove');
    expect(said).not.toContain('Kept');
    expect(await standing(cloud)).toEqual([]);
  });
});

describe('profile wordpress in the careful stage, with HTTPS and WAF', () => {
  let cloud: Cloud;
  let pacing: Pace;
  let kept: string[];
  const site = [
    '--param=profile=wordpress',
    '--param=certificate=arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000',
    '--param=domain=www.example.com',
    '--param=waf=on',
  ];

  beforeAll(async () => {
    cloud = await startCloud({ start: Date.now() });
    pacing = pace(cloud.clock, 600);
  });

  afterAll(async () => {
    await pacing.stop();
    await cloud.close();
  });

  async function run(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, ...args, '--stage=prod', ...site).ended;
    expect(exitCode, stdout + stderr).toBe(0);
    return stdout + stderr;
  }

  it('deploys, and when it is removed says what stays and how to forget it', async () => {
    await run('deploy');
    expect((await standing(cloud)).filter((one) => one.startsWith('web acl '))).toHaveLength(1);
    const said = await run('remove');
    kept = await standing(cloud);
    expect(kept.map((one) => one.replace(/ \S+$/, '')).sort()).toEqual([
      'bucket',
      'database snapshot',
      'file system',
      'key',
      'key',
      'secret',
      'table',
    ]);
    expect(said).toContain('Kept, because the stack was deployed with data=keep');
    for (const one of kept.filter((name) => !name.startsWith('database')))
      expect(said).toContain(one.split(' ').at(-1));
    expect(said).toContain('aws rds delete-db-snapshot');
  });

  it('can be deployed again, to be removed to nothing', async () => {
    await run('deploy');
    await run('deploy', '--param=data=delete');
    expect(await run('remove', '--param=data=delete')).not.toContain('Kept');
    expect(await standing(cloud)).toEqual(kept);
  });
});

async function physicalIds(cloud: Cloud): Promise<Record<string, string>> {
  const { StackResources = [] } = await cloudFormation(cloud).describeStackResources({
    StackName: 'evenkeel-dev',
  });
  return Object.fromEntries(
    StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
      LogicalResourceId,
      PhysicalResourceId,
    ]),
  );
}

/** What the last deployment updated. */
async function updated(cloud: Cloud): Promise<string[]> {
  const { StackEvents = [] } = await cloudFormation(cloud).describeStackEvents({ StackName: 'evenkeel-dev' });
  return StackEvents.filter(({ ResourceStatus }: StackEvent) => ResourceStatus === 'UPDATE_COMPLETE').map(
    ({ LogicalResourceId = '' }) => LogicalResourceId,
  );
}

function cloudFormation({ endpoint }: Cloud): CloudFormation {
  return new CloudFormation({ endpoint, region: 'eu-central-1', credentials: ACCOUNT_KEYS });
}
