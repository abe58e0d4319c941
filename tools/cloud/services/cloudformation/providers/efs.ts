import type { Tag } from '@aws-sdk/client-cloudformation';
import type {
  CreateAccessPointRequest,
  CreateFileSystemRequest,
  LifecyclePolicy,
  PosixUser,
  RootDirectory,
} from '@aws-sdk/client-efs';
import { AwsError } from '../../../kernel/index.ts';
import { isSame } from '../engine/replacement.ts';
import type { ProviderContext, ResourceTag } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { tagChange } from './tagging.ts';

/** EFS takes no tags whose keys begin with `aws:`, not even CloudFormation's own. */
function ownTags(tags: Tag[] | undefined, context: ProviderContext): ResourceTag[] {
  return mergedTags(tags, context).filter(({ Key }) => !Key.startsWith('aws:'));
}

interface FileSystem extends Omit<CreateFileSystemRequest, 'CreationToken' | 'Tags' | 'Backup'> {
  readonly FileSystemTags?: Tag[];
  readonly LifecyclePolicies?: LifecyclePolicy[];
  readonly BackupPolicy?: { readonly Status: 'ENABLED' | 'DISABLED' };
  readonly FileSystemPolicy?: unknown;
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
}

export const fileSystem = provider<FileSystem>({
  properties: [
    'Encrypted',
    'KmsKeyId',
    'PerformanceMode',
    'ThroughputMode',
    'ProvisionedThroughputInMibps',
    'AvailabilityZoneName',
    'FileSystemTags',
    'LifecyclePolicies',
    'BackupPolicy',
    'FileSystemPolicy',
    'BypassPolicyLockoutSafetyCheck',
  ],
  async create(wanted, context) {
    const { Encrypted, KmsKeyId, PerformanceMode, ThroughputMode, ProvisionedThroughputInMibps } = wanted;
    const { FileSystemId: id = '' } = await context.api.efs.CreateFileSystem({
      CreationToken: context.physicalName(64),
      Encrypted,
      KmsKeyId,
      PerformanceMode,
      ThroughputMode,
      ProvisionedThroughputInMibps,
      AvailabilityZoneName: wanted.AvailabilityZoneName,
      Tags: ownTags(wanted.FileSystemTags, context),
    });
    context.announce(id);
    await available(id, context);
    await configure(id, wanted, {}, context);
    return madeSystem(id, context);
  },
  async update(id, wanted, before, context) {
    const { ThroughputMode, ProvisionedThroughputInMibps } = wanted;
    const isSameThroughput =
      ThroughputMode === before.ThroughputMode &&
      ProvisionedThroughputInMibps === before.ProvisionedThroughputInMibps;
    if (!isSameThroughput) {
      await context.api.efs.UpdateFileSystem({
        FileSystemId: id,
        ThroughputMode,
        ProvisionedThroughputInMibps,
      });
      await available(id, context);
    }
    await configure(id, wanted, before, context);
    await retag(id, wanted, before, context);
    return madeSystem(id, context);
  },
  async delete(id, _wanted, context) {
    await deleted(context.api.efs.DeleteFileSystem({ FileSystemId: id }));
    await context.waitUntil(async () => (await stateOf(id, context)) === undefined);
  },
});

async function configure(
  FileSystemId: string,
  wanted: FileSystem,
  before: Partial<FileSystem>,
  { api: { efs } }: ProviderContext,
): Promise<void> {
  const { LifecyclePolicies = [], BackupPolicy, FileSystemPolicy: policy } = wanted;
  if (!isSame(LifecyclePolicies, before.LifecyclePolicies ?? [])) {
    await efs.PutLifecycleConfiguration({ FileSystemId, LifecyclePolicies });
  }
  if (BackupPolicy !== undefined && !isSame(BackupPolicy, before.BackupPolicy)) {
    await efs.PutBackupPolicy({ FileSystemId, BackupPolicy });
  }
  if (isSame(policy, before.FileSystemPolicy)) return;
  if (policy === undefined) await efs.DeleteFileSystemPolicy({ FileSystemId });
  else await efs.PutFileSystemPolicy({ FileSystemId, Policy: JSON.stringify(policy) });
}

async function retag(
  ResourceId: string,
  wanted: FileSystem,
  before: FileSystem,
  context: ProviderContext,
): Promise<void> {
  const { efs } = context.api;
  const change = tagChange(ownTags(before.FileSystemTags, context), ownTags(wanted.FileSystemTags, context));
  if (change === undefined) return;
  if (change.set.length > 0) await efs.TagResource({ ResourceId, Tags: [...change.set] });
  if (change.removed.length > 0) await efs.UntagResource({ ResourceId, TagKeys: [...change.removed] });
}

async function available(id: string, context: ProviderContext): Promise<void> {
  await context.waitUntil(async () => (await stateOf(id, context)) === 'available');
}

async function stateOf(FileSystemId: string, { api }: ProviderContext): Promise<string | undefined> {
  try {
    return (await api.efs.DescribeFileSystems({ FileSystemId })).FileSystems?.[0]?.LifeCycleState;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'FileSystemNotFound') return undefined;
    throw error;
  }
}

async function madeSystem(id: string, { api }: ProviderContext) {
  const { FileSystems: [found] = [] } = await api.efs.DescribeFileSystems({ FileSystemId: id });
  return { id, attributes: { FileSystemId: id, Arn: found?.FileSystemArn } };
}

interface MountTarget {
  readonly FileSystemId: string;
  readonly SubnetId: string;
  readonly SecurityGroups: string[];
}

export const mountTarget = provider<MountTarget>({
  properties: ['FileSystemId', 'SubnetId', 'SecurityGroups'],
  async create(wanted, context) {
    const { MountTargetId: id = '', IpAddress } = await context.api.efs.CreateMountTarget(wanted);
    context.announce(id);
    await context.waitUntil(async () => (await targetState(id, context)) === 'available');
    return { id, attributes: { Id: id, IpAddress } };
  },
  async update(id, { SecurityGroups }, _before, { api }) {
    await api.efs.ModifyMountTargetSecurityGroups({ MountTargetId: id, SecurityGroups });
    const { MountTargets: [found] = [] } = await api.efs.DescribeMountTargets({ MountTargetId: id });
    return { id, attributes: { Id: id, IpAddress: found?.IpAddress } };
  },
  async delete(id, _wanted, context) {
    await deleted(context.api.efs.DeleteMountTarget({ MountTargetId: id }));
    await context.waitUntil(async () => (await targetState(id, context)) === undefined);
  },
});

async function targetState(MountTargetId: string, { api }: ProviderContext): Promise<string | undefined> {
  try {
    return (await api.efs.DescribeMountTargets({ MountTargetId })).MountTargets?.[0]?.LifeCycleState;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'MountTargetNotFound') return undefined;
    throw error;
  }
}

interface AccessPoint extends Pick<CreateAccessPointRequest, 'FileSystemId' | 'ClientToken'> {
  readonly PosixUser?: PosixUser;
  readonly RootDirectory?: RootDirectory;
  readonly AccessPointTags?: Tag[];
}

interface CreationInfo {
  readonly OwnerUid: string;
  readonly OwnerGid: string;
  readonly Permissions: string;
}

export const accessPoint = provider<AccessPoint>({
  properties: ['FileSystemId', 'ClientToken', 'PosixUser', 'RootDirectory', 'AccessPointTags'],
  async create(wanted, context) {
    const { AccessPointId: id = '', AccessPointArn } = await context.api.efs.CreateAccessPoint({
      ClientToken: wanted.ClientToken ?? context.physicalName(64),
      FileSystemId: wanted.FileSystemId,
      ...(wanted.PosixUser === undefined ? {} : { PosixUser: numbers(wanted.PosixUser) }),
      ...(wanted.RootDirectory === undefined ? {} : { RootDirectory: rootOf(wanted.RootDirectory) }),
      Tags: ownTags(wanted.AccessPointTags, context),
    });
    return { id, attributes: { AccessPointId: id, Arn: AccessPointArn } };
  },
  async update(id, wanted, before, context) {
    await retag(
      id,
      { FileSystemTags: wanted.AccessPointTags ?? [] },
      { FileSystemTags: before.AccessPointTags ?? [] },
      context,
    );
    const { AccessPoints: [found] = [] } = await context.api.efs.DescribeAccessPoints({ AccessPointId: id });
    return { id, attributes: { AccessPointId: id, Arn: found?.AccessPointArn } };
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.efs.DeleteAccessPoint({ AccessPointId: id }));
  },
});

/** Ids are texts in a template and numbers in the API. */
function numbers({ Uid, Gid, SecondaryGids }: PosixUser): PosixUser {
  return {
    Uid: Number(Uid),
    Gid: Number(Gid),
    ...(SecondaryGids === undefined ? {} : { SecondaryGids: SecondaryGids.map(Number) }),
  };
}

function rootOf({ Path, CreationInfo: info }: RootDirectory): RootDirectory {
  if (info === undefined) return { Path };
  const { OwnerUid, OwnerGid, Permissions } = info as unknown as CreationInfo;
  return { Path, CreationInfo: { OwnerUid: Number(OwnerUid), OwnerGid: Number(OwnerGid), Permissions } };
}
