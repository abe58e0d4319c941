import type { EFS, Tag } from '@aws-sdk/client-efs';
import { parsePolicy } from '../../iam/policy.ts';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import { accessPointOperations, AccessPoints } from './access-points.ts';
import { FileSystems } from './file-systems.ts';
import { listed } from './listing.ts';
import type { Subnets } from './mount-targets.ts';
import { mountTargetOperations, MountTargets } from './mount-targets.ts';
import { standing } from './standing.ts';

export type EfsService = ReturnType<typeof createEfs>;

/** Amazon EFS, as far as a control plane sees it: file systems, mount targets in subnets, access points. */
export function createEfs(kernel: Kernel, on: { readonly ec2: Subnets }) {
  const systems = new FileSystems(kernel);
  const targets = new MountTargets(kernel, on.ec2);
  const points = new AccessPoints(kernel);
  return {
    client: '@aws-sdk/client-efs' as const,
    standing,
    operations: {
      ...fileSystemOperations(systems, targets, points),
      ...settingOperations(systems),
      ...mountTargetOperations(systems, targets, points),
      ...accessPointOperations(systems, points),
      ...tagOperations(systems, points),
    } satisfies Operations<EFS>,
  };
}

function fileSystemOperations(systems: FileSystems, targets: MountTargets, points: AccessPoints) {
  const shown = (id: string | undefined) => {
    const system = systems.get(id);
    return systems.shown(system, targets.of(system).length);
  };
  return {
    CreateFileSystem: (input) => shown(systems.create(input).id),
    DescribeFileSystems: (input) => {
      const { FileSystemId, CreationToken } = input;
      const wanted = (FileSystemId === undefined ? systems.all() : [systems.get(FileSystemId)]).filter(
        ({ token }) => CreationToken === undefined || token === CreationToken,
      );
      const { items, marker } = listed(wanted, input);
      return { FileSystems: items.map(({ id }) => shown(id)), ...marker };
    },
    UpdateFileSystem: ({ FileSystemId, ...throughput }) => {
      systems.setThroughput(systems.available(FileSystemId), throughput);
      return shown(FileSystemId);
    },
    DeleteFileSystem: ({ FileSystemId }) => {
      const system = systems.get(FileSystemId);
      if (targets.of(system).length > 0) {
        throw new AwsError('FileSystemInUse', `File system '${system.id}' has mount targets created in it.`);
      }
      for (const point of points.all().filter((one) => one.system === system)) points.delete(point);
      systems.delete(system);
      return {};
    },
  } satisfies Operations<EFS>;
}

function settingOperations(systems: FileSystems) {
  return {
    PutLifecycleConfiguration: ({ FileSystemId, LifecyclePolicies = [] }) => {
      systems.available(FileSystemId).lifecycle = LifecyclePolicies;
      return { LifecyclePolicies };
    },
    DescribeLifecycleConfiguration: ({ FileSystemId }) => ({
      LifecyclePolicies: systems.get(FileSystemId).lifecycle,
    }),
    PutBackupPolicy: ({ FileSystemId, BackupPolicy }) => {
      const system = systems.available(FileSystemId);
      system.isBackedUp = BackupPolicy?.Status === 'ENABLED';
      return { BackupPolicy: { Status: backupStatus(system.isBackedUp) } };
    },
    DescribeBackupPolicy: ({ FileSystemId }) => ({
      BackupPolicy: { Status: backupStatus(systems.get(FileSystemId).isBackedUp) },
    }),
    PutFileSystemPolicy: ({ FileSystemId, Policy = '' }) => {
      const system = systems.available(FileSystemId);
      checkPolicy(Policy);
      system.policy = Policy;
      return { FileSystemId: system.id, Policy };
    },
    DescribeFileSystemPolicy: ({ FileSystemId }) => {
      const { id, policy } = systems.get(FileSystemId);
      if (policy !== undefined) return { FileSystemId: id, Policy: policy };
      throw new AwsError('PolicyNotFound', `No policy exists for file system '${id}'.`);
    },
    DeleteFileSystemPolicy: ({ FileSystemId }) => {
      systems.available(FileSystemId).policy = undefined;
      return {};
    },
    UpdateFileSystemProtection: ({ FileSystemId, ReplicationOverwriteProtection: wanted }) => {
      const system = systems.available(FileSystemId);
      system.isProtected = wanted !== 'DISABLED';
      return { ReplicationOverwriteProtection: system.isProtected ? 'ENABLED' : 'DISABLED' };
    },
  } satisfies Operations<EFS>;
}

function backupStatus(isBackedUp: boolean) {
  return isBackedUp ? 'ENABLED' : 'DISABLED';
}

/** @throws AwsError InvalidPolicyException */
function checkPolicy(document: string): void {
  try {
    parsePolicy(document, 'resource');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('InvalidPolicyException', error.message);
  }
}

function tagOperations(systems: FileSystems, points: AccessPoints) {
  const tagged = (id = ''): { tags: Tag[] } => (id.includes('fsap-') ? points.get(id) : systems.get(id));
  return {
    TagResource: ({ ResourceId, Tags = [] }) => {
      const resource = tagged(ResourceId);
      const kept = resource.tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
      resource.tags = [...kept, ...Tags];
      return {};
    },
    UntagResource: ({ ResourceId, TagKeys = [] }) => {
      const resource = tagged(ResourceId);
      resource.tags = resource.tags.filter(({ Key = '' }) => !TagKeys.includes(Key));
      return {};
    },
    ListTagsForResource: ({ ResourceId, NextToken, MaxResults = 100 }) => {
      const { items, nextToken } = page(tagged(ResourceId).tags, NextToken, MaxResults, 'BadRequest');
      return { Tags: items, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
    },
  } satisfies Operations<EFS>;
}
