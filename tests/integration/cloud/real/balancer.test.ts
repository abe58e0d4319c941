import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'node:http';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_KEYS } from '../../../../tools/cloud/kernel/index.ts';
import { openRealWorld, type RealWorld } from './real-world.ts';

let world: RealWorld;

interface Told {
  readonly identity: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const told = (text: string) => JSON.parse(text) as Told;
const secondsPassed = (seconds: number) => world.fleet.pass(seconds / 60);

describe('requests through the load balancer', () => {
  beforeAll(async () => {
    world = await openRealWorld(2);
  });
  afterAll(() => world.close());

  it('arrive as they were sent, with what the load balancer says of them', async () => {
    const { text, status } = await world.ask('/a/b%2Fc?d=e&d=%20f', {
      method: 'PUT',
      body: 'höllo',
      headers: { 'x-own': 'yes', 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'gopher' },
    });
    expect(status).toBe(200);
    expect(told(text)).toMatchObject({ method: 'PUT', url: '/a/b%2Fc?d=e&d=%20f', body: 'höllo' });
    expect(told(text).headers).toMatchObject({
      'x-own': 'yes',
      host: new URL(world.balancer.url).host,
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/) as string,
    });
  });

  it('keep what belongs to one connection on it', async () => {
    const { headers } = await world.ask('/');
    expect(headers.get('x-private')).toBeNull();
  });

  it('go to the targets by turns', async () => {
    const names = await world.who(6);
    expect(new Set(names).size).toBe(2);
    expect(names.slice(0, 2)).toEqual(names.slice(2, 4));
    expect(names.slice(0, 2)).toEqual(names.slice(4));
  });

  it('of a megabyte come through whole, in both directions', async () => {
    const body = 'x'.repeat(1_000_000);
    expect(told((await world.ask('/', { method: 'POST', body })).text).body).toBe(body);
  });

  it('end with 502 where the target hangs up, without a second try', async () => {
    const before = world.balancer.tally.balancer.get(502) ?? 0;
    await expect(world.ask('/cut')).rejects.toThrow();
    expect(world.balancer.tally.balancer.get(502)).toBe(before + 1);
  });

  it('hold time until they are answered', async () => {
    const { clock } = world.fleet.cloud;
    const before = clock.now();
    const flight = world.ask('/slow?ms=500');
    await world.ask('/');
    const running = clock.runUntil(before + 1000);
    await world.ask('/slow?ms=100');
    expect(clock.now()).toBe(before);
    await flight;
    await running;
    expect(clock.now()).toBe(before + 1000);
  });

  it('become the metrics of an ALB', async () => {
    await secondsPassed(60 - ((world.fleet.cloud.clock.now() / 1000) % 60));
    const begin = world.fleet.cloud.clock.now();
    for (const status of [200, 200, 302, 404, 500]) await world.ask(`/status?of=${status}`);
    // A minute's metrics can be read when another one has passed.
    await secondsPassed(120);
    const sums = await metricsOfMinute(begin);
    expect(sums).toEqual({
      RequestCount: 5,
      RequestCountPerTarget: 3,
      HTTPCode_Target_2XX_Count: 2,
      HTTPCode_Target_3XX_Count: 1,
      HTTPCode_Target_4XX_Count: 1,
      HTTPCode_Target_5XX_Count: 1,
    });
  });

  it('that want another protocol get a way for bytes, and let time pass on it', async () => {
    const { port } = new URL(world.balancer.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 101 /);
    await secondsPassed(60);
    socket.write('still there?');
    expect(String((await once(socket, 'data'))[0])).toBe('still there?');
    socket.destroy();
  });
});

describe('the targets of a request', () => {
  afterEach(() => world.close());

  it('are none without instances: 503, in the words of an ALB', async () => {
    world = await openRealWorld(0);
    const { status, text, headers } = await world.ask('/');
    expect(status).toBe(503);
    expect(text).toContain('<center><h1>503 Service Unavailable</h1></center>');
    expect(headers.get('server')).toBe('awselb/2.0');
  });

  it('have the idle timeout to answer in, then it is 504', async () => {
    world = await openRealWorld(1, { idleSecondMs: 15 });
    expect((await world.ask('/never')).status).toBe(504);
  });

  it('drain: what is in flight ends well, and nothing new arrives', async () => {
    world = await openRealWorld(2);
    const { elb, targetGroupArn } = world.fleet;
    // Three of any four in a row go to both targets.
    const flights = Array.from({ length: 3 }, () => world.ask('/slow?ms=700'));
    const [leaving = ''] = await world.who(1);
    await elb.deregisterTargets({ TargetGroupArn: targetGroupArn, Targets: [{ Id: leaving }] });
    expect(await world.who(4)).not.toContain(leaving);
    const answers = await Promise.all(flights);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ text }) => told(text).identity)).toContain(leaving);
  });

  it('that scale out get traffic only once they are ready', async () => {
    world = await openRealWorld(1);
    const [old = ''] = await world.who(1);
    await world.fleet.autoScaling.updateAutoScalingGroup({ AutoScalingGroupName: 'web', DesiredCapacity: 2 });
    for (let step = 0; step < 30; step++) {
      await secondsPassed(10);
      const states = await world.fleet.targetStates();
      const names = new Set(await world.who(2));
      expect(names.size, states.join()).toBe(states.filter((state) => state === 'healthy').length);
      expect(names).toContain(old);
    }
    expect(new Set(await world.who(2)).size).toBe(2);
  });

  it('with the fewest requests outstanding come first, where the target group says so', async () => {
    world = await openRealWorld(2);
    await world.fleet.elb.modifyTargetGroupAttributes({
      TargetGroupArn: world.fleet.targetGroupArn,
      Attributes: [{ Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' }],
    });
    const busy = world.ask('/slow?ms=800');
    await world.ask('/');
    const names = new Set(await world.who(4));
    expect(names.size).toBe(1);
    expect(names).not.toContain(told((await busy).text).identity);
  });

  it('are spared a client that has left, which counts as 460', async () => {
    world = await openRealWorld(1);
    const asking = request(`${world.balancer.url}/never`, { agent: false });
    asking.on('error', () => undefined);
    asking.end();
    await once(asking, 'socket');
    await world.ask('/');
    asking.destroy();
    while (!world.balancer.tally.balancer.has(460)) await new Promise(setImmediate);
    await world.fleet.pass(1);
    expect((await world.ask('/')).status).toBe(200);
  });
});

describe('a listener', () => {
  afterEach(() => world.close());

  it('redirects as its action says', async () => {
    world = await openRealWorld(0);
    const { elb, loadBalancerArn } = world.fleet;
    const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn: loadBalancerArn });
    await elb.modifyListener({
      ListenerArn: Listeners[0]?.ListenerArn,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });
    const { status, headers } = await world.ask('/a?b=c');
    expect(status).toBe(301);
    expect(headers.get('location')).toBe('https://127.0.0.1:443/a?b=c');
  });

  it('answers by itself where it is told what', async () => {
    world = await openRealWorld(0);
    const { elb, loadBalancerArn } = world.fleet;
    const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn: loadBalancerArn });
    const FixedResponseConfig = { StatusCode: '410', ContentType: 'text/plain', MessageBody: 'moved out' };
    await elb.modifyListener({
      ListenerArn: Listeners[0]?.ListenerArn,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig }],
    });
    expect(await world.ask('/')).toMatchObject({ status: 410, text: 'moved out' });
  });
});

/** Sums of the load balancer's request metrics in the minute that begins then, without those that are not there. */
async function metricsOfMinute(begin: number): Promise<Record<string, number>> {
  const { cloud, loadBalancerArn, targetGroupArn } = world.fleet;
  const client = new CloudWatch({
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
  });
  const balancer = { Name: 'LoadBalancer', Value: loadBalancerArn.split(':loadbalancer/')[1] };
  const group = {
    Name: 'TargetGroup',
    Value: targetGroupArn.slice(targetGroupArn.indexOf(':targetgroup/') + 1),
  };
  const names = [
    'RequestCount',
    'RequestCountPerTarget',
    ...[2, 3, 4, 5].map((kind) => `HTTPCode_Target_${kind}XX_Count`),
  ];
  const { MetricDataResults = [] } = await client.getMetricData({
    StartTime: new Date(begin),
    EndTime: new Date(begin + 60_000),
    MetricDataQueries: names.map((MetricName, index) => ({
      Id: `m${index}`,
      Label: MetricName,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName,
          Dimensions: MetricName === 'RequestCountPerTarget' ? [group] : [balancer],
        },
        Period: 60,
        Stat: 'Sum',
      },
    })),
  });
  client.destroy();
  return Object.fromEntries(
    MetricDataResults.flatMap(({ Label = '', Values = [] }) => Values.map((value) => [Label, value])),
  );
}
