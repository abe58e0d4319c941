import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAPACITY_CODES } from '../../../tools/cloud/weather/fleet/capacity-errors.ts';
import { IMAGE_PARAMETER, MINUTE, newWorld, refusal, SECOND, type World } from './instances-world.ts';

let world: World;
let autoScaling: AutoScaling;

beforeEach(async () => {
  world = await newWorld();
  autoScaling = new AutoScaling({
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  await world.ec2.createLaunchTemplate({
    LaunchTemplateName: 'web',
    LaunchTemplateData: { ImageId: `resolve:ssm:${IMAGE_PARAMETER}`, InstanceType: 't4g.small' },
  });
});

afterEach(async () => {
  for (const client of [autoScaling, world.ec2, world.elb, world.ssm]) client.destroy();
  await world.cloud.close();
});

/** A group that has come to its desired capacity. */
async function group(DesiredCapacity: number, more: object = {}): Promise<void> {
  await autoScaling.createAutoScalingGroup({
    AutoScalingGroupName: 'web',
    MinSize: 0,
    MaxSize: 9,
    DesiredCapacity,
    LaunchTemplate: { LaunchTemplateName: 'web' },
    VPCZoneIdentifier: world.subnetIds.join(','),
    ...more,
  });
  await world.pass(5 * MINUTE);
}

async function instances() {
  const { AutoScalingGroups = [] } = await autoScaling.describeAutoScalingGroups({});
  return AutoScalingGroups[0]?.Instances ?? [];
}

async function failedActivities() {
  const { Activities = [] } = await autoScaling.describeScalingActivities({ AutoScalingGroupName: 'web' });
  return Activities.filter(({ StatusCode }) => StatusCode === 'Failed');
}

const stateOf = async (id: string) => {
  const { Reservations = [] } = await world.ec2.describeInstances({ InstanceIds: [id] });
  return Reservations[0]?.Instances?.[0]?.State?.Name;
};

const checksOf = async (id: string) => {
  const { InstanceStatuses = [] } = await world.ec2.describeInstanceStatus({ InstanceIds: [id] });
  return InstanceStatuses[0]?.InstanceStatus?.Status;
};

describe('want of capacity', () => {
  it.each(CAPACITY_CODES)(
    '%s stands in the words of a failed activity, and of RunInstances',
    async (code) => {
      world.cloud.weather.add({ kind: 'no-capacity', code });
      await group(1);
      expect(await refusal(world.run())).toBe(code);
      const [failed] = await failedActivities();
      const words = {
        InsufficientInstanceCapacity:
          'We currently do not have sufficient t4g.small capacity in the Availability Zone you requested (eu-central-1',
        MaxSpotInstanceCountExceeded: 'Max spot instance count exceeded',
        VcpuLimitExceeded: 'You have requested more vCPU capacity than your current vCPU limit of 32 allows',
        UnfulfillableCapacity:
          'UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration',
        InsufficientFreeAddressesInSubnet: `There are not enough free addresses in subnet 'subnet-`,
      }[code];
      expect(failed?.StatusMessage).toContain(words);
      expect(failed?.StatusMessage).toMatch(/\. Launching EC2 instance failed\.$/);
      expect(await instances()).toEqual([]);
    },
  );

  it('is over when its time is, and the group gets what it wants', async () => {
    world.cloud.weather.add({ kind: 'no-capacity', code: 'VcpuLimitExceeded', for: '3m' });
    await group(1);
    expect(await instances()).toHaveLength(1);
  });

  it('of one zone or type leaves the others', async () => {
    world.cloud.weather.add({ kind: 'no-capacity', code: 'InsufficientInstanceCapacity', zone: '*a' });
    world.cloud.weather.add({ kind: 'no-capacity', code: 'VcpuLimitExceeded', instanceType: 'm7i.*' });
    await group(4);
    const zones = (await instances()).map(({ AvailabilityZone }) => AvailabilityZone);
    expect(zones.sort()).toEqual(['b', 'b', 'c', 'c'].map((zone) => `eu-central-1${zone}`));
  });

  it('of Spot leaves On-Demand, and says so', async () => {
    world.cloud.weather.add({ kind: 'no-capacity', code: 'InsufficientInstanceCapacity', market: 'spot' });
    expect(await refusal(world.run())).toBe('succeeded');
    const spot = world.run({ InstanceMarketOptions: { MarketType: 'spot' } });
    await expect(spot).rejects.toThrow('There is no Spot capacity available that matches your request');
  });
});

describe('a zone that is out', () => {
  it('fails the checks of its instances, launches none, and comes back', async () => {
    await group(3);
    const zoneOf = async (zone: string) =>
      (await instances()).filter(({ AvailabilityZone }) => AvailabilityZone === zone);
    const [victim] = await zoneOf('eu-central-1b');
    world.cloud.weather.add({ kind: 'zone-outage', zone: 'eu-central-1b', for: '20m' });
    expect(await checksOf(victim?.InstanceId ?? '')).toBe('impaired');
    expect(world.cloud.applications.of(victim?.InstanceId ?? '')?.status).toBe('down');
    await world.pass(10 * MINUTE);
    expect(await zoneOf('eu-central-1b')).toEqual([]);
    expect(await instances()).toHaveLength(3);
    await world.pass(15 * MINUTE);
    // Auto Scaling evens its zones out again.
    expect(await zoneOf('eu-central-1b')).toHaveLength(1);
  });

  it('gives back what nobody has replaced', async () => {
    const [, subnet] = world.subnetIds;
    const id = await world.run({ SubnetId: subnet });
    await world.pass(5 * MINUTE);
    world.cloud.weather.add({ kind: 'zone-outage', zone: 'eu-central-1b', for: '20m' });
    expect(await checksOf(id)).toBe('impaired');
    await world.pass(21 * MINUTE);
    expect(await checksOf(id)).toBe('ok');
  });
});

describe('instances that start badly', () => {
  it('stay pending until the entry ends', async () => {
    world.cloud.weather.add({ kind: 'stuck-pending', for: '10m' });
    const id = await world.run();
    await world.pass(9 * MINUTE);
    expect(await stateOf(id)).toBe('pending');
    await world.pass(2 * MINUTE);
    expect(await stateOf(id)).toBe('running');
    expect(world.cloud.applications.of(id)?.status).toBe('booting');
  });

  it('stay pending for ever where nothing ends it', async () => {
    world.cloud.weather.add({ kind: 'stuck-pending' });
    const id = await world.run();
    await world.pass(24 * 60 * MINUTE);
    expect(await stateOf(id)).toBe('pending');
  });

  it('take longer while EC2 is degraded', async () => {
    world.cloud.weather.add({ kind: 'slow-launches', factor: 4 });
    const id = await world.run();
    await world.pass(MINUTE);
    expect(await stateOf(id)).toBe('pending');
    await world.pass(10 * MINUTE);
    expect(world.cloud.applications.of(id)?.status).toBe('booting');
    await world.pass(2 * MINUTE);
    expect(world.cloud.applications.of(id)?.status).toBe('serving');
  });

  it.each([
    ['never-boots', 'impaired', 'down'],
    ['never-ready', 'ok', 'booting'],
  ] as const)('from an image that is %s have checks that are %s', async (fault, checks, status) => {
    world.cloud.weather.add({ kind: 'new-image', fault, parameter: IMAGE_PARAMETER });
    const id = await world.run();
    await world.pass(10 * MINUTE);
    expect(await checksOf(id)).toBe(checks);
    expect(world.cloud.applications.of(id)?.status).toBe(status);
  });
});

describe('instances in service', () => {
  beforeEach(() => group(3));

  it('are reclaimed two minutes after a warning', async () => {
    world.cloud.weather.add({ kind: 'reclaim' });
    const [warning] = world.emitted('EC2 Spot Instance Interruption Warning');
    const id = String(warning?.detail['instance-id']);
    await world.pass(119 * SECOND);
    expect(await stateOf(id)).toBe('running');
    await world.pass(2 * SECOND);
    expect(await stateOf(id)).toBe('shutting-down');
  });

  it('are reclaimed without one, as many as the entry says and of the zone that it names', async () => {
    world.cloud.weather.add({ kind: 'reclaim', warning: false, count: 2, zone: 'eu-central-1a' });
    expect(world.emitted('EC2 Spot Instance Interruption Warning')).toEqual([]);
    const gone = world.told('instance').filter(({ state }) => state === 'shutting-down');
    expect(gone.map(({ zone }) => zone)).toEqual(['eu-central-1a']);
  });

  it('are told to be at risk, and to be retired in two weeks', async () => {
    const [one] = await instances();
    world.cloud.weather.add({ kind: 'rebalance-recommendation', instance: one?.InstanceId ?? '' });
    world.cloud.weather.add({ kind: 'scheduled-change', instance: one?.InstanceId ?? '' });
    expect(world.emitted('EC2 Instance Rebalance Recommendation')).toMatchObject([
      { detail: { 'instance-id': one?.InstanceId } },
    ]);
    const [health] = world.emitted('AWS Health Event');
    expect(health).toMatchObject({
      source: 'aws.health',
      detail: {
        eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
        eventTypeCategory: 'scheduledChange',
        affectedEntities: [{ entityValue: one?.InstanceId }],
      },
    });
    const ahead = Date.parse(String(health?.detail.startTime)) - world.cloud.clock.now();
    expect(ahead / 86_400_000).toBeCloseTo(14, 3);
  });

  it('die without a word', async () => {
    world.cloud.weather.add({ kind: 'death' });
    const gone = world.told('instance').filter(({ state }) => state === 'terminated');
    expect(gone).toHaveLength(1);
    await world.pass(5 * MINUTE);
    expect((await instances()).filter(({ LifecycleState }) => LifecycleState === 'InService')).toHaveLength(
      3,
    );
  });

  it('fail their checks until the entry ends', async () => {
    await autoScaling.suspendProcesses({ AutoScalingGroupName: 'web' });
    const id = (await instances())[0]?.InstanceId ?? '';
    world.cloud.weather.add({ kind: 'impaired', instance: id, for: '5m' });
    expect(await checksOf(id)).toBe('impaired');
    await world.pass(6 * MINUTE);
    expect(await checksOf(id)).toBe('ok');
  });

  it('hang: load balancers wait in vain, status checks see nothing', async () => {
    await autoScaling.suspendProcesses({ AutoScalingGroupName: 'web' });
    const { targetGroup } = await world.balance();
    const id = (await instances())[0]?.InstanceId ?? '';
    await world.elb.registerTargets({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
    await world.pass(2 * MINUTE);
    world.cloud.weather.add({ kind: 'hang', instance: id, for: '5m' });
    await world.pass(2 * MINUTE);
    const health = async () =>
      (await world.elb.describeTargetHealth({ TargetGroupArn: targetGroup })).TargetHealthDescriptions?.[0]
        ?.TargetHealth;
    expect(await health()).toMatchObject({ State: 'unhealthy', Reason: 'Target.Timeout' });
    expect(await checksOf(id)).toBe('ok');
    await world.pass(5 * MINUTE);
    expect(await health()).toMatchObject({ State: 'healthy' });
  });

  it('are left alone where none is meant, and the journal says so', () => {
    world.cloud.weather.add({ kind: 'death', group: 'other' });
    expect(world.told('instance').some(({ state }) => state === 'terminated')).toBe(false);
    expect(world.told('weather').map(({ what }) => what)).toContain('no instance serves that is meant');
  });
});
