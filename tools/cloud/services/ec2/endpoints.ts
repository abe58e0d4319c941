import { createHash } from 'node:crypto';
import type {
  CreateVpcEndpointRequest,
  DescribeVpcEndpointsRequest,
  EC2,
  ModifyVpcEndpointRequest,
  Route,
} from '@aws-sdk/client-ec2';
import { missingParameter } from './errors.ts';
import { AwsError, type Operations } from '../../kernel/index.ts';
import { createInterface, releaseInterface } from './interfaces.ts';
import type { VpcEndpointRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { tagsFor } from './tags.ts';

/** What an endpoint allows unless told otherwise. */
const OPEN_POLICY = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
});

export function endpointOperations(network: Network) {
  return {
    CreateVpcEndpoint: (input) => ({ VpcEndpoint: createEndpoint(network, input) }),
    DescribeVpcEndpoints: (input) => describeEndpoints(network, input),
    ModifyVpcEndpoint: (input) => modifyEndpoint(network, input),
    DeleteVpcEndpoints: (input) => ({
      Unsuccessful: (input.VpcEndpointIds ?? []).flatMap((id) =>
        refusal(id, () => deleteEndpoint(network, id)),
      ),
    }),
  } satisfies Operations<EC2>;
}

function createEndpoint(network: Network, input: CreateVpcEndpointRequest) {
  const { VpcId } = network.vpcs.get(input.VpcId);
  if (input.ServiceName === undefined) throw missingParameter('ServiceName');
  const VpcEndpointId = network.newId('vpce');
  const groups = (input.SecurityGroupIds ?? []).map((id) => network.securityGroups.get(id));
  const endpoint: VpcEndpointRecord = {
    VpcEndpointId,
    VpcId,
    VpcEndpointType: input.VpcEndpointType ?? 'Gateway',
    ServiceName: input.ServiceName,
    State: 'Available',
    PolicyDocument: input.PolicyDocument ?? OPEN_POLICY,
    PrivateDnsEnabled: input.PrivateDnsEnabled ?? input.VpcEndpointType === 'Interface',
    Groups: groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName })),
    CreationTimestamp: network.kernel.clock.date(),
    OwnerId: network.kernel.account.id,
    RouteTableIds: [],
    SubnetIds: [],
    NetworkInterfaceIds: [],
  };
  network.endpoints.add(endpoint, tagsFor('vpc-endpoint', input.TagSpecifications));
  addRouteTables(network, VpcEndpointId, input.RouteTableIds ?? []);
  addSubnets(network, VpcEndpointId, input.SubnetIds ?? []);
  return network.endpoints.tagged(network.endpoints.get(VpcEndpointId));
}

/** The prefix list of a service's addresses, the same for all of a region: `com.amazonaws.eu-central-1.s3`. */
export function prefixListOf(serviceName: string): string {
  return `pl-${createHash('sha256').update(serviceName).digest('hex').slice(0, 8)}`;
}

/** A gateway endpoint adds a route to each of its tables, for the addresses of its service. */
function addRouteTables(network: Network, id: string, tableIds: readonly string[]): void {
  const endpoint = network.endpoints.get(id);
  for (const tableId of tableIds) {
    const route: Route = {
      DestinationPrefixListId: prefixListOf(endpoint.ServiceName ?? ''),
      GatewayId: id,
      Origin: 'CreateRoute',
      State: 'active',
    };
    const { Routes } = network.routeTables.get(tableId);
    network.routeTables.update(tableId, { Routes: [...Routes, route] });
  }
  network.endpoints.update(id, { RouteTableIds: [...(endpoint.RouteTableIds ?? []), ...tableIds] });
}

function removeRouteTables(network: Network, id: string, tableIds: readonly string[]): void {
  const { RouteTableIds = [] } = network.endpoints.get(id);
  for (const tableId of tableIds) {
    const table = network.routeTables.find(tableId);
    if (table === undefined) continue;
    network.routeTables.update(tableId, { Routes: table.Routes.filter(({ GatewayId }) => GatewayId !== id) });
  }
  network.endpoints.update(id, { RouteTableIds: RouteTableIds.filter((one) => !tableIds.includes(one)) });
}

/** An interface endpoint has an interface in each of its subnets. */
function addSubnets(network: Network, id: string, subnetIds: readonly string[]): void {
  const { SubnetIds = [], NetworkInterfaceIds = [], Groups = [] } = network.endpoints.get(id);
  const added = subnetIds.map((subnetId) =>
    createInterface(network, {
      subnetId,
      groupIds: Groups.flatMap(({ GroupId }) => GroupId ?? []),
      description: `VPC Endpoint Interface ${id}`,
      type: 'vpc_endpoint',
      attachment: { InstanceOwnerId: 'amazon-aws', Status: 'attached', DeviceIndex: 1 },
    }),
  );
  network.endpoints.update(id, {
    SubnetIds: [...SubnetIds, ...subnetIds],
    NetworkInterfaceIds: [...NetworkInterfaceIds, ...added.map((one) => one.NetworkInterfaceId)],
  });
}

function removeSubnets(network: Network, id: string, subnetIds: readonly string[]): void {
  const { SubnetIds = [], NetworkInterfaceIds = [] } = network.endpoints.get(id);
  const gone = NetworkInterfaceIds.filter((interfaceId) =>
    subnetIds.includes(network.interfaces.find(interfaceId)?.SubnetId ?? ''),
  );
  for (const interfaceId of gone) releaseInterface(network, interfaceId);
  network.endpoints.update(id, {
    SubnetIds: SubnetIds.filter((one) => !subnetIds.includes(one)),
    NetworkInterfaceIds: NetworkInterfaceIds.filter((one) => !gone.includes(one)),
  });
}

function modifyEndpoint(network: Network, input: ModifyVpcEndpointRequest) {
  const { VpcEndpointId, PolicyDocument, PrivateDnsEnabled } = network.endpoints.get(input.VpcEndpointId);
  network.endpoints.update(VpcEndpointId, {
    PolicyDocument: input.ResetPolicy ? OPEN_POLICY : (input.PolicyDocument ?? PolicyDocument),
    PrivateDnsEnabled: input.PrivateDnsEnabled ?? PrivateDnsEnabled,
  });
  addRouteTables(network, VpcEndpointId, input.AddRouteTableIds ?? []);
  removeRouteTables(network, VpcEndpointId, input.RemoveRouteTableIds ?? []);
  addSubnets(network, VpcEndpointId, input.AddSubnetIds ?? []);
  removeSubnets(network, VpcEndpointId, input.RemoveSubnetIds ?? []);
  changeGroups(network, VpcEndpointId, input);
  return { Return: true };
}

function changeGroups(
  network: Network,
  id: string,
  { AddSecurityGroupIds = [], RemoveSecurityGroupIds = [] }: ModifyVpcEndpointRequest,
): void {
  const { Groups = [], NetworkInterfaceIds = [] } = network.endpoints.get(id);
  const added = AddSecurityGroupIds.map((groupId) => network.securityGroups.get(groupId));
  const kept = Groups.filter(
    ({ GroupId = '' }) => !RemoveSecurityGroupIds.includes(GroupId) && !AddSecurityGroupIds.includes(GroupId),
  );
  const changed = [...kept, ...added.map(({ GroupId, GroupName }) => ({ GroupId, GroupName }))];
  network.endpoints.update(id, { Groups: changed });
  for (const interfaceId of NetworkInterfaceIds) network.interfaces.update(interfaceId, { Groups: changed });
}

function describeEndpoints(network: Network, input: DescribeVpcEndpointsRequest) {
  const { items, ...rest } = network.endpoints.describe({
    ids: input.VpcEndpointIds,
    filters: input.Filters,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { VpcEndpoints: items, ...rest };
}

function deleteEndpoint(network: Network, id: string): void {
  const { RouteTableIds = [], SubnetIds = [] } = network.endpoints.get(id);
  removeRouteTables(network, id, RouteTableIds);
  removeSubnets(network, id, SubnetIds);
  network.endpoints.delete(id);
}

/** Operations on several resources answer with what went wrong for each instead of failing as a whole. */
export function refusal(id: string, act: () => void) {
  try {
    act();
    return [];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message } = error;
    return [{ ResourceId: id, Error: { Code: code, Message: message } }];
  }
}
