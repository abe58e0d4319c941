import type { CreatePolicyCommandInput, IAM, Policy as PolicyView, PolicyVersion } from '@aws-sdk/client-iam';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { parsePolicy } from '../../iam/policy.ts';
import {
  deleteConflict,
  encodedDocument,
  listing,
  noSuchEntity,
  removeTags,
  setTags,
  tagList,
  tagMap,
} from './entities.ts';
import type { IamStore, ManagedPolicy } from './store.ts';

/** IAM keeps five versions of a policy. */
const MOST_VERSIONS = 5;

export function policyOperations(store: IamStore) {
  return { ...managedPolicyOperations(store), ...versionOperations(store) };
}

function managedPolicyOperations(store: IamStore) {
  return {
    CreatePolicy: (input) => ({ Policy: policyView(store, createPolicy(store, input)) }),
    GetPolicy: ({ PolicyArn }) => ({ Policy: policyView(store, store.policy(PolicyArn)) }),
    ListPolicies: ({ Scope = 'All', OnlyAttached = false, PathPrefix = '/', ...paging }) => {
      const policies = store
        .policies()
        .filter(({ isAwsOwned }) => Scope === 'All' || isAwsOwned === (Scope === 'AWS'))
        .filter(({ path }) => path.startsWith(PathPrefix))
        .filter(({ arn }) => !OnlyAttached || store.holdersWith(arn).length > 0);
      const { items, ...rest } = listing(policies, paging);
      return { Policies: items.map((policy) => policyView(store, policy)), ...rest };
    },
    DeletePolicy: ({ PolicyArn }) => {
      const policy = store.policy(PolicyArn);
      if (store.holdersWith(policy.arn).length > 0) {
        throw deleteConflict('Cannot delete a policy attached to entities.');
      }
      if (policy.versions.size > 1) {
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
        );
      }
      store.deletePolicy(policy.arn);
      return {};
    },
    ListEntitiesForPolicy: ({ PolicyArn, ...paging }) => {
      const { arn } = store.policy(PolicyArn);
      const { items, ...rest } = listing(store.holdersWith(arn), paging);
      const isUser = ({ arn: holder }: { arn: string }) => holder.includes(':user/');
      return {
        PolicyRoles: items
          .filter((holder) => !isUser(holder))
          .map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        PolicyUsers: items.filter(isUser).map(({ name, id }) => ({ UserName: name, UserId: id })),
        PolicyGroups: [],
        ...rest,
      };
    },
    TagPolicy: ({ PolicyArn, Tags }) => {
      setTags(store.policy(PolicyArn).tags, Tags);
      return {};
    },
    UntagPolicy: ({ PolicyArn, TagKeys }) => {
      removeTags(store.policy(PolicyArn).tags, TagKeys);
      return {};
    },
    ListPolicyTags: ({ PolicyArn, ...paging }) => {
      const { items, ...rest } = listing(tagList(store.policy(PolicyArn).tags), paging);
      return { Tags: items, ...rest };
    },
  } satisfies Operations<IAM>;
}

function versionOperations(store: IamStore) {
  return {
    CreatePolicyVersion: ({ PolicyArn, PolicyDocument = '', SetAsDefault = false }) => {
      const policy = store.policy(PolicyArn);
      const id = addVersion(store, policy, PolicyDocument);
      if (SetAsDefault) policy.defaultVersion = id;
      return { PolicyVersion: versionView(policy, id) };
    },
    GetPolicyVersion: ({ PolicyArn, VersionId }) => {
      const policy = store.policy(PolicyArn);
      const { document } = version(policy, VersionId);
      const view = versionView(policy, VersionId ?? '');
      return { PolicyVersion: { ...view, Document: encodedDocument(document) } };
    },
    ListPolicyVersions: ({ PolicyArn, ...paging }) => {
      const policy = store.policy(PolicyArn);
      const newestFirst = [...policy.versions.keys()].reverse();
      const { items, ...rest } = listing(newestFirst, paging);
      return { Versions: items.map((id) => versionView(policy, id)), ...rest };
    },
    SetDefaultPolicyVersion: ({ PolicyArn, VersionId = '' }) => {
      const policy = store.policy(PolicyArn);
      version(policy, VersionId);
      policy.defaultVersion = VersionId;
      return {};
    },
    DeletePolicyVersion: ({ PolicyArn, VersionId = '' }) => {
      const policy = store.policy(PolicyArn);
      version(policy, VersionId);
      if (policy.defaultVersion === VersionId) {
        throw deleteConflict('Cannot delete the default version of a policy.');
      }
      policy.versions.delete(VersionId);
      return {};
    },
  } satisfies Operations<IAM>;
}

function createPolicy(store: IamStore, input: CreatePolicyCommandInput): ManagedPolicy {
  const { PolicyName: name = '', Path: path = '/', PolicyDocument: document = '' } = input;
  parsePolicy(document, 'identity');
  const arn = store.arn('policy', path, name);
  if (store.hasPolicy(arn)) {
    throw new AwsError(
      'EntityAlreadyExistsException',
      `A policy called ${name} already exists. Duplicate names are not allowed.`,
    );
  }
  const createdAt = store.kernel.clock.date();
  const policy: ManagedPolicy = {
    name,
    path,
    arn,
    id: store.uniqueId('ANPA'),
    createdAt,
    updatedAt: createdAt,
    description: input.Description,
    isAwsOwned: false,
    tags: tagMap(input.Tags),
    versions: new Map([['v1', { document, createdAt }]]),
    defaultVersion: 'v1',
  };
  store.addPolicy(policy);
  return policy;
}

function addVersion(store: IamStore, policy: ManagedPolicy, document: string): string {
  parsePolicy(document, 'identity');
  if (policy.versions.size >= MOST_VERSIONS) {
    throw new AwsError(
      'LimitExceededException',
      `A managed policy can have up to ${MOST_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
    );
  }
  const numbers = [...policy.versions.keys()].map((id) => Number(id.slice(1)));
  const id = `v${Math.max(...numbers) + 1}`;
  policy.updatedAt = store.kernel.clock.date();
  policy.versions.set(id, { document, createdAt: policy.updatedAt });
  return id;
}

function version(policy: ManagedPolicy, id = '') {
  const found = policy.versions.get(id);
  if (found === undefined)
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return found;
}

function versionView(policy: ManagedPolicy, id: string): PolicyVersion {
  const { createdAt } = version(policy, id);
  return { VersionId: id, IsDefaultVersion: policy.defaultVersion === id, CreateDate: createdAt };
}

function policyView(store: IamStore, policy: ManagedPolicy): PolicyView {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: store.holdersWith(policy.arn).length,
    PermissionsBoundaryUsageCount: [...store.roles.all(), ...store.users.all()].filter(
      ({ boundaryArn }) => boundaryArn === policy.arn,
    ).length,
    IsAttachable: true,
    Description: policy.description,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
    Tags: tagList(policy.tags),
  };
}
