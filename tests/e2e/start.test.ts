import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../tools/sandbox/report.ts';
import { start } from './support.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-e2e-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function trace(text: string): string {
  const path = join(folder, 'trace.csv');
  writeFileSync(path, text);
  return path;
}

describe('a run of the whole system', () => {
  it('scales, drains, refreshes, tells, and ends with every invariant held', async () => {
    const json = join(folder, 'out.json');
    const { exitCode, stdout, stderr } = await start('--once', '--speed', 'max', '--json', json).ended;
    expect(stderr).toBe('');
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report.invariants.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.invariants.filter(({ checked }) => checked === 0)).toEqual([]);
    expect(exitCode).toBe(0);
    const actions = new Set(report.decisions.map(({ action }) => action));
    expect(actions).toEqual(new Set(['scale-out', 'scale-in', 'hold']));
    expect(report.drains.filter(({ result }) => result === 'CONTINUE').length).toBeGreaterThan(3);
    expect(report.refreshes.map(({ status }) => status)).toContain('Successful');
    expect(new Set(report.notifications.map(({ channel }) => channel))).toEqual(new Set(['email', 'slack']));
    expect(report.denied).toEqual([]);
    expect(report.refusedDeliveries).toEqual([]);
    expect(report.refusedWires).toEqual([]);
    expect(report.unmatchedRules.filter(({ nearest }) => nearest !== undefined)).toEqual([]);
    expect(stdout).toContain('violation minutes');
  });

  it('is the same run each time, to the byte of its event log', async () => {
    const logs = ['first.jsonl', 'second.jsonl'].map((name) => join(folder, name));
    for (const log of logs) {
      const { exitCode } = await start('--once', '--speed', 'max', '--hours', '2', '--event-log', log).ended;
      expect(exitCode).toBe(0);
    }
    const [first = '', second = ''] = logs.map((log) => readFileSync(log, 'utf8'));
    const kinds = ['api-call', 'invocation', 'lifecycle-action', 'email', 'webhook', 'log'];
    expect(kinds.filter((kind) => !first.includes(`"kind":"${kind}"`))).toEqual([]);
    expect(first === second).toBe(true);
  });

  it('rolls back an image whose application never becomes ready', async () => {
    const json = join(folder, 'broken.json');
    const run = await start('--once', '--speed', 'max', '--scenario', 'broken-image', '--json', json).ended;
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report.invariants.filter(({ ok }) => !ok)).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(report.refreshes.map(({ status }) => status)).toEqual(['RollbackSuccessful']);
  });

  it('holds every invariant in a storm, and what it could not tell is told later', async () => {
    const json = join(folder, 'storm.json');
    const run = await start('--once', '--speed', 'max', '--scenario', 'storm', '--json', json).ended;
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report.invariants.filter(({ ok }) => !ok)).toEqual([]);
    expect(run.exitCode).toBe(0);
    // How the refresh ends is for the storm to say; that it ends is for us.
    expect(report.refreshes).toHaveLength(1);
    expect(new Set(report.notifications.map(({ channel }) => channel))).toEqual(new Set(['email', 'slack']));
  }, 400_000);

  it('starts clean after it was killed', async () => {
    const killed = start('--speed', '60');
    await killed.printed(/deployed by sls/);
    await killed.end('SIGKILL');
    const { exitCode } = await start('--once', '--speed', 'max', '--hours', '1').ended;
    expect(exitCode).toBe(0);
  });

  it('ends in order, with its summary, when it is told to', async () => {
    const run = start('--speed', '600');
    await run.printed(/deployed by sls/);
    const { exitCode, stdout } = await run.end('SIGTERM');
    expect(stdout).toContain('violation minutes');
    expect(exitCode).toBe(0);
  });
});

describe('what cannot be run ends with one line and exit code 2', () => {
  it.each([
    ['a missing column', () => ['--trace', trace('epoch_seconds,cpu\n60,1\n')], /no column value/],
    ['an unknown scenario', () => ['--scenario', 'drought'], /--scenario drought is unknown/],
    [
      'weather that is none',
      () => ['--weather', trace('{"entries":[{"kind":"rain"}]}')],
      /entries\[0\]\.kind: "rain"/,
    ],
    ['a trace that is not there', () => ['--trace', join(folder, 'none.csv')], /does not exist/],
    [
      'a report that cannot be written',
      () => ['--json', join(folder, 'none', 'x.json')],
      /cannot be written/,
    ],
  ])('%s', async (_, args, message) => {
    const { exitCode, stderr } = await start(...args()).ended;
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(exitCode).toBe(2);
  });

  it('a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr } = await start('--port', String(port)).ended;
    server.close();
    expect(stderr).toMatch(new RegExp(`^--port ${port} is in use`));
    expect(exitCode).toBe(2);
  });
});
