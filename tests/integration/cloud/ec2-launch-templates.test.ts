import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IMAGE_PARAMETER, newWorld, refusal, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
  await world.ec2.createLaunchTemplate({
    LaunchTemplateName: 'web',
    LaunchTemplateData: { ImageId: 'ami-1', InstanceType: 't4g.small', KeyName: 'ops' },
  });
});

afterEach(async () => {
  await world.cloud.close();
});

async function version(Versions: string[], options = {}) {
  const { LaunchTemplateVersions = [] } = await world.ec2.describeLaunchTemplateVersions({
    LaunchTemplateName: 'web',
    Versions,
    ...options,
  });
  return LaunchTemplateVersions[0];
}

describe('a launch template', () => {
  it('keeps what its source version says and the new one does not', async () => {
    await world.ec2.createLaunchTemplateVersion({
      LaunchTemplateName: 'web',
      SourceVersion: '1',
      LaunchTemplateData: { ImageId: 'ami-2' },
    });
    const newest = await version(['$Latest']);
    expect(newest).toMatchObject({ VersionNumber: 2, DefaultVersion: false });
    expect(newest?.LaunchTemplateData).toEqual({
      ImageId: 'ami-2',
      InstanceType: 't4g.small',
      KeyName: 'ops',
    });
  });

  it('begins from nothing without a source version', async () => {
    await world.ec2.createLaunchTemplateVersion({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId: 'ami-2' },
    });
    expect((await version(['2']))?.LaunchTemplateData).toEqual({ ImageId: 'ami-2' });
  });

  it('changes its default only when told to', async () => {
    const LaunchTemplateData = { ImageId: 'ami-2' };
    await world.ec2.createLaunchTemplateVersion({ LaunchTemplateName: 'web', LaunchTemplateData });
    expect((await version(['$Default']))?.VersionNumber).toBe(1);
    await world.ec2.modifyLaunchTemplate({ LaunchTemplateName: 'web', DefaultVersion: '2' });
    expect((await version(['$Default']))?.VersionNumber).toBe(2);
  });

  it('makes one version for one client token', async () => {
    const request = {
      LaunchTemplateName: 'web',
      ClientToken: 'refresh-1',
      LaunchTemplateData: { ImageId: 'ami-2' },
    };
    await world.ec2.createLaunchTemplateVersion(request);
    await world.ec2.createLaunchTemplateVersion(request);
    expect((await version(['$Latest']))?.VersionNumber).toBe(2);
  });

  it('shows the image that an alias stands for when asked to', async () => {
    const alias = `resolve:ssm:${IMAGE_PARAMETER}`;
    const LaunchTemplateData = { ImageId: alias };
    await world.ec2.createLaunchTemplateVersion({ LaunchTemplateName: 'web', LaunchTemplateData });
    expect((await version(['2']))?.LaunchTemplateData?.ImageId).toBe(alias);
    const resolved = await version(['2'], { ResolveAlias: true });
    expect(resolved?.LaunchTemplateData?.ImageId).toBe(world.cloud.services.ssm.parameter(IMAGE_PARAMETER));
  });

  it('never loses its default version', async () => {
    const deletion = world.ec2.deleteLaunchTemplateVersions({ LaunchTemplateName: 'web', Versions: ['1'] });
    expect(await refusal(deletion)).toBe('OperationNotPermitted');
  });

  it('says in its own words what does not exist', async () => {
    expect(await refusal(version(['7']))).toBe('InvalidLaunchTemplateId.VersionNotFound');
    await world.ec2.deleteLaunchTemplate({ LaunchTemplateName: 'web' });
    expect(await refusal(version(['1']))).toBe('InvalidLaunchTemplateName.NotFoundException');
  });
});
