import { prefixListOf } from '../endpoints.ts';
import type { NetworkInterfaceRecord } from '../network-records.ts';
import type { Network } from '../network.ts';
import { Firewall } from './firewall.ts';
import type { Obstacle, Party } from './party.ts';
import { exitOf, isAlive, obstacleOut, tableOf, type Exit } from './routing.ts';

/** The port of AWS's APIs, and of most of the internet. */
const HTTPS = 443;

/**
 * Who reaches whom by TCP over IPv4, as security groups, route tables, gateways and endpoints have it. Network ACLs
 * are the default ones, which admit everything.
 *
 * Rules and routes are compiled once and kept until the network changes; a question then costs no more than a look
 * at a few rules.
 */
export class Reachability {
  readonly #network: Network;
  #firewall: Firewall | undefined;
  readonly #exits = new Map<string, Exit>();

  constructor(network: Network) {
    this.#network = network;
    network.onChange(() => {
      this.#firewall = undefined;
      this.#exits.clear();
    });
  }

  /** What stands between two parties; undefined when a connection comes about. */
  between(from: Party, to: Party, port: number): Obstacle | undefined {
    if (from.vpcId !== to.vpcId) return 'other-network';
    if (!this.#rules().letsOut(from.groupIds, port, to)) return 'egress';
    return this.#rules().letsIn(to.groupIds, port, from) ? undefined : 'ingress';
  }

  /** What stands between a party and the internet. */
  toInternet(from: Party, port = HTTPS): Obstacle | undefined {
    if (!this.#rules().letsOut(from.groupIds, port, 'internet')) return 'egress';
    return obstacleOut(this.#exit(from.subnetId), from);
  }

  /** What stands between the internet and a party that has a public address, such as a load balancer's node. */
  fromInternet(to: Party, port: number): Obstacle | undefined {
    if (!to.hasPublicAddress) return 'no-public-address';
    const exit = this.#exit(to.subnetId);
    // Replies go out as the route table says, and a NAT gateway knows nothing of connections that came in.
    if ('obstacle' in exit) return exit.obstacle;
    if (exit.by === 'NAT') return 'no-route';
    return this.#rules().letsIn(to.groupIds, port, 'internet') ? undefined : 'ingress';
  }

  /**
   * What stands between a party and an API of AWS: through the VPC's own endpoint where the service's name stands for
   * one, by the route of a gateway endpoint, else through the internet.
   *
   * @param service as endpoints name it: `ssm`, `ssmmessages`, `s3`, `dynamodb`
   */
  toService(from: Party, service: string): Obstacle | undefined {
    const nodes = this.#endpointNodes(from.vpcId, service);
    if (nodes !== undefined)
      return nodes.some((node) => this.between(from, node, HTTPS) === undefined) ? undefined : 'endpoint';
    const prefixListId = prefixListOf(this.#serviceName(service));
    const table = tableOf(this.#network, from.subnetId);
    const route = table?.Routes.find((one) => one.DestinationPrefixListId === prefixListId);
    if (table === undefined || route === undefined || !isAlive(this.#network, table, route))
      return this.toInternet(from);
    return this.#rules().letsOut(from.groupIds, HTTPS, { prefixListId }) ? undefined : 'egress';
  }

  /** The interfaces of the endpoint that a service's name stands for in a VPC; undefined without one. */
  #endpointNodes(vpcId: string, service: string): Party[] | undefined {
    const { endpoints, interfaces, vpcs } = this.#network;
    const vpc = vpcs.find(vpcId);
    if (vpc === undefined || !vpc.dnsSupport || !vpc.dnsHostnames) return undefined;
    const [endpoint] = endpoints.where(
      (one) =>
        one.VpcId === vpcId &&
        one.VpcEndpointType === 'Interface' &&
        one.PrivateDnsEnabled === true &&
        one.ServiceName === this.#serviceName(service),
    );
    return endpoint?.NetworkInterfaceIds?.flatMap((id) => {
      const found = interfaces.find(id);
      return found === undefined ? [] : [partyOf(found, false)];
    });
  }

  #serviceName(service: string): string {
    return `com.amazonaws.${this.#network.kernel.account.region}.${service}`;
  }

  #rules(): Firewall {
    this.#firewall ??= new Firewall(this.#network.securityGroupRules.values());
    return this.#firewall;
  }

  #exit(subnetId: string): Exit {
    const known = this.#exits.get(subnetId);
    if (known !== undefined) return known;
    const exit = exitOf(this.#network, subnetId);
    this.#exits.set(subnetId, exit);
    return exit;
  }
}

export function partyOf(networkInterface: NetworkInterfaceRecord, hasPublicAddress: boolean): Party {
  return {
    vpcId: networkInterface.VpcId,
    subnetId: networkInterface.SubnetId,
    address: networkInterface.PrivateIpAddress,
    groupIds: networkInterface.Groups.flatMap(({ GroupId }) => GroupId ?? []),
    hasPublicAddress,
  };
}
