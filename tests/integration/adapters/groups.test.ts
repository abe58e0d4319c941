import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { ec2Instances } from '../../../shared/aws/ec2-instances.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { Fleet } from '../../../shared/domain/index.ts';
import { fleet } from '../../support/world.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';
import type { FleetWorld } from './fleet-world.ts';
import { newFleetWorld } from './fleet-world.ts';

let world: CloudWorld;
let aws: FleetWorld;
beforeEach(async () => {
  world = await newCloudWorld();
  aws = await newFleetWorld(world);
});
afterEach(() => world.cloud.close());

const groups = () => autoScalingGroups(new AutoScalingClient(world.access));
const named = (name: string, group: string): Fleet => ({ ...fleet(), name, adopt: { group } });

async function inService(): Promise<string[]> {
  const instances = await aws.instances();
  for (const instance of instances)
    await groups().complete(aws.action('evenkeel-admission', instance), 'CONTINUE');
  await world.pass(2 * MINUTE);
  return instances;
}

async function another(): Promise<void> {
  const { AutoScalingGroups } = await aws.autoScaling.describeAutoScalingGroups();
  await aws.autoScaling.createAutoScalingGroup({
    AutoScalingGroupName: 'another',
    MinSize: 0,
    MaxSize: 1,
    VPCZoneIdentifier: AutoScalingGroups?.[0]?.VPCZoneIdentifier,
    LaunchTemplate: { LaunchTemplateId: aws.templateId, Version: '1' },
    Tags: [{ Key: 'evenkeel:fleet', Value: 'web' }],
  });
}

describe('a group', () => {
  it("is described in the domain's words", async () => {
    const instances = await inService();
    const group = await groups().ofFleet(fleet());
    expect(group).toMatchObject({
      name: 'web-group',
      min: 2,
      max: 4,
      desired: 2,
      targetGroupArns: [aws.targetGroupArn],
      suspendedProcesses: [],
      tags: { 'evenkeel:fleet': 'web' },
      launchTemplate: { id: aws.templateId, version: '1' },
    });
    expect(group?.instances).toHaveLength(2);
    expect(group?.instances[0]).toMatchObject({
      id: instances[0],
      lifecycle: 'InService',
      isHealthy: true,
      isProtected: false,
      launchTemplateVersion: '1',
    });
  });

  it('knows which of its instances are marked by a tag', async () => {
    const [marked = '', other = ''] = await inService();
    const instances = ec2Instances(new EC2Client(world.access));
    const mark = (id: string, Value: string) =>
      aws.ec2.createTags({ Resources: [id], Tags: [{ Key: 'evenkeel:do-not-touch', Value }] });
    await mark(marked, '');
    await mark(other, 'False');
    expect([...(await instances.tagged('web-group', 'evenkeel:do-not-touch'))]).toEqual([marked]);
    expect(await instances.tagged('another', 'evenkeel:do-not-touch')).toEqual(new Set());
  });

  it('knows when its instances were launched', async () => {
    const times = await ec2Instances(new EC2Client(world.access)).launchTimes('web-group');
    expect([...times.keys()].toSorted()).toEqual((await inService()).toSorted());
    for (const at of times.values()) {
      expect(at).toBeGreaterThan(world.clock.now() - 60 * MINUTE);
      expect(at).toBeLessThanOrEqual(world.clock.now());
    }
    expect(await ec2Instances(new EC2Client(world.access)).launchTimes('another')).toEqual(new Map());
  });

  it('tells where each of its activities was, and why', async () => {
    const [instance = ''] = await inService();
    const launched = (await groups().activities('web-group', 10)).find(({ description }) =>
      description.includes(instance),
    );
    const zone = (await groups().named('web-group'))?.instances.find(({ id }) => id === instance)?.zone;
    expect(launched).toMatchObject({ zone, cause: expect.stringContaining('At 20') as string });
  });

  it('is found by the tag or the name that its fleet adopts', async () => {
    expect((await groups().ofFleet(named('web', 'web-group')))?.name).toBe('web-group');
    expect(await groups().ofFleet(named('web', 'nowhere'))).toBeUndefined();
    expect(await groups().named('nowhere')).toBeUndefined();
    const found = await groups().ofFleets([fleet(), named('api', 'nowhere')]);
    expect([...found].map(([name, group]) => [name, group.name])).toEqual([['web', 'web-group']]);
  });

  it('that two match is an error that names both', async () => {
    await another();
    await expect(groups().ofFleet(fleet())).rejects.toThrow(
      /fleet web has 2 groups .*(another, web-group|web-group, another)/,
    );
    await expect(groups().ofFleets([fleet()])).rejects.toThrow('fleet web has 2 groups');
  });

  it('knows its instances and what it has done', async () => {
    const [instance = ''] = await inService();
    expect(await groups().ofInstance(instance)).toEqual({
      group: 'web-group',
      lifecycle: 'InService',
      isHealthy: true,
    });
    expect(await groups().ofInstance('i-0123456789abcdef0')).toBeUndefined();
    const [newest] = await groups().activities('web-group', 1);
    expect(newest).toMatchObject({
      status: 'Successful',
      description: expect.stringMatching(/^Launching a new EC2 instance: i-/) as string,
    });
    expect(newest?.endedAt).toBeGreaterThan(newest?.startedAt ?? Infinity);
  });
});

describe('a change of capacity', () => {
  it('sets what is desired', async () => {
    expect(await groups().setDesired('web-group', 3)).toBe('done');
    expect((await groups().named('web-group'))?.desired).toBe(3);
  });

  it('takes a chosen instance in, down to the minimum', async () => {
    await groups().setDesired('web-group', 3);
    await world.pass(3 * MINUTE);
    const [first = '', second = ''] = await inService();
    expect(await groups().terminateAndDecrement(first)).toBe('done');
    expect((await groups().named('web-group'))?.desired).toBe(2);
    expect(await groups().terminateAndDecrement(second)).toBe('refused');
    expect(await groups().terminateAndDecrement('i-0123456789abcdef0')).toBe('gone');
  });
});

describe('a lifecycle action', () => {
  it('is prolonged and completed while it is open, and over afterwards', async () => {
    const [instance = ''] = await aws.instances();
    const action = aws.action('evenkeel-admission', instance);
    expect(await groups().heartbeat(action)).toBe('done');
    expect(await groups().complete(action, 'CONTINUE')).toBe('done');
    expect(await groups().complete(action, 'CONTINUE')).toBe('gone');
    expect(await groups().heartbeat(action)).toBe('gone');
  });

  it('of an instance, hook or group that is gone is over as well', async () => {
    const [instance = ''] = await aws.instances();
    expect(await groups().complete(aws.action('evenkeel-admission', 'i-0123456789abcdef0'), 'ABANDON')).toBe(
      'gone',
    );
    expect(await groups().complete(aws.action('no-such-hook', instance), 'ABANDON')).toBe('gone');
    expect(
      await groups().heartbeat({ ...aws.action('evenkeel-admission', instance), group: 'nowhere' }),
    ).toBe('gone');
  });
});

describe('protection', () => {
  const isProtected = async () =>
    new Map((await groups().named('web-group'))?.instances.map((one) => [one.id, one.isProtected]));

  it('is lent to instances and taken back, whoever of them has left meanwhile', async () => {
    const [one = '', other = ''] = await inService();
    await groups().protect('web-group', [one, other], true);
    expect(await isProtected()).toEqual(
      new Map([
        [one, true],
        [other, true],
      ]),
    );
    await groups().terminateAndReplace(one);
    await groups().protect('web-group', ['i-0123456789abcdef0', one, other], false);
    expect((await isProtected()).get(other)).toBe(false);
  });
});

describe('an instance refresh', () => {
  const request = {
    group: 'web-group',
    minHealthyPercentage: 100,
    maxHealthyPercentage: 110,
    bakeSeconds: 60,
  };

  async function newVersion() {
    await aws.ec2.createLaunchTemplateVersion({
      LaunchTemplateId: aws.templateId,
      SourceVersion: '1',
      LaunchTemplateData: { InstanceType: 't4g.medium' },
    });
    return { ...request, template: { id: aws.templateId, version: '2' } };
  }

  it('passes by what is protected', async () => {
    const [kept = '', other = ''] = await inService();
    const wanted = await newVersion();
    await groups().protect('web-group', [kept], true);
    await groups().startRefresh(wanted);
    for (let minute = 0; minute < 30; minute++) {
      for (const hook of ['evenkeel-admission', 'evenkeel-drain'])
        for (const id of await aws.instances()) await groups().complete(aws.action(hook, id), 'CONTINUE');
      await world.pass(MINUTE);
    }
    expect(await groups().refreshes('web-group', 1)).toMatchObject([{ status: 'Successful' }]);
    const left = await aws.instances();
    expect(left).toHaveLength(2);
    expect(left).toContain(kept);
    expect(left).not.toContain(other);
  });

  it('waits for its checkpoints', async () => {
    await inService();
    const checkpoints = { percentages: [50, 100], delay: 3600 };
    await groups().startRefresh({ ...(await newVersion()), checkpoints });
    const progressAfter = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        for (const hook of ['evenkeel-admission', 'evenkeel-drain'])
          for (const id of await aws.instances()) await groups().complete(aws.action(hook, id), 'CONTINUE');
        await world.pass(MINUTE);
      }
      return groups().refreshes('web-group', 1);
    };
    expect(await progressAfter(40)).toMatchObject([{ status: 'InProgress', percentComplete: 50 }]);
    expect(await progressAfter(60)).toMatchObject([{ status: 'Successful' }]);
  });

  it('is started once and reported', async () => {
    await inService();
    const request = await newVersion();
    const started = await groups().startRefresh(request);
    expect(started).toHaveProperty('started');
    expect(await groups().startRefresh(request)).toBe('busy');
    const [refresh] = await groups().refreshes('web-group', 1);
    expect(refresh).toMatchObject({ templateVersion: '2', percentComplete: 0 });
    expect(started).toEqual({ started: refresh?.id });
  });
});
