import type { IAM } from '@aws-sdk/client-iam';
import type { Operations } from '../../kernel/index.ts';
import { HolderPolicies } from './holder-policies.ts';
import type { IamStore } from './store.ts';

/** What a role may do: its own inline policies, and the managed ones attached to it. */
export function rolePolicyOperations(store: IamStore) {
  const policies = new HolderPolicies(store, 'role');
  const { roles } = store;
  return {
    PutRolePolicy: ({ RoleName, PolicyName, PolicyDocument }) => {
      policies.put(roles.get(RoleName), PolicyName, PolicyDocument);
      return {};
    },
    GetRolePolicy: ({ RoleName, PolicyName }) => ({
      RoleName,
      PolicyName,
      PolicyDocument: policies.inline(roles.get(RoleName), PolicyName),
    }),
    DeleteRolePolicy: ({ RoleName, PolicyName }) => {
      policies.delete(roles.get(RoleName), PolicyName);
      return {};
    },
    ListRolePolicies: ({ RoleName, ...paging }) => policies.names(roles.get(RoleName), paging),
    AttachRolePolicy: ({ RoleName, PolicyArn }) => {
      policies.attach(roles.get(RoleName), PolicyArn);
      return {};
    },
    DetachRolePolicy: ({ RoleName, PolicyArn }) => {
      policies.detach(roles.get(RoleName), PolicyArn);
      return {};
    },
    ListAttachedRolePolicies: ({ RoleName, PathPrefix = '/', ...paging }) =>
      policies.attached(roles.get(RoleName), PathPrefix, paging),
  } satisfies Operations<IAM>;
}
