/** Someone on a network: an instance, a node of a load balancer, a function, an interface of an endpoint. */
export interface Party {
  readonly vpcId: string;
  readonly subnetId: string;
  /** Private IPv4 address. */
  readonly address: string;
  /** Its security groups. A Network Load Balancer may have none: then nothing filters what it sends. */
  readonly groupIds: readonly string[];
  readonly hasPublicAddress: boolean;
}

/**
 * What keeps a connection from coming about. Whoever tries waits in vain: nothing in a VPC's network answers that a
 * way is closed.
 *
 * - `other-network`: the two are in different VPCs
 * - `egress`, `ingress`: no rule of the sender's, of the receiver's security groups admits it
 * - `no-route`: the subnet's route table leads nowhere
 * - `no-public-address`: it leads to an internet gateway, which carries public addresses only
 * - `gateway`: it leads to a gateway that is gone, is not there yet, or has no way out itself
 * - `endpoint`: the service's name stands for an endpoint in the VPC, and that one admits nobody
 */
export type Obstacle =
  'other-network' | 'egress' | 'ingress' | 'no-route' | 'no-public-address' | 'gateway' | 'endpoint';
