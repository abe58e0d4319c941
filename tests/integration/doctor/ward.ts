import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { vi } from 'vitest';
import type { Fleet } from '../../../shared/domain/index.ts';
import { diagnose } from '../../../tools/cli/doctor/diagnose.ts';
import { clientsFor } from '../../../tools/cli/doctor/observe/clients.ts';
import { observe, type Subject } from '../../../tools/cli/doctor/observe/index.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

export const MINUTE = 60_000;
const REGION = 'eu-central-1';
const EVERYWHERE = '0.0.0.0/0';

/**
 * A fleet as the base infrastructure has it: a load balancer in public subnets of two zones, a group in private ones
 * behind one NAT gateway, an alarm, and visitors. What a fault needs is done by the API before or after `start`.
 */
export async function openWard({ enforceIam = true } = {}) {
  vi.stubEnv('AWS_ACCESS_KEY_ID', ACCOUNT_KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', ACCOUNT_KEYS.secretAccessKey);
  const cloud = await startCloud({ start: Date.parse('2026-01-05T00:00:00Z'), enforceIam });
  const config = { region: REGION, endpoint: cloud.endpoint, credentials: ACCOUNT_KEYS, maxAttempts: 1 };
  const aws = {
    autoScaling: new AutoScaling(config),
    cloudWatch: new CloudWatch(config),
    ec2: new EC2(config),
    elb: new ElasticLoadBalancingV2(config),
  };
  const pass = (minutes: number) => cloud.clock.runUntil(cloud.clock.now() + minutes * MINUTE);
  const network = await buildNetwork(aws.ec2);
  await pass(2);
  const groups = await buildSecurityGroups(aws.ec2, network.vpc);
  const balancer = await buildBalancer(aws.elb, network, groups.balancer);
  const template = await buildTemplate(aws.ec2, groups.instances);
  await buildAlarms(aws.cloudWatch);
  cloud.applications.configure({ port: 80, needsInternet: true });
  cloud.traffic.drive(() => 20, balancer.loadBalancer);
  const clients = clientsFor({ region: REGION, endpointUrl: cloud.endpoint });
  return {
    cloud,
    ...aws,
    ...network,
    ...balancer,
    securityGroups: groups,
    template,
    pass,
    /** Creates the group, and lets it boot and be looked at for a while. */
    start: async (input: object = {}) => {
      await aws.autoScaling.createAutoScalingGroup({
        AutoScalingGroupName: 'web',
        MinSize: 2,
        MaxSize: 4,
        DesiredCapacity: 2,
        LaunchTemplate: { LaunchTemplateId: template, Version: '$Latest' },
        VPCZoneIdentifier: network.privateSubnets.join(','),
        TargetGroupARNs: [balancer.targetGroup],
        HealthCheckType: 'EC2',
        Tags: [{ Key: 'evenkeel:fleet', Value: 'web', PropagateAtLaunch: true }],
        ...input,
      });
      await pass(15);
    },
    /** What the doctor finds. */
    findings: async (subject: Subject = {}, fleets: readonly Fleet[] = []) =>
      diagnose(await observe(clients, subject, fleets)),
    codes: async (subject: Subject = {}, fleets: readonly Fleet[] = []) =>
      diagnose(await observe(clients, subject, fleets)).map(({ code }) => code),
    close: async () => {
      for (const client of Object.values(aws)) client.destroy();
      vi.unstubAllEnvs();
      await cloud.close();
    },
  };
}

export type Ward = Awaited<ReturnType<typeof openWard>>;

export const tcp = (port: number, from: object) => [
  { IpProtocol: 'tcp', FromPort: port, ToPort: port, ...from },
];
export const group = (GroupId: string) => ({ UserIdGroupPairs: [{ GroupId }] });
export const anyone = { IpRanges: [{ CidrIp: EVERYWHERE }] };

async function buildNetwork(ec2: EC2) {
  const { Vpc } = await ec2.createVpc({ CidrBlock: '10.0.0.0/16' });
  const vpc = Vpc?.VpcId ?? '';
  const { InternetGateway } = await ec2.createInternetGateway({});
  const gateway = InternetGateway?.InternetGatewayId ?? '';
  await ec2.attachInternetGateway({ VpcId: vpc, InternetGatewayId: gateway });
  const subnet = async (CidrBlock: string, zone: string) => {
    const { Subnet } = await ec2.createSubnet({
      VpcId: vpc,
      CidrBlock,
      AvailabilityZone: `${REGION}${zone}`,
    });
    return Subnet?.SubnetId ?? '';
  };
  const table = async (subnets: readonly string[]) => {
    const { RouteTable } = await ec2.createRouteTable({ VpcId: vpc });
    const RouteTableId = RouteTable?.RouteTableId ?? '';
    for (const SubnetId of subnets) await ec2.associateRouteTable({ RouteTableId, SubnetId });
    return RouteTableId;
  };
  const publicSubnets = [await subnet('10.0.0.0/24', 'a'), await subnet('10.0.1.0/24', 'b')];
  const privateSubnets = [await subnet('10.0.16.0/20', 'a'), await subnet('10.0.32.0/20', 'b')];
  const publicTable = await table(publicSubnets);
  await ec2.createRoute({ RouteTableId: publicTable, DestinationCidrBlock: EVERYWHERE, GatewayId: gateway });
  const nat = await natGateway(ec2, publicSubnets[0] ?? '');
  const privateTable = await table(privateSubnets);
  await ec2.createRoute({ RouteTableId: privateTable, DestinationCidrBlock: EVERYWHERE, NatGatewayId: nat });
  return { vpc, publicSubnets, privateSubnets, publicTable, privateTable, nat };
}

export async function natGateway(ec2: EC2, SubnetId: string): Promise<string> {
  const { AllocationId } = await ec2.allocateAddress({});
  const { NatGateway } = await ec2.createNatGateway({ SubnetId, AllocationId });
  return NatGateway?.NatGatewayId ?? '';
}

async function buildSecurityGroups(ec2: EC2, VpcId: string) {
  const create = async (GroupName: string) =>
    (await ec2.createSecurityGroup({ GroupName, Description: GroupName, VpcId })).GroupId ?? '';
  const balancer = await create('balancer');
  const instances = await create('instances');
  await ec2.authorizeSecurityGroupIngress({ GroupId: balancer, IpPermissions: tcp(80, anyone) });
  await ec2.authorizeSecurityGroupIngress({ GroupId: instances, IpPermissions: tcp(80, group(balancer)) });
  return { balancer, instances };
}

async function buildBalancer(
  elb: ElasticLoadBalancingV2,
  { vpc, publicSubnets }: { readonly vpc: string; readonly publicSubnets: readonly string[] },
  securityGroup: string,
) {
  const { LoadBalancers = [] } = await elb.createLoadBalancer({
    Name: 'web',
    Subnets: [...publicSubnets],
    SecurityGroups: [securityGroup],
  });
  const { TargetGroups = [] } = await elb.createTargetGroup({
    Name: 'web',
    Protocol: 'HTTP',
    Port: 80,
    VpcId: vpc,
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: 10,
  });
  const loadBalancer = LoadBalancers[0]?.LoadBalancerArn ?? '';
  const targetGroup = TargetGroups[0]?.TargetGroupArn ?? '';
  await elb.createListener({
    LoadBalancerArn: loadBalancer,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
  });
  return { loadBalancer, targetGroup };
}

async function buildTemplate(ec2: EC2, securityGroup: string): Promise<string> {
  const { Images = [] } = await ec2.describeImages({ Owners: ['amazon'] });
  const { LaunchTemplate } = await ec2.createLaunchTemplate({
    LaunchTemplateName: 'web',
    LaunchTemplateData: {
      ImageId: Images.find(({ Architecture }) => Architecture === 'arm64')?.ImageId,
      InstanceType: 't4g.small',
      IamInstanceProfile: { Name: 'web' },
      Monitoring: { Enabled: true },
      SecurityGroupIds: [securityGroup],
    },
  });
  return LaunchTemplate?.LaunchTemplateId ?? '';
}

async function buildAlarms(cloudWatch: CloudWatch): Promise<void> {
  await cloudWatch.putMetricAlarm({
    AlarmName: 'evenkeel/prod/web/cpu-high',
    Namespace: 'AWS/EC2',
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'web' }],
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 2,
    Threshold: 70,
    ComparisonOperator: 'GreaterThanThreshold',
  });
}
