import type {
  CreateVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcsRequest,
  EC2,
  ModifyVpcAttributeRequest,
  Vpc,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operations } from '../../kernel/index.ts';
import { formatCidr, parseCidr } from './cidr.ts';
import { dependencyViolation, missingParameter } from './errors.ts';
import type { VpcRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { without } from './records.ts';
import { createMainRouteTable } from './routes.ts';
import { createDefaultSecurityGroup } from './security-groups.ts';
import { tagsFor } from './tags.ts';

export function vpcOperations(network: Network) {
  return {
    CreateVpc: (input) => ({ Vpc: shown(network, createVpc(network, input)) }),
    DescribeVpcs: (input) => describeVpcs(network, input),
    DeleteVpc: (input) => deleteVpc(network, input.VpcId),
    ModifyVpcAttribute: (input) => modifyVpcAttribute(network, input),
    DescribeVpcAttribute: (input) => describeVpcAttribute(network, input),
  } satisfies Operations<EC2>;
}

/** Creates a VPC with what AWS creates along with it: its main route table and its default security group. */
export function createVpc(network: Network, input: CreateVpcRequest, isDefault = false): VpcRecord {
  if (input.CidrBlock === undefined) throw missingParameter('CidrBlock');
  const block = parseCidr(input.CidrBlock);
  if (block.size > 2 ** 16 || block.size < 2 ** 4)
    throw new AwsError('InvalidVpc.Range', `The CIDR '${input.CidrBlock}' is invalid.`);
  const CidrBlock = formatCidr(block);
  const vpc: VpcRecord = {
    VpcId: network.newId('vpc'),
    CidrBlock,
    IsDefault: isDefault,
    State: 'available',
    OwnerId: network.kernel.account.id,
    InstanceTenancy: input.InstanceTenancy ?? 'default',
    DhcpOptionsId: 'default',
    CidrBlockAssociationSet: [
      { AssociationId: network.newId('vpc-cidr-assoc'), CidrBlock, CidrBlockState: { State: 'associated' } },
    ],
    dnsSupport: true,
    dnsHostnames: isDefault,
  };
  network.vpcs.add(vpc, tagsFor('vpc', input.TagSpecifications));
  createMainRouteTable(network, vpc);
  createDefaultSecurityGroup(network, vpc);
  return vpc;
}

/** A VPC as AWS shows it, without what only its attributes tell. */
function shown(network: Network, record: VpcRecord): Vpc {
  return without(network.vpcs.tagged(record), 'dnsSupport', 'dnsHostnames');
}

function describeVpcs(network: Network, input: DescribeVpcsRequest) {
  const { items, ...rest } = network.vpcs.describe({
    ids: input.VpcIds,
    filters: input.Filters,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { Vpcs: items.map((vpc) => shown(network, vpc)), ...rest };
}

function deleteVpc(network: Network, id: string | undefined) {
  const { VpcId } = network.vpcs.get(id);
  if (isInUse(network, VpcId)) throw dependencyViolation('vpc', VpcId);
  for (const table of network.routeTables.where((table) => table.VpcId === VpcId))
    network.routeTables.delete(table.RouteTableId);
  for (const group of network.securityGroups.where((group) => group.VpcId === VpcId))
    network.securityGroups.delete(group.GroupId);
  network.vpcs.delete(VpcId);
  return {};
}

function isInUse(network: Network, vpcId: string): boolean {
  const isMine = (item: { VpcId: string }) => item.VpcId === vpcId;
  return (
    network.subnets.where(isMine).length > 0 ||
    network.endpoints.where(isMine).length > 0 ||
    network.interfaces.where(isMine).length > 0 ||
    network.securityGroups.where((group) => isMine(group) && group.GroupName !== 'default').length > 0 ||
    network.routeTables.where((table) => isMine(table) && !table.Associations.some(({ Main }) => Main))
      .length > 0 ||
    network.internetGateways.where(({ Attachments }) =>
      Attachments.some((attachment) => attachment.VpcId === vpcId),
    ).length > 0
  );
}

function modifyVpcAttribute(network: Network, input: ModifyVpcAttributeRequest) {
  const { VpcId, dnsSupport, dnsHostnames } = network.vpcs.get(input.VpcId);
  network.vpcs.update(VpcId, {
    dnsSupport: input.EnableDnsSupport?.Value ?? dnsSupport,
    dnsHostnames: input.EnableDnsHostnames?.Value ?? dnsHostnames,
  });
  return {};
}

function describeVpcAttribute(network: Network, input: DescribeVpcAttributeRequest) {
  const { VpcId, dnsSupport, dnsHostnames } = network.vpcs.get(input.VpcId);
  switch (input.Attribute) {
    case 'enableDnsSupport':
      return { VpcId, EnableDnsSupport: { Value: dnsSupport } };
    case 'enableDnsHostnames':
      return { VpcId, EnableDnsHostnames: { Value: dnsHostnames } };
    case 'enableNetworkAddressUsageMetrics':
      return { VpcId, EnableNetworkAddressUsageMetrics: { Value: false } };
    case undefined:
      throw missingParameter('attribute');
  }
}
