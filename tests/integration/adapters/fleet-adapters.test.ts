import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { ec2Images } from '../../../shared/aws/ec2-images.ts';
import { elbBalancers } from '../../../shared/aws/elb-balancers.ts';
import { instanceAddresses } from '../../../shared/aws/instance-addresses.ts';
import { instanceProbes } from '../../../shared/aws/instance-probes.ts';
import { lifecycleHooks } from '../../../shared/aws/lifecycle-hooks.ts';
import { ssmCommands } from '../../../shared/aws/ssm-commands.ts';
import { MINUTE, SECOND } from '../../../shared/domain/index.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';
import type { FleetWorld } from './fleet-world.ts';
import { createTargetGroup, IMAGE_PARAMETER, newFleetWorld } from './fleet-world.ts';

let world: CloudWorld;
let fleet: FleetWorld;
let first: string;

beforeEach(async () => {
  world = await newCloudWorld();
  fleet = await newFleetWorld(world);
  first = (await fleet.instances())[0] ?? '';
});
afterEach(async () => {
  await world.cloud.close();
});

const groups = () => autoScalingGroups(new AutoScalingClient(world.access));

describe('lifecycle hooks', () => {
  it('are known with their times', async () => {
    const hooks = lifecycleHooks(new AutoScalingClient(world.access));
    const found = await hooks.of('web-group');
    expect(found.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'evenkeel-admission', transition: 'launching', heartbeatTimeout: 900, globalTimeout: 90_000 },
      { name: 'evenkeel-drain', transition: 'terminating', heartbeatTimeout: 600, globalTimeout: 60_000 },
    ]);
    expect(await hooks.of('no-such-group')).toEqual([]);
  });

  it('are answered without a token, once', async () => {
    const action = fleet.action('evenkeel-admission', first);
    expect(await groups().ofInstance(first)).toMatchObject({ group: 'web-group', lifecycle: 'Pending:Wait' });
    expect(await groups().heartbeat(action)).toBe('done');
    expect(await groups().complete(action, 'CONTINUE')).toBe('done');
    await world.pass(MINUTE);
    expect(await groups().ofInstance(first)).toEqual({
      group: 'web-group',
      lifecycle: 'InService',
      isHealthy: true,
    });
    expect(await groups().complete(action, 'CONTINUE')).toBe('gone');
    expect(await groups().heartbeat(action)).toBe('gone');
  });
});

describe('target groups', () => {
  const balancers = () =>
    elbBalancers(
      new ElasticLoadBalancingV2Client(world.access),
      instanceAddresses(new EC2Client(world.access)),
    );

  it('let an instance go that is registered on several ports', async () => {
    const extra = await createTargetGroup(fleet.elb, 'extra', fleet.vpcId);
    await fleet.elb.registerTargets({
      TargetGroupArn: extra,
      Targets: [{ Id: first }, { Id: first, Port: 8080 }],
    });
    expect(await balancers().targetGroupsOf(first)).toEqual([extra]);
    await balancers().deregister(extra, first);
    await world.pass(6 * MINUTE);
    expect(await balancers().targetState(extra, first)).toBeUndefined();
    expect(await balancers().targetGroupsOf(first)).toEqual([]);
    const left = await fleet.elb.describeTargetHealth({ TargetGroupArn: extra });
    expect(left.TargetHealthDescriptions).toEqual([]);
  });

  it('have no state for an instance that is not registered, nor when they are gone', async () => {
    expect(await balancers().targetState(fleet.targetGroupArn, first)).toBeUndefined();
    const gone = await createTargetGroup(fleet.elb, 'gone', fleet.vpcId);
    await fleet.elb.deleteTargetGroup({ TargetGroupArn: gone });
    expect(await balancers().targetState(gone, first)).toBeUndefined();
    await balancers().deregister(gone, first);
  });
});

describe('commands', () => {
  const commands = () => ssmCommands(new SSMClient(world.access));

  it('run on an instance and say how they end', async () => {
    const good = (await commands().send(first, 'true', 'test')) ?? '';
    const bad = (await commands().send(first, 'exit 3', 'test')) ?? '';
    await world.pass(30 * SECOND);
    expect(await commands().result(good, first)).toMatchObject({ status: 'succeeded' });
    expect(await commands().result(bad, first)).toMatchObject({ status: 'failed', exitCode: 3 });
  });

  it('may take longer than the hour that Systems Manager gives them, or less', async () => {
    const long = (await commands().send(first, 'sleep 5000', 'test', 7200)) ?? '';
    const hung = (await commands().send(first, 'sleep 5000', 'test', 60)) ?? '';
    const usual = (await commands().send(first, 'sleep 5000', 'test')) ?? '';
    await world.pass(65 * SECOND);
    expect(await commands().result(hung, first)).toMatchObject({ status: 'failed' });
    await world.pass(70 * MINUTE);
    expect(await commands().result(usual, first)).toMatchObject({ status: 'failed' });
    expect(await commands().result(long, first)).toEqual({ status: 'running' });
    await world.pass(60 * MINUTE);
    expect(await commands().result(long, first)).toMatchObject({ status: 'failed' });
  });

  it('run as long as they are not known yet', async () => {
    const sent = (await commands().send(first, 'sleep 60', 'test')) ?? '';
    expect(await commands().result(sent, first)).toEqual({ status: 'running' });
    await world.pass(20 * SECOND);
    expect(await commands().result(sent, first)).toEqual({ status: 'running' });
  });

  it('are not taken by an instance that nobody knows', async () => {
    expect(await commands().send('i-0123456789abcdef0', 'true', 'test')).toBeUndefined();
  });
});

describe('probes', () => {
  it('ask the private address of the instance', async () => {
    const asked: string[] = [];
    const answer = (input: string | URL | Request) => {
      asked.push(input instanceof Request ? input.url : String(input));
      return Promise.resolve(new Response('ready', { status: 200 }));
    };
    const probes = instanceProbes(instanceAddresses(new EC2Client(world.access)), answer);
    const address = world.cloud.services.ec2.instance(first)?.privateIp ?? '';
    expect(await probes.get(first, 8080, '/ready')).toEqual({
      status: 200,
      detail: `http://${address}:8080/ready answered 200`,
      body: 'ready',
    });
    expect(asked).toEqual([`http://${address}:8080/ready`]);
    expect(await probes.get('i-0123456789abcdef0', 80, '/')).toMatchObject({ status: 0 });
  });

  it('say why nothing answered', async () => {
    const refused = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }));
    const probes = instanceProbes(instanceAddresses(new EC2Client(world.access)), refused);
    expect(await probes.get(first, 80, '/ready')).toMatchObject({
      status: 0,
      detail: expect.stringMatching(/did not answer: ECONNREFUSED$/) as string,
    });
  });
});

describe('images', () => {
  const images = () => ec2Images(new EC2Client(world.access), new SSMClient(world.access));
  const template = (version: string) => ({ id: fleet.templateId, version });

  it('are found by their parameter and in a template, by id or by parameter', async () => {
    const newest = await images().newest(IMAGE_PARAMETER);
    expect(newest).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(await images().ofTemplate(template('1'))).toEqual({ id: fleet.image });
    await fleet.ec2.createLaunchTemplateVersion({
      LaunchTemplateId: fleet.templateId,
      SourceVersion: '1',
      LaunchTemplateData: { ImageId: `resolve:ssm:${IMAGE_PARAMETER}` },
    });
    expect(await images().ofTemplate(template('2'))).toEqual({
      id: newest,
      parameter: IMAGE_PARAMETER,
    });
  });

  it('come into a template once a token, with all else as it was', async () => {
    const next = world.cloud.services.ec2.publishImage({ parameter: IMAGE_PARAMETER });
    const version = await images().createTemplateVersion(fleet.templateId, '1', next, 'token-1');
    expect(version).toBe('2');
    expect(await images().createTemplateVersion(fleet.templateId, '1', next, 'token-1')).toBe('2');
    expect(await images().ofTemplate(template('2'))).toEqual({ id: next });
    const { LaunchTemplateVersions } = await fleet.ec2.describeLaunchTemplateVersions({
      LaunchTemplateId: fleet.templateId,
      Versions: ['2'],
    });
    expect(LaunchTemplateVersions?.[0]?.LaunchTemplateData?.InstanceType).toBe('t4g.small');
  });

  it('are checked before they are used', async () => {
    const { ec2 } = world.cloud.services;
    const arm = ec2.publishImage({ parameter: IMAGE_PARAMETER });
    const intel = ec2.publishImage({ parameter: IMAGE_PARAMETER.replace('arm64', 'x86_64') });
    expect(await images().check(arm, fleet.image)).toEqual({ usable: true });
    expect(await images().check(intel, fleet.image)).toEqual({
      usable: false,
      reason: `${intel} is for x86_64, the fleet runs arm64`,
    });
    expect(await images().check('ami-0123456789abcdef0', fleet.image)).toMatchObject({ usable: false });
  });
});
