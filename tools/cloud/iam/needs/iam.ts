import type { IAM } from '@aws-sdk/client-iam';
import { globalArn } from '../../kernel/index.ts';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, passRole, same } from './need.ts';

interface OfRole {
  readonly RoleName?: string | undefined;
}

interface OfUser {
  readonly UserName?: string | undefined;
}

interface OfProfile {
  readonly InstanceProfileName?: string | undefined;
}

interface OfPolicy {
  readonly PolicyArn?: string | undefined;
}

interface New {
  readonly Path?: string | undefined;
  readonly PermissionsBoundary?: string | undefined;
}

const BOUNDARY = 'iam:permissionsboundary';

function entity(scope: Scope, kind: 'role' | 'user' | 'instance-profile', name = '*'): string {
  return scope.directory.iamEntity(kind, name)?.arn ?? globalArn(scope.account, 'iam', `${kind}/${name}`);
}

function bounded(scope: Scope, kind: 'role' | 'user', name = '*', more: Need['context'] = {}): Need[] {
  const boundary = scope.directory.iamEntity(kind, name)?.boundaryArn;
  return [{ resource: entity(scope, kind, name), context: { ...keys({ [BOUNDARY]: boundary }), ...more } }];
}

function created(scope: Scope, kind: string, name = '', { Path = '/', PermissionsBoundary }: New): Need[] {
  const context = keys({ [BOUNDARY]: PermissionsBoundary });
  return [{ resource: globalArn(scope.account, 'iam', `${kind}${Path}${name}`), context }];
}

const ofRole = ({ RoleName }: OfRole, scope: Scope) => [entity(scope, 'role', RoleName)];
const ofBoundedRole = ({ RoleName }: OfRole, scope: Scope) => bounded(scope, 'role', RoleName);
const ofUser = ({ UserName }: OfUser, scope: Scope) => [entity(scope, 'user', UserName)];
const ofBoundedUser = ({ UserName }: OfUser, scope: Scope) => bounded(scope, 'user', UserName);
const ofPolicy = ({ PolicyArn = '*' }: OfPolicy) => [PolicyArn];
const ofProfile = ({ InstanceProfileName }: OfProfile, scope: Scope) => [
  entity(scope, 'instance-profile', InstanceProfileName),
];

const attached = (input: OfPolicy) => keys({ 'iam:policyarn': input.PolicyArn });

export const iamNeeds: NeedsOf<IAM> = {
  CreateRole: (input, scope) => created(scope, 'role', input.RoleName, input),
  ...same(
    ofRole,
    'GetRolePolicy',
    'ListAttachedRolePolicies',
    'ListInstanceProfilesForRole',
    'ListRolePolicies',
    'ListRoleTags',
    'TagRole',
    'UntagRole',
    'DeleteServiceLinkedRole',
  ),
  ...same(
    ofBoundedRole,
    'DeleteRole',
    'DeleteRolePermissionsBoundary',
    'DeleteRolePolicy',
    'GetRole',
    'PutRolePolicy',
    'UpdateAssumeRolePolicy',
    'UpdateRole',
    'UpdateRoleDescription',
  ),
  ...same(
    (input: OfRole & OfPolicy, scope: Scope) => bounded(scope, 'role', input.RoleName, attached(input)),
    'AttachRolePolicy',
    'DetachRolePolicy',
  ),
  PutRolePermissionsBoundary: ({ RoleName, PermissionsBoundary }, scope) =>
    bounded(scope, 'role', RoleName, keys({ [BOUNDARY]: PermissionsBoundary })),
  CreateServiceLinkedRole: ({ AWSServiceName }, scope) => [
    {
      resource: globalArn(scope.account, 'iam', `role/aws-service-role/${AWSServiceName}/*`),
      context: keys({ 'iam:awsservicename': AWSServiceName }),
    },
  ],
  GetServiceLinkedRoleDeletionStatus: ({ DeletionTaskId = '' }, scope) => [
    globalArn(scope.account, 'iam', `role/${DeletionTaskId.split('/').slice(1, -1).join('/')}`),
  ],

  CreateUser: (input, scope) => created(scope, 'user', input.UserName, input),
  ...same(
    ofUser,
    'CreateAccessKey',
    'DeleteAccessKey',
    'DeleteUser',
    'GetUser',
    'GetUserPolicy',
    'ListAccessKeys',
    'ListAttachedUserPolicies',
    'ListUserPolicies',
    'ListUserTags',
    'TagUser',
    'UntagUser',
    'UpdateAccessKey',
  ),
  ...same(ofBoundedUser, 'DeleteUserPermissionsBoundary', 'DeleteUserPolicy', 'PutUserPolicy'),
  ...same(
    (input: OfUser & OfPolicy, scope: Scope) => bounded(scope, 'user', input.UserName, attached(input)),
    'AttachUserPolicy',
    'DetachUserPolicy',
  ),
  PutUserPermissionsBoundary: ({ UserName, PermissionsBoundary }, scope) =>
    bounded(scope, 'user', UserName, keys({ [BOUNDARY]: PermissionsBoundary })),

  CreatePolicy: ({ PolicyName, Path }, scope) => created(scope, 'policy', PolicyName, { Path }),
  ...same(
    ofPolicy,
    'CreatePolicyVersion',
    'DeletePolicy',
    'DeletePolicyVersion',
    'GetPolicy',
    'GetPolicyVersion',
    'ListEntitiesForPolicy',
    'ListPolicyTags',
    'ListPolicyVersions',
    'SetDefaultPolicyVersion',
    'TagPolicy',
    'UntagPolicy',
  ),

  CreateInstanceProfile: ({ InstanceProfileName, Path }, scope) =>
    created(scope, 'instance-profile', InstanceProfileName, { Path }),
  ...same(
    ofProfile,
    'DeleteInstanceProfile',
    'GetInstanceProfile',
    'ListInstanceProfileTags',
    'RemoveRoleFromInstanceProfile',
    'TagInstanceProfile',
    'UntagInstanceProfile',
  ),
  AddRoleToInstanceProfile: (input, scope) => [
    ...ofProfile(input, scope),
    ...passRole(entity(scope, 'role', input.RoleName), 'ec2.amazonaws.com'),
  ],
};
