import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { MINUTE, newWorld, SECOND, START, type Balanced, type World } from './instances-world.ts';
import { GROUP, openFleet, type Fleet } from './groups-world.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

let world: World;
let web: Balanced;

beforeEach(async () => {
  world = await newWorld();
  web = await world.balance();
});

afterEach(async () => {
  await world.cloud.close();
});

/** Instances that are healthy targets, five minutes after the start. */
async function fleetOf(count: number, monitoring = true): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++)
    ids.push(await world.run({ Monitoring: { Enabled: monitoring } }));
  await world.pass(4 * MINUTE);
  await world.elb.registerTargets({
    TargetGroupArn: web.targetGroup,
    Targets: ids.map((Id) => ({ Id })),
  });
  await world.pass(START + 5 * MINUTE - world.cloud.clock.now());
  return ids;
}

function drive(requestsPerSecond: number): void {
  world.cloud.traffic.drive(() => requestsPerSecond, web.targetGroup);
}

function minutes() {
  return world.told('traffic').map(({ requests, failed, servingInstances }) => ({
    requests,
    failed,
    servingInstances,
  }));
}

function dimension(arn: string, begin: string): string {
  return arn.slice(arn.indexOf(begin) + (begin === ':loadbalancer/' ? begin.length : 1));
}

/** Sums of a metric, minute by minute since the start. */
async function metric(namespace: string, name: string, dimensions: Record<string, string>, stat = 'Sum') {
  const client = new CloudWatch({
    region: 'eu-central-1',
    endpoint: world.cloud.endpoint,
    credentials: ACCOUNT_KEYS,
  });
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { MetricDataResults = [] } = await client.getMetricData({
    StartTime: new Date(START),
    EndTime: new Date(world.cloud.clock.now()),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: [
      {
        Id: 'm',
        MetricStat: {
          Metric: { Namespace: namespace, MetricName: name, Dimensions },
          Period: 60,
          Stat: stat,
        },
      },
    ],
  });
  client.destroy();
  const { Timestamps = [], Values = [] } = MetricDataResults[0] ?? {};
  return Timestamps.map((at, index) => [(+at - START) / MINUTE, Values[index]]);
}

describe('a load', () => {
  it('is shared over the healthy targets and served within their capacity', async () => {
    await fleetOf(2);
    drive(150);
    await world.pass(2 * MINUTE);
    expect(minutes()).toEqual([
      { requests: 9000, failed: 0, servingInstances: 2 },
      { requests: 9000, failed: 0, servingInstances: 2 },
    ]);
  });

  it('fails by what exceeds the capacity', async () => {
    await fleetOf(2);
    drive(300);
    await world.pass(MINUTE);
    expect(minutes()).toEqual([{ requests: 18_000, failed: 6000, servingInstances: 2 }]);
  });

  it('fails altogether while nobody is there', async () => {
    drive(10);
    await world.pass(MINUTE);
    expect(minutes()).toEqual([{ requests: 600, failed: 600, servingInstances: 0 }]);
  });

  it('fails at a dead target until its health checks have failed', async () => {
    const [first = ''] = await fleetOf(2);
    drive(100);
    world.cloud.services.ec2.makeUnhealthy(first);
    await world.pass(MINUTE);
    // Three checks of ten seconds each see it, and half of a hundred requests a second go there meanwhile.
    expect(minutes()).toEqual([{ requests: 6000, failed: 30 * 50, servingInstances: 1 }]);
  });

  it('goes nowhere near a target that drains', async () => {
    const [first = ''] = await fleetOf(2);
    drive(100);
    await world.elb.deregisterTargets({ TargetGroupArn: web.targetGroup, Targets: [{ Id: first }] });
    await world.pass(MINUTE);
    expect(minutes()).toEqual([{ requests: 6000, failed: 0, servingInstances: 1 }]);
  });

  it('fails open to unhealthy targets when none is healthy', async () => {
    const [only = ''] = await fleetOf(1);
    world.cloud.services.ec2.makeUnhealthy(only);
    await world.pass(MINUTE);
    await world.ec2.rebootInstances({ InstanceIds: [only] });
    await world.pass(3 * MINUTE);
    drive(10);
    await world.pass(10 * SECOND);
    expect(world.cloud.services.elb.targetState(web.targetGroup, only)).toBe('unhealthy');
    await world.pass(MINUTE);
    expect(minutes()).toEqual([{ requests: expect.any(Number) as number, failed: 0, servingInstances: 1 }]);
  });

  it('grows on a new target in slow start', async () => {
    await world.elb.modifyTargetGroupAttributes({
      TargetGroupArn: web.targetGroup,
      Attributes: [{ Key: 'slow_start.duration_seconds', Value: '300' }],
    });
    await fleetOf(1);
    const late = await world.run({ Monitoring: { Enabled: true } });
    await world.pass(4 * MINUTE);
    drive(100);
    await world.elb.registerTargets({ TargetGroupArn: web.targetGroup, Targets: [{ Id: late }] });
    await world.pass(10 * MINUTE);
    const cpu = (await metric('AWS/EC2', 'CPUUtilization', { InstanceId: late }, 'Average'))
      .filter(([at = 0]) => at >= 10)
      .map(([, value = 0]) => value);
    expect(cpu[0]).toBeLessThan(20);
    expect(cpu.at(-1)).toBeGreaterThan(45);
  });

  it('may come before the load balancer', async () => {
    await world.elb.deleteLoadBalancer({ LoadBalancerArn: web.loadBalancer });
    world.cloud.traffic.drive(() => 10);
    await world.pass(2 * MINUTE);
    expect(minutes()).toEqual([]);
    await world.elb.deleteTargetGroup({ TargetGroupArn: web.targetGroup });
    await world.balance();
    await world.pass(2 * MINUTE);
    expect(minutes()).toMatchObject([{ requests: 600 }]);
  });
});

describe('what CloudWatch is told of the traffic', () => {
  it('counts requests for the load balancer, the group, and each target', async () => {
    await fleetOf(2);
    drive(100);
    await world.pass(3 * MINUTE);
    const LoadBalancer = dimension(web.loadBalancer, ':loadbalancer/');
    const TargetGroup = dimension(web.targetGroup, ':targetgroup/');
    expect(LoadBalancer).toMatch(/^app\/web\/[0-9a-f]{16}$/);
    expect(TargetGroup).toMatch(/^targetgroup\/web\/[0-9a-f]{16}$/);
    const alb = 'AWS/ApplicationELB';
    expect(await metric(alb, 'RequestCount', { LoadBalancer })).toEqual([
      [5, 6000],
      [6, 6000],
    ]);
    expect(await metric(alb, 'RequestCount', { LoadBalancer, TargetGroup })).toHaveLength(2);
    expect(await metric(alb, 'RequestCountPerTarget', { TargetGroup })).toEqual([
      [5, 3000],
      [6, 3000],
    ]);
    const hosts = await metric(alb, 'HealthyHostCount', { LoadBalancer, TargetGroup }, 'Average');
    expect(hosts.slice(-2)).toEqual([
      [5, 2],
      [6, 2],
    ]);
    // Half of the capacity in use doubles the latency of 50 ms.
    expect(await metric(alb, 'TargetResponseTime', { LoadBalancer }, 'Average')).toEqual([
      [5, 0.1],
      [6, 0.1],
    ]);
  });

  it('says nothing of requests that did not happen', async () => {
    await fleetOf(1);
    drive(0);
    await world.pass(3 * MINUTE);
    const LoadBalancer = dimension(web.loadBalancer, ':loadbalancer/');
    expect(await metric('AWS/ApplicationELB', 'RequestCount', { LoadBalancer })).toEqual([]);
    expect(await metric('AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', { LoadBalancer })).toEqual([]);
    expect(world.told('traffic')).toHaveLength(3);
  });

  it('tells failures of the targets from those of the load balancer', async () => {
    await fleetOf(1);
    drive(150);
    await world.pass(2 * MINUTE);
    const LoadBalancer = dimension(web.loadBalancer, ':loadbalancer/');
    const alb = 'AWS/ApplicationELB';
    expect(await metric(alb, 'HTTPCode_Target_2XX_Count', { LoadBalancer })).toEqual([[5, 6000]]);
    expect(await metric(alb, 'HTTPCode_Target_5XX_Count', { LoadBalancer })).toEqual([[5, 3000]]);
    expect(await metric(alb, 'HTTPCode_ELB_5XX_Count', { LoadBalancer })).toEqual([]);
  });

  it('reports CPU every minute with detailed monitoring, else every five', async () => {
    const [detailed = ''] = await fleetOf(1);
    const basic = await world.run();
    drive(60);
    await world.pass(12 * MINUTE);
    const every = await metric('AWS/EC2', 'CPUUtilization', { InstanceId: detailed }, 'Average');
    const fifth = await metric('AWS/EC2', 'CPUUtilization', { InstanceId: basic }, 'Average');
    expect(every.map(([at]) => at)).toEqual([...every.keys()].map((index) => (every[0]?.[0] ?? 0) + index));
    expect(fifth.map(([at]) => at)).toEqual([5, 10]);
    for (const [at = 0, value = 0] of every) if (at >= 5) expect(Math.abs(value - 61)).toBeLessThan(3);
  });
});

describe('a load on a group without a load balancer', () => {
  let fleet: Fleet;
  const served = () =>
    journal.map(({ group, failed, servingInstances }) => [group, failed, servingInstances]);
  const journal: { group?: string; failed: number; servingInstances: number }[] = [];

  beforeEach(async () => {
    fleet = await openFleet();
    journal.length = 0;
    fleet.cloud.kernel.journal.observe((entry) => {
      if (entry.kind === 'traffic') journal.push(entry);
    });
    await fleet.createGroup({ DesiredCapacity: 2, TargetGroupARNs: [] });
  });

  afterEach(() => fleet.close());

  it('is shared over the instances that serve', async () => {
    await fleet.pass(5);
    fleet.cloud.traffic.drive(() => 150, { group: GROUP });
    await fleet.pass(1);
    expect(served()).toEqual([[GROUP, 0, 2]]);
  });

  it('is refused while none of them serves', async () => {
    fleet.cloud.traffic.drive(() => 10, { group: GROUP });
    await fleet.pass(1);
    expect(served()).toEqual([[GROUP, 600, 0]]);
  });

  it('goes on to those that are left when one dies', async () => {
    await fleet.pass(5);
    const [first] = await fleet.instances();
    fleet.cloud.traffic.drive(() => 90, { group: GROUP });
    fleet.cloud.services.ec2.kill(first?.InstanceId ?? '');
    await fleet.pass(1);
    expect(served()).toEqual([[GROUP, 0, 1]]);
  });
});

describe('what a load balancer answers for its targets', () => {
  const alb = 'AWS/ApplicationELB';

  /** Sums of the last minute that CloudWatch shows: 502s, 503s, 504s, connections that failed, requests that a target was found for. */
  async function answers() {
    const LoadBalancer = dimension(web.loadBalancer, ':loadbalancer/');
    await world.pass(3 * MINUTE);
    // Metrics come a minute late.
    const minute = Math.floor((world.cloud.clock.now() - START) / MINUTE) - 2;
    const last = async (name: string) =>
      (await metric(alb, name, { LoadBalancer })).find(([at]) => at === minute)?.[1] ?? 0;
    return {
      502: await last('HTTPCode_ELB_502_Count'),
      503: await last('HTTPCode_ELB_503_Count'),
      504: await last('HTTPCode_ELB_504_Count'),
      all: await last('HTTPCode_ELB_5XX_Count'),
      refused: await last('TargetConnectionErrorCount'),
      routed: await last('RequestCount'),
    };
  }

  it('is 503 while no target is registered, and no request counts as one of theirs', async () => {
    drive(10);
    expect(await answers()).toEqual({ 502: 0, 503: 600, 504: 0, all: 600, refused: 0, routed: 0 });
  });

  it('is 502 where nothing listens on the port', async () => {
    await fleetOf(1);
    world.cloud.applications.configure({ port: 8080 });
    drive(10);
    expect(await answers()).toEqual({ 502: 600, 503: 0, 504: 0, all: 600, refused: 600, routed: 600 });
  });

  it('is 504 where security groups let no connection come about', async () => {
    await fleetOf(1);
    const { SecurityGroups = [] } = await world.ec2.describeSecurityGroups({
      Filters: [{ Name: 'group-name', Values: ['default'] }],
    });
    const [group] = SecurityGroups;
    drive(10);
    await world.ec2.revokeSecurityGroupIngress({
      GroupId: group?.GroupId,
      IpPermissions: group?.IpPermissions ?? [],
    });
    expect(await answers()).toEqual({ 502: 0, 503: 0, 504: 600, all: 600, refused: 600, routed: 600 });
  });

  it('is 504 from the second on in which the way is closed', async () => {
    await fleetOf(1);
    drive(10);
    await world.pass(30 * SECOND);
    await world.elb.setSecurityGroups({
      LoadBalancerArn: web.loadBalancer,
      SecurityGroups: [(await balancerGroups())[1] ?? ''],
    });
    await world.pass(30 * SECOND);
    expect(minutes()).toEqual([{ requests: 600, failed: 300, servingInstances: 0 }]);
  });

  /** The group that the instances admit, and the one that visitors come in by. */
  async function balancerGroups(): Promise<string[]> {
    const { LoadBalancers = [] } = await world.elb.describeLoadBalancers({});
    return LoadBalancers[0]?.SecurityGroups ?? [];
  }

  it('is 504 for what takes longer than the idle timeout, of targets that are healthy', async () => {
    const [id = ''] = await fleetOf(1);
    world.cloud.applications.configure({ slow: { share: 0.25, seconds: 75 } });
    drive(10);
    expect(await answers()).toEqual({ 502: 0, 503: 0, 504: 150, all: 150, refused: 0, routed: 600 });
    expect(world.cloud.services.elb.targetState(web.targetGroup, id)).toBe('healthy');
    await world.elb.modifyLoadBalancerAttributes({
      LoadBalancerArn: web.loadBalancer,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '120' }],
    });
    expect(await answers()).toMatchObject({ 504: 0, all: 0, routed: 600 });
    const LoadBalancer = dimension(web.loadBalancer, ':loadbalancer/');
    expect((await metric(alb, 'TargetResponseTime', { LoadBalancer }, 'Maximum')).at(-1)?.[1]).toBe(75);
  });

  it('is nothing where visitors do not get as far as the load balancer', async () => {
    await fleetOf(1);
    drive(10);
    await world.elb.setSecurityGroups({
      LoadBalancerArn: web.loadBalancer,
      SecurityGroups: [await closedGroup()],
    });
    expect(await answers()).toEqual({ 502: 0, 503: 0, 504: 0, all: 0, refused: 0, routed: 0 });
    expect(minutes().at(-1)).toMatchObject({ requests: 600, failed: 600 });
  });

  async function closedGroup(): Promise<string> {
    const group = { GroupName: 'closed', Description: 'closed', VpcId: world.vpcId };
    return (await world.ec2.createSecurityGroup(group)).GroupId ?? '';
  }
});
