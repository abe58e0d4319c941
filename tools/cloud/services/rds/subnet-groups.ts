import type { DBSubnetGroup, RDS, Tag } from '@aws-sdk/client-rds';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { Ec2Service } from '../ec2/api.ts';
import { listed } from './listing.ts';

/** Subnets of one VPC, in which databases are put. */
export interface SubnetGroup {
  readonly name: string;
  readonly arn: string;
  description: string;
  vpcId: string;
  subnets: readonly { readonly id: string; readonly zone: string }[];
  tags: Tag[];
}

const FEWEST_ZONES = 2;

export type SubnetLookup = Pick<Ec2Service, 'subnet' | 'defaultSubnets'>;

/** The account's subnet groups. */
export class SubnetGroups {
  readonly #kernel: Kernel;
  readonly #ec2: SubnetLookup;
  readonly #byName = new Map<string, SubnetGroup>();

  constructor(kernel: Kernel, ec2: SubnetLookup) {
    this.#kernel = kernel;
    this.#ec2 = ec2;
  }

  all(): SubnetGroup[] {
    return [...this.#byName.values()];
  }

  find(name: string): SubnetGroup | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** @throws AwsError DBSubnetGroupNotFoundFault */
  get(name: string | undefined): SubnetGroup {
    const group = this.find(name ?? '');
    if (group !== undefined) return group;
    throw new AwsError('DBSubnetGroupNotFoundFault', `DB subnet group '${name ?? ''}' does not exist.`);
  }

  /** A group by name, or the one of the default VPC, which is made when it is first needed. */
  orDefault(name: string | undefined): SubnetGroup {
    if (name !== undefined && name !== 'default') return this.get(name);
    return this.find('default') ?? this.create('default', 'default', this.#ec2.defaultSubnets(), []);
  }

  create(name: string, description: string, subnetIds: readonly string[], tags: Tag[]): SubnetGroup {
    const own = name.toLowerCase();
    if (this.#byName.has(own)) {
      throw new AwsError('DBSubnetGroupAlreadyExistsFault', `The DB subnet group '${own}' already exists.`);
    }
    const group: SubnetGroup = {
      name: own,
      arn: arn(this.#kernel.account, 'rds', `subgrp:${own}`),
      description,
      tags,
      ...this.#subnets(subnetIds),
    };
    this.#byName.set(own, group);
    return group;
  }

  modify(group: SubnetGroup, description: string | undefined, subnetIds: readonly string[]): void {
    Object.assign(group, this.#subnets(subnetIds));
    group.description = description ?? group.description;
  }

  delete(group: SubnetGroup): void {
    this.#byName.delete(group.name);
  }

  /** @throws AwsError InvalidSubnet, DBSubnetGroupDoesNotCoverEnoughAZs */
  #subnets(ids: readonly string[]): Pick<SubnetGroup, 'vpcId' | 'subnets'> {
    const found = ids.map((id) => ({ id, ...this.#subnet(id) }));
    const vpcs = new Set(found.map(({ vpcId }) => vpcId));
    if (vpcs.size > 1) throw new AwsError('InvalidSubnet', 'The subnets must be in the same VPC.');
    const zones = [...new Set(found.map(({ zone }) => zone))];
    if (zones.length < FEWEST_ZONES) {
      throw new AwsError(
        'DBSubnetGroupDoesNotCoverEnoughAZs',
        `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ` +
          `${zones.join(', ')}. Add subnets to cover at least ${FEWEST_ZONES} AZs.`,
      );
    }
    return { vpcId: [...vpcs][0] ?? '', subnets: found.map(({ id, zone }) => ({ id, zone })) };
  }

  #subnet(id: string) {
    try {
      return this.#ec2.subnet(id);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError('InvalidSubnet', `Subnet IDs are invalid: ${id}`);
    }
  }
}

/** @param users  ids of the databases that lie in a group */
export function subnetGroupOperations(
  groups: SubnetGroups,
  users: (group: SubnetGroup) => readonly string[],
) {
  return {
    CreateDBSubnetGroup: (input) => {
      const { DBSubnetGroupName: name = '', DBSubnetGroupDescription: description = '' } = input;
      const group = groups.create(name, description, input.SubnetIds ?? [], input.Tags ?? []);
      return { DBSubnetGroup: shownSubnetGroup(group) };
    },
    ModifyDBSubnetGroup: (input) => {
      const group = groups.get(input.DBSubnetGroupName);
      groups.modify(group, input.DBSubnetGroupDescription, input.SubnetIds ?? []);
      return { DBSubnetGroup: shownSubnetGroup(group) };
    },
    DescribeDBSubnetGroups: (input) => {
      const { DBSubnetGroupName: name } = input;
      const { items, marker } = listed(name === undefined ? groups.all() : [groups.get(name)], input);
      return { DBSubnetGroups: items.map(shownSubnetGroup), ...marker };
    },
    DeleteDBSubnetGroup: (input) => {
      const group = groups.get(input.DBSubnetGroupName);
      const [user] = users(group);
      if (user !== undefined) {
        const message = `Cannot delete the subnet group '${group.name}' because at least one database instance: ${user} is still using it.`;
        throw new AwsError('InvalidDBSubnetGroupStateFault', message);
      }
      groups.delete(group);
      return {};
    },
  } satisfies Operations<RDS>;
}

export function shownSubnetGroup(group: SubnetGroup): DBSubnetGroup {
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupDescription: group.description,
    VpcId: group.vpcId,
    SubnetGroupStatus: 'Complete',
    Subnets: group.subnets.map(({ id, zone }) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: zone },
      SubnetOutpost: {},
      SubnetStatus: 'Active',
    })),
    DBSubnetGroupArn: group.arn,
    SupportedNetworkTypes: ['IPV4'],
  };
}
