import type { EFS } from '@aws-sdk/client-efs';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that EFS has here. Nothing is mounted: what files would come to is told again only. */
export const standing = {
  CreateAccessPoint: 'real',
  CreateFileSystem: 'real',
  CreateMountTarget: 'real',
  DeleteAccessPoint: 'real',
  DeleteFileSystem: 'real',
  DeleteFileSystemPolicy: 'record',
  DeleteMountTarget: 'real',
  DescribeAccessPoints: 'real',
  DescribeBackupPolicy: 'record',
  DescribeFileSystemPolicy: 'record',
  DescribeFileSystems: 'real',
  DescribeLifecycleConfiguration: 'record',
  DescribeMountTargetSecurityGroups: 'real',
  DescribeMountTargets: 'real',
  ListTagsForResource: 'real',
  ModifyMountTargetSecurityGroups: 'real',
  PutBackupPolicy: 'record',
  PutFileSystemPolicy: 'record',
  PutLifecycleConfiguration: 'record',
  TagResource: 'real',
  UntagResource: 'real',
  UpdateFileSystem: 'real',
  UpdateFileSystemProtection: 'record',
} satisfies StandingOf<EFS>;
