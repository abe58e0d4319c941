import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IMAGE_PARAMETER, MINUTE, newWorld, refusal, SECOND, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

async function stateOf(id: string): Promise<string | undefined> {
  const { Reservations = [] } = await world.ec2.describeInstances({ InstanceIds: [id] });
  return Reservations[0]?.Instances?.[0]?.State?.Name;
}

describe('an instance', () => {
  it('is pending for 20 to 40 seconds and terminated 30 seconds after it was told to go', async () => {
    const id = await world.run();
    await world.pass(19 * SECOND);
    expect(await stateOf(id)).toBe('pending');
    await world.pass(21 * SECOND);
    expect(await stateOf(id)).toBe('running');
    await world.ec2.terminateInstances({ InstanceIds: [id] });
    expect(await stateOf(id)).toBe('shutting-down');
    await world.pass(30 * SECOND);
    expect(await stateOf(id)).toBe('terminated');
  });

  it('stays on record for an hour after its end', async () => {
    const id = await world.run();
    world.cloud.services.ec2.kill(id);
    await world.pass(59 * MINUTE);
    expect(await stateOf(id)).toBe('terminated');
    await world.pass(MINUTE);
    expect(await refusal(stateOf(id))).toBe('InvalidInstanceID.NotFound');
  });

  it('tells the event bus each of its states', async () => {
    const id = await world.run();
    await world.pass(MINUTE);
    await world.ec2.terminateInstances({ InstanceIds: [id] });
    await world.pass(MINUTE);
    const details = world.emitted('EC2 Instance State-change Notification').map(({ detail }) => detail);
    expect(details).toEqual(
      ['pending', 'running', 'shutting-down', 'terminated'].map((state) => ({ 'instance-id': id, state })),
    );
  });

  it('gives its address, its volume and its security group free when it ends', async () => {
    const { GroupId = '' } = await world.ec2.createSecurityGroup({
      GroupName: 'web',
      Description: 'web',
      VpcId: world.vpcId,
    });
    const id = await world.run({ SecurityGroupIds: [GroupId] });
    expect(await refusal(world.ec2.deleteSecurityGroup({ GroupId }))).toBe('DependencyViolation');
    world.cloud.services.ec2.kill(id);
    expect(await refusal(world.ec2.deleteSecurityGroup({ GroupId }))).toBe('succeeded');
    expect((await world.ec2.describeVolumes({})).Volumes).toEqual([]);
    const { Subnets = [] } = await world.ec2.describeSubnets({});
    expect(new Set(Subnets.map((subnet) => subnet.AvailableIpAddressCount))).toEqual(new Set([4091]));
  });

  it('comes back from a stop, with the application booting anew', async () => {
    const id = await world.run();
    await world.pass(4 * MINUTE);
    await world.ec2.stopInstances({ InstanceIds: [id] });
    await world.pass(MINUTE);
    expect(await stateOf(id)).toBe('stopped');
    await world.ec2.startInstances({ InstanceIds: [id] });
    await world.pass(MINUTE);
    expect(world.cloud.applications.of(id)?.status).toBe('booting');
    await world.pass(2 * MINUTE);
    expect(world.cloud.applications.of(id)?.status).toBe('serving');
  });

  it('hibernates only if launched to, and is back sooner than after a stop', async () => {
    const [sleeper, plain] = [
      await world.run({ HibernationOptions: { Configured: true } }),
      await world.run(),
    ];
    await world.pass(4 * MINUTE);
    const hibernate = (id: string) => world.ec2.stopInstances({ InstanceIds: [id], Hibernate: true });
    expect(await refusal(hibernate(plain))).toBe('UnsupportedHibernationConfiguration');
    await hibernate(sleeper);
    await world.ec2.stopInstances({ InstanceIds: [plain] });
    await world.pass(MINUTE);
    await world.ec2.startInstances({ InstanceIds: [sleeper, plain] });
    await world.pass(MINUTE);
    const status = (id: string) => world.cloud.applications.of(id)?.status;
    expect([status(sleeper), status(plain)]).toEqual(['serving', 'booting']);
    await world.pass(MINUTE);
    expect(status(plain)).toBe('serving');
  });

  it('tells what Spot Instances cost, zone by zone', async () => {
    const { SpotPriceHistory = [] } = await world.ec2.describeSpotPriceHistory({
      InstanceTypes: ['m6g.large'],
    });
    expect(SpotPriceHistory.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual([
      'eu-central-1a',
      'eu-central-1b',
      'eu-central-1c',
    ]);
    for (const { SpotPrice } of SpotPriceHistory) expect(SpotPrice).toMatch(/^0\.0\d{5}$/);
  });

  it('refuses to terminate under termination protection', async () => {
    const id = await world.run({ DisableApiTermination: true });
    expect(await refusal(world.ec2.terminateInstances({ InstanceIds: [id] }))).toBe('OperationNotPermitted');
    await world.ec2.modifyInstanceAttribute({ InstanceId: id, DisableApiTermination: { Value: false } });
    expect(await refusal(world.ec2.terminateInstances({ InstanceIds: [id] }))).toBe('succeeded');
  });

  it('is found by its tags, its state and wildcards', async () => {
    const tags = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'evenkeel:fleet', Value: 'web' }] }];
    const id = await world.run({ TagSpecifications: tags });
    await world.run();
    const find = async (...Filters: { Name: string; Values: string[] }[]) => {
      const { Reservations = [] } = await world.ec2.describeInstances({ Filters });
      return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));
    };
    expect(await find({ Name: 'tag:evenkeel:fleet', Values: ['w?b', 'none'] })).toEqual([id]);
    expect(await find({ Name: 'instance-state-name', Values: ['running'] })).toEqual([]);
    expect(await find({ Name: 'instance-type', Values: ['t4g.*'] })).toHaveLength(2);
    expect(await refusal(find({ Name: 'colour', Values: ['red'] }))).toBe('InvalidParameterValue');
  });

  it('is listed page by page', async () => {
    for (let count = 0; count < 7; count++) await world.run();
    const first = await world.ec2.describeInstances({ MaxResults: 5 });
    const second = await world.ec2.describeInstances({ MaxResults: 5, NextToken: first.NextToken });
    expect(first.Reservations).toHaveLength(5);
    expect(second.Reservations).toHaveLength(2);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('a launch', () => {
  it('says what is missing', async () => {
    expect(await refusal(world.run({ ImageId: 'ami-0123456789abcdef0' }))).toBe('InvalidAMIID.NotFound');
    expect(await refusal(world.run({ InstanceType: 't9.huge' as never }))).toBe('InvalidParameterValue');
    expect(await refusal(world.run({ InstanceType: 't3.small' }))).toBe('InvalidParameterValue');
    expect(await refusal(world.run({ SubnetId: 'subnet-1' }))).toBe('InvalidSubnetID.NotFound');
    expect(await refusal(world.run({ SecurityGroupIds: ['sg-1'] }))).toBe('InvalidGroup.NotFound');
    const LaunchTemplate = { LaunchTemplateId: 'lt-0123456789abcdef0' };
    expect(await refusal(world.run({ LaunchTemplate }))).toBe('InvalidLaunchTemplateId.NotFound');
  });

  it('only says that it would succeed when it is a dry run', async () => {
    expect(await refusal(world.run({ DryRun: true }))).toBe('DryRunOperation');
    expect(await refusal(world.run({ DryRun: true, ImageId: 'ami-0123456789abcdef0' }))).toBe(
      'InvalidAMIID.NotFound',
    );
    expect((await world.ec2.describeInstances({})).Reservations).toEqual([]);
  });

  it('fails for want of capacity in the zone that has none, until it has some', async () => {
    const [subnet = ''] = world.subnetIds;
    const want = world.cloud.weather.add({
      kind: 'no-capacity',
      code: 'InsufficientInstanceCapacity',
      zone: 'eu-central-1a',
    });
    expect(await refusal(world.run({ SubnetId: subnet }))).toBe('InsufficientInstanceCapacity');
    expect(await refusal(world.run({ SubnetId: world.subnetIds[1] }))).toBe('succeeded');
    world.cloud.weather.remove(want);
    expect(await refusal(world.run({ SubnetId: subnet }))).toBe('succeeded');
  });

  it('starts one instance for one client token', async () => {
    const ids = [await world.run({ ClientToken: 'once' }), await world.run({ ClientToken: 'once' })];
    expect(new Set(ids).size).toBe(1);
    const other = world.run({ ClientToken: 'once', InstanceType: 't4g.large' });
    expect(await refusal(other)).toBe('IdempotentParameterMismatch');
  });

  it('takes what the request says over what the template says, and the tags of both', async () => {
    const { LaunchTemplate } = await world.ec2.createLaunchTemplate({
      LaunchTemplateName: 'web',
      LaunchTemplateData: {
        InstanceType: 't4g.micro',
        Monitoring: { Enabled: true },
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'template' }] }],
      },
    });
    const id = await world.run({
      InstanceType: 't4g.large',
      LaunchTemplate: { LaunchTemplateName: 'web' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'b', Value: 'request' }] }],
    });
    const instance = world.cloud.services.ec2.instance(id);
    expect(instance).toMatchObject({ instanceType: 't4g.large', hasDetailedMonitoring: true });
    expect(Object.fromEntries(instance?.tags ?? [])).toEqual({
      a: 'template',
      b: 'request',
      'aws:ec2launchtemplate:id': LaunchTemplate?.LaunchTemplateId,
      'aws:ec2launchtemplate:version': '1',
    });
  });
});

describe('what the world does to an instance', () => {
  it('warns of a Spot reclaim two minutes before it', async () => {
    const id = await world.run();
    await world.pass(MINUTE);
    world.cloud.services.ec2.interruptSpot(id, { warning: true });
    await world.pass(2 * MINUTE - 1);
    expect(await stateOf(id)).toBe('running');
    await world.pass(1);
    expect(await stateOf(id)).toBe('shutting-down');
    expect(world.emitted('EC2 Spot Instance Interruption Warning')).toMatchObject([
      { source: 'aws.ec2', detail: { 'instance-id': id, 'instance-action': 'terminate' } },
    ]);
  });

  it('fails the status checks of an instance that still runs', async () => {
    const id = await world.run();
    await world.pass(4 * MINUTE);
    world.cloud.services.ec2.makeUnhealthy(id);
    const { InstanceStatuses = [] } = await world.ec2.describeInstanceStatus({ InstanceIds: [id] });
    expect(InstanceStatuses[0]).toMatchObject({
      InstanceState: { Name: 'running' },
      InstanceStatus: { Status: 'impaired' },
    });
    expect(world.cloud.applications.of(id)?.get('/').kind).toBe('refused');
  });

  it('publishes an image that never becomes ready', async () => {
    const broken = world.cloud.services.ec2.publishImage({
      parameter: IMAGE_PARAMETER,
      fault: 'never-ready',
    });
    const id = await world.run();
    expect(world.cloud.services.ec2.instance(id)?.imageId).toBe(broken);
    await world.pass(30 * MINUTE);
    expect(world.cloud.applications.of(id)?.get('/ready')).toMatchObject({ status: 503 });
  });
});
