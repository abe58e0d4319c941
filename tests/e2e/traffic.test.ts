import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../tools/sandbox/report.ts';
import type { TrafficReport } from '../../tools/sandbox/traffic/report.ts';
import { start } from './support.ts';

const REQUESTS = 50_000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-e2e-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function sent(...args: string[]): Promise<{ report: Report; traffic: TrafficReport; stdout: string }> {
  const json = join(folder, 'traffic.json');
  const options = ['--scenario', 'traffic', '--requests', String(REQUESTS), '--json', json, ...args];
  const { exitCode, stdout, stderr } = await start('--once', ...options).ended;
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  expect(
    report.invariants.filter(({ ok }) => !ok),
    stdout,
  ).toEqual([]);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  if (report.traffic === undefined) throw new Error('the report tells of no real requests');
  return { report, traffic: report.traffic, stdout };
}

describe('real requests, while instances come and go', () => {
  it('succeed, but for those in flight on an instance that is killed without a warning', async () => {
    const { report, traffic, stdout } = await sent();
    expect(report.requests.total).toBe(REQUESTS);
    expect(traffic.failedUnexplained).toBe(0);
    expect(traffic.failed).toBe(traffic.kill?.failedInFlight);
    expect(traffic.kill?.failedInFlight).toBeLessThanOrEqual(traffic.kill?.inFlight ?? 0);
    expect(Object.values(traffic.kinds).every(({ total }) => total >= 1000)).toBe(true);
    expect(report.decisions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['scale-out', 'scale-in']),
    );
    expect(report.refreshes.map(({ status }) => status)).toEqual(['Successful']);
    // What might have been lost was there to be lost.
    expect(traffic.underWay).toBeGreaterThan(0);
    expect(traffic.idleToCompletionP95).toBeLessThan(10);
    expect(traffic.instanceHoursSaved).toBeGreaterThan(0);
    expect(stdout).toMatch(/image-refresh: [\d,]+ requests so far, 0 failed/);
    expect(stdout).toMatch(/50,000 real requests, \d\d minutes in/);
  });

  it('fail where nobody drains', async () => {
    const { report, traffic } = await sent('--no-drain');
    expect(report.requests.total).toBe(REQUESTS);
    expect(traffic.failedUnexplained).toBeGreaterThan(0);
    expect(traffic.drains.every(({ result }) => result === undefined)).toBe(true);
  });
});
