import type { IAM } from '@aws-sdk/client-iam';
import type { Operations } from '../../kernel/index.ts';
import { parsePolicy } from '../../iam/policy.ts';
import { encodedDocument, listing, noSuchEntity } from './entities.ts';
import { checkName } from './roles.ts';
import type { IamStore, Role } from './store.ts';

/** What a role may do: its own inline policies, and the managed ones attached to it. */
export function rolePolicyOperations(store: IamStore) {
  return {
    PutRolePolicy: ({ RoleName, PolicyName = '', PolicyDocument = '' }) => {
      const role = store.roles.get(RoleName);
      checkName(PolicyName, 128);
      parsePolicy(PolicyDocument, 'identity');
      role.inlinePolicies.set(PolicyName, PolicyDocument);
      return {};
    },
    GetRolePolicy: ({ RoleName, PolicyName }) => {
      const document = inlinePolicy(store.roles.get(RoleName), PolicyName);
      return { RoleName, PolicyName, PolicyDocument: encodedDocument(document) };
    },
    DeleteRolePolicy: ({ RoleName, PolicyName = '' }) => {
      const role = store.roles.get(RoleName);
      inlinePolicy(role, PolicyName);
      role.inlinePolicies.delete(PolicyName);
      return {};
    },
    ListRolePolicies: ({ RoleName, ...paging }) => {
      const names = [...store.roles.get(RoleName).inlinePolicies.keys()].sort();
      const { items, ...rest } = listing(names, paging);
      return { PolicyNames: items, ...rest };
    },
    AttachRolePolicy: ({ RoleName, PolicyArn }) => {
      store.roles.get(RoleName).attachedArns.add(store.policy(PolicyArn).arn);
      return {};
    },
    DetachRolePolicy: ({ RoleName, PolicyArn = '' }) => {
      const wasAttached = store.roles.get(RoleName).attachedArns.delete(PolicyArn);
      if (!wasAttached) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      return {};
    },
    ListAttachedRolePolicies: ({ RoleName, PathPrefix = '/', ...paging }) => {
      const policies = [...store.roles.get(RoleName).attachedArns].map((arn) => store.policy(arn));
      const { items, ...rest } = listing(
        policies.filter(({ path }) => path.startsWith(PathPrefix)),
        paging,
      );
      return {
        AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
        ...rest,
      };
    },
  } satisfies Operations<IAM>;
}

function inlinePolicy(role: Role, name = ''): string {
  const document = role.inlinePolicies.get(name);
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return document;
}
