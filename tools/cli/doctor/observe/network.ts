import {
  paginateDescribeInstances,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  type Instance as InstanceView,
  type IpPermission,
  type Route as RouteView,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { Instance, NatGateway, Network, Route, Rule, SecurityGroup, Subnet } from '../picture.ts';
import type { Clients } from './clients.ts';

/** Instances by id; those that are gone are left out. */
export async function instancesOf({ ec2 }: Clients, ids: readonly string[]): Promise<Map<string, Instance>> {
  const found = new Map<string, Instance>();
  if (ids.length === 0) return found;
  // A filter lets pass what is gone; an id that is gone would be an error.
  const Filters = [{ Name: 'instance-id', Values: [...ids] }];
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters }))
    for (const view of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances))
      found.set(view.InstanceId ?? '', instanceOf(view));
  return found;
}

/** What decides who reaches whom in some VPCs. */
export async function networkOf({ ec2: client }: Clients, vpcIds: readonly string[]): Promise<Network> {
  const Filters = [{ Name: 'vpc-id', Values: [...vpcIds] }];
  const securityGroups = new Map<string, SecurityGroup>();
  const subnets = new Map<string, Subnet>();
  const natGateways = new Map<string, NatGateway>();
  if (vpcIds.length === 0) return { securityGroups, subnets, natGateways };
  for await (const page of paginateDescribeSecurityGroups({ client }, { Filters }))
    for (const { GroupId = '', GroupName = '', IpPermissions, IpPermissionsEgress } of page.SecurityGroups ??
      [])
      securityGroups.set(GroupId, {
        id: GroupId,
        name: GroupName,
        ingress: (IpPermissions ?? []).map(ruleOf),
        egress: (IpPermissionsEgress ?? []).map(ruleOf),
      });
  const tables: RouteTable[] = [];
  for await (const page of paginateDescribeRouteTables({ client }, { Filters }))
    tables.push(...(page.RouteTables ?? []));
  for await (const page of paginateDescribeSubnets({ client }, { Filters }))
    for (const { SubnetId = '', VpcId, CidrBlock = '', AvailabilityZone = '' } of page.Subnets ?? []) {
      const table = tableOf(tables, SubnetId, VpcId);
      subnets.set(SubnetId, {
        id: SubnetId,
        cidr: CidrBlock,
        zone: AvailabilityZone,
        routeTableId: table?.RouteTableId ?? '',
        routes: (table?.Routes ?? []).flatMap(routeOf),
      });
    }
  for await (const page of paginateDescribeNatGateways({ client }, { Filter: Filters }))
    for (const { NatGatewayId = '', State = '', ConnectivityType, SubnetId = '' } of page.NatGateways ?? [])
      natGateways.set(NatGatewayId, {
        id: NatGatewayId,
        state: State,
        isPublic: ConnectivityType !== 'private',
        subnetId: SubnetId,
      });
  return { securityGroups, subnets, natGateways };
}

function instanceOf(view: InstanceView): Instance {
  return {
    id: view.InstanceId ?? '',
    state: view.State?.Name ?? '',
    vpcId: view.VpcId ?? '',
    subnetId: view.SubnetId ?? '',
    zone: view.Placement?.AvailabilityZone ?? '',
    privateIp: view.PrivateIpAddress ?? '',
    hasPublicIp: view.PublicIpAddress !== undefined,
    securityGroupIds: (view.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
  };
}

function ruleOf(permission: IpPermission): Rule {
  return {
    protocol: permission.IpProtocol ?? '-1',
    fromPort: permission.FromPort ?? 0,
    toPort: permission.ToPort ?? 65_535,
    cidrs: (permission.IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
    groupIds: (permission.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
  };
}

/** The table associated with a subnet, else the main one of its VPC. */
function tableOf(tables: readonly RouteTable[], subnetId: string, vpcId?: string): RouteTable | undefined {
  return (
    tables.find(({ Associations = [] }) => Associations.some((one) => one.SubnetId === subnetId)) ??
    tables.find(({ VpcId, Associations = [] }) => VpcId === vpcId && Associations.some(({ Main }) => Main))
  );
}

function routeOf(route: RouteView): Route[] {
  if (route.DestinationCidrBlock === undefined) return [];
  const target =
    route.NatGatewayId ??
    route.GatewayId ??
    route.TransitGatewayId ??
    route.NetworkInterfaceId ??
    'elsewhere';
  return [{ destination: route.DestinationCidrBlock, target, isBlackhole: route.State === 'blackhole' }];
}
