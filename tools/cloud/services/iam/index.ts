import type { IAM } from '@aws-sdk/client-iam';
import type { Kernel, Operations, Service } from '../../kernel/index.ts';
import type { RolePolicies } from '../../iam/role-policies.ts';
import { instanceProfileOperations } from './instance-profiles.ts';
import { policyOperations } from './policies.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';
import { serviceLinkedRoleOperations } from './service-linked-roles.ts';
import type { Role } from './store.ts';
import { IamStore } from './store.ts';

export type IamService = ReturnType<typeof createIam>;

/** AWS Identity and Access Management: roles, their policies, instance profiles. Users and groups are no part of it. */
export function createIam(kernel: Kernel) {
  const store = new IamStore(kernel);
  return {
    client: '@aws-sdk/client-iam' as const,
    operations: {
      ...roleOperations(store),
      ...rolePolicyOperations(store),
      ...policyOperations(store),
      ...instanceProfileOperations(store),
      ...serviceLinkedRoleOperations(store),
    } satisfies Operations<IAM>,
    /** What a role's session may do, undefined when there is no such role (any more). */
    policiesOf: (roleName: string) => policiesOf(store, roleName),
    role: (name: string): Readonly<Role> | undefined => store.roles.find(name),
    roles: (): readonly Readonly<Role>[] => store.roles.all(),
    /** The role that instances with a profile have, by the profile's name or ARN. */
    roleOfProfile: (profile: string): string | undefined =>
      store.profiles.find(profile.split('/').at(-1))?.roleName,
  } satisfies Service & Record<string, unknown>;
}

function policiesOf(store: IamStore, roleName: string): RolePolicies | undefined {
  const role = store.roles.find(roleName);
  if (role === undefined) return undefined;
  const managed = [...role.attachedArns].map((arn) => store.policy(arn));
  const boundary = role.boundaryArn === undefined ? undefined : store.policy(role.boundaryArn);
  return {
    identity: [
      ...[...role.inlinePolicies].map(([name, document]) => ({ name, document, isAwsOwned: false })),
      ...managed.map((policy) => ({
        name: policy.name,
        document: policy.versions.get(policy.defaultVersion)?.document ?? '',
        isAwsOwned: policy.isAwsOwned,
      })),
    ],
    boundary: boundary?.versions.get(boundary.defaultVersion)?.document,
  };
}
