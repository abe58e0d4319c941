import type { Stage } from '../stage.ts';

/** The name of a group that its owner set up by hand, long before Evenkeel. */
export const GROUP = 'shop-web';

const IMAGE = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
const SSM_POLICY = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

/** What the owner of a shop has: a network, a load balancer, a group, and the server that it all began with. */
export interface Shop {
  /** The server that was set up by hand. */
  readonly server: string;
}

/** Sets up the shop as a tutorial would: public subnets, one security group each, a launch template, a group. */
export async function setUpShop(stage: Stage): Promise<Shop> {
  const network = await setUpNetwork(stage);
  const targetGroup = await setUpBalancer(stage, network);
  await setUpRole(stage);
  const { Parameter } = await stage.ssm.getParameter({ Name: IMAGE });
  const { LaunchTemplate } = await stage.ec2.createLaunchTemplate({
    LaunchTemplateName: GROUP,
    LaunchTemplateData: {
      ImageId: Parameter?.Value,
      InstanceType: 't4g.small',
      IamInstanceProfile: { Name: 'shop' },
      Monitoring: { Enabled: true },
      NetworkInterfaces: [
        { DeviceIndex: 0, AssociatePublicIpAddress: true, Groups: [network.instanceGroup] },
      ],
    },
  });
  await stage.autoScaling.createAutoScalingGroup({
    AutoScalingGroupName: GROUP,
    MinSize: 2,
    MaxSize: 10,
    VPCZoneIdentifier: network.subnets.join(','),
    LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: '1' },
    TargetGroupARNs: [targetGroup],
    HealthCheckType: 'ELB',
    HealthCheckGracePeriod: 300,
    DefaultInstanceWarmup: 120,
  });
  const { Instances: [server] = [] } = await stage.ec2.runInstances({
    LaunchTemplate: { LaunchTemplateName: GROUP },
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        AssociatePublicIpAddress: true,
        Groups: [network.instanceGroup],
        SubnetId: network.subnets[0],
      },
    ],
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'shop-original' }] }],
  });
  return { server: server?.InstanceId ?? '' };
}

interface Network {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly balancerGroup: string;
  readonly instanceGroup: string;
}

async function setUpNetwork({ ec2 }: Stage): Promise<Network> {
  const { Vpc } = await ec2.createVpc({ CidrBlock: '172.20.0.0/16' });
  const vpc = Vpc?.VpcId ?? '';
  const { InternetGateway } = await ec2.createInternetGateway({});
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  await ec2.attachInternetGateway({ VpcId: vpc, InternetGatewayId: GatewayId });
  const { RouteTables: [main] = [] } = await ec2.describeRouteTables({
    Filters: [{ Name: 'vpc-id', Values: [vpc] }],
  });
  await ec2.createRoute({ RouteTableId: main?.RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId });
  const subnets: string[] = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const { Subnet } = await ec2.createSubnet({
      VpcId: vpc,
      CidrBlock: `172.20.${index}.0/24`,
      AvailabilityZone: `eu-central-1${zone}`,
    });
    subnets.push(Subnet?.SubnetId ?? '');
  }
  const balancerGroup = await openTo('shop-balancer', vpc, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, ec2);
  const fromBalancer = { UserIdGroupPairs: [{ GroupId: balancerGroup }] };
  return { vpc, subnets, balancerGroup, instanceGroup: await openTo('shop', vpc, fromBalancer, ec2) };
}

/** A security group that lets port 80 in from somewhere. */
async function openTo(
  GroupName: string,
  VpcId: string,
  from: { IpRanges: { CidrIp: string }[] } | { UserIdGroupPairs: { GroupId: string }[] },
  ec2: Stage['ec2'],
): Promise<string> {
  const { GroupId = '' } = await ec2.createSecurityGroup({ GroupName, Description: 'The shop', VpcId });
  await ec2.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, ...from }],
  });
  return GroupId;
}

async function setUpBalancer({ elb }: Stage, { vpc, subnets, balancerGroup }: Network): Promise<string> {
  const { TargetGroups: [targetGroup] = [] } = await elb.createTargetGroup({
    Name: 'shop',
    Protocol: 'HTTP',
    Port: 80,
    VpcId: vpc,
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
  });
  const TargetGroupArn = targetGroup?.TargetGroupArn ?? '';
  const { LoadBalancers: [balancer] = [] } = await elb.createLoadBalancer({
    Name: 'shop',
    Subnets: [...subnets],
    SecurityGroups: [balancerGroup],
  });
  await elb.createListener({
    LoadBalancerArn: balancer?.LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  });
  return TargetGroupArn;
}

async function setUpRole({ iam }: Stage): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam.createRole({ RoleName: 'shop', AssumeRolePolicyDocument });
  await iam.attachRolePolicy({ RoleName: 'shop', PolicyArn: SSM_POLICY });
  await iam.createInstanceProfile({ InstanceProfileName: 'shop' });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'shop', RoleName: 'shop' });
}
