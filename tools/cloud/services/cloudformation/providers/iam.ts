import type { Tag } from '@aws-sdk/client-cloudformation';
import { globalArn } from '../../../kernel/index.ts';
import type { ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagRole } from './tagging.ts';

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

interface Role {
  readonly RoleName?: string;
  readonly AssumeRolePolicyDocument: unknown;
  readonly Description?: string;
  readonly Path?: string;
  readonly MaxSessionDuration?: number;
  readonly PermissionsBoundary?: string;
  readonly ManagedPolicyArns?: string[];
  readonly Policies?: InlinePolicy[];
  readonly Tags?: Tag[];
}

export const role = provider<Role>({
  properties: [
    'RoleName',
    'AssumeRolePolicyDocument',
    'Description',
    'Path',
    'MaxSessionDuration',
    'PermissionsBoundary',
    'ManagedPolicyArns',
    'Policies',
    'Tags',
  ],
  retag: retagRole,
  async create(wanted, context) {
    const name = wanted.RoleName ?? context.physicalName(64);
    const { Role: created } = await context.api.iam.CreateRole({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(wanted.AssumeRolePolicyDocument),
      Description: wanted.Description,
      Path: wanted.Path,
      MaxSessionDuration: wanted.MaxSessionDuration,
      PermissionsBoundary: wanted.PermissionsBoundary,
      Tags: mergedTags(wanted.Tags, context),
    });
    context.announce(name);
    await setPolicies(name, wanted, undefined, context);
    return { id: name, attributes: { Arn: created?.Arn, RoleId: created?.RoleId } };
  },
  async update(name, wanted, before, context) {
    const { iam } = context.api;
    await iam.UpdateAssumeRolePolicy({
      RoleName: name,
      PolicyDocument: JSON.stringify(wanted.AssumeRolePolicyDocument),
    });
    await iam.UpdateRole({
      RoleName: name,
      Description: wanted.Description ?? '',
      MaxSessionDuration: wanted.MaxSessionDuration,
    });
    await setPolicies(name, wanted, before, context);
    const { Role: updated } = await iam.GetRole({ RoleName: name });
    return { id: name, attributes: { Arn: updated?.Arn, RoleId: updated?.RoleId } };
  },
  async delete(name, wanted, { api: { iam } }) {
    for (const arn of wanted.ManagedPolicyArns ?? []) {
      await deleted(iam.DetachRolePolicy({ RoleName: name, PolicyArn: arn }));
    }
    for (const { PolicyName: policy } of wanted.Policies ?? []) {
      await deleted(iam.DeleteRolePolicy({ RoleName: name, PolicyName: policy }));
    }
    await deleted(iam.DeleteRole({ RoleName: name }));
  },
});

/** Attaches and puts what is wanted, then takes away what is no longer. */
async function setPolicies(
  name: string,
  wanted: Role,
  before: Role | undefined,
  { api: { iam } }: ProviderContext,
): Promise<void> {
  const arns = wanted.ManagedPolicyArns ?? [];
  const policies = wanted.Policies ?? [];
  for (const arn of arns) await iam.AttachRolePolicy({ RoleName: name, PolicyArn: arn });
  for (const { PolicyName: policy, PolicyDocument: document } of policies) {
    await iam.PutRolePolicy({ RoleName: name, PolicyName: policy, PolicyDocument: JSON.stringify(document) });
  }
  for (const arn of before?.ManagedPolicyArns ?? []) {
    if (!arns.includes(arn)) await deleted(iam.DetachRolePolicy({ RoleName: name, PolicyArn: arn }));
  }
  for (const { PolicyName: old } of before?.Policies ?? []) {
    if (policies.some((policy) => policy.PolicyName === old)) continue;
    await deleted(iam.DeleteRolePolicy({ RoleName: name, PolicyName: old }));
  }
}

interface Policy extends InlinePolicy {
  readonly Roles?: string[];
}

export const policy = provider<Policy>({
  properties: ['PolicyName', 'PolicyDocument', 'Roles'],
  async create(wanted, context) {
    const id = context.physicalName(128);
    context.announce(id);
    await putPolicy(wanted, context);
    return { id, attributes: { Id: id } };
  },
  async update(id, wanted, before, context) {
    await putPolicy(wanted, context);
    const left = (before.Roles ?? []).filter((name) => !wanted.Roles?.includes(name));
    await takePolicy(before.PolicyName, left, context);
    return { id, attributes: { Id: id } };
  },
  async delete(_id, wanted, context) {
    await takePolicy(wanted.PolicyName, wanted.Roles ?? [], context);
  },
});

async function putPolicy(wanted: Policy, { api }: ProviderContext): Promise<void> {
  const document = JSON.stringify(wanted.PolicyDocument);
  for (const name of wanted.Roles ?? []) {
    await api.iam.PutRolePolicy({ RoleName: name, PolicyName: wanted.PolicyName, PolicyDocument: document });
  }
}

async function takePolicy(
  policyName: string,
  roles: readonly string[],
  { api }: ProviderContext,
): Promise<void> {
  for (const name of roles) {
    await deleted(api.iam.DeleteRolePolicy({ RoleName: name, PolicyName: policyName }));
  }
}

interface ManagedPolicy {
  readonly ManagedPolicyName?: string;
  readonly PolicyDocument: unknown;
  readonly Description?: string;
  readonly Path?: string;
  readonly Roles?: string[];
}

export const managedPolicy = provider<ManagedPolicy>({
  properties: ['ManagedPolicyName', 'PolicyDocument', 'Description', 'Path', 'Roles'],
  async create(wanted, context) {
    const { Policy: created } = await context.api.iam.CreatePolicy({
      PolicyName: wanted.ManagedPolicyName ?? context.physicalName(128),
      PolicyDocument: JSON.stringify(wanted.PolicyDocument),
      Description: wanted.Description,
      Path: wanted.Path,
    });
    const id = created?.Arn ?? '';
    context.announce(id);
    for (const name of wanted.Roles ?? []) {
      await context.api.iam.AttachRolePolicy({ RoleName: name, PolicyArn: id });
    }
    return { id, attributes: { PolicyArn: id, PolicyId: created?.PolicyId } };
  },
  async update(id, wanted, before, { api: { iam } }) {
    const document = JSON.stringify(wanted.PolicyDocument);
    await iam.CreatePolicyVersion({ PolicyArn: id, PolicyDocument: document, SetAsDefault: true });
    const { Versions: versions = [] } = await iam.ListPolicyVersions({ PolicyArn: id });
    for (const { VersionId, IsDefaultVersion: isDefault } of versions) {
      if (isDefault !== true) await iam.DeletePolicyVersion({ PolicyArn: id, VersionId });
    }
    for (const name of wanted.Roles ?? []) await iam.AttachRolePolicy({ RoleName: name, PolicyArn: id });
    for (const name of before.Roles ?? []) {
      if (wanted.Roles?.includes(name) === true) continue;
      await deleted(iam.DetachRolePolicy({ RoleName: name, PolicyArn: id }));
    }
    const { Policy: updated } = await iam.GetPolicy({ PolicyArn: id });
    return { id, attributes: { PolicyArn: id, PolicyId: updated?.PolicyId } };
  },
  async delete(id, wanted, { api }) {
    for (const name of wanted.Roles ?? []) {
      await deleted(api.iam.DetachRolePolicy({ RoleName: name, PolicyArn: id }));
    }
    await deleted(api.iam.DeletePolicy({ PolicyArn: id }));
  },
});

interface InstanceProfile {
  readonly InstanceProfileName?: string;
  readonly Path?: string;
  readonly Roles: string[];
}

export const instanceProfile = provider<InstanceProfile>({
  properties: ['InstanceProfileName', 'Path', 'Roles'],
  async create(wanted, context) {
    const name = wanted.InstanceProfileName ?? context.physicalName(128);
    await context.api.iam.CreateInstanceProfile({ InstanceProfileName: name, Path: wanted.Path });
    context.announce(name);
    await addRoles(name, wanted.Roles, context);
    return profileMade(name, wanted, context);
  },
  async update(name, wanted, before, context) {
    for (const old of before.Roles) {
      const removal = { InstanceProfileName: name, RoleName: old };
      await deleted(context.api.iam.RemoveRoleFromInstanceProfile(removal));
    }
    await addRoles(name, wanted.Roles, context);
    return profileMade(name, wanted, context);
  },
  async delete(name, wanted, { api: { iam } }) {
    for (const old of wanted.Roles) {
      await deleted(iam.RemoveRoleFromInstanceProfile({ InstanceProfileName: name, RoleName: old }));
    }
    await deleted(iam.DeleteInstanceProfile({ InstanceProfileName: name }));
  },
});

async function addRoles(name: string, roles: readonly string[], { api }: ProviderContext): Promise<void> {
  for (const roleName of roles) {
    await api.iam.AddRoleToInstanceProfile({ InstanceProfileName: name, RoleName: roleName });
  }
}

function profileMade(name: string, { Path: path = '/' }: InstanceProfile, { account }: ProviderContext) {
  return { id: name, attributes: { Arn: globalArn(account, 'iam', `instance-profile${path}${name}`) } };
}
