import type {
  AllocateAddressCommandInput,
  CreateNatGatewayCommandInput,
  CreateRouteCommandInput,
  CreateSubnetCommandInput,
  CreateVpcCommandInput,
  ResourceType,
} from '@aws-sdk/client-ec2';
import type { Tag } from '@aws-sdk/client-cloudformation';
import type { LooseTag, Made, ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagAddress, retagEc2 } from './tagging.ts';

interface Tagged {
  readonly Tags?: Tag[];
}

/** The tags with which EC2 makes a resource. */
export function tagSpecifications(
  type: ResourceType,
  tags: readonly LooseTag[] | undefined,
  context: ProviderContext,
) {
  return { TagSpecifications: [{ ResourceType: type, Tags: mergedTags(tags, context) }] };
}

type Vpc = Pick<CreateVpcCommandInput, 'CidrBlock' | 'InstanceTenancy'> &
  Tagged & { readonly EnableDnsHostnames?: boolean; readonly EnableDnsSupport?: boolean };

export const vpc = provider<Vpc>({
  properties: ['CidrBlock', 'InstanceTenancy', 'EnableDnsHostnames', 'EnableDnsSupport', 'Tags'],
  retag: retagEc2,
  async create({ Tags, ...wanted }, context) {
    const { CidrBlock, InstanceTenancy } = wanted;
    const { Vpc: created } = await context.api.ec2.CreateVpc({
      CidrBlock,
      InstanceTenancy,
      ...tagSpecifications('vpc', Tags, context),
    });
    const id = created?.VpcId ?? '';
    context.announce(id);
    await setDns(id, wanted, context);
    return vpcMade(id, wanted, context);
  },
  async update(id, wanted, _before, context) {
    await setDns(id, wanted, context);
    return vpcMade(id, wanted, context);
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DeleteVpc({ VpcId: id }));
  },
});

/** EC2 changes one of a VPC's attributes in a call. */
async function setDns(id: string, wanted: Vpc, { api }: ProviderContext): Promise<void> {
  const { EnableDnsSupport: support, EnableDnsHostnames: hostnames } = wanted;
  if (support !== undefined) {
    await api.ec2.ModifyVpcAttribute({ VpcId: id, EnableDnsSupport: { Value: support } });
  }
  if (hostnames !== undefined) {
    await api.ec2.ModifyVpcAttribute({ VpcId: id, EnableDnsHostnames: { Value: hostnames } });
  }
}

async function vpcMade(id: string, { CidrBlock }: Vpc, { api }: ProviderContext): Promise<Made> {
  const filters = [
    { Name: 'vpc-id', Values: [id] },
    { Name: 'group-name', Values: ['default'] },
  ];
  const { SecurityGroups: [group] = [] } = await api.ec2.DescribeSecurityGroups({ Filters: filters });
  return { id, attributes: { VpcId: id, CidrBlock, DefaultSecurityGroup: group?.GroupId } };
}

type Subnet = Pick<CreateSubnetCommandInput, 'VpcId' | 'CidrBlock' | 'AvailabilityZone'> &
  Tagged & { readonly MapPublicIpOnLaunch?: boolean };

export const subnet = provider<Subnet>({
  properties: ['VpcId', 'CidrBlock', 'AvailabilityZone', 'MapPublicIpOnLaunch', 'Tags'],
  retag: retagEc2,
  async create({ Tags, MapPublicIpOnLaunch: isPublic, ...wanted }, context) {
    const { Subnet: created } = await context.api.ec2.CreateSubnet({
      ...wanted,
      ...tagSpecifications('subnet', Tags, context),
    });
    const id = created?.SubnetId ?? '';
    context.announce(id);
    if (isPublic !== undefined) await mapPublicAddresses(id, isPublic, context);
    return {
      id,
      attributes: {
        SubnetId: id,
        AvailabilityZone: created?.AvailabilityZone,
        CidrBlock: created?.CidrBlock,
        VpcId: created?.VpcId,
      },
    };
  },
  async update(id, { MapPublicIpOnLaunch: isPublic = false, VpcId, CidrBlock }, _before, context) {
    await mapPublicAddresses(id, isPublic, context);
    const { Subnets: [found] = [] } = await context.api.ec2.DescribeSubnets({ SubnetIds: [id] });
    const attributes = { SubnetId: id, AvailabilityZone: found?.AvailabilityZone, CidrBlock, VpcId };
    return { id, attributes };
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DeleteSubnet({ SubnetId: id }));
  },
});

async function mapPublicAddresses(id: string, isPublic: boolean, { api }: ProviderContext): Promise<void> {
  await api.ec2.ModifySubnetAttribute({ SubnetId: id, MapPublicIpOnLaunch: { Value: isPublic } });
}

export const internetGateway = provider<Tagged>({
  properties: ['Tags'],
  retag: retagEc2,
  async create({ Tags }, context) {
    const created = await context.api.ec2.CreateInternetGateway(
      tagSpecifications('internet-gateway', Tags, context),
    );
    const id = created.InternetGateway?.InternetGatewayId ?? '';
    return { id, attributes: { InternetGatewayId: id } };
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DeleteInternetGateway({ InternetGatewayId: id }));
  },
});

interface GatewayAttachment {
  readonly VpcId: string;
  readonly InternetGatewayId: string;
}

export const gatewayAttachment = provider<GatewayAttachment>({
  properties: ['VpcId', 'InternetGatewayId'],
  async create(wanted, { api }) {
    await api.ec2.AttachInternetGateway(wanted);
    return { id: `IGW|${wanted.VpcId}`, attributes: { AttachmentType: 'IGW' } };
  },
  async delete(_id, wanted, { api }) {
    await deleted(api.ec2.DetachInternetGateway(wanted));
  },
});

type NatGateway = Pick<CreateNatGatewayCommandInput, 'AllocationId' | 'SubnetId' | 'ConnectivityType'> &
  Tagged;

export const natGateway = provider<NatGateway>({
  properties: ['AllocationId', 'SubnetId', 'ConnectivityType', 'Tags'],
  retag: retagEc2,
  async create({ Tags, ...wanted }, context) {
    const { NatGateway: created } = await context.api.ec2.CreateNatGateway({
      ...wanted,
      ...tagSpecifications('natgateway', Tags, context),
    });
    const id = created?.NatGatewayId ?? '';
    context.announce(id);
    await context.waitUntil(async () => (await natState(id, context)) === 'available');
    return { id, attributes: { NatGatewayId: id } };
  },
  async delete(id, _wanted, context) {
    await deleted(context.api.ec2.DeleteNatGateway({ NatGatewayId: id }));
    await context.waitUntil(async () => (await natState(id, context)) === 'deleted');
  },
});

async function natState(id: string, { api }: ProviderContext): Promise<string> {
  const { NatGateways: [found] = [] } = await api.ec2.DescribeNatGateways({ NatGatewayIds: [id] });
  return found?.State ?? 'deleted';
}

type Address = Pick<AllocateAddressCommandInput, 'Domain'> & Tagged;

export const elasticIp = provider<Address>({
  properties: ['Domain', 'Tags'],
  retag: retagAddress,
  async create({ Tags, Domain = 'vpc' }, context) {
    const created = await context.api.ec2.AllocateAddress({
      Domain,
      ...tagSpecifications('elastic-ip', Tags, context),
    });
    const { AllocationId, PublicIp = '' } = created;
    return { id: PublicIp, attributes: { AllocationId, PublicIp } };
  },
  async delete(address, _wanted, { api }) {
    const { Addresses: [found] = [] } = await api.ec2.DescribeAddresses({
      Filters: [{ Name: 'public-ip', Values: [address] }],
    });
    if (found !== undefined) await deleted(api.ec2.ReleaseAddress({ AllocationId: found.AllocationId }));
  },
});

export const routeTable = provider<Tagged & { readonly VpcId: string }>({
  properties: ['VpcId', 'Tags'],
  retag: retagEc2,
  async create({ VpcId, Tags }, context) {
    const { RouteTable: created } = await context.api.ec2.CreateRouteTable({
      VpcId,
      ...tagSpecifications('route-table', Tags, context),
    });
    const id = created?.RouteTableId ?? '';
    return { id, attributes: { RouteTableId: id } };
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DeleteRouteTable({ RouteTableId: id }));
  },
});

type Route = Pick<
  CreateRouteCommandInput,
  'RouteTableId' | 'DestinationCidrBlock' | 'GatewayId' | 'NatGatewayId' | 'VpcEndpointId'
>;

export const route = provider<Route>({
  properties: ['RouteTableId', 'DestinationCidrBlock', 'GatewayId', 'NatGatewayId', 'VpcEndpointId'],
  async create(wanted, { api }) {
    await api.ec2.CreateRoute(wanted);
    const { RouteTableId = '', DestinationCidrBlock: CidrBlock = '' } = wanted;
    return { id: `${RouteTableId}|${CidrBlock}`, attributes: { CidrBlock } };
  },
  async update(id, wanted, _before, { api }) {
    await api.ec2.ReplaceRoute(wanted);
    return { id, attributes: { CidrBlock: wanted.DestinationCidrBlock } };
  },
  async delete(_id, { RouteTableId, DestinationCidrBlock }, { api }) {
    await deleted(api.ec2.DeleteRoute({ RouteTableId, DestinationCidrBlock }));
  },
});

interface RouteTableAssociation {
  readonly RouteTableId: string;
  readonly SubnetId: string;
}

export const routeTableAssociation = provider<RouteTableAssociation>({
  properties: ['RouteTableId', 'SubnetId'],
  async create(wanted, { api }) {
    const { AssociationId: id = '' } = await api.ec2.AssociateRouteTable(wanted);
    return { id, attributes: { Id: id } };
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DisassociateRouteTable({ AssociationId: id }));
  },
});
