import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, newWorld, refusal, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

async function bake(Name: string): Promise<string> {
  const InstanceId = await world.run();
  await world.pass(MINUTE);
  const { ImageId = '' } = await world.ec2.createImage({ InstanceId, Name, NoReboot: true });
  return ImageId;
}

describe('an image taken of an instance', () => {
  it('is pending for two to four minutes and cannot be launched meanwhile', async () => {
    const ImageId = await bake('web-1');
    expect(await refusal(world.run({ ImageId }))).toBe('InvalidAMIID.Unavailable');
    await world.pass(4 * MINUTE);
    expect(await refusal(world.run({ ImageId }))).toBe('succeeded');
    expect(world.emitted('EC2 AMI State Change').map(({ detail }) => detail)).toMatchObject([
      { ImageId, State: 'available' },
    ]);
  });

  it('has a name that no other image of the account has', async () => {
    await bake('web-1');
    expect(await refusal(bake('web-1'))).toBe('InvalidAMIName.Duplicate');
    expect(await refusal(bake('w'))).toBe('InvalidAMIName.Malformed');
  });

  it('reboots the instance unless told not to', async () => {
    const InstanceId = await world.run();
    await world.pass(4 * MINUTE);
    await world.ec2.createImage({ InstanceId, Name: 'quiet', NoReboot: true });
    expect(world.cloud.applications.of(InstanceId)?.status).toBe('serving');
    await world.ec2.createImage({ InstanceId, Name: 'loud' });
    expect(world.cloud.applications.of(InstanceId)?.status).toBe('booting');
  });

  it('cannot be launched while disabled, nor after it was deregistered', async () => {
    const ImageId = await bake('web-1');
    await world.pass(4 * MINUTE);
    await world.ec2.disableImage({ ImageId });
    expect(await refusal(world.run({ ImageId }))).toBe('InvalidAMIID.Unavailable');
    expect((await world.ec2.describeImages({ Owners: ['self'] })).Images).toEqual([]);
    await world.ec2.enableImage({ ImageId });
    expect((await world.ec2.describeImages({ Owners: ['self'] })).Images).toMatchObject([{ ImageId }]);
    await world.ec2.deregisterImage({ ImageId });
    expect(await refusal(world.run({ ImageId }))).toBe('InvalidAMIID.NotFound');
  });

  it('takes its snapshots along when told to, but for those another image needs', async () => {
    const ImageId = await bake('web-1');
    await world.pass(4 * MINUTE);
    const { Images = [] } = await world.ec2.describeImages({ ImageIds: [ImageId] });
    const SnapshotId = Images[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
    expect(await refusal(world.ec2.deleteSnapshot({ SnapshotId }))).toBe('InvalidSnapshot.InUse');
    const second = await world.ec2.registerImage({
      Name: 'web-2',
      RootDeviceName: '/dev/xvda',
      Architecture: 'arm64',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }],
    });
    const first = await world.ec2.deregisterImage({ ImageId, DeleteAssociatedSnapshots: true });
    expect(first.DeleteSnapshotResults).toEqual([{ SnapshotId, ReturnCode: 'skipped' }]);
    const last = await world.ec2.deregisterImage({
      ImageId: second.ImageId,
      DeleteAssociatedSnapshots: true,
    });
    expect(last.DeleteSnapshotResults).toEqual([{ SnapshotId, ReturnCode: 'success' }]);
    expect((await world.ec2.describeSnapshots({ OwnerIds: ['self'] })).Snapshots).toEqual([]);
  });

  it('stays while it is protected from deregistration', async () => {
    const ImageId = await bake('web-1');
    await world.ec2.enableImageDeregistrationProtection({ ImageId });
    expect(await refusal(world.ec2.deregisterImage({ ImageId }))).toBe('OperationNotPermitted');
    await world.ec2.disableImageDeregistrationProtection({ ImageId });
    expect(await refusal(world.ec2.deregisterImage({ ImageId }))).toBe('succeeded');
  });
});

describe('a public image', () => {
  it('stands behind its parameter and belongs to Amazon', async () => {
    const before = world.cloud.services.ssm.parameter(parameter('x86_64'));
    const newest = world.cloud.services.ec2.publishImage({ parameter: parameter('x86_64') });
    expect(newest).not.toBe(before);
    const { Parameter } = await world.ssm.getParameter({ Name: parameter('x86_64') });
    expect(Parameter?.Value).toBe(newest);
    const { Images = [] } = await world.ec2.describeImages({ ImageIds: [newest], Owners: ['amazon'] });
    expect(Images).toMatchObject([{ Architecture: 'x86_64', State: 'available', Public: true }]);
    expect(await refusal(world.ec2.deregisterImage({ ImageId: newest }))).toBe('AuthFailure');
  });
});

function parameter(architecture: string): string {
  return `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`;
}
