import type { Kernel } from '../../kernel/index.ts';
import { Collection } from './collection.ts';
import * as kinds from './network-kinds.ts';
import type {
  AddressRecord,
  FlowLogRecord,
  InternetGatewayRecord,
  KeyPairRecord,
  NatGatewayRecord,
  NetworkInterfaceRecord,
  RouteTableRecord,
  SecurityGroupRecord,
  SecurityGroupRuleRecord,
  SubnetRecord,
  VpcEndpointRecord,
  VpcRecord,
} from './network-records.ts';
import type { Tags } from './tags.ts';

/** All network resources of the account, and the kernel they live on. */
export class Network {
  readonly kernel: Kernel;
  readonly tags: Tags;
  readonly vpcs: Collection<VpcRecord>;
  readonly subnets: Collection<SubnetRecord>;
  readonly internetGateways: Collection<InternetGatewayRecord>;
  readonly addresses: Collection<AddressRecord>;
  readonly natGateways: Collection<NatGatewayRecord>;
  readonly routeTables: Collection<RouteTableRecord>;
  readonly securityGroups: Collection<SecurityGroupRecord>;
  readonly securityGroupRules: Collection<SecurityGroupRuleRecord>;
  readonly endpoints: Collection<VpcEndpointRecord>;
  readonly interfaces: Collection<NetworkInterfaceRecord>;
  readonly flowLogs: Collection<FlowLogRecord>;
  readonly keyPairs: Collection<KeyPairRecord>;
  readonly #listeners: (() => void)[] = [];

  constructor(kernel: Kernel, tags: Tags) {
    this.kernel = kernel;
    this.tags = tags;
    const changed = () => this.changed();
    this.vpcs = new Collection(kinds.VPC, tags, changed);
    this.subnets = new Collection(kinds.SUBNET, tags);
    this.internetGateways = new Collection(kinds.INTERNET_GATEWAY, tags, changed);
    this.addresses = new Collection(kinds.ADDRESS, tags, changed);
    this.natGateways = new Collection(kinds.NAT_GATEWAY, tags, changed);
    this.routeTables = new Collection(kinds.ROUTE_TABLE, tags, changed);
    this.securityGroups = new Collection(kinds.SECURITY_GROUP, tags);
    this.securityGroupRules = new Collection(kinds.SECURITY_GROUP_RULE, tags, changed);
    this.endpoints = new Collection(kinds.VPC_ENDPOINT, tags, changed);
    this.interfaces = new Collection(kinds.NETWORK_INTERFACE, tags);
    this.flowLogs = new Collection(kinds.FLOW_LOG, tags);
    this.keyPairs = new Collection(kinds.KEY_PAIR, tags);
  }

  /** Called after every change that may decide who reaches whom; an interface that comes or goes decides nothing. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Tells of such a change: the collections do, and whoever gives an interface other security groups. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** A fresh identifier: `newId('vpc')` → `vpc-0123456789abcdef0`. */
  newId(prefix: string): string {
    return `${prefix}-${this.kernel.ids.hex(17)}`;
  }

  /** A public address, out of a block that AWS owns (3.0.0.0/8). */
  newPublicIp(): string {
    const byte = () => Math.floor(this.kernel.ids.random() * 254) + 1;
    return `3.${byte()}.${byte()}.${byte()}`;
  }
}
