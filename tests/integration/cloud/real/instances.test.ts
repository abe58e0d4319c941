import { afterEach, describe, expect, it } from 'vitest';
import { openRealWorld, type RealWorld } from './real-world.ts';

let world: RealWorld;

afterEach(() => world.close());

const firstOf = async () => (await world.fleet.instances())[0]?.InstanceId ?? '';

describe('a real instance', () => {
  it('listens once it has booted, knows who it is, and is healthy after its first check', async () => {
    world = await openRealWorld(0);
    await world.fleet.autoScaling.updateAutoScalingGroup({ AutoScalingGroupName: 'web', DesiredCapacity: 1 });
    await world.fleet.pass(2);
    const id = await firstOf();
    expect(world.instances.portOf(id)).toBeUndefined();
    expect((await world.ask('/')).status).toBe(502);
    await world.fleet.pass(3);
    expect(world.instances.portOf(id)).toBeGreaterThan(0);
    expect(await world.fleet.targetStates()).toEqual(['healthy']);
    expect(await world.who(2)).toEqual([id, id]);
  });

  it('gets no request after three checks that find it unready, and gets them again after two that do not', async () => {
    world = await openRealWorld(2);
    const [sick = ''] = await world.who(1);
    const port = world.instances.portOf(sick) ?? 0;
    await fetch(`http://127.0.0.1:${port}/unready`);
    await world.fleet.pass(19 / 60);
    expect((await world.fleet.targetStates()).toSorted()).toEqual(['healthy', 'healthy']);
    await world.fleet.pass(11 / 60);
    expect(await world.fleet.targetStates()).toEqual(['healthy', 'unhealthy']);
    expect(await world.who(4)).not.toContain(sick);
    await fetch(`http://127.0.0.1:${port}/ready!`);
    await world.fleet.pass(20 / 60);
    expect(await world.who(4)).toContain(sick);
  });

  it('that is killed fails what was in flight on it, and nothing else', async () => {
    world = await openRealWorld(2);
    const flights = Array.from({ length: 6 }, () => world.ask('/slow?ms=1500'));
    const [dead = ''] = await world.who(1);
    world.fleet.cloud.services.ec2.kill(dead);
    const answers = await Promise.all(flights);
    const lost = answers.filter(({ status }) => status === 502);
    expect(lost.length).toBeGreaterThanOrEqual(2);
    expect(lost.length).toBeLessThanOrEqual(4);
    for (const { text } of answers.filter(({ status }) => status === 200)) expect(text).not.toContain(dead);
    expect(answers.every(({ status }) => status === 200 || status === 502)).toBe(true);
    expect(await world.who(6)).not.toContain(dead);
    expect(world.instances.portOf(dead)).toBeUndefined();
  });

  it('that drains by command finishes its requests, then ends', async () => {
    world = await openRealWorld(1);
    const id = await firstOf();
    const flight = world.ask('/slow?ms=500');
    await world.ask('/');
    const application = world.fleet.cloud.applications.of(id);
    if (application !== undefined) world.fleet.cloud.applications.drain(application);
    expect((await flight).status).toBe(200);
    await world.fleet.pass(1);
    expect(world.instances.portOf(id)).toBeUndefined();
  });

  it('that hangs takes connections and answers nothing, and comes back as it was', async () => {
    world = await openRealWorld(1, { idleSecondMs: 20 });
    const id = await firstOf();
    world.fleet.cloud.applications.hang(id);
    expect((await world.ask('/')).status).toBe(504);
    world.fleet.cloud.applications.resume(id);
    expect((await world.ask('/')).status).toBe(200);
  });

  it('that fails by itself is started again, and gets traffic only once it is ready', async () => {
    world = await openRealWorld(1);
    const id = await firstOf();
    const before = world.instances.portOf(id) ?? 0;
    await world.ask('/exit').catch(() => undefined);
    await world.fleet.pass(1);
    expect(world.instances.portOf(id)).not.toBe(before);
    expect((await world.ask('/')).status).toBe(200);
  });
});

describe('instances that are closed', () => {
  it('end their processes, and start none any more', async () => {
    world = await openRealWorld(2);
    const ids = (await world.fleet.instances()).map(({ InstanceId = '' }) => InstanceId);
    const ports = ids.map((id) => world.instances.portOf(id));
    await world.instances.close();
    await world.fleet.pass(1);
    for (const port of ports) await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(ids.map((id) => world.instances.portOf(id))).toEqual([undefined, undefined]);
  });
});

describe('a zone that fails', () => {
  it('takes its instances along; the site stays up on the others', async () => {
    world = await openRealWorld(4);
    const instances = await world.fleet.instances();
    const zone = 'eu-central-1a';
    const lost = instances
      .filter(({ AvailabilityZone }) => AvailabilityZone === zone)
      .map(({ InstanceId }) => InstanceId);
    expect(lost).toHaveLength(2);
    world.fleet.cloud.weather.add({ kind: 'zone-outage', zone, for: '10m' });
    await world.fleet.pass(31 / 60);
    const answers = await Promise.all(Array.from({ length: 40 }, () => world.ask('/')));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(lost.some((id) => answers.some(({ text }) => text.includes(String(id))))).toBe(false);
  });
});
