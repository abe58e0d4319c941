import type { EFS } from '@aws-sdk/client-efs';
import type { NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

interface OfFileSystem {
  readonly FileSystemId?: string | undefined;
}

function fileSystem(scope: Scope, id = '*'): string {
  return id.startsWith('arn:') ? id : named(scope, 'elasticfilesystem', `file-system/${id}`);
}

function accessPoint(scope: Scope, id = '*'): string {
  return id.startsWith('arn:') ? id : named(scope, 'elasticfilesystem', `access-point/${id}`);
}

const ofFileSystem = ({ FileSystemId }: OfFileSystem, scope: Scope) => [fileSystem(scope, FileSystemId)];

interface OfMountTarget {
  readonly MountTargetId?: string | undefined;
}

/** Mount targets have no ARN: leave is asked for on their file system. */
const ofMountTarget = ({ MountTargetId = '' }: OfMountTarget, scope: Scope) => [
  fileSystem(scope, scope.directory.fileSystemOfTarget(MountTargetId)),
];

interface OfAny {
  readonly ResourceId?: string | undefined;
}

const ofAny = ({ ResourceId = '*' }: OfAny, scope: Scope) => [
  ResourceId.includes('fsap-') ? accessPoint(scope, ResourceId) : fileSystem(scope, ResourceId),
];

export const efsNeeds: NeedsOf<EFS> = {
  CreateFileSystem: ({ Encrypted = false }) => [
    { resource: '*', context: keys({ 'elasticfilesystem:encrypted': Encrypted }) },
  ],
  ...same(
    ofFileSystem,
    'CreateAccessPoint',
    'DeleteFileSystem',
    'DeleteFileSystemPolicy',
    'DescribeBackupPolicy',
    'DescribeFileSystemPolicy',
    'DescribeFileSystems',
    'DescribeLifecycleConfiguration',
    'PutBackupPolicy',
    'PutFileSystemPolicy',
    'PutLifecycleConfiguration',
    'UpdateFileSystem',
    'UpdateFileSystemProtection',
  ),
  // The interface of a mount target is made in the caller's name (API reference, CreateMountTarget).
  CreateMountTarget: ({ FileSystemId, SubnetId = '*' }, scope) => [
    fileSystem(scope, FileSystemId),
    { action: 'ec2:DescribeSubnets', resource: '*' },
    { action: 'ec2:DescribeNetworkInterfaces', resource: '*' },
    { action: 'ec2:CreateNetworkInterface', resource: named(scope, 'ec2', `subnet/${SubnetId}`) },
  ],
  ...same(
    ofMountTarget,
    'DeleteMountTarget',
    'DescribeMountTargetSecurityGroups',
    'ModifyMountTargetSecurityGroups',
  ),
  DescribeMountTargets: ({ FileSystemId, MountTargetId, AccessPointId }, scope) => [
    FileSystemId === undefined && MountTargetId !== undefined
      ? fileSystem(scope, scope.directory.fileSystemOfTarget(MountTargetId))
      : fileSystem(scope, FileSystemId),
    ...(AccessPointId === undefined ? [] : [accessPoint(scope, AccessPointId)]),
  ],
  DeleteAccessPoint: ({ AccessPointId }, scope) => [accessPoint(scope, AccessPointId)],
  DescribeAccessPoints: ({ AccessPointId, FileSystemId }, scope) => [
    AccessPointId === undefined ? fileSystem(scope, FileSystemId) : accessPoint(scope, AccessPointId),
  ],
  ...same(ofAny, 'ListTagsForResource', 'TagResource', 'UntagResource'),
};
