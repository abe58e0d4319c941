import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, newWorld, SECOND, type Balanced, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

/** A security group of its own in the default VPC; without a port it admits nobody. */
async function securityGroup(GroupName: string, port?: number, from: object = {}): Promise<string> {
  const { GroupId = '' } = await world.ec2.createSecurityGroup({
    GroupName,
    Description: GroupName,
    VpcId: world.vpcId,
  });
  if (port !== undefined) await admit(GroupId, port, from);
  return GroupId;
}

async function admit(GroupId: string, port: number, from: object): Promise<void> {
  await world.ec2.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...from }],
  });
}

/** An instance in security groups of its own, whose application has booted. */
async function served(groups: readonly string[]): Promise<string> {
  const id = await world.run({ SecurityGroupIds: [...groups] });
  await world.pass(4 * MINUTE);
  return id;
}

async function register({ targetGroup }: Balanced, Id: string, Port?: number): Promise<void> {
  await world.elb.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id, Port }] });
  await world.pass(MINUTE);
}

async function health({ targetGroup }: Balanced) {
  const { TargetHealthDescriptions = [] } = await world.elb.describeTargetHealth({
    TargetGroupArn: targetGroup,
  });
  const { State, Reason } = TargetHealthDescriptions[0]?.TargetHealth ?? {};
  return [State, Reason];
}

async function balancerGroup({ loadBalancer }: Balanced): Promise<string> {
  const { LoadBalancers = [] } = await world.elb.describeLoadBalancers({ LoadBalancerArns: [loadBalancer] });
  return LoadBalancers[0]?.SecurityGroups?.[1] ?? '';
}

describe('a target that its security groups keep from the load balancer', () => {
  it('times out, until a rule admits the load balancer’s group, and again once it is gone', async () => {
    const web = await world.balance();
    const closed = await securityGroup('closed');
    await register(web, await served([closed]));
    expect(await health(web)).toEqual(['unhealthy', 'Target.Timeout']);
    const rule = { UserIdGroupPairs: [{ GroupId: await balancerGroup(web) }] };
    await admit(closed, 80, rule);
    await world.pass(30 * SECOND);
    expect(await health(web)).toEqual(['healthy', undefined]);
    await world.ec2.revokeSecurityGroupIngress({
      GroupId: closed,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, ...rule }],
    });
    await world.pass(MINUTE);
    expect(await health(web)).toEqual(['unhealthy', 'Target.Timeout']);
  });

  it('is reached by a rule for the addresses of the load balancer’s subnets, and not of one of them', async () => {
    const web = await world.balance();
    const partly = await securityGroup('partly', 80, { IpRanges: [{ CidrIp: '172.31.0.0/20' }] });
    await register(web, await served([partly]));
    expect(await health(web)).toEqual(['unhealthy', 'Target.Timeout']);
    await admit(partly, 80, { IpRanges: [{ CidrIp: '172.31.0.0/16' }] });
    await world.pass(MINUTE);
    expect(await health(web)).toEqual(['healthy', undefined]);
  });

  it('is not reached by a rule for another port, but by one for all', async () => {
    const web = await world.balance();
    const other = await securityGroup('other', 8080, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] });
    await register(web, await served([other]));
    expect(await health(web)).toEqual(['unhealthy', 'Target.Timeout']);
    await world.ec2.authorizeSecurityGroupIngress({
      GroupId: other,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    await world.pass(MINUTE);
    expect(await health(web)).toEqual(['healthy', undefined]);
  });

  it('is not reached by a load balancer that may not send', async () => {
    const web = await world.balance();
    const open = await securityGroup('open', 80, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] });
    const mute = await securityGroup('mute', 80, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] });
    await world.ec2.revokeSecurityGroupEgress({
      GroupId: mute,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    await register(web, await served([open]));
    expect(await health(web)).toEqual(['healthy', undefined]);
    await world.elb.setSecurityGroups({ LoadBalancerArn: web.loadBalancer, SecurityGroups: [mute] });
    await world.pass(MINUTE);
    expect(await health(web)).toEqual(['unhealthy', 'Target.Timeout']);
  });

  it('is reached once it has been given another group', async () => {
    const web = await world.balance();
    const id = await served([await securityGroup('closed')]);
    await register(web, id);
    expect(await health(web)).toEqual(['unhealthy', 'Target.Timeout']);
    const open = await securityGroup('open', 80, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] });
    await world.ec2.modifyInstanceAttribute({ InstanceId: id, Groups: [open] });
    await world.pass(MINUTE);
    expect(await health(web)).toEqual(['healthy', undefined]);
  });

  it('is reached by a network load balancer without groups only by its address', async () => {
    const { LoadBalancers = [] } = await world.elb.createLoadBalancer({
      Name: 'net',
      Type: 'network',
      Subnets: [...world.subnetIds],
    });
    const { TargetGroups = [] } = await world.elb.createTargetGroup({
      Name: 'net',
      Protocol: 'TCP',
      Port: 80,
      VpcId: world.vpcId,
    });
    const targetGroup = TargetGroups[0]?.TargetGroupArn ?? '';
    await world.elb.createListener({
      LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
      Protocol: 'TCP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
    });
    const net = { loadBalancer: '', listener: '', targetGroup };
    const { SecurityGroups: groups = [] } = await world.ec2.describeSecurityGroups({
      Filters: [{ Name: 'group-name', Values: ['default'] }],
    });
    await register(net, await served([groups[0]?.GroupId ?? '']));
    await world.pass(2 * MINUTE);
    expect(LoadBalancers[0]?.SecurityGroups).toEqual([]);
    expect(await health(net)).toEqual(['unhealthy', 'Target.Timeout']);
    await admit(groups[0]?.GroupId ?? '', 80, { IpRanges: [{ CidrIp: '172.31.0.0/16' }] });
    await world.pass(5 * MINUTE);
    expect(await health(net)).toEqual(['healthy', undefined]);
  });
});

describe('an application that does not suit its target group', () => {
  it('refuses connections on a port where it does not listen', async () => {
    const web = await world.balance();
    world.cloud.applications.configure({ port: 8080 });
    await register(web, await world.run().then((id) => world.pass(4 * MINUTE).then(() => id)));
    expect(await health(web)).toEqual(['unhealthy', 'Target.FailedHealthChecks']);
    world.cloud.applications.configure({ port: 80 });
    await world.pass(MINUTE);
    expect(await health(web)).toEqual(['healthy', undefined]);
  });

  it('answers 404 where it has no such path', async () => {
    const web = await world.balance();
    world.cloud.applications.configure({ paths: ['/'] });
    await register(web, await world.run().then((id) => world.pass(4 * MINUTE).then(() => id)));
    expect(await health(web)).toEqual(['unhealthy', 'Target.ResponseCodeMismatch']);
  });

  it('is checked on the port that the group names for its checks', async () => {
    const web = await world.balance();
    world.cloud.applications.configure({ port: 80 });
    await world.elb.modifyTargetGroup({ TargetGroupArn: web.targetGroup, HealthCheckPort: '9000' });
    await register(web, await world.run().then((id) => world.pass(4 * MINUTE).then(() => id)));
    expect(await health(web)).toEqual(['unhealthy', 'Target.FailedHealthChecks']);
  });
});

/** A subnet of the default VPC whose route table leads nowhere yet. */
async function privateSubnet(): Promise<{ subnetId: string; tableId: string }> {
  const { Subnet } = await world.ec2.createSubnet({
    VpcId: world.vpcId,
    CidrBlock: '172.31.128.0/20',
    AvailabilityZone: 'eu-central-1a',
  });
  const { RouteTable } = await world.ec2.createRouteTable({ VpcId: world.vpcId });
  const subnetId = Subnet?.SubnetId ?? '';
  const tableId = RouteTable?.RouteTableId ?? '';
  await world.ec2.associateRouteTable({ RouteTableId: tableId, SubnetId: subnetId });
  return { subnetId, tableId };
}

async function natIn(SubnetId: string): Promise<string> {
  const { AllocationId } = await world.ec2.allocateAddress({});
  const { NatGateway } = await world.ec2.createNatGateway({ SubnetId, AllocationId });
  await world.pass(2 * MINUTE);
  return NatGateway?.NatGatewayId ?? '';
}

async function routeByNat(RouteTableId: string, NatGatewayId: string): Promise<void> {
  await world.ec2.createRoute({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId });
}

const statusOf = (id: string) => world.cloud.applications.of(id)?.status;

async function managed(): Promise<(string | undefined)[]> {
  const { InstanceInformationList = [] } = await world.ssm.describeInstanceInformation({});
  return InstanceInformationList.map(({ InstanceId }) => InstanceId);
}

describe('the way out of a private subnet', () => {
  it('is what a boot needs that fetches packages, and one that failed stays failed', async () => {
    world.cloud.applications.configure({ needsInternet: true });
    const { subnetId, tableId } = await privateSubnet();
    const early = await world.run({ SubnetId: subnetId });
    await world.pass(4 * MINUTE);
    expect(statusOf(early)).toBe('down');
    await routeByNat(tableId, await natIn(world.subnetIds[0] ?? ''));
    const late = await world.run({ SubnetId: subnetId });
    await world.pass(4 * MINUTE);
    expect([statusOf(early), statusOf(late)]).toEqual(['down', 'serving']);
  });

  it('does not lead through a NAT gateway that stands in a private subnet itself', async () => {
    world.cloud.applications.configure({ needsInternet: true });
    const { subnetId, tableId } = await privateSubnet();
    await routeByNat(tableId, await natIn(subnetId));
    const id = await world.run({ SubnetId: subnetId });
    await world.pass(4 * MINUTE);
    expect(statusOf(id)).toBe('down');
  });

  it('does not lead through an internet gateway without a public address', async () => {
    const { subnetId, tableId } = await privateSubnet();
    const { InternetGateways = [] } = await world.ec2.describeInternetGateways({});
    await world.ec2.createRoute({
      RouteTableId: tableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: InternetGateways[0]?.InternetGatewayId,
    });
    const hidden = await world.run({ SubnetId: subnetId });
    const seen = await world.run({
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnetId, AssociatePublicIpAddress: true }],
    });
    await world.pass(4 * MINUTE);
    expect(await managed()).toEqual([seen]);
    expect(statusOf(hidden)).toBe('serving');
  });

  it('is what Systems Manager knows an instance by: by NAT, or by endpoints that admit it', async () => {
    const { subnetId, tableId } = await privateSubnet();
    const id = await world.run({ SubnetId: subnetId });
    await world.pass(4 * MINUTE);
    expect(await managed()).toEqual([]);
    const gateway = await natIn(world.subnetIds[0] ?? '');
    await routeByNat(tableId, gateway);
    expect(await managed()).toEqual([id]);
    await world.ec2.deleteNatGateway({ NatGatewayId: gateway });
    expect(await managed()).toEqual([]);
    await world.pass(2 * MINUTE);
    const { RouteTables = [] } = await world.ec2.describeRouteTables({ RouteTableIds: [tableId] });
    expect(RouteTables[0]?.Routes?.map(({ State }) => State)).toEqual(['active', 'blackhole']);
    const closed = await securityGroup('endpoints');
    for (const service of ['ssm', 'ssmmessages'])
      await world.ec2.createVpcEndpoint({
        VpcId: world.vpcId,
        VpcEndpointType: 'Interface',
        ServiceName: `com.amazonaws.eu-central-1.${service}`,
        SubnetIds: [subnetId],
        SecurityGroupIds: [closed],
      });
    expect(await managed()).toEqual([]);
    await admit(closed, 443, { IpRanges: [{ CidrIp: '172.31.0.0/16' }] });
    expect(await managed()).toEqual([id]);
  });

  it('ends where the instance’s own groups let nothing out', async () => {
    const mute = await securityGroup('mute');
    await world.ec2.revokeSecurityGroupEgress({
      GroupId: mute,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    await served([mute]);
    expect(await managed()).toEqual([]);
    await world.ec2.authorizeSecurityGroupEgress({
      GroupId: mute,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    expect(await managed()).toHaveLength(1);
  });
});
