import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LostRequest } from '../../../../tools/cloud/balancer/index.ts';
import type { ScriptResult } from '../../../../tools/cloud/simulation/application.ts';
import { openRealWorld, type RealWorld } from './real-world.ts';

let world: RealWorld;
const closing: (() => void)[] = [];

afterEach(async () => {
  await world.close();
  for (const close of closing.splice(0)) close();
});

const firstOf = async () => (await world.fleet.instances())[0]?.InstanceId ?? '';

/** Resolves when what is watched has become so; each look lets sockets be read. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

describe('time that goes on beside requests', () => {
  it('passes while one is in flight, which is counted until its end', async () => {
    const loads: number[] = [];
    world = await openRealWorld(1, { holdsTime: false, onLoad: (_, outstanding) => loads.push(outstanding) });
    const { clock } = world.fleet.cloud;
    const before = clock.now();
    const flight = world.ask('/slow?ms=300');
    await until(() => loads.length === 1);
    await clock.runUntil(before + 1000);
    expect(clock.now()).toBe(before + 1000);
    expect(loads).toEqual([1]);
    expect((await flight).status).toBe(200);
    await until(() => loads.length === 2);
    expect(loads).toEqual([1, 0]);
  });

  it('tells which requests a target has lost, and when they had begun', async () => {
    const lost: LostRequest[] = [];
    let load = 0;
    world = await openRealWorld(1, {
      holdsTime: false,
      onLost: (request) => lost.push(request),
      onLoad: (_, outstanding) => (load = outstanding),
    });
    const dead = await firstOf();
    const begunAt = world.fleet.cloud.clock.now();
    const flight = world.ask('/never');
    await until(() => load === 1);
    world.fleet.cloud.services.ec2.kill(dead);
    expect((await flight).status).toBe(502);
    expect(lost).toEqual([{ instanceId: dead, begunAt, hadConnection: true }]);
    await world.ask('/');
    expect(lost).toHaveLength(1);
  });

  it('cuts off what is in flight when the deregistration delay ends, and not before', async () => {
    let load = 0;
    world = await openRealWorld(1, { holdsTime: false, onLoad: (_, outstanding) => (load = outstanding) });
    const { elb, targetGroupArn, cloud } = world.fleet;
    const socket = connect(Number(new URL(world.balancer.url).port), '127.0.0.1');
    socket.write('GET /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    await once(socket, 'data');
    const flight = world.ask('/never');
    await until(() => load === 2);
    await elb.deregisterTargets({ TargetGroupArn: targetGroupArn, Targets: [{ Id: await firstOf() }] });
    await cloud.clock.runUntil(cloud.clock.now() + 59_000);
    socket.write('still there?');
    expect(String((await once(socket, 'data'))[0])).toBe('still there?');
    expect(load).toBe(2);
    const closed = once(socket, 'close');
    await cloud.clock.runUntil(cloud.clock.now() + 1000);
    expect(await world.fleet.targetStates()).toEqual([]);
    expect((await flight).status).toBe(502);
    await closed;
    await until(() => load === 0);
  });

  it('hears a client that hangs up after its target has', async () => {
    let load = 0;
    world = await openRealWorld(1, { holdsTime: false, onLoad: (_, outstanding) => (load = outstanding) });
    const socket = connect({
      port: Number(new URL(world.balancer.url).port),
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    socket.write('GET /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    await once(socket, 'data');
    const exited = world.ask('/exit');
    socket.resume();
    await once(socket, 'end');
    expect((await exited).status).toBe(502);
    await until(() => load < 2);
    expect(load).toBe(1);
    socket.end();
    await until(() => load === 0);
  });
});

describe('a command to an instance with a root of its own', () => {
  function rootWith(script: string): string {
    const root = mkdtempSync(join(tmpdir(), 'root-'));
    closing.push(() => rmSync(root, { recursive: true }));
    mkdirSync(join(root, 'opt/evenkeel'), { recursive: true });
    writeFileSync(join(root, 'opt/evenkeel/drain'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, 'opt/evenkeel/drain'), 0o755);
    return root;
  }

  async function sent(command: string): Promise<ScriptResult> {
    const server = world.fleet.cloud.applications.of(await firstOf())?.server;
    return new Promise((resolve) => server?.run(command, resolve));
  }

  it('runs for real, with what is installed there, and its output and exit code come back', async () => {
    const root = rootWith(
      'echo "kept in $EVENKEEL_ROOT"; echo trouble >&2; echo once >>"$EVENKEEL_ROOT/runs"; exit 3',
    );
    world = await openRealWorld(1, { root });
    const { exitCode, stdout, stderr } = await sent('/opt/evenkeel/drain');
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: 'trouble\n' });
    // Its own copy, and no other's.
    expect(stdout).toMatch(/^kept in \S+\n$/);
    expect(stdout).not.toContain(`${root}\n`);
    expect((await sent('cat "$EVENKEEL_ROOT/runs"')).stdout).toBe('once\n');
  });

  it('ends with its instance, and says nothing any more', async () => {
    const root = rootWith('echo >"$EVENKEEL_ROOT/begun"; exec sleep 600');
    world = await openRealWorld(1, { root });
    const id = await firstOf();
    const server = world.fleet.cloud.applications.of(id)?.server;
    let said: ScriptResult | undefined;
    server?.run('/opt/evenkeel/drain', (result) => (said = result));
    await sent('until [ -e "$EVENKEEL_ROOT/begun" ]; do sleep 0.02; done');
    world.fleet.cloud.services.ec2.kill(id);
    // Would wait for ten minutes, or for the script's patience, if it still ran.
    await world.fleet.pass(1);
    expect(said).toBeUndefined();
  });
});
