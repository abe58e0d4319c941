import { EC2 } from '@aws-sdk/client-ec2';
import { EFS } from '@aws-sdk/client-efs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let cloud: Cloud;
let efs: EFS;
let ec2: EC2;
let subnets: string[];

beforeEach(async () => {
  cloud = await startCloud();
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  efs = new EFS(config);
  ec2 = new EC2(config);
  const { Subnets = [] } = await ec2.describeSubnets({});
  subnets = Subnets.map(({ SubnetId = '' }) => SubnetId);
});

afterEach(async () => {
  efs.destroy();
  ec2.destroy();
  await cloud.close();
});

const pass = (time: number) => cloud.clock.runUntil(cloud.clock.now() + time);

async function create(settings: object = {}): Promise<string> {
  const { FileSystemId = '' } = await efs.createFileSystem({ CreationToken: 'uploads', ...settings });
  await pass(10 * SECOND);
  return FileSystemId;
}

describe('a file system', () => {
  it('is available after some seconds, and made once for a token', async () => {
    const { FileSystemId, LifeCycleState } = await efs.createFileSystem({ CreationToken: 'uploads' });
    expect(LifeCycleState).toBe('creating');
    await expect(efs.createMountTarget({ FileSystemId, SubnetId: subnets[0] })).rejects.toMatchObject({
      name: 'IncorrectFileSystemLifeCycleState',
    });
    await pass(10 * SECOND);
    const { FileSystems } = await efs.describeFileSystems({ FileSystemId });
    expect(FileSystems).toMatchObject([{ LifeCycleState: 'available', NumberOfMountTargets: 0 }]);
    await expect(efs.createFileSystem({ CreationToken: 'uploads' })).rejects.toMatchObject({
      name: 'FileSystemAlreadyExists',
      FileSystemId,
    });
  });

  it('is provisioned with a throughput, or has none', async () => {
    const FileSystemId = await create();
    await expect(efs.updateFileSystem({ FileSystemId, ThroughputMode: 'provisioned' })).rejects.toMatchObject(
      { name: 'BadRequest' },
    );
    await efs.updateFileSystem({ FileSystemId, ThroughputMode: 'elastic' });
    const { FileSystems: [found] = [] } = await efs.describeFileSystems({ FileSystemId });
    expect(found).toMatchObject({ ThroughputMode: 'elastic', LifeCycleState: 'updating' });
  });

  it('has one mount target a zone, which holds its address until it is gone', async () => {
    const { GroupId = '' } = await ec2.createSecurityGroup({ GroupName: 'nfs', Description: 'nfs' });
    const FileSystemId = await create();
    const mount = (SubnetId = '') =>
      efs.createMountTarget({ FileSystemId, SubnetId, SecurityGroups: [GroupId] });
    const { MountTargetId, NetworkInterfaceId = '', IpAddress } = await mount(subnets[0]);
    await expect(mount(subnets[0])).rejects.toMatchObject({ name: 'MountTargetConflict' });
    await expect(mount('subnet-0123456789abcdef0')).rejects.toMatchObject({ name: 'SubnetNotFound' });
    await mount(subnets[1]);
    await pass(2 * MINUTE);
    const { MountTargets = [] } = await efs.describeMountTargets({ FileSystemId });
    expect(MountTargets.map((target) => target.LifeCycleState)).toEqual(['available', 'available']);
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      NetworkInterfaceIds: [NetworkInterfaceId],
    });
    expect(NetworkInterfaces).toMatchObject([{ PrivateIpAddress: IpAddress, Groups: [{ GroupId }] }]);
    await expect(ec2.deleteSecurityGroup({ GroupId })).rejects.toMatchObject({ name: 'DependencyViolation' });
    await expect(efs.deleteFileSystem({ FileSystemId })).rejects.toMatchObject({ name: 'FileSystemInUse' });
    await efs.deleteMountTarget({ MountTargetId });
    await pass(MINUTE);
    await expect(efs.describeMountTargets({ MountTargetId })).rejects.toMatchObject({
      name: 'MountTargetNotFound',
    });
  });

  it('is entered by access points, which go with it', async () => {
    const FileSystemId = await create();
    const { AccessPointId } = await efs.createAccessPoint({
      ClientToken: 'www',
      FileSystemId,
      PosixUser: { Uid: 33, Gid: 33 },
      RootDirectory: { Path: '/uploads' },
    });
    const { AccessPoints } = await efs.describeAccessPoints({ FileSystemId });
    expect(AccessPoints).toMatchObject([{ AccessPointId, PosixUser: { Uid: 33 } }]);
    await efs.deleteFileSystem({ FileSystemId });
    await pass(10 * SECOND);
    await expect(efs.describeAccessPoints({ AccessPointId })).rejects.toMatchObject({
      name: 'AccessPointNotFound',
    });
    await expect(efs.describeFileSystems({ FileSystemId })).rejects.toMatchObject({
      name: 'FileSystemNotFound',
    });
  });

  it('keeps its policy, its lifecycle and whether it is backed up', async () => {
    const FileSystemId = await create();
    await expect(efs.describeFileSystemPolicy({ FileSystemId })).rejects.toMatchObject({
      name: 'PolicyNotFound',
    });
    await expect(efs.putFileSystemPolicy({ FileSystemId, Policy: '{' })).rejects.toMatchObject({
      name: 'InvalidPolicyException',
    });
    await efs.putBackupPolicy({ FileSystemId, BackupPolicy: { Status: 'ENABLED' } });
    expect((await efs.describeBackupPolicy({ FileSystemId })).BackupPolicy?.Status).toBe('ENABLED');
    const LifecyclePolicies = [{ TransitionToIA: 'AFTER_30_DAYS' as const }];
    await efs.putLifecycleConfiguration({ FileSystemId, LifecyclePolicies });
    expect(await efs.describeLifecycleConfiguration({ FileSystemId })).toMatchObject({ LifecyclePolicies });
  });
});
