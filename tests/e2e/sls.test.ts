import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCloud, type Cloud } from '../../tools/cloud/cloud.ts';
import { pace, type Pace } from '../../tools/cloud/kernel/pace.ts';
import { sls } from './support.ts';
import { ACCOUNT_KEYS } from '../../tools/cloud/kernel/index.ts';

let cloud: Cloud;
let pacing: Pace;

beforeAll(async () => {
  // Where `sls` is too: it asks for the log of the last minutes, and for yesterday's metrics.
  cloud = await startCloud({ start: Date.now() });
  pacing = pace(cloud.clock, 60);
});

afterAll(async () => {
  await pacing.stop();
  await cloud.close();
});

describe('sls against the local cloud', () => {
  it('packages without a cloud', async () => {
    const { exitCode, stdout, stderr } = await sls('http://127.0.0.1:9', 'package').ended;
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stderr).toContain('Service packaged');
  });

  it('deploys', async () => {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, 'deploy').ended;
    expect(exitCode, stdout + stderr).toBe(0);
  });

  it('tells what is there', async () => {
    const { exitCode, stdout } = await sls(cloud.endpoint, 'info', '--verbose').ended;
    expect(exitCode).toBe(0);
    for (const name of ['scale', 'admit', 'drain', 'interrupt', 'refresh', 'notify', 'reconcile'])
      expect(stdout).toContain(`evenkeel-dev-${name}`);
  });

  it('invokes a function', async () => {
    const event = {
      source: 'evenkeel',
      'detail-type': 'Reconcile Due',
      id: 'by-hand',
      time: cloud.clock.date().toISOString(),
      detail: {},
    };
    const run = await sls(cloud.endpoint, 'invoke', '-f', 'reconcile', '-d', JSON.stringify(event)).ended;
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  });

  it('shows the log of a function', async () => {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, 'logs', '-f', 'reconcile').ended;
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toContain('"id":"by-hand"');
  });

  it('counts invocations', async () => {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, 'metrics', '-f', 'reconcile').ended;
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/invocations: [1-9]/);
    expect(stdout).toContain('errors: 0');
  });

  it('lists deployments', async () => {
    const { exitCode, stdout } = await sls(cloud.endpoint, 'deploy', 'list').ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('reconcile.zip');
  });

  it('removes all that it made', async () => {
    const { exitCode, stdout, stderr } = await sls(cloud.endpoint, 'remove').ended;
    expect(exitCode, stdout + stderr).toBe(0);
    expect(await leftovers(cloud)).toEqual([]);
  });
});

/** Names of whatever a deployment makes and a removal must take away. */
async function leftovers({ endpoint }: Cloud): Promise<string[]> {
  const config = {
    endpoint,
    region: 'eu-central-1',
    credentials: ACCOUNT_KEYS,
  };
  const { S3 } = await import('@aws-sdk/client-s3');
  const { Lambda } = await import('@aws-sdk/client-lambda');
  const { IAM } = await import('@aws-sdk/client-iam');
  const { AutoScaling } = await import('@aws-sdk/client-auto-scaling');
  const { EC2 } = await import('@aws-sdk/client-ec2');
  const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
  const { SQS } = await import('@aws-sdk/client-sqs');
  const { SNS } = await import('@aws-sdk/client-sns');
  const { CloudWatch } = await import('@aws-sdk/client-cloudwatch');
  const { EventBridge } = await import('@aws-sdk/client-eventbridge');
  const { Scheduler } = await import('@aws-sdk/client-scheduler');
  const { CloudWatchLogs } = await import('@aws-sdk/client-cloudwatch-logs');
  const { ElasticLoadBalancingV2 } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const running = [{ Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] }];
  const found = [
    (await new S3({ ...config, forcePathStyle: true }).listBuckets()).Buckets,
    (await new Lambda(config).listFunctions()).Functions,
    (await new IAM(config).listRoles()).Roles,
    (await new AutoScaling(config).describeAutoScalingGroups()).AutoScalingGroups,
    (await new EC2(config).describeVpcs({ Filters: [{ Name: 'is-default', Values: ['false'] }] })).Vpcs,
    (await new EC2(config).describeInstances({ Filters: running })).Reservations,
    (await new EC2(config).describeLaunchTemplates({})).LaunchTemplates,
    (await new EC2(config).describeAddresses({})).Addresses,
    (await new DynamoDB(config).listTables()).TableNames,
    (await new SQS(config).listQueues()).QueueUrls,
    (await new SNS(config).listTopics()).Topics,
    (await new CloudWatch(config).describeAlarms({})).MetricAlarms,
    (await new EventBridge(config).listRules({})).Rules,
    (await new Scheduler(config).listSchedules({})).Schedules,
    (await new CloudWatchLogs(config).describeLogGroups()).logGroups,
    (await new ElasticLoadBalancingV2(config).describeLoadBalancers({})).LoadBalancers,
    (await new ElasticLoadBalancingV2(config).describeTargetGroups({})).TargetGroups,
  ];
  return found.flatMap((list) => (list ?? []).map((item) => JSON.stringify(item)));
}
