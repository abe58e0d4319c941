import type { Kernel } from '../../kernel/index.ts';
import { globalArn } from '../../kernel/index.ts';
import { Entities, noSuchEntity } from './entities.ts';
import { MANAGED_POLICIES } from './managed-policies.ts';

/** What policies hang on: a role or a user. */
export interface PolicyHolder {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly createdAt: Date;
  boundaryArn: string | undefined;
  readonly tags: Map<string, string>;
  /** Documents by name. */
  readonly inlinePolicies: Map<string, string>;
  readonly attachedArns: Set<string>;
}

export interface Role extends PolicyHolder {
  /** The policy that says who may assume it. */
  trust: string;
  description: string | undefined;
  maxSessionDuration: number;
}

export interface User extends PolicyHolder {
  readonly accessKeys: Map<string, AccessKey>;
}

export interface AccessKey {
  readonly id: string;
  readonly createdAt: Date;
  isActive: boolean;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly description: string | undefined;
  readonly isAwsOwned: boolean;
  readonly tags: Map<string, string>;
  /** Documents by version id, `v1` first. */
  readonly versions: Map<string, { readonly document: string; readonly createdAt: Date }>;
  defaultVersion: string;
  updatedAt: Date;
}

export interface InstanceProfile {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  /** At most one, by IAM's quota. */
  roleName: string | undefined;
}

/** All that IAM keeps. */
export class IamStore {
  readonly kernel: Kernel;
  readonly roles = new Entities<Role>('role with name {}');
  readonly users = new Entities<User>('user with name {}');
  readonly profiles = new Entities<InstanceProfile>('Instance Profile {}');
  readonly #policies = new Map<string, ManagedPolicy>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    for (const [arn, document] of Object.entries(MANAGED_POLICIES)) this.#addAwsPolicy(arn, document);
  }

  /** `AROA…`, `AIDA…`, `ANPA…`, `AIPA…`: IAM's unique ids. */
  uniqueId(prefix: 'AROA' | 'AIDA' | 'ANPA' | 'AIPA'): string {
    return prefix + this.kernel.ids.alphanumeric(17);
  }

  /** @param path begins and ends with a slash */
  arn(kind: 'role' | 'user' | 'policy' | 'instance-profile', path: string, name: string): string {
    return globalArn(this.kernel.account, 'iam', kind + path + name);
  }

  /** @throws AwsError NoSuchEntity */
  policy(arn: string | undefined): ManagedPolicy {
    const policy = this.#policies.get(arn ?? '');
    if (policy === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    return policy;
  }

  policies(): ManagedPolicy[] {
    return [...this.#policies.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  }

  hasPolicy(arn: string): boolean {
    return this.#policies.has(arn);
  }

  addPolicy(policy: ManagedPolicy): void {
    this.#policies.set(policy.arn, policy);
  }

  deletePolicy(arn: string): void {
    this.#policies.delete(arn);
  }

  rolesWith(policyArn: string): Role[] {
    return this.roles.all().filter((role) => role.attachedArns.has(policyArn));
  }

  usersWith(policyArn: string): User[] {
    return this.users.all().filter((user) => user.attachedArns.has(policyArn));
  }

  /** Whom a policy is attached to. */
  holdersWith(policyArn: string): PolicyHolder[] {
    return [...this.rolesWith(policyArn), ...this.usersWith(policyArn)];
  }

  #addAwsPolicy(arn: string, document: object): void {
    const path = arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);
    const createdAt = this.kernel.clock.date();
    this.addPolicy({
      name: arn.slice(arn.lastIndexOf('/') + 1),
      id: this.uniqueId('ANPA'),
      path,
      arn,
      createdAt,
      description: undefined,
      isAwsOwned: true,
      tags: new Map(),
      versions: new Map([['v1', { document: JSON.stringify(document), createdAt }]]),
      defaultVersion: 'v1',
      updatedAt: createdAt,
    });
  }
}
