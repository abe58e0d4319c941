import type { CreateLoadBalancerInput, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { arn, AwsError, validationError, type Kernel } from '../../kernel/index.ts';
import type { Ec2Service } from '../ec2/api.ts';
import { Attributes, LOAD_BALANCER_ATTRIBUTES } from './attributes.ts';
import { checkedName } from './target-groups.ts';
import type { Tags } from './tags.ts';

/** How long a new load balancer is `provisioning`. */
const PROVISIONING_MS = 120_000;

type Ec2Port = Pick<Ec2Service, 'subnet' | 'attachInterface' | 'detachInterface' | 'party'>;

export interface LoadBalancerRecord {
  readonly arn: string;
  readonly name: string;
  readonly type: 'application' | 'network';
  readonly vpcId: string;
  shape: LoadBalancer;
  readonly attributes: Attributes;
  /** Its interfaces, one in each of its subnets. */
  interfaces: readonly { readonly id: string; readonly subnetId: string; readonly zone: string }[];
}

/** `app/name/id` or `net/name/id`: the name that metrics and interfaces use. */
export function dimensionOf(loadBalancerArn: string): string {
  return loadBalancerArn.slice(loadBalancerArn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);
}

/** All load balancers, by ARN. */
export class LoadBalancers {
  readonly #kernel: Kernel;
  readonly #ec2: Ec2Port;
  readonly #tags: Tags;
  readonly #byArn = new Map<string, LoadBalancerRecord>();

  constructor(kernel: Kernel, ec2: Ec2Port, tags: Tags) {
    this.#kernel = kernel;
    this.#ec2 = ec2;
    this.#tags = tags;
  }

  create(input: CreateLoadBalancerInput): LoadBalancerRecord {
    const name = checkedName(input.Name);
    const namesake = [...this.#byArn.values()].find((balancer) => balancer.name === name);
    if (namesake !== undefined)
      throw new AwsError(
        'DuplicateLoadBalancerNameException',
        `A load balancer with the same name '${name}' exists, but with different settings`,
      );
    const type = input.Type === 'network' ? 'network' : 'application';
    if (input.Type === 'gateway')
      throw validationError('Gateway load balancers are not supported by the local cloud');
    const subnetIds = subnetsOf(input);
    const vpcId = this.#checkSubnets(type, subnetIds);
    const prefix = type === 'application' ? 'app' : 'net';
    const id = this.#kernel.ids.hex(16);
    const balancer: LoadBalancerRecord = {
      arn: arn(this.#kernel.account, 'elasticloadbalancing', `loadbalancer/${prefix}/${name}/${id}`),
      name,
      type,
      vpcId,
      shape: this.#shape(input, name, type),
      attributes: new Attributes(LOAD_BALANCER_ATTRIBUTES[type] ?? {}),
      interfaces: [],
    };
    this.#tags.begin(balancer.arn, input.Tags);
    this.#byArn.set(balancer.arn, balancer);
    this.place(balancer, subnetIds);
    this.#kernel.clock.after(PROVISIONING_MS, () => {
      balancer.shape = { ...balancer.shape, State: { Code: 'active' } };
    });
    return balancer;
  }

  /** Moves a load balancer's interfaces to other subnets or security groups. */
  place(balancer: LoadBalancerRecord, subnetIds: readonly string[]): void {
    this.#checkSubnets(balancer.type, subnetIds);
    for (const { id } of balancer.interfaces) this.#ec2.detachInterface(id);
    balancer.interfaces = subnetIds.map((subnetId) => {
      const { interfaceId } = this.#ec2.attachInterface({
        subnetId,
        groupIds: groupsOf(balancer),
        description: `ELB ${dimensionOf(balancer.arn)}`,
      });
      return { id: interfaceId, subnetId, zone: this.#ec2.subnet(subnetId).zone };
    });
    const [node] = balancer.interfaces.map(({ id }) => this.#ec2.party(id));
    balancer.shape = { ...balancer.shape, SecurityGroups: [...(node?.groupIds ?? [])] };
  }

  /** @throws AwsError LoadBalancerNotFoundException */
  get(loadBalancerArn: string | undefined): LoadBalancerRecord {
    const balancer = this.#byArn.get(loadBalancerArn ?? '');
    if (balancer === undefined) throw loadBalancerNotFound(loadBalancerArn ?? '');
    return balancer;
  }

  find(arnOrName: string): LoadBalancerRecord | undefined {
    return this.#byArn.get(arnOrName) ?? [...this.#byArn.values()].find((one) => one.name === arnOrName);
  }

  values(): IterableIterator<LoadBalancerRecord> {
    return this.#byArn.values();
  }

  /** @throws AwsError OperationNotPermittedException under deletion protection */
  delete(balancer: LoadBalancerRecord): void {
    if (balancer.attributes.get('deletion_protection.enabled') === 'true')
      throw new AwsError(
        'OperationNotPermittedException',
        `Load balancer '${balancer.arn}' cannot be deleted because deletion protection is enabled`,
      );
    for (const { id } of balancer.interfaces) this.#ec2.detachInterface(id);
    this.#byArn.delete(balancer.arn);
    this.#tags.end(balancer.arn);
  }

  wire(balancer: LoadBalancerRecord): LoadBalancer {
    return {
      ...balancer.shape,
      LoadBalancerArn: balancer.arn,
      LoadBalancerName: balancer.name,
      VpcId: balancer.vpcId,
      Type: balancer.type,
      AvailabilityZones: balancer.interfaces.map(({ subnetId, zone }) => ({
        SubnetId: subnetId,
        ZoneName: zone,
        LoadBalancerAddresses: [],
      })),
    };
  }

  #shape(input: CreateLoadBalancerInput, name: string, type: 'application' | 'network'): LoadBalancer {
    const { account, clock, ids } = this.#kernel;
    const Scheme = input.Scheme ?? 'internet-facing';
    const prefix = Scheme === 'internal' ? 'internal-' : '';
    const host = type === 'application' ? `${account.region}.elb` : `elb.${account.region}`;
    const number = String(Math.floor(ids.random() * 1e9) + 1e9);
    return {
      DNSName: `${prefix}${name}-${number}.${host}.amazonaws.com`,
      CanonicalHostedZoneId: type === 'application' ? 'Z215JYRZR1TBD5' : 'Z3F0SRJ5LGBH90',
      CreatedTime: clock.date(),
      Scheme,
      State: { Code: 'provisioning' },
      SecurityGroups: input.SecurityGroups ?? [],
      IpAddressType: input.IpAddressType ?? 'ipv4',
    };
  }

  #checkSubnets(type: 'application' | 'network', subnetIds: readonly string[]): string {
    const subnets = subnetIds.map((id) => this.#subnet(id));
    const [first] = subnets;
    if (first === undefined) throw validationError('At least one subnet must be specified');
    const zones = new Set(subnets.map(({ zone }) => zone));
    if (zones.size < subnets.length)
      throw new AwsError(
        'InvalidConfigurationRequestException',
        'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
      );
    if (type === 'application' && zones.size < 2)
      throw validationError('At least two subnets in two different Availability Zones must be specified');
    if (subnets.some(({ vpcId }) => vpcId !== first.vpcId))
      throw new AwsError('InvalidConfigurationRequestException', 'All subnets must belong to the same VPC');
    return first.vpcId;
  }

  #subnet(id: string): { vpcId: string; zone: string } {
    try {
      return this.#ec2.subnet(id);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError('SubnetNotFoundException', `The subnet ID '${id}' does not exist`);
    }
  }
}

/** An Application Load Balancer without groups gets the default one of its VPC, a network one none at all. */
function groupsOf({ type, shape }: LoadBalancerRecord): readonly string[] | 'none' {
  const groupIds = shape.SecurityGroups ?? [];
  return groupIds.length === 0 && type === 'network' ? 'none' : groupIds;
}

export function subnetsOf(input: Pick<CreateLoadBalancerInput, 'Subnets' | 'SubnetMappings'>): string[] {
  return input.Subnets ?? (input.SubnetMappings ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
}

export function loadBalancerNotFound(what: string): AwsError {
  return new AwsError('LoadBalancerNotFoundException', `Load balancers '[${what}]' not found`);
}
