import type { Route } from '@aws-sdk/client-ec2';
import { contains, parseCidr } from '../cidr.ts';
import type { RouteTableRecord } from '../network-records.ts';
import type { Network } from '../network.ts';
import { SOMEWHERE } from './firewall.ts';
import type { Obstacle, Party } from './party.ts';

/** How a subnet's route table leads to the internet. */
export type Exit = { readonly by: 'internet gateway' | 'NAT' } | { readonly obstacle: Obstacle };

/** The table of a subnet: the one associated with it, else the main one of its VPC. */
export function tableOf(network: Network, subnetId: string): RouteTableRecord | undefined {
  const vpcId = network.subnets.find(subnetId)?.VpcId;
  let main: RouteTableRecord | undefined;
  for (const table of network.routeTables.values()) {
    if (table.Associations.some((association) => association.SubnetId === subnetId)) return table;
    if (table.VpcId === vpcId && table.Associations.some(({ Main }) => Main)) main = table;
  }
  return main;
}

/** Whether what a route leads to is there; AWS shows one that leads nowhere as a black hole. */
export function isAlive(network: Network, table: RouteTableRecord, route: Route): boolean {
  const { GatewayId, NatGatewayId, NetworkInterfaceId } = route;
  if (GatewayId?.startsWith('igw-')) return isAttached(network, GatewayId, table.VpcId);
  if (GatewayId?.startsWith('vpce-')) return network.endpoints.find(GatewayId) !== undefined;
  if (NatGatewayId !== undefined) {
    const state = network.natGateways.find(NatGatewayId)?.State;
    return state === 'available' || state === 'pending';
  }
  if (NetworkInterfaceId !== undefined) return network.interfaces.find(NetworkInterfaceId) !== undefined;
  return true;
}

/** Where the route of a subnet for the internet leads; of several, AWS takes the most specific. */
export function exitOf(network: Network, subnetId: string): Exit {
  const table = tableOf(network, subnetId);
  const [route] = (table?.Routes ?? [])
    .flatMap((one) => {
      const block = one.DestinationCidrBlock === undefined ? undefined : parseCidr(one.DestinationCidrBlock);
      return block !== undefined && contains(block, SOMEWHERE) ? [{ one, size: block.size }] : [];
    })
    .sort((a, b) => a.size - b.size)
    .map(({ one }) => one);
  if (table === undefined || route === undefined) return { obstacle: 'no-route' };
  if (!isAlive(network, table, route)) return { obstacle: 'gateway' };
  if (route.GatewayId?.startsWith('igw-')) return { by: 'internet gateway' };
  if (route.NatGatewayId !== undefined) return exitByNat(network, route.NatGatewayId);
  return { obstacle: 'gateway' };
}

/** The exit of one party: an internet gateway carries only those who have a public address. */
export function obstacleOut(exit: Exit, { hasPublicAddress }: Party): Obstacle | undefined {
  if ('obstacle' in exit) return exit.obstacle;
  return exit.by === 'internet gateway' && !hasPublicAddress ? 'no-public-address' : undefined;
}

/** A public NAT gateway that stands in a subnet which itself leads to an internet gateway. */
function exitByNat(network: Network, id: string): Exit {
  const gateway = network.natGateways.find(id);
  const isReady = gateway?.State === 'available' && gateway.ConnectivityType !== 'private';
  const own = gateway === undefined ? undefined : tableOf(network, gateway.SubnetId);
  const leadsOut = own?.Routes.some(
    (route) =>
      route.DestinationCidrBlock === '0.0.0.0/0' &&
      route.GatewayId?.startsWith('igw-') === true &&
      isAlive(network, own, route),
  );
  return isReady && leadsOut === true ? { by: 'NAT' } : { obstacle: 'gateway' };
}

function isAttached(network: Network, gatewayId: string, vpcId: string): boolean {
  return network.internetGateways.find(gatewayId)?.Attachments.some((one) => one.VpcId === vpcId) ?? false;
}
