import type { Network, Rule, SecurityGroup } from '../picture.ts';
import { holds } from './cidr.ts';

/** The other end of a connection. */
export interface Peer {
  readonly address: string;
  readonly securityGroupIds: readonly string[];
}

/** An address of the internet (RFC 5737), for rules that speak of everyone. */
export const ANYONE: Peer = { address: '203.0.113.1', securityGroupIds: [] };

/** Whether any of the groups lets a connection to a TCP port in; no groups filter nothing. */
export function letsIn(network: Network, ids: readonly string[], port: number, from: Peer): boolean {
  return ids.length === 0 || groupsOf(network, ids).some(({ ingress }) => admits(ingress, port, from));
}

/** Whether any of the groups lets a connection to a TCP port out. */
export function letsOut(network: Network, ids: readonly string[], port: number, to: Peer): boolean {
  return ids.length === 0 || groupsOf(network, ids).some(({ egress }) => admits(egress, port, to));
}

/** The ports on which a peer gets in, as ranges: `80`, `8000-8080`. */
export function portsOpenTo(network: Network, ids: readonly string[], from: Peer): string[] {
  const rules = groupsOf(network, ids).flatMap(({ ingress }) => ingress);
  const open = rules.filter((rule) => rule.protocol === 'tcp' && names(rule, from));
  return [...new Set(open.map(({ fromPort, toPort }) => range(fromPort, toPort)))];
}

export function groupsOf(network: Network, ids: readonly string[]): SecurityGroup[] {
  return ids.flatMap((id) => network.securityGroups.get(id) ?? []);
}

function admits(rules: readonly Rule[], port: number, peer: Peer): boolean {
  return rules.some((rule) => covers(rule, port) && names(rule, peer));
}

function covers({ protocol, fromPort, toPort }: Rule, port: number): boolean {
  return protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort);
}

function names({ cidrs, groupIds }: Rule, peer: Peer): boolean {
  return (
    groupIds.some((id) => peer.securityGroupIds.includes(id)) ||
    cidrs.some((cidr) => holds(cidr, peer.address))
  );
}

const range = (from: number, to: number) => (from === to ? String(from) : `${from}-${to}`);
