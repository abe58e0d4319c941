import type { CreateRoleCommandInput, IAM, Role as RoleView } from '@aws-sdk/client-iam';
import type { Operations } from '../../kernel/index.ts';
import { parsePolicy } from '../../iam/policy.ts';
import {
  deleteConflict,
  encodedDocument,
  listing,
  removeTags,
  setTags,
  tagList,
  tagMap,
} from './entities.ts';
import type { IamStore, PolicyHolder, Role } from './store.ts';

const DEFAULT_SESSION_SECONDS = 3600;

export function roleOperations(store: IamStore) {
  return {
    CreateRole: (input) => ({ Role: roleView(createRole(store, input)) }),
    GetRole: ({ RoleName }) => ({ Role: roleView(store.roles.get(RoleName)) }),
    ListRoles: ({ PathPrefix = '/', ...paging }) => {
      const roles = store.roles.all().filter(({ path }) => path.startsWith(PathPrefix));
      const { items, ...rest } = listing(roles, paging);
      return { Roles: items.map(roleView), ...rest };
    },
    UpdateRole: ({ RoleName, Description, MaxSessionDuration }) => {
      const role = store.roles.get(RoleName);
      role.description = Description ?? role.description;
      role.maxSessionDuration = MaxSessionDuration ?? role.maxSessionDuration;
      return {};
    },
    UpdateRoleDescription: ({ RoleName, Description }) => {
      const role = store.roles.get(RoleName);
      role.description = Description;
      return { Role: roleView(role) };
    },
    UpdateAssumeRolePolicy: ({ RoleName, PolicyDocument = '' }) => {
      const role = store.roles.get(RoleName);
      parsePolicy(PolicyDocument, 'trust');
      role.trust = PolicyDocument;
      return {};
    },
    DeleteRole: ({ RoleName }) => {
      deleteRole(store, store.roles.get(RoleName));
      return {};
    },
    TagRole: ({ RoleName, Tags }) => {
      setTags(store.roles.get(RoleName).tags, Tags);
      return {};
    },
    UntagRole: ({ RoleName, TagKeys }) => {
      removeTags(store.roles.get(RoleName).tags, TagKeys);
      return {};
    },
    ListRoleTags: ({ RoleName, ...paging }) => {
      const { items, ...rest } = listing(tagList(store.roles.get(RoleName).tags), paging);
      return { Tags: items, ...rest };
    },
    PutRolePermissionsBoundary: ({ RoleName, PermissionsBoundary }) => {
      store.roles.get(RoleName).boundaryArn = store.policy(PermissionsBoundary).arn;
      return {};
    },
    DeleteRolePermissionsBoundary: ({ RoleName }) => {
      store.roles.get(RoleName).boundaryArn = undefined;
      return {};
    },
  } satisfies Operations<IAM>;
}

function createRole(store: IamStore, input: CreateRoleCommandInput): Role {
  const { RoleName: name = '', Path: path = '/', AssumeRolePolicyDocument: trust = '' } = input;
  parsePolicy(trust, 'trust');
  const role: Role = {
    name,
    path,
    id: store.uniqueId('AROA'),
    arn: store.arn('role', path, name),
    createdAt: store.kernel.clock.date(),
    trust,
    description: input.Description,
    maxSessionDuration: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
    boundaryArn: input.PermissionsBoundary && store.policy(input.PermissionsBoundary).arn,
    tags: tagMap(input.Tags),
    inlinePolicies: new Map(),
    attachedArns: new Set(),
  };
  store.roles.add(name, role);
  return role;
}

/** A role goes only after all that hangs on it. */
function deleteRole(store: IamStore, role: Role): void {
  if (store.profiles.all().some(({ roleName }) => roleName === role.name)) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  checkNoPolicies(role);
  store.roles.delete(role.name);
}

/** @throws AwsError DeleteConflict while policies hang on a role or user */
export function checkNoPolicies({ attachedArns, inlinePolicies }: PolicyHolder): void {
  if (attachedArns.size > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (inlinePolicies.size > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
}

export function roleView(role: Role): RoleView {
  const { boundaryArn } = role;
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodedDocument(role.trust),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    Tags: tagList(role.tags),
    ...boundaryView(boundaryArn),
  };
}

export function boundaryView(boundaryArn: string | undefined) {
  if (boundaryArn === undefined) return {};
  return {
    // The type's only value; the documentation has `Policy`, the service's model does not.
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
      PermissionsBoundaryArn: boundaryArn,
    },
  };
}
