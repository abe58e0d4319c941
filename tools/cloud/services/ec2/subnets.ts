import type {
  CreateSubnetRequest,
  DescribeSubnetsRequest,
  EC2,
  ModifySubnetAttributeRequest,
  Subnet,
} from '@aws-sdk/client-ec2';
import { arn, AwsError, type Operations } from '../../kernel/index.ts';
import { AddressPool, contains, formatCidr, overlaps, parseCidr } from './cidr.ts';
import { dependencyViolation, invalidParameterValue, missingParameter } from './errors.ts';
import type { SubnetRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { zoneId } from './regions.ts';
import { tagsFor } from './tags.ts';

export function subnetOperations(network: Network) {
  return {
    CreateSubnet: (input) => ({ Subnet: shown(network, createSubnet(network, input)) }),
    DescribeSubnets: (input) => describeSubnets(network, input),
    DeleteSubnet: (input) => deleteSubnet(network, input.SubnetId),
    ModifySubnetAttribute: (input) => modifySubnetAttribute(network, input),
  } satisfies Operations<EC2>;
}

export function createSubnet(network: Network, input: CreateSubnetRequest, isDefault = false): SubnetRecord {
  const { account } = network.kernel;
  const { VpcId, CidrBlock: outer } = network.vpcs.get(input.VpcId);
  if (input.CidrBlock === undefined) throw missingParameter('CidrBlock');
  const CidrBlock = checkedBlock(network, VpcId, outer, input.CidrBlock);
  const AvailabilityZone = checkedZone(network, input);
  const SubnetId = network.newId('subnet');
  const subnet: SubnetRecord = {
    SubnetId,
    SubnetArn: arn(account, 'ec2', `subnet/${SubnetId}`),
    VpcId,
    CidrBlock,
    AvailabilityZone,
    AvailabilityZoneId: zoneId(AvailabilityZone),
    OwnerId: account.id,
    State: 'available',
    DefaultForAz: isDefault,
    MapPublicIpOnLaunch: isDefault,
    AssignIpv6AddressOnCreation: false,
    Ipv6Native: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    pool: new AddressPool(CidrBlock),
  };
  return network.subnets.add(subnet, tagsFor('subnet', input.TagSpecifications));
}

function checkedBlock(network: Network, vpcId: string, outer: string, cidr: string): string {
  const block = parseCidr(cidr);
  if (!contains(parseCidr(outer), block))
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
  const siblings = network.subnets.where((subnet) => subnet.VpcId === vpcId);
  if (siblings.some((subnet) => overlaps(parseCidr(subnet.CidrBlock), block)))
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
  return formatCidr(block);
}

function checkedZone(network: Network, input: CreateSubnetRequest): string {
  const { zones } = network.kernel.account;
  const [first] = zones;
  const wanted =
    input.AvailabilityZone ?? zones.find((zone) => zoneId(zone) === input.AvailabilityZoneId) ?? first;
  if (wanted === undefined || !zones.includes(wanted))
    throw invalidParameterValue(
      `Value (${wanted ?? ''}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
    );
  return wanted;
}

function shown(network: Network, record: SubnetRecord): Subnet {
  const { pool, ...subnet } = network.subnets.tagged(record);
  return { ...subnet, AvailableIpAddressCount: pool.free };
}

function describeSubnets(network: Network, input: DescribeSubnetsRequest) {
  const { items, ...rest } = network.subnets.describe({
    ids: input.SubnetIds,
    filters: input.Filters,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { Subnets: items.map((subnet) => shown(network, subnet)), ...rest };
}

function deleteSubnet(network: Network, id: string | undefined) {
  const { SubnetId, pool } = network.subnets.get(id);
  if (pool.isInUse) throw dependencyViolation('subnet', SubnetId);
  for (const table of network.routeTables.where(({ Associations }) =>
    Associations.some((association) => association.SubnetId === SubnetId),
  ))
    network.routeTables.update(table.RouteTableId, {
      Associations: table.Associations.filter((association) => association.SubnetId !== SubnetId),
    });
  network.subnets.delete(SubnetId);
  return {};
}

function modifySubnetAttribute(network: Network, input: ModifySubnetAttributeRequest) {
  const { SubnetId, MapPublicIpOnLaunch } = network.subnets.get(input.SubnetId);
  network.subnets.update(SubnetId, {
    MapPublicIpOnLaunch: input.MapPublicIpOnLaunch?.Value ?? MapPublicIpOnLaunch,
  });
  return {};
}
