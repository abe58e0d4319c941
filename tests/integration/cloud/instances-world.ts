import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSM } from '@aws-sdk/client-ssm';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import type { Entry, JournalEntry, ServiceEvent } from '../../../tools/cloud/kernel/index.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { openToVisitors } from './visitors.ts';

export const START = Date.parse('2026-01-05T00:00:00Z');
export const SECOND = 1000;
export const MINUTE = 60_000;
export const IMAGE_PARAMETER = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** A cloud with clients to it, and what its journal and its services said. */
export interface World {
  readonly cloud: Cloud;
  readonly ec2: EC2;
  readonly elb: ElasticLoadBalancingV2;
  readonly ssm: SSM;
  /** The default VPC and its subnets, the first zone's first. */
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Starts one instance with an instance profile. @returns its id */
  run(data?: Partial<RunInstancesCommandInput>): Promise<string>;
  /** Makes a load balancer with a target group behind it. @returns ARNs */
  balance(options?: { healthCheckSeconds?: number; delaySeconds?: number }): Promise<Balanced>;
  pass(milliseconds: number): Promise<void>;
  told<Kind extends Entry['kind']>(kind: Kind): Extract<JournalEntry, { kind: Kind }>[];
  emitted(detailType: string): ServiceEvent[];
}

export interface Balanced {
  readonly loadBalancer: string;
  readonly targetGroup: string;
  readonly listener: string;
}

export async function newWorld(): Promise<World> {
  const cloud = await startCloud({ start: START, enforceIam: false });
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  const journal: JournalEntry[] = [];
  const events: ServiceEvent[] = [];
  cloud.kernel.journal.observe((entry) => journal.push(entry));
  cloud.kernel.events.onEvent((event) => events.push(event));
  const ec2 = new EC2(config);
  const elb = new ElasticLoadBalancingV2(config);
  const { Subnets = [] } = await ec2.describeSubnets({});
  const vpcId = Subnets[0]?.VpcId ?? '';
  const subnetIds = Subnets.flatMap(({ SubnetId }) => SubnetId ?? []);
  return {
    cloud,
    ec2,
    elb,
    ssm: new SSM(config),
    vpcId,
    subnetIds,
    run: (data) => run(ec2, data),
    balance: (options) => balance({ ec2, elb }, vpcId, subnetIds, options),
    pass: (milliseconds) => cloud.clock.runUntil(cloud.clock.now() + milliseconds),
    told: (kind) => journal.filter((entry) => entry.kind === kind) as never,
    emitted: (detailType) => events.filter((event) => event.detailType === detailType),
  };
}

async function run(ec2: EC2, data: Partial<RunInstancesCommandInput> = {}): Promise<string> {
  const { Instances = [] } = await ec2.runInstances({
    ImageId: `resolve:ssm:${IMAGE_PARAMETER}`,
    InstanceType: 't4g.small',
    IamInstanceProfile: { Name: 'web' },
    MinCount: 1,
    MaxCount: 1,
    ...data,
  });
  return Instances[0]?.InstanceId ?? '';
}

async function balance(
  { ec2, elb }: { ec2: EC2; elb: ElasticLoadBalancingV2 },
  VpcId: string,
  subnetIds: readonly string[],
  { healthCheckSeconds = 10, delaySeconds = 300 } = {},
): Promise<Balanced> {
  const { LoadBalancers = [] } = await elb.createLoadBalancer({
    Name: 'web',
    Subnets: [...subnetIds],
    SecurityGroups: await openToVisitors(ec2, VpcId),
  });
  const loadBalancer = LoadBalancers[0]?.LoadBalancerArn ?? '';
  const { TargetGroups = [] } = await elb.createTargetGroup({
    Name: 'web',
    Protocol: 'HTTP',
    Port: 80,
    VpcId,
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: healthCheckSeconds,
    UnhealthyThresholdCount: 3,
    HealthyThresholdCount: 2,
  });
  const targetGroup = TargetGroups[0]?.TargetGroupArn ?? '';
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn: targetGroup,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(delaySeconds) }],
  });
  const { Listeners = [] } = await elb.createListener({
    LoadBalancerArn: loadBalancer,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
  });
  return { loadBalancer, targetGroup, listener: Listeners[0]?.ListenerArn ?? '' };
}

/** The code an API call fails with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return 'succeeded';
}
