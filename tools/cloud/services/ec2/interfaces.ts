import type {
  CreateNetworkInterfaceRequest,
  DescribeNetworkInterfacesRequest,
  EC2,
  NetworkInterface,
  NetworkInterfaceAttachment,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operations } from '../../kernel/index.ts';
import type { NetworkInterfaceRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { tagsFor } from './tags.ts';

export interface NewInterface {
  readonly subnetId: string | undefined;
  /** Without any, the default group of the VPC; `none` for an interface that nothing filters. */
  readonly groupIds: readonly string[] | 'none';
  readonly description: string;
  readonly type?: NetworkInterface['InterfaceType'];
  readonly attachment?: NetworkInterfaceAttachment;
  readonly tags?: [string, string][];
}

export function interfaceOperations(network: Network) {
  return {
    CreateNetworkInterface: (input) => ({
      NetworkInterface: shown(network, createFrom(network, input)),
    }),
    DescribeNetworkInterfaces: (input) => describeInterfaces(network, input),
    DeleteNetworkInterface: (input) => {
      const { Attachment, NetworkInterfaceId } = network.interfaces.get(input.NetworkInterfaceId);
      if (Attachment !== undefined)
        throw new AwsError(
          'InvalidParameterValue',
          `Network interface '${NetworkInterfaceId}' is currently in use.`,
        );
      releaseInterface(network, NetworkInterfaceId);
      return {};
    },
  } satisfies Operations<EC2>;
}

/** Takes an address of a subnet. @throws AwsError InsufficientFreeAddressesInSubnet when it is full */
export function createInterface(network: Network, wanted: NewInterface): NetworkInterfaceRecord {
  const subnet = network.subnets.get(wanted.subnetId);
  const groups = wanted.groupIds === 'none' ? [] : groupsOfInterface(network, subnet.VpcId, wanted.groupIds);
  const PrivateIpAddress = subnet.pool.take();
  if (PrivateIpAddress === undefined)
    throw new AwsError(
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${subnet.SubnetId}' to satisfy the requested number of instances.`,
    );
  const id = network.newId('eni');
  const created: NetworkInterfaceRecord = {
    NetworkInterfaceId: id,
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    AvailabilityZone: subnet.AvailabilityZone,
    Description: wanted.description,
    InterfaceType: wanted.type ?? 'interface',
    MacAddress: macAddress(id),
    OwnerId: network.kernel.account.id,
    PrivateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress }],
    PrivateDnsName: privateDnsName(network, PrivateIpAddress),
    Groups: groups,
    SourceDestCheck: true,
    RequesterManaged: wanted.attachment !== undefined,
    Status: wanted.attachment === undefined ? 'available' : 'in-use',
    ...(wanted.attachment === undefined ? {} : { Attachment: wanted.attachment }),
  };
  return network.interfaces.add(created, wanted.tags ?? []);
}

/** Locally administered, as EC2's are: its first octet says so. */
function macAddress(interfaceId: string): string {
  const octets = interfaceId.slice(-10).match(/../g) ?? [];
  return ['02', ...octets].join(':');
}

/** Gives an interface and its address back; harmless when it is gone. */
export function releaseInterface(network: Network, id: string): void {
  const gone = network.interfaces.find(id);
  if (gone === undefined) return;
  network.subnets.find(gone.SubnetId)?.pool.give(gone.PrivateIpAddress);
  network.interfaces.delete(id);
}

export function privateDnsName(network: Network, address: string): string {
  return `ip-${address.replaceAll('.', '-')}.${network.kernel.account.region}.compute.internal`;
}

/** The groups that an interface is given. @throws AwsError InvalidGroup.NotFound, InvalidParameter */
export function groupsOfInterface(network: Network, vpcId: string, ids: readonly string[]) {
  const groups =
    ids.length > 0
      ? ids.map((id) => network.securityGroups.get(id))
      : network.securityGroups.where((group) => group.VpcId === vpcId && group.GroupName === 'default');
  const foreign = groups.find((group) => group.VpcId !== vpcId);
  if (foreign !== undefined)
    throw new AwsError(
      'InvalidParameter',
      `Security group ${foreign.GroupId} and subnet belong to different networks.`,
    );
  return groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName }));
}

function createFrom(network: Network, input: CreateNetworkInterfaceRequest): NetworkInterfaceRecord {
  return createInterface(network, {
    subnetId: input.SubnetId,
    groupIds: input.Groups ?? [],
    description: input.Description ?? '',
    tags: tagsFor('network-interface', input.TagSpecifications),
  });
}

function shown(network: Network, record: NetworkInterfaceRecord): NetworkInterface {
  const { Tags, ...shape } = network.interfaces.tagged(record);
  return { ...shape, TagSet: Tags };
}

function describeInterfaces(network: Network, input: DescribeNetworkInterfacesRequest) {
  const { items, ...rest } = network.interfaces.describe({
    ids: input.NetworkInterfaceIds,
    filters: input.Filters,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { NetworkInterfaces: items.map((one) => shown(network, one)), ...rest };
}
