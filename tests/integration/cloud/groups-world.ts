import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { SQS } from '@aws-sdk/client-sqs';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { openToVisitors } from './visitors.ts';

export const GROUP = 'web';
export const MINUTE = 60_000;
export const HEARTBEAT = 3600;
export const SETTLING = 400;

/** A group behind a load balancer, everything else as real as the local cloud has it. */
export async function openFleet({ enforceIam = false } = {}) {
  const cloud = await startCloud({ enforceIam });
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  const aws = {
    autoScaling: new AutoScaling(config),
    cloudFormation: new CloudFormation(config),
    cloudWatch: new CloudWatch(config),
    ec2: new EC2(config),
    elb: new ElasticLoadBalancingV2(config),
    iam: new IAM(config),
    lambda: new Lambda(config),
    events: new EventBridge(config),
    sqs: new SQS(config),
  };
  const network = await createNetwork(aws.ec2);
  const { targetGroupArn, loadBalancerArn } = await createBalancer(aws.elb, {
    ...network,
    securityGroups: await openToVisitors(aws.ec2, network.vpc),
  });
  const template = await createTemplate(aws.ec2);
  return {
    cloud,
    ...aws,
    targetGroupArn,
    loadBalancerArn,
    subnets: network.subnets,
    template,
    pass: (minutes: number) => cloud.clock.runUntil(cloud.clock.now() + minutes * MINUTE),
    createGroup: (input: object = {}) =>
      aws.autoScaling.createAutoScalingGroup({
        AutoScalingGroupName: GROUP,
        MinSize: 0,
        MaxSize: 10,
        LaunchTemplate: { LaunchTemplateId: template, Version: '1' },
        VPCZoneIdentifier: network.subnets.join(','),
        TargetGroupARNs: [targetGroupArn],
        HealthCheckType: 'ELB',
        // Three minutes to boot, and five good checks half a minute apart.
        HealthCheckGracePeriod: SETTLING,
        ...input,
      }),
    instances: async (state?: string) => {
      const { AutoScalingGroups = [] } = await aws.autoScaling.describeAutoScalingGroups({});
      const instances = AutoScalingGroups[0]?.Instances ?? [];
      return instances.filter(({ LifecycleState }) => state === undefined || LifecycleState === state);
    },
    targetStates: async () => {
      const { TargetHealthDescriptions = [] } = await aws.elb.describeTargetHealth({
        TargetGroupArn: targetGroupArn,
      });
      return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State).toSorted();
    },
    close: async () => {
      for (const client of Object.values(aws)) client.destroy();
      await cloud.close();
    },
  };
}

export type Fleet = Awaited<ReturnType<typeof openFleet>>;

async function createNetwork(ec2: EC2): Promise<{ vpc: string; subnets: string[] }> {
  const { Vpc } = await ec2.createVpc({ CidrBlock: '10.0.0.0/16' });
  const vpc = Vpc?.VpcId ?? '';
  const { InternetGateway } = await ec2.createInternetGateway({});
  await ec2.attachInternetGateway({ VpcId: vpc, InternetGatewayId: InternetGateway?.InternetGatewayId });
  const { RouteTables = [] } = await ec2.describeRouteTables({
    Filters: [{ Name: 'vpc-id', Values: [vpc] }],
  });
  await ec2.createRoute({
    RouteTableId: RouteTables[0]?.RouteTableId,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: InternetGateway?.InternetGatewayId,
  });
  const subnets = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const { Subnet } = await ec2.createSubnet({
      VpcId: vpc,
      CidrBlock: `10.0.${index}.0/24`,
      AvailabilityZone: `eu-central-1${zone}`,
    });
    subnets.push(Subnet?.SubnetId ?? '');
  }
  return { vpc, subnets };
}

async function createBalancer(
  elb: ElasticLoadBalancingV2,
  { vpc, subnets, securityGroups }: { vpc: string; subnets: string[]; securityGroups: string[] },
): Promise<{ targetGroupArn: string; loadBalancerArn: string }> {
  const { TargetGroups = [] } = await elb.createTargetGroup({
    Name: GROUP,
    Protocol: 'HTTP',
    Port: 80,
    VpcId: vpc,
  });
  const { LoadBalancers = [] } = await elb.createLoadBalancer({
    Name: GROUP,
    Subnets: subnets,
    SecurityGroups: securityGroups,
  });
  const TargetGroupArn = TargetGroups[0]?.TargetGroupArn ?? '';
  const loadBalancerArn = LoadBalancers[0]?.LoadBalancerArn ?? '';
  await elb.createListener({
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  });
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }],
  });
  return { targetGroupArn: TargetGroupArn, loadBalancerArn };
}

async function createTemplate(ec2: EC2): Promise<string> {
  const { Images = [] } = await ec2.describeImages({ Owners: ['amazon'] });
  const image = Images.find(({ Architecture }) => Architecture === 'arm64');
  const { LaunchTemplate } = await ec2.createLaunchTemplate({
    LaunchTemplateName: GROUP,
    LaunchTemplateData: { ImageId: image?.ImageId, InstanceType: 't4g.small' },
  });
  return LaunchTemplate?.LaunchTemplateId ?? '';
}
