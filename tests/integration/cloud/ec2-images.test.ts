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

describe('an image of the account', () => {
  const id = async (Name = 'web-1') => {
    const ImageId = await bake(Name);
    await world.pass(4 * MINUTE);
    return ImageId;
  };
  const shown = async (ImageId: string) =>
    (await world.ec2.describeImages({ ImageIds: [ImageId] })).Images?.[0];
  const DAY = 24 * 60 * MINUTE;

  it('is told from one that cannot be, by its id', async () => {
    expect(await refusal(world.ec2.deregisterImage({ ImageId: 'ami-web' }))).toBe('InvalidAMIID.Malformed');
    expect(await refusal(world.ec2.deregisterImage({ ImageId: 'ami-0123456789abcdef0' }))).toBe(
      'InvalidAMIID.NotFound',
    );
    expect(await refusal(world.ec2.deleteSnapshot({ SnapshotId: 'snap-web' }))).toBe(
      'InvalidSnapshotID.Malformed',
    );
  });

  it('is shared in either way that the API has, and loses its shares for good when it is disabled', async () => {
    const ImageId = await id();
    await world.ec2.modifyImageAttribute({
      ImageId,
      LaunchPermission: { Add: [{ UserId: '111111111111' }] },
    });
    await world.ec2.modifyImageAttribute({
      ImageId,
      Attribute: 'launchPermission',
      OperationType: 'add',
      UserIds: ['111111111111', '222222222222'],
    });
    const shares = async () => {
      const { LaunchPermissions = [] } = await world.ec2.describeImageAttribute({
        ImageId,
        Attribute: 'launchPermission',
      });
      return LaunchPermissions.map(({ UserId, Group }) => UserId ?? Group);
    };
    expect(await shares()).toEqual(['111111111111', '222222222222']);
    await world.ec2.modifyImageAttribute({ ImageId, LaunchPermission: { Add: [{ Group: 'all' }] } });
    expect((await shown(ImageId))?.Public).toBe(true);
    await world.ec2.disableImage({ ImageId });
    const share = { ImageId, LaunchPermission: { Add: [{ UserId: '333333333333' }] } };
    expect(await refusal(world.ec2.modifyImageAttribute(share))).toBe('OperationNotPermitted');
    await world.ec2.enableImage({ ImageId });
    expect(await shares()).toEqual([]);
    await world.ec2.modifyImageAttribute(share);
    await world.ec2.resetImageAttribute({ ImageId, Attribute: 'launchPermission' });
    expect(await shares()).toEqual([]);
    const nobody = { ImageId, LaunchPermission: { Add: [{ UserId: 'me' }] } };
    expect(await refusal(world.ec2.modifyImageAttribute(nobody))).toBe('InvalidAMIAttributeItemValue');
  });

  it('changes its description and IMDS support as an attribute', async () => {
    const ImageId = await id();
    await world.ec2.modifyImageAttribute({ ImageId, Attribute: 'description', Value: 'newer' });
    await world.ec2.modifyImageAttribute({ ImageId, ImdsSupport: { Value: 'v2.0' } });
    expect(await shown(ImageId)).toMatchObject({ Description: 'newer', ImdsSupport: 'v2.0' });
  });

  it('is disabled and enabled only from the state that it is in', async () => {
    const ImageId = await bake('web-1');
    expect(await refusal(world.ec2.disableImage({ ImageId }))).toBe('IncorrectState');
    await world.pass(4 * MINUTE);
    expect(await refusal(world.ec2.enableImage({ ImageId }))).toBe('IncorrectState');
    await world.ec2.disableImage({ ImageId });
    expect(await refusal(world.ec2.disableImage({ ImageId }))).toBe('IncorrectState');
  });

  it('is launched by its id when it is deprecated, from a minute in the future on', async () => {
    const ImageId = await id();
    const deprecate = (seconds: number) =>
      world.ec2.enableImageDeprecation({
        ImageId,
        DeprecateAt: new Date(world.cloud.clock.now() + seconds * 1000),
      });
    expect(await refusal(deprecate(-60))).toBe('InvalidParameterValue');
    expect(await refusal(deprecate(11 * 365 * 86_400))).toBe('InvalidParameterValue');
    await deprecate(3610);
    expect((await shown(ImageId))?.DeprecationTime).toMatch(/:00\.000Z$/);
    await world.pass(2 * 60 * MINUTE);
    expect(await refusal(world.run({ ImageId }))).toBe('succeeded');
  });

  it('stays protected for a day after a protection with a cooldown', async () => {
    const ImageId = await id();
    await world.ec2.enableImageDeregistrationProtection({ ImageId, WithCooldown: true });
    await world.ec2.disableImageDeregistrationProtection({ ImageId });
    expect(await refusal(world.ec2.deregisterImage({ ImageId }))).toBe('OperationNotPermitted');
    await world.pass(DAY);
    expect(await refusal(world.ec2.deregisterImage({ ImageId }))).toBe('succeeded');
  });

  it('says when it was last launched, a day later', async () => {
    const ImageId = await id();
    await world.run({ ImageId });
    expect((await shown(ImageId))?.LastLaunchedTime).toBeUndefined();
    await world.pass(DAY);
    expect((await shown(ImageId))?.LastLaunchedTime).toMatch(/^2026-01-05T/);
  });

  it('is copied with its tags, and encrypted where that is asked for', async () => {
    const SourceImageId = await id();
    await world.ec2.createTags({ Resources: [SourceImageId], Tags: [{ Key: 'proven', Value: 'yes' }] });
    const copy = { Name: 'copy', SourceImageId, SourceRegion: 'eu-central-1' };
    const { ImageId = '' } = await world.ec2.copyImage({ ...copy, CopyImageTags: true, Encrypted: true });
    await world.pass(4 * MINUTE);
    const image = await shown(ImageId);
    expect(image).toMatchObject({
      State: 'available',
      Tags: [{ Key: 'proven', Value: 'yes' }],
      SourceImageId,
    });
    expect(image?.BlockDeviceMappings?.[0]?.Ebs?.Encrypted).toBe(true);
  });

  it('is found where instances, launch templates and parameters refer to it', async () => {
    const ImageId = await id();
    const InstanceId = await world.run({ ImageId });
    const { LaunchTemplate } = await world.ec2.createLaunchTemplate({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId },
    });
    await world.ssm.putParameter({
      Name: '/web/image',
      Value: ImageId,
      Type: 'String',
      DataType: 'aws:ec2:image',
    });
    const { ImageReferences = [] } = await world.ec2.describeImageReferences({
      ImageIds: [ImageId],
      IncludeAllResourceTypes: true,
    });
    expect(ImageReferences.map(({ ResourceType, Arn }) => [ResourceType, Arn])).toEqual([
      ['ec2:Instance', `arn:aws:ec2:eu-central-1:123456789012:instance/${InstanceId}`],
      [
        'ec2:LaunchTemplate',
        `arn:aws:ec2:eu-central-1:123456789012:launch-template/${LaunchTemplate?.LaunchTemplateId}`,
      ],
      ['ssm:Parameter', 'arn:aws:ssm:eu-central-1:123456789012:parameter/web/image'],
    ]);
    const inStates = await world.ec2.describeImageReferences({
      ImageIds: [ImageId],
      ResourceTypes: [
        {
          ResourceType: 'ec2:Instance',
          ResourceTypeOptions: [{ OptionName: 'state-name', OptionValues: ['stopped'] }],
        },
      ],
    });
    expect(inStates.ImageReferences).toEqual([]);
  });

  it('is found only as deep in a launch template as is looked for', async () => {
    const [old, recent] = [await id('old'), await id('recent')];
    const LaunchTemplateName = 'web';
    await world.ec2.createLaunchTemplate({ LaunchTemplateName, LaunchTemplateData: { ImageId: old } });
    for (let version = 0; version < 10; version++)
      await world.ec2.createLaunchTemplateVersion({
        LaunchTemplateName,
        LaunchTemplateData: { ImageId: recent },
      });
    const references = async (depth?: string) => {
      const { ImageReferences = [] } = await world.ec2.describeImageReferences({
        ImageIds: [old],
        ResourceTypes: [
          {
            ResourceType: 'ec2:LaunchTemplate',
            ...(depth && { ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: [depth] }] }),
          },
        ],
      });
      return ImageReferences.length;
    };
    expect([await references(), await references('11')]).toEqual([0, 1]);
    const many = { ImageIds: new Array<string>(11).fill(old), IncludeAllResourceTypes: true };
    expect(await refusal(world.ec2.describeImageReferences(many))).toBe('InvalidParameterValue');
  });

  it('answers a dry run by an error whose code says that it would have succeeded', async () => {
    const ImageId = await id();
    for (const dryRun of [
      world.ec2.deregisterImage({ ImageId, DryRun: true }),
      world.ec2.describeImages({ DryRun: true }),
      world.ec2.copyImage({
        Name: 'copy',
        SourceImageId: ImageId,
        SourceRegion: 'eu-central-1',
        DryRun: true,
      }),
      world.ec2.terminateInstances({ InstanceIds: ['i-0123456789abcdef0'], DryRun: true }),
      world.ec2.createTags({ Resources: [ImageId], Tags: [{ Key: 'a', Value: 'b' }], DryRun: true }),
    ])
      await expect(dryRun).rejects.toMatchObject({
        name: 'DryRunOperation',
        message: 'Request would have succeeded, but DryRun flag is set.',
        $metadata: { httpStatusCode: 412 },
      });
    expect(await shown(ImageId)).toMatchObject({ State: 'available', Tags: [] });
  });

  it('has no Recycle Bin behind it, and says so', async () => {
    await expect(world.ec2.listImagesInRecycleBin({})).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
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

  it('may be Debian’s, which has an account of its own and no alias', async () => {
    const name = '/aws/service/debian/release/12/latest/arm64';
    const newest = world.cloud.services.ec2.publishImage({ parameter: name });
    const { Parameter } = await world.ssm.getParameter({ Name: name });
    expect(Parameter?.Value).toBe(newest);
    const { Images = [] } = await world.ec2.describeImages({ ImageIds: [newest] });
    expect(Images).toMatchObject([
      { Architecture: 'arm64', OwnerId: '136693071363', RootDeviceName: '/dev/xvda' },
    ]);
    expect(Images[0]).not.toHaveProperty('ImageOwnerAlias');
  });
});

function parameter(architecture: string): string {
  return `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`;
}
