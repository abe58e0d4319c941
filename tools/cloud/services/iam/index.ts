import type { IAM } from '@aws-sdk/client-iam';
import type { Credentials, Kernel, Operations, Service } from '../../kernel/index.ts';
import type { OwnPolicies } from '../../iam/own-policies.ts';
import { accessKeyOperations } from './access-keys.ts';
import { instanceProfileOperations } from './instance-profiles.ts';
import { policyOperations } from './policies.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';
import { serviceLinkedRoleOperations } from './service-linked-roles.ts';
import { standing } from './standing.ts';
import type { ManagedPolicy, PolicyHolder, Role, User } from './store.ts';
import { IamStore } from './store.ts';
import { userOperations } from './users.ts';

export type IamService = ReturnType<typeof createIam>;

/** AWS Identity and Access Management: roles and users, their policies and keys. User groups are no part of it. */
export function createIam(kernel: Kernel, credentials: Credentials) {
  const store = new IamStore(kernel);
  return {
    client: '@aws-sdk/client-iam' as const,
    standing,
    operations: {
      ...roleOperations(store),
      ...rolePolicyOperations(store),
      ...userOperations(store),
      ...accessKeyOperations(store, credentials),
      ...policyOperations(store),
      ...instanceProfileOperations(store),
      ...serviceLinkedRoleOperations(store),
    } satisfies Operations<IAM>,
    /** What a role's session may do, undefined when there is no such role (any more). */
    policiesOf: (roleName: string) => policiesOf(store, store.roles.find(roleName)),
    /** What a user may do, undefined when there is none (any more). */
    policiesOfUser: (userName: string) => policiesOf(store, store.users.find(userName)),
    role: (name: string): Readonly<Role> | undefined => store.roles.find(name),
    user: (name: string): Readonly<User> | undefined => store.users.find(name),
    roles: (): readonly Readonly<Role>[] => store.roles.all(),
    /** A managed policy's document. @throws AwsError NoSuchEntity */
    policyDocument: (arn: string) => defaultDocument(store.policy(arn)),
    /** The role that instances with a profile have, by the profile's name or ARN. */
    roleOfProfile: (profile: string): string | undefined =>
      store.profiles.find(profile.split('/').at(-1))?.roleName,
  } satisfies Service & Record<string, unknown>;
}

function policiesOf(store: IamStore, holder: PolicyHolder | undefined): OwnPolicies | undefined {
  if (holder === undefined) return undefined;
  const managed = [...holder.attachedArns].map((arn) => store.policy(arn));
  return {
    identity: [
      ...[...holder.inlinePolicies].map(([name, document]) => ({ name, document, isAwsOwned: false })),
      ...managed.map((policy) => ({
        name: policy.name,
        document: defaultDocument(policy),
        isAwsOwned: policy.isAwsOwned,
      })),
    ],
    boundary:
      holder.boundaryArn === undefined ? undefined : defaultDocument(store.policy(holder.boundaryArn)),
  };
}

function defaultDocument(policy: ManagedPolicy): string {
  return policy.versions.get(policy.defaultVersion)?.document ?? '';
}
