import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, newWorld, refusal, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

async function newVpc(CidrBlock = '10.0.0.0/16'): Promise<string> {
  const { Vpc } = await world.ec2.createVpc({ CidrBlock });
  return Vpc?.VpcId ?? '';
}

async function newSubnet(VpcId: string, CidrBlock: string, zone = 'a'): Promise<string> {
  const { Subnet } = await world.ec2.createSubnet({
    VpcId,
    CidrBlock,
    AvailabilityZone: `eu-central-1${zone}`,
  });
  return Subnet?.SubnetId ?? '';
}

describe('a VPC', () => {
  it('comes with a main route table and a default security group, and takes them along', async () => {
    const VpcId = await newVpc();
    const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
    expect((await world.ec2.describeRouteTables({ Filters })).RouteTables).toHaveLength(1);
    expect((await world.ec2.describeSecurityGroups({ Filters })).SecurityGroups).toHaveLength(1);
    await world.ec2.deleteVpc({ VpcId });
    expect((await world.ec2.describeSecurityGroups({ Filters })).SecurityGroups).toEqual([]);
    expect(await refusal(world.ec2.deleteVpc({ VpcId }))).toBe('InvalidVpcID.NotFound');
  });

  it('stays while anything is in it', async () => {
    const VpcId = await newVpc();
    const SubnetId = await newSubnet(VpcId, '10.0.0.0/24');
    expect(await refusal(world.ec2.deleteVpc({ VpcId }))).toBe('DependencyViolation');
    await world.ec2.deleteSubnet({ SubnetId });
    expect(await refusal(world.ec2.deleteVpc({ VpcId }))).toBe('succeeded');
  });

  it('changes its DNS settings one at a time', async () => {
    const VpcId = await newVpc();
    await world.ec2.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: true } });
    const attribute = await world.ec2.describeVpcAttribute({ VpcId, Attribute: 'enableDnsHostnames' });
    expect(attribute.EnableDnsHostnames?.Value).toBe(true);
  });
});

describe('a subnet', () => {
  it('lies within its VPC and apart from its siblings', async () => {
    const VpcId = await newVpc();
    await newSubnet(VpcId, '10.0.0.0/24');
    expect(await refusal(newSubnet(VpcId, '10.0.0.128/25'))).toBe('InvalidSubnet.Conflict');
    expect(await refusal(newSubnet(VpcId, '10.1.0.0/24'))).toBe('InvalidSubnet.Range');
    expect(await refusal(newSubnet(VpcId, '10.0.1.0/24', 'x'))).toBe('InvalidParameterValue');
  });

  it('hands out its addresses but the five that AWS keeps, and no more', async () => {
    const SubnetId = await newSubnet(await newVpc(), '10.0.0.0/28');
    const addresses: (string | undefined)[] = [];
    for (let count = 0; count < 11; count++) {
      const { NetworkInterface } = await world.ec2.createNetworkInterface({ SubnetId });
      addresses.push(NetworkInterface?.PrivateIpAddress);
    }
    expect(addresses[0]).toBe('10.0.0.4');
    expect(addresses.at(-1)).toBe('10.0.0.14');
    const oneMore = world.ec2.createNetworkInterface({ SubnetId });
    expect(await refusal(oneMore)).toBe('InsufficientFreeAddressesInSubnet');
    expect(await refusal(world.ec2.deleteSubnet({ SubnetId }))).toBe('DependencyViolation');
  });
});

describe('a way to the internet', () => {
  it('needs a gateway that is attached to the VPC of the route table', async () => {
    const VpcId = await newVpc();
    const { InternetGateway } = await world.ec2.createInternetGateway({});
    const GatewayId = InternetGateway?.InternetGatewayId;
    const { RouteTable } = await world.ec2.createRouteTable({ VpcId });
    const RouteTableId = RouteTable?.RouteTableId;
    const route = () => world.ec2.createRoute({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId });
    expect(await refusal(route())).toBe('InvalidParameterValue');
    await world.ec2.attachInternetGateway({ InternetGatewayId: GatewayId, VpcId });
    expect(await refusal(route())).toBe('succeeded');
    expect(await refusal(route())).toBe('RouteAlreadyExists');
  });

  it('stays attached while a NAT gateway uses it, which takes its time to come and go', async () => {
    const VpcId = await newVpc();
    const SubnetId = await newSubnet(VpcId, '10.0.0.0/24');
    const { InternetGateway } = await world.ec2.createInternetGateway({});
    const InternetGatewayId = InternetGateway?.InternetGatewayId;
    await world.ec2.attachInternetGateway({ InternetGatewayId, VpcId });
    const { AllocationId } = await world.ec2.allocateAddress({});
    const { NatGateway } = await world.ec2.createNatGateway({ SubnetId, AllocationId });
    const NatGatewayId = NatGateway?.NatGatewayId;
    const stateNow = async () => {
      const { NatGateways = [] } = await world.ec2.describeNatGateways({
        NatGatewayIds: [NatGatewayId ?? ''],
      });
      return NatGateways[0]?.State;
    };
    expect(await stateNow()).toBe('pending');
    await world.pass(2 * MINUTE);
    expect(await stateNow()).toBe('available');
    await world.ec2.deleteNatGateway({ NatGatewayId });
    const detach = () => world.ec2.detachInternetGateway({ InternetGatewayId, VpcId });
    expect(await refusal(detach())).toBe('DependencyViolation');
    expect(await refusal(world.ec2.releaseAddress({ AllocationId }))).toBe('InvalidIPAddress.InUse');
    await world.pass(MINUTE);
    expect(await stateNow()).toBe('deleted');
    expect(await refusal(detach())).toBe('succeeded');
    expect(await refusal(world.ec2.releaseAddress({ AllocationId }))).toBe('succeeded');
    expect(await refusal(world.ec2.deleteSubnet({ SubnetId }))).toBe('succeeded');
  });

  it('associates one route table with a subnet', async () => {
    const VpcId = await newVpc();
    const SubnetId = await newSubnet(VpcId, '10.0.0.0/24');
    const { RouteTable } = await world.ec2.createRouteTable({ VpcId });
    const RouteTableId = RouteTable?.RouteTableId;
    const { AssociationId } = await world.ec2.associateRouteTable({ RouteTableId, SubnetId });
    const again = world.ec2.associateRouteTable({ RouteTableId, SubnetId });
    expect(await refusal(again)).toBe('Resource.AlreadyAssociated');
    expect(await refusal(world.ec2.deleteRouteTable({ RouteTableId }))).toBe('DependencyViolation');
    await world.ec2.disassociateRouteTable({ AssociationId });
    expect(await refusal(world.ec2.deleteRouteTable({ RouteTableId }))).toBe('succeeded');
  });
});

describe('a security group', () => {
  it('shows its rules by protocol and ports, and lets go what is revoked', async () => {
    const VpcId = await newVpc();
    const { GroupId } = await world.ec2.createSecurityGroup({ GroupName: 'a', Description: 'a', VpcId });
    const http = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80 };
    const both = [{ ...http, IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '192.168.0.0/16' }] }];
    await world.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: both });
    const again = world.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: both });
    expect(await refusal(again)).toBe('InvalidPermission.Duplicate');
    await world.ec2.revokeSecurityGroupIngress({
      GroupId,
      IpPermissions: [{ ...http, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    });
    const { SecurityGroups = [] } = await world.ec2.describeSecurityGroups({ GroupIds: [GroupId ?? ''] });
    expect(SecurityGroups[0]?.IpPermissions).toMatchObject([
      { ...http, IpRanges: [{ CidrIp: '192.168.0.0/16' }] },
    ]);
  });

  it('stays while another one names it', async () => {
    const VpcId = await newVpc();
    const make = async (GroupName: string) =>
      (await world.ec2.createSecurityGroup({ GroupName, Description: 'x', VpcId })).GroupId;
    const [inner, outer] = [await make('inner'), await make('outer')];
    const UserIdGroupPairs = [{ GroupId: outer }];
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs }];
    await world.ec2.authorizeSecurityGroupIngress({ GroupId: inner, IpPermissions });
    expect(await refusal(world.ec2.deleteSecurityGroup({ GroupId: outer }))).toBe('DependencyViolation');
    await world.ec2.deleteSecurityGroup({ GroupId: inner });
    expect(await refusal(world.ec2.deleteSecurityGroup({ GroupId: outer }))).toBe('succeeded');
  });
});

describe('endpoints, flow logs and tags', () => {
  it('routes to a gateway endpoint, until it is gone', async () => {
    const VpcId = await newVpc();
    const { RouteTable } = await world.ec2.createRouteTable({ VpcId });
    const RouteTableIds = [RouteTable?.RouteTableId ?? ''];
    const { VpcEndpoint } = await world.ec2.createVpcEndpoint({
      VpcId,
      ServiceName: 'com.amazonaws.eu-central-1.s3',
      RouteTableIds,
    });
    const endpoint = VpcEndpoint?.VpcEndpointId ?? '';
    const gateways = async () => {
      const { RouteTables = [] } = await world.ec2.describeRouteTables({ RouteTableIds });
      return RouteTables[0]?.Routes?.map(({ GatewayId }) => GatewayId);
    };
    expect(await gateways()).toEqual(['local', endpoint]);
    await world.ec2.deleteVpcEndpoints({ VpcEndpointIds: [endpoint] });
    expect(await gateways()).toEqual(['local']);
  });

  it('tags what exists, but not with names that are AWS’s own', async () => {
    const VpcId = await newVpc();
    await world.ec2.createTags({ Resources: [VpcId], Tags: [{ Key: 'Name', Value: 'web' }] });
    const { Vpcs = [] } = await world.ec2.describeVpcs({ Filters: [{ Name: 'tag:Name', Values: ['web'] }] });
    expect(Vpcs.map((vpc) => vpc.VpcId)).toEqual([VpcId]);
    const reserved = world.ec2.createTags({ Resources: [VpcId], Tags: [{ Key: 'aws:x', Value: '' }] });
    expect(await refusal(reserved)).toBe('InvalidParameterValue');
    const nothing = world.ec2.createTags({ Resources: ['vpc-1'], Tags: [{ Key: 'x', Value: '' }] });
    expect(await refusal(nothing)).toBe('InvalidVpcID.NotFound');
  });
});
