import type { DBParameterGroup, Parameter, RDS, Tag } from '@aws-sdk/client-rds';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import { isFamily } from './engines.ts';
import { listed } from './listing.ts';

/** Parameters that differ from an engine's own. */
export interface ParameterGroup {
  readonly name: string;
  readonly arn: string;
  readonly family: string;
  readonly description: string;
  readonly parameters: Map<string, Parameter>;
  tags: Tag[];
}

/** The account's parameter groups. Those named `default.FAMILY` are always there, and never changed. */
export class ParameterGroups {
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, ParameterGroup>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  all(): ParameterGroup[] {
    return [...this.#byName.values()];
  }

  find(name: string): ParameterGroup | undefined {
    const [, family = ''] = /^default\.(.+)$/.exec(name) ?? [];
    if (isFamily(family)) return this.#new(name, family, `Default parameter group for ${family}`, []);
    return this.#byName.get(name);
  }

  /** @throws AwsError DBParameterGroupNotFoundFault */
  get(name: string | undefined): ParameterGroup {
    const group = this.find((name ?? '').toLowerCase());
    if (group !== undefined) return group;
    throw new AwsError('DBParameterGroupNotFoundFault', `DBParameterGroup not found: ${name ?? ''}`);
  }

  /** A group that may be changed. @throws AwsError InvalidParameterValue for an engine's own */
  own(name: string | undefined): ParameterGroup {
    const group = this.get(name);
    if (this.#byName.has(group.name)) return group;
    throw new AwsError('InvalidParameterValue', `The parameter group ${group.name} cannot be changed.`);
  }

  create(name: string, family: string, description: string, tags: Tag[]): ParameterGroup {
    const own = name.toLowerCase();
    if (this.find(own) !== undefined) {
      throw new AwsError('DBParameterGroupAlreadyExistsFault', `Parameter group ${own} already exists`);
    }
    if (!isFamily(family)) {
      throw new AwsError(
        'InvalidParameterValue',
        `ParameterGroupFamily ${family} is not a valid parameter group family`,
      );
    }
    const group = this.#new(own, family, description, tags);
    this.#byName.set(own, group);
    return group;
  }

  delete(group: ParameterGroup): void {
    this.#byName.delete(group.name);
  }

  #new(name: string, family: string, description: string, tags: Tag[]): ParameterGroup {
    const own = arn(this.#kernel.account, 'rds', `pg:${name}`);
    return { name, arn: own, family, description, parameters: new Map(), tags };
  }
}

/** What databases have to do with parameter groups. */
export interface ParameterUsers {
  /** Ids of the databases that use a group. */
  users(group: ParameterGroup): readonly string[];
  /** Tells them that parameters have changed; some may wait for a reboot. */
  changed(group: ParameterGroup, needsReboot: boolean): void;
}

export function parameterGroupOperations(groups: ParameterGroups, databases: ParameterUsers) {
  return {
    CreateDBParameterGroup: (input) => {
      const { DBParameterGroupName: name = '', DBParameterGroupFamily: family = '' } = input;
      const group = groups.create(name, family, input.Description ?? '', input.Tags ?? []);
      return { DBParameterGroup: shown(group) };
    },
    DescribeDBParameterGroups: (input) => {
      const { DBParameterGroupName: name } = input;
      const { items, marker } = listed(name === undefined ? groups.all() : [groups.get(name)], input);
      return { DBParameterGroups: items.map(shown), ...marker };
    },
    /** Of an engine's own parameters, which nobody has set, the cloud knows nothing. */
    DescribeDBParameters: (input) => {
      const group = groups.get(input.DBParameterGroupName);
      const wanted = [...group.parameters.values()].filter(
        ({ Source }) => input.Source === undefined || input.Source === Source,
      );
      const { items, marker } = listed(wanted, input);
      return { Parameters: items, ...marker };
    },
    ModifyDBParameterGroup: (input) => {
      const group = groups.own(input.DBParameterGroupName);
      const parameters = input.Parameters ?? [];
      for (const parameter of parameters) {
        group.parameters.set(parameter.ParameterName ?? '', {
          ...parameter,
          Source: 'user',
          IsModifiable: true,
        });
      }
      databases.changed(
        group,
        parameters.some(({ ApplyMethod }) => ApplyMethod !== 'immediate'),
      );
      return { DBParameterGroupName: group.name };
    },
    ResetDBParameterGroup: (input) => {
      const group = groups.own(input.DBParameterGroupName);
      const names = input.ResetAllParameters
        ? [...group.parameters.keys()]
        : (input.Parameters ?? []).map(({ ParameterName = '' }) => ParameterName);
      for (const name of names) group.parameters.delete(name);
      databases.changed(group, true);
      return { DBParameterGroupName: group.name };
    },
    DeleteDBParameterGroup: (input) => {
      const group = groups.own(input.DBParameterGroupName);
      const [user] = databases.users(group);
      if (user !== undefined) {
        throw new AwsError(
          'InvalidDBParameterGroupStateFault',
          `One or more database instances are still members of this parameter group ${group.name}, so the group cannot be deleted`,
        );
      }
      groups.delete(group);
      return {};
    },
  } satisfies Operations<RDS>;
}

function shown(group: ParameterGroup): DBParameterGroup {
  return {
    DBParameterGroupName: group.name,
    DBParameterGroupFamily: group.family,
    Description: group.description,
    DBParameterGroupArn: group.arn,
  };
}
