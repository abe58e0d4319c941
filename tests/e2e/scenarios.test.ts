import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

async function played(scenario: string): Promise<Report> {
  const json = join(folder, `${scenario}.json`);
  const run = await start('--once', '--speed', 'max', '--scenario', scenario, '--json', json).ended;
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  expect(
    report.invariants.filter(({ ok }) => !ok),
    run.stdout,
  ).toEqual([]);
  expect(run.exitCode).toBe(0);
  return report;
}

const checked = ({ invariants }: Report, id: string) =>
  invariants.find((invariant) => invariant.id === id)?.checked ?? 0;

const outs = ({ decisions }: Report) => decisions.filter(({ action }) => action === 'scale-out').length;

/** How often each invariant of the workers has to have been put to the test at the least. */
const SHOWN = {
  'jobs-done': 2000,
  'jobs-done-once': 2000,
  'jobs-taken-up': 2000,
  'zero-at-night': 30,
  'floor-stands': 50,
  'event-foreseen': 3,
  'divergence-told': 2,
  'forecast-only': 400,
  'nothing-left': 5,
};

describe('the scenario of a profile runs to its end, and leaves nothing', () => {
  it('hello: sized by hand, then by its CPU', async () => {
    const report = await played('hello');
    expect(checked(report, 'deeds-done')).toBe(1);
    expect(outs(report)).toBeGreaterThan(0);
    expect(checked(report, 'nothing-left')).toBeGreaterThan(0);
  });

  it('web: an image of a running instance, and five causes of a 504 that doctor names', async () => {
    const report = await played('web');
    expect(checked(report, 'deeds-done')).toBe(8);
    expect(report.refreshes.map(({ status }) => status)).toEqual(['Successful']);
    expect(checked(report, 'nothing-left')).toBeGreaterThan(0);
  }, 400_000);

  it('wordpress: instances die, then the zone of the database', async () => {
    const report = await played('wordpress');
    expect(checked(report, 'site-stays-up')).toBeGreaterThan(300);
    expect(checked(report, 'nothing-left')).toBeGreaterThan(0);
  });

  it('employee-directory: real visitors, and a zone that fails', async () => {
    const report = await played('employee-directory');
    expect(checked(report, 'visits-succeed')).toBeGreaterThan(4000);
    expect(outs(report)).toBeGreaterThan(0);
    expect(checked(report, 'nothing-left')).toBeGreaterThan(0);
  }, 400_000);

  it('workers: from zero and to zero by a queue, a floor, a known event, a shadow, a fleet that is only forecast', async () => {
    const report = await played('workers');
    for (const [id, least] of Object.entries(SHOWN)) expect(checked(report, id), id).toBeGreaterThan(least);
    expect(report.jobs).toMatchObject({ undone: [], repeated: [] });
    expect(report.jobs?.takenUpAgain).toBeGreaterThan(0);
    expect(report.shadow?.differing).toBeGreaterThan(10);
    const codes = new Set(report.decisions.flatMap(({ reasons }) => reasons.map(({ code }) => code)));
    for (const code of [
      'ACTIVATED',
      'INACTIVE',
      'FLOOR',
      'KNOWN_EVENT',
      'FORECAST',
      'USEFUL_UNSURE',
    ] as const)
      expect(codes, code).toContain(code);
  });

  it('byo: adopted, baked, refreshed, given back', async () => {
    const report = await played('byo');
    expect(checked(report, 'deeds-done')).toBe(6);
    expect(report.refreshes.map(({ status }) => status)).toEqual(['Successful']);
    expect(checked(report, 'nothing-left')).toBeGreaterThan(5);
  });
});
