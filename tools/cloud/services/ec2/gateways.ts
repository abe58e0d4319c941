import type {
  AssociateAddressRequest,
  CreateNatGatewayRequest,
  DescribeAddressesRequest,
  DescribeInternetGatewaysRequest,
  DescribeNatGatewaysRequest,
  EC2,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operations } from '../../kernel/index.ts';
import { dependencyViolation, missingParameter } from './errors.ts';
import { createInterface, releaseInterface } from './interfaces.ts';
import type { AddressRecord, NatGatewayRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { tagsFor } from './tags.ts';

export function gatewayOperations(network: Network) {
  return { ...internetGatewayOperations(network), ...addressOperations(network), ...natOperations(network) };
}

function internetGatewayOperations(network: Network) {
  return {
    CreateInternetGateway: (input) => {
      const gateway = network.internetGateways.add(
        {
          InternetGatewayId: network.newId('igw'),
          OwnerId: network.kernel.account.id,
          Attachments: [],
        },
        tagsFor('internet-gateway', input.TagSpecifications),
      );
      return { InternetGateway: network.internetGateways.tagged(gateway) };
    },
    AttachInternetGateway: (input) => attach(network, input.InternetGatewayId, input.VpcId),
    DetachInternetGateway: (input) => detach(network, input.InternetGatewayId, input.VpcId),
    DescribeInternetGateways: (input) => describeInternetGateways(network, input),
    DeleteInternetGateway: (input) => {
      const gateway = network.internetGateways.get(input.InternetGatewayId);
      if (gateway.Attachments.length > 0)
        throw dependencyViolation('internetGateway', gateway.InternetGatewayId);
      network.internetGateways.delete(gateway.InternetGatewayId);
      return {};
    },
  } satisfies Operations<EC2>;
}

function attach(network: Network, id: string | undefined, vpcId: string | undefined) {
  const { VpcId } = network.vpcs.get(vpcId);
  const gateway = network.internetGateways.get(id);
  const taken = network.internetGateways.where(({ Attachments }) =>
    Attachments.some((attachment) => attachment.VpcId === VpcId),
  );
  if (gateway.Attachments.length > 0 || taken.length > 0)
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `resource ${gateway.InternetGatewayId} is already attached to network ${VpcId}`,
    );
  network.internetGateways.update(id, { Attachments: [{ VpcId, State: 'attached' }] });
  return {};
}

function detach(network: Network, id: string | undefined, vpcId: string | undefined) {
  const gateway = network.internetGateways.get(id);
  if (!gateway.Attachments.some((attachment) => attachment.VpcId === vpcId))
    throw new AwsError(
      'Gateway.NotAttached',
      `resource ${gateway.InternetGatewayId} is not attached to network ${vpcId ?? ''}`,
    );
  const mapped = network.natGateways.where((nat) => nat.VpcId === vpcId && nat.State !== 'deleted');
  if (mapped.length > 0)
    throw new AwsError(
      'DependencyViolation',
      `Network ${vpcId ?? ''} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
  network.internetGateways.update(id, { Attachments: [] });
  return {};
}

function describeInternetGateways(network: Network, input: DescribeInternetGatewaysRequest) {
  const { items, ...rest } = network.internetGateways.describe({
    ids: input.InternetGatewayIds,
    filters: input.Filters,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { InternetGateways: items, ...rest };
}

function addressOperations(network: Network) {
  return {
    AllocateAddress: (input) => {
      const address: AddressRecord = {
        AllocationId: network.newId('eipalloc'),
        PublicIp: network.newPublicIp(),
        PublicIpv4Pool: 'amazon',
        NetworkBorderGroup: network.kernel.account.region,
        Domain: 'vpc',
      };
      network.addresses.add(address, tagsFor('elastic-ip', input.TagSpecifications));
      return address;
    },
    ReleaseAddress: (input) => {
      const address = network.addresses.get(input.AllocationId);
      if (address.AssociationId !== undefined)
        throw new AwsError(
          'InvalidIPAddress.InUse',
          `The address with allocation id ${address.AllocationId} is in use.`,
        );
      network.addresses.delete(address.AllocationId);
      return {};
    },
    DescribeAddresses: (input) => describeAddresses(network, input),
    AssociateAddress: (input) => associateAddress(network, input),
    DisassociateAddress: (input) => {
      const [address] = network.addresses.where((one) => one.AssociationId === input.AssociationId);
      if (address === undefined || input.AssociationId === undefined)
        throw new AwsError(
          'InvalidAssociationID.NotFound',
          `The association ID '${input.AssociationId ?? ''}' does not exist`,
        );
      freeAddress(network, address.AllocationId);
      return {};
    },
  } satisfies Operations<EC2>;
}

function describeAddresses(network: Network, input: DescribeAddressesRequest) {
  const byIp = input.PublicIps?.length ? [{ Name: 'public-ip', Values: input.PublicIps }] : [];
  const { items } = network.addresses.describe({
    ids: input.AllocationIds,
    filters: [...(input.Filters ?? []), ...byIp],
  });
  return { Addresses: items };
}

function associateAddress(network: Network, input: AssociateAddressRequest) {
  const { AllocationId } = network.addresses.get(input.AllocationId);
  if (input.NetworkInterfaceId === undefined && input.InstanceId === undefined)
    throw missingParameter('InstanceId');
  const AssociationId = network.newId('eipassoc');
  const target =
    input.NetworkInterfaceId === undefined
      ? { InstanceId: input.InstanceId ?? '' }
      : { NetworkInterfaceId: network.interfaces.get(input.NetworkInterfaceId).NetworkInterfaceId };
  network.addresses.update(AllocationId, { AssociationId, ...target });
  return { AssociationId };
}

function freeAddress(network: Network, allocationId: string): void {
  const { AllocationId, PublicIp, PublicIpv4Pool, NetworkBorderGroup } = network.addresses.get(allocationId);
  const tags = network.tags.of(AllocationId);
  network.addresses.add({ AllocationId, PublicIp, Domain: 'vpc', PublicIpv4Pool, NetworkBorderGroup }, tags);
}

/** How long a NAT gateway takes to be there, and to be gone. */
const NAT_CREATION_MS = 90_000;
const NAT_DELETION_MS = 45_000;
/** How long a deleted one stays visible. */
const NAT_RECORD_MS = 60 * 60_000;

function natOperations(network: Network) {
  return {
    CreateNatGateway: (input) => ({ NatGateway: createNatGateway(network, input) }),
    DescribeNatGateways: (input) => describeNatGateways(network, input),
    DeleteNatGateway: (input) => {
      const { NatGatewayId } = network.natGateways.get(input.NatGatewayId);
      deleteNatGateway(network, NatGatewayId);
      return { NatGatewayId };
    },
  } satisfies Operations<EC2>;
}

function createNatGateway(network: Network, input: CreateNatGatewayRequest) {
  const subnet = network.subnets.get(input.SubnetId);
  const isPublic = input.ConnectivityType !== 'private';
  const address = isPublic ? network.addresses.get(input.AllocationId) : undefined;
  if (address?.AssociationId !== undefined)
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `resource ${address.AllocationId} is already associated.`,
    );
  const NatGatewayId = network.newId('nat');
  const { NetworkInterfaceId, PrivateIpAddress } = createInterface(network, {
    subnetId: subnet.SubnetId,
    groupIds: [],
    description: `Interface for NAT Gateway ${NatGatewayId}`,
    type: 'natGateway',
    attachment: { InstanceOwnerId: 'amazon-aws', Status: 'attached', DeviceIndex: 1 },
  });
  const AssociationId = network.newId('eipassoc');
  if (address !== undefined)
    network.addresses.update(address.AllocationId, { AssociationId, NetworkInterfaceId, PrivateIpAddress });
  const gateway: NatGatewayRecord = {
    NatGatewayId,
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    State: 'pending',
    ConnectivityType: isPublic ? 'public' : 'private',
    CreateTime: network.kernel.clock.date(),
    NatGatewayAddresses: [
      {
        AllocationId: address?.AllocationId,
        PublicIp: address?.PublicIp,
        ...(address === undefined ? {} : { AssociationId }),
        NetworkInterfaceId,
        PrivateIp: PrivateIpAddress,
        IsPrimary: true,
        Status: 'succeeded',
      },
    ],
  };
  network.natGateways.add(gateway, tagsFor('natgateway', input.TagSpecifications));
  network.kernel.clock.after(NAT_CREATION_MS, () => {
    if (network.natGateways.find(NatGatewayId)?.State === 'pending')
      network.natGateways.update(NatGatewayId, { State: 'available' });
  });
  return network.natGateways.tagged(gateway);
}

function deleteNatGateway(network: Network, id: string): void {
  const { State } = network.natGateways.get(id);
  if (State === 'deleting' || State === 'deleted') return;
  const { clock } = network.kernel;
  network.natGateways.update(id, { State: 'deleting' });
  clock.after(NAT_DELETION_MS, () => {
    const { NatGatewayAddresses } = network.natGateways.update(id, {
      State: 'deleted',
      DeleteTime: clock.date(),
    });
    for (const { NetworkInterfaceId, AllocationId } of NatGatewayAddresses ?? []) {
      if (NetworkInterfaceId !== undefined) releaseInterface(network, NetworkInterfaceId);
      if (AllocationId !== undefined) freeAddress(network, AllocationId);
    }
    clock.after(NAT_RECORD_MS, () => network.natGateways.delete(id));
  });
}

function describeNatGateways(network: Network, input: DescribeNatGatewaysRequest) {
  const { items, ...rest } = network.natGateways.describe({
    ids: input.NatGatewayIds,
    filters: input.Filter,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { NatGateways: items, ...rest };
}
