import type { Network, Route, Subnet } from '../picture.ts';
import { holds } from './cidr.ts';
import { ANYONE } from './security.ts';

/** Why a subnet has no way to the internet, and what would give it one. */
export interface Dead {
  readonly why: string;
  readonly evidence: string;
  readonly mend: readonly string[];
}

/** Undefined for a subnet that leads out. @param hasPublicIp of who wants out */
export function deadEnd(network: Network, subnetId: string, hasPublicIp: boolean): Dead | undefined {
  const subnet = network.subnets.get(subnetId);
  if (subnet === undefined) return undefined;
  const route = defaultRoute(subnet);
  if (route === undefined) return noRoute(network, subnet);
  const evidence = `route table ${subnet.routeTableId} of ${subnetId}: ${route.destination} → ${route.target}`;
  if (route.isBlackhole) return blackhole(network, subnet, route, `${evidence}, a black hole`);
  if (route.target.startsWith('igw-'))
    return hasPublicIp ? undefined : withoutAddress(network, subnet, evidence);
  if (route.target.startsWith('nat-')) return deadNat(network, subnet, route, evidence);
  return undefined;
}

/** Whether a subnet's own route leads to an internet gateway. */
export function isPublic(network: Network, subnetId: string): boolean {
  const subnet = network.subnets.get(subnetId);
  const route = subnet === undefined ? undefined : defaultRoute(subnet);
  return route !== undefined && route.target.startsWith('igw-') && !route.isBlackhole;
}

/** The route for the internet; of several, the most specific. */
function defaultRoute({ routes }: Subnet): Route | undefined {
  const width = ({ destination }: Route) => Number(destination.split('/')[1] ?? 0);
  return routes
    .filter(({ destination }) => holds(destination, ANYONE.address))
    .toSorted((one, other) => width(other) - width(one))[0];
}

function noRoute(network: Network, subnet: Subnet): Dead {
  return {
    why: 'has no route to the internet',
    evidence: `route table ${subnet.routeTableId} of ${subnet.id} has no route for 0.0.0.0/0`,
    mend: [createRoute('create-route', subnet, usableNat(network))],
  };
}

function blackhole(network: Network, subnet: Subnet, route: Route, evidence: string): Dead {
  return {
    why: `is routed to ${route.target}, which is gone`,
    evidence,
    mend: [createRoute('replace-route', subnet, usableNat(network))],
  };
}

function withoutAddress(network: Network, subnet: Subnet, evidence: string): Dead {
  return {
    why: 'is routed to an internet gateway, which serves public addresses only, and its instances have none',
    evidence,
    mend: [createRoute('replace-route', subnet, usableNat(network))],
  };
}

function deadNat(network: Network, subnet: Subnet, route: Route, evidence: string): Dead | undefined {
  const gateway = network.natGateways.get(route.target);
  const replace = createRoute('replace-route', subnet, usableNat(network));
  if (gateway?.state !== 'available')
    return {
      why: `is routed to NAT gateway ${route.target}, which is ${gateway?.state ?? 'gone'}`,
      evidence,
      mend: [replace],
    };
  if (gateway.isPublic && isPublic(network, gateway.subnetId)) return undefined;
  return {
    why: `is routed to NAT gateway ${gateway.id}, which has no way out itself`,
    evidence: `${evidence}; ${gateway.id} stands in ${gateway.subnetId}, ${gateway.isPublic ? 'a private subnet' : 'and is a private NAT gateway'}`,
    mend: [
      'Create a NAT gateway in a public subnet (one whose route table leads 0.0.0.0/0 to an internet gateway), then:',
      replace,
    ],
  };
}

function createRoute(command: string, subnet: Subnet, nat: string): string {
  return `aws ec2 ${command} --route-table-id ${subnet.routeTableId} --destination-cidr-block 0.0.0.0/0 --nat-gateway-id ${nat}`;
}

/** A NAT gateway that leads out, to name in a command; without one, a place to fill in. */
function usableNat(network: Network): string {
  for (const { id, state, isPublic: isOut, subnetId } of network.natGateways.values())
    if (state === 'available' && isOut && isPublic(network, subnetId)) return id;
  return 'nat-…';
}
