import type {
  AssociateRouteTableRequest,
  CreateRouteRequest,
  CreateRouteTableRequest,
  DescribeRouteTablesRequest,
  EC2,
  Route,
  RouteTableAssociation,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operations } from '../../kernel/index.ts';
import { dependencyViolation, missingParameter } from './errors.ts';
import type { RouteTableRecord, VpcRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { isAlive } from './reachability/routing.ts';
import { tagsFor } from './tags.ts';

type Destination = Pick<
  CreateRouteRequest,
  'DestinationCidrBlock' | 'DestinationIpv6CidrBlock' | 'DestinationPrefixListId'
>;

export function routeOperations(network: Network) {
  return {
    CreateRouteTable: (input) => ({ RouteTable: createRouteTable(network, input) }),
    DescribeRouteTables: (input) => describeRouteTables(network, input),
    DeleteRouteTable: (input) => deleteRouteTable(network, input.RouteTableId),
    CreateRoute: (input) => createRoute(network, input),
    ReplaceRoute: (input) => replaceRoute(network, input),
    DeleteRoute: (input) => deleteRoute(network, input.RouteTableId, input),
    AssociateRouteTable: (input) => associate(network, input),
    DisassociateRouteTable: (input) => disassociate(network, input.AssociationId),
    ReplaceRouteTableAssociation: (input) => {
      const { association } = associationOf(network, input.AssociationId);
      disassociate(network, input.AssociationId);
      const { AssociationId, AssociationState } = associate(network, {
        RouteTableId: input.RouteTableId,
        SubnetId: association.SubnetId,
      });
      return { NewAssociationId: AssociationId, AssociationState };
    },
  } satisfies Operations<EC2>;
}

export function createMainRouteTable(network: Network, vpc: VpcRecord): void {
  const table = newTable(network, vpc);
  network.routeTables.add({
    ...table,
    Associations: [
      {
        Main: true,
        RouteTableAssociationId: network.newId('rtbassoc'),
        RouteTableId: table.RouteTableId,
        AssociationState: { State: 'associated' },
      },
    ],
  });
}

/** Adds an internet route to the main table, as the account's default VPC has it. */
export function routeMainTable(network: Network, vpcId: string, gatewayId: string): void {
  const main = network.routeTables.where(
    (table) => table.VpcId === vpcId && table.Associations.some(({ Main }) => Main),
  );
  for (const table of main)
    createRoute(network, {
      RouteTableId: table.RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: gatewayId,
    });
}

function newTable(network: Network, vpc: VpcRecord): RouteTableRecord {
  return {
    RouteTableId: network.newId('rtb'),
    VpcId: vpc.VpcId,
    OwnerId: network.kernel.account.id,
    PropagatingVgws: [],
    Associations: [],
    Routes: [
      {
        DestinationCidrBlock: vpc.CidrBlock,
        GatewayId: 'local',
        Origin: 'CreateRouteTable',
        State: 'active',
      },
    ],
  };
}

function createRouteTable(network: Network, input: CreateRouteTableRequest) {
  const table = newTable(network, network.vpcs.get(input.VpcId));
  network.routeTables.add(table, tagsFor('route-table', input.TagSpecifications));
  return network.routeTables.tagged(table);
}

function describeRouteTables(network: Network, input: DescribeRouteTablesRequest) {
  const { items, ...rest } = network.routeTables.describe({
    ids: input.RouteTableIds,
    filters: input.Filters,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { RouteTables: items.map((table) => ({ ...table, Routes: shownRoutes(network, table) })), ...rest };
}

/** A route whose gateway is gone stays, as a black hole. */
function shownRoutes(network: Network, table: RouteTableRecord): Route[] {
  return table.Routes.map((route) =>
    isAlive(network, table, route) ? route : { ...route, State: 'blackhole' },
  );
}

function deleteRouteTable(network: Network, id: string | undefined) {
  const table = network.routeTables.get(id);
  if (table.Associations.length > 0) throw dependencyViolation('routeTable', table.RouteTableId);
  network.routeTables.delete(id);
  return {};
}

function destinationOf(route: Destination): string {
  const destination =
    route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
  if (destination === undefined) throw missingParameter('destinationCidrBlock');
  return destination;
}

function createRoute(network: Network, input: CreateRouteRequest) {
  const table = network.routeTables.get(input.RouteTableId);
  const destination = destinationOf(input);
  if (table.Routes.some((route) => destinationOf(route) === destination))
    throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  network.routeTables.update(table.RouteTableId, {
    Routes: [...table.Routes, routeTo(network, table, input)],
  });
  return { Return: true };
}

function replaceRoute(network: Network, input: CreateRouteRequest) {
  const table = network.routeTables.get(input.RouteTableId);
  const others = withoutRoute(table, destinationOf(input));
  network.routeTables.update(table.RouteTableId, { Routes: [...others, routeTo(network, table, input)] });
  return {};
}

function deleteRoute(network: Network, tableId: string | undefined, destination: Destination) {
  const table = network.routeTables.get(tableId);
  network.routeTables.update(table.RouteTableId, { Routes: withoutRoute(table, destinationOf(destination)) });
  return {};
}

function withoutRoute(table: RouteTableRecord, destination: string): Route[] {
  const others = table.Routes.filter((route) => destinationOf(route) !== destination);
  if (others.length === table.Routes.length)
    throw new AwsError(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${destination} in route table ${table.RouteTableId}`,
    );
  return others;
}

/** The route a request describes; what it goes to must exist, and a gateway must be attached to the VPC. */
function routeTo(network: Network, table: RouteTableRecord, input: CreateRouteRequest): Route {
  const { GatewayId, NatGatewayId, NetworkInterfaceId, InstanceId, VpcEndpointId } = input;
  if (GatewayId?.startsWith('igw-')) requireAttached(network, table, GatewayId);
  else if (GatewayId !== undefined)
    throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${GatewayId}' does not exist`);
  else if (NatGatewayId !== undefined) network.natGateways.get(NatGatewayId);
  else if (NetworkInterfaceId !== undefined) network.interfaces.get(NetworkInterfaceId);
  else if (VpcEndpointId !== undefined) network.endpoints.get(VpcEndpointId);
  else if (InstanceId === undefined) throw missingParameter('gatewayId');
  return {
    DestinationCidrBlock: input.DestinationCidrBlock,
    DestinationIpv6CidrBlock: input.DestinationIpv6CidrBlock,
    DestinationPrefixListId: input.DestinationPrefixListId,
    GatewayId: GatewayId ?? VpcEndpointId,
    NatGatewayId,
    NetworkInterfaceId,
    InstanceId,
    Origin: 'CreateRoute',
    State: 'active',
  };
}

function requireAttached(network: Network, table: RouteTableRecord, gatewayId: string): void {
  const { Attachments } = network.internetGateways.get(gatewayId);
  if (!Attachments.some((attachment) => attachment.VpcId === table.VpcId))
    throw new AwsError(
      'InvalidParameterValue',
      `route table ${table.RouteTableId} and network gateway ${gatewayId} belong to different networks`,
    );
}

function associate(network: Network, input: AssociateRouteTableRequest) {
  const table = network.routeTables.get(input.RouteTableId);
  const { SubnetId } = network.subnets.get(input.SubnetId);
  const taken = network.routeTables.where(({ Associations }) =>
    Associations.some((association) => association.SubnetId === SubnetId),
  );
  if (taken.length > 0)
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${table.RouteTableId} conflicts with an existing association`,
    );
  const association = {
    Main: false,
    RouteTableAssociationId: network.newId('rtbassoc'),
    RouteTableId: table.RouteTableId,
    SubnetId,
    AssociationState: { State: 'associated' as const },
  };
  network.routeTables.update(table.RouteTableId, { Associations: [...table.Associations, association] });
  return {
    AssociationId: association.RouteTableAssociationId,
    AssociationState: association.AssociationState,
  };
}

function associationOf(
  network: Network,
  id: string | undefined,
): { table: RouteTableRecord; association: RouteTableAssociation } {
  for (const table of network.routeTables.values()) {
    const association = table.Associations.find((one) => one.RouteTableAssociationId === id);
    if (association !== undefined) return { table, association };
  }
  throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${id ?? ''}' does not exist`);
}

function disassociate(network: Network, id: string | undefined) {
  const { table, association } = associationOf(network, id);
  if (association.Main)
    throw new AwsError('InvalidParameterValue', 'cannot disassociate the main route table association');
  network.routeTables.update(table.RouteTableId, {
    Associations: table.Associations.filter((one) => one !== association),
  });
  return {};
}
