import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CommanderError } from 'commander';
import { backtestCommand } from '../../../tools/cli/commands/backtest.ts';
import { UsageError } from '../../../tools/usage-error.ts';
import { parse } from 'yaml';
import { parseFleets } from '../../../shared/config/fleets.ts';
import type { Recommended } from '../../../tools/backtest/fragment.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-backtest-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** By the command itself, which costs a fraction of a process; `main.ts` makes of its errors the status 2. */
async function backtest(...args: string[]) {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const written = (spy: typeof out) => spy.mock.calls.map(([text]) => String(text)).join('');
  try {
    const command = backtestCommand().exitOverride();
    await command.parseAsync(args, { from: 'user' });
    return { status: 0, stdout: written(out), stderr: written(err) };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CommanderError)) throw error;
    return { status: 2, stdout: written(out), stderr: `${written(err)}${error.message}` };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

/** A file with these values, one a minute. */
function file(...values: (number | string)[]): string {
  const path = join(folder, 'load.csv');
  writeFileSync(
    path,
    `epoch_seconds,value\n${values.map((value, row) => `${60 * row},${value}`).join('\n')}\n`,
  );
  return path;
}

interface Printed {
  readonly trace: string;
  readonly minutes: number;
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly setting: Readonly<Record<string, number>>;
  readonly gaps: readonly string[];
  readonly recommended?: Recommended;
}

const asJson = async (...args: string[]) => JSON.parse((await backtest(...args, '--json')).stdout) as Printed;

/** Steps between one instance’s load and five. */
const STEPS = Array.from({ length: 600 }, (_, minute) => (minute % 100 < 50 ? 8 : 40));

describe('evenkeel backtest', () => {
  it('prints what policies made of a load as JSON, in the order asked for', async () => {
    const printed = await asJson('--trace', file(...STEPS), '--policies', 'hpa,evenkeel', '--capacity', '10');
    expect(printed).toMatchObject({ trace: 'load.csv', minutes: 600, gaps: [] });
    expect(printed.results.map(({ policy }) => policy)).toEqual(['hpa', 'evenkeel']);
    for (const result of printed.results) {
      expect(result).toEqual(
        expect.objectContaining({
          violationMinutes: expect.any(Number) as number,
          violationShare: (result.violationMinutes as number) / 600,
          instanceHours: expect.any(Number) as number,
          actions: expect.any(Number) as number,
        }),
      );
      // Half of the time one instance, half of it five; six rises of four that boot for three minutes, five falls of four
      // that drain for five.
      expect(result.oracleInstanceHours).toBeCloseTo((300 * (1 + 5) + 6 * 4 * 3 + 5 * 4 * 5) / 60);
    }
  });

  it('compares at equal instance-hours and equal violations when it sweeps', async () => {
    const { results } = await asJson(
      '--trace',
      file(...STEPS),
      '--policies',
      'evenkeel,oracle,react',
      '--capacity',
      '10',
      '--sweep',
    );
    const [own, oracle, react] = results;
    expect(own).toMatchObject({
      violationMinutesAtEqualInstanceHours: own?.violationMinutes,
      instanceHoursAtEqualViolations: own?.instanceHours,
    });
    // The oracle has no knob that could come to the same.
    expect(oracle).toMatchObject({ violationMinutesAtEqualInstanceHours: null });
    expect(react).toHaveProperty('instanceHoursAtEqualViolations');
  });

  it('lets the 99.5th percentile of the load need 60 instances without --capacity, and says so', async () => {
    const path = file(...Array.from({ length: 1001 }, (_, minute) => minute));
    const { stdout } = await backtest('--trace', path, '--policies', 'react');
    expect(stdout).toContain(
      'an instance usefully carries 16.58, so that the 99.5th percentile of the load needs 60; the most that is needed is 61',
    );
    const { stderr } = await backtest('--trace', path, '--policies', 'react', '--json');
    expect(stderr).toContain('99.5th percentile of the load needs 60');
  });

  it('takes each circumstance as an option', async () => {
    const options =
      '--boot 10m --drain 60 --lag 0 --period 2m --useful 90% --price 0.1 --min 2 --max 9 --budget 3% --headroom 1';
    const { setting } = await asJson(
      '--trace',
      file(...STEPS),
      '--policies',
      'react',
      '--capacity',
      '10',
      ...options.split(' '),
    );
    expect(setting).toEqual({
      boot: 600,
      drain: 60,
      lag: 0,
      period: 120,
      capacity: 10,
      usefulShare: 0.9,
      price: 0.1,
      min: 2,
      max: 9,
      budget: 0.03,
      headroomAtMost: 1,
      seed: 1,
    });
  });

  it('makes a load, the same for the same seed', async () => {
    const hours = async (seed: string) => {
      const args = ['--load', 'bursts', '--days', '2', '--policies', 'react', '--seed', seed];
      return (await asJson(...args)).results[0]?.instanceHours;
    };
    const [first, again, other] = [await hours('1'), await hours('1'), await hours('2')];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('prints a table, with gaps, for people', async () => {
    const path = file(...STEPS);
    writeFileSync(path, 'epoch_seconds,value\n0,8\n60,8\n120,8\n600,40\n660,40\n');
    const { stdout } = await backtest('--trace', path, '--policies', 'oracle', '--capacity', '10');
    expect(stdout).toContain('load.csv: 12 minutes (0.008 days)');
    expect(stdout).toContain('1 gap bridged: 1970-01-01T00:02:00Z to 1970-01-01T00:10:00Z (8 minutes)');
    expect(stdout).toMatch(/^policy +violations +share +hours +÷ oracle +\$ +actions +reversals$/m);
    expect(stdout).toMatch(/^oracle +0 +0\.00% +0\.8 +1\.00 +0\.02 +4 +0$/m);
  });
});

describe('evenkeel backtest refuses what cannot be used, with the mend, and ends with 2', () => {
  it.each([
    ['a policy that is none', ['--policies', 'evenkeel,hpaa'], /no policy hpaa: choose from evenkeel, .*hpa/],
    ['a load that is none', ['--load', 'dayly'], /no generated load dayly: choose from daily, /],
    ['no load at all', [], /no load: give --trace FILE.csv .*--load/],
    ['two loads', ['--load', 'daily', '--trace', 'x.csv'], /--trace and --load are both given/],
    ['a file that is not there', ['--trace', 'none.csv'], /none.csv does not exist/],
    ['a period within a minute', ['--load', 'daily', '--period', '90'], /--period is 90 s: .*whole minutes/],
    ['a budget of nothing', ['--load', 'daily', '--budget', '0'], /Write a share from 0.01% to 20%/],
    ['a time that is none', ['--load', 'daily', '--boot', 'soon'], /Write a span of time/],
    [
      'bounds that cross',
      ['--load', 'daily', '--days', '1', '--min', '5', '--max', '4'],
      /--min 5 is above --max 4/,
    ],
    [
      'two capacities',
      ['--load', 'daily', '--days', '1', '--capacity', '5', '--instances', '4'],
      /choose one/,
    ],
  ])('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await backtest(...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('a value that is no number, by line, field and value', async () => {
    const { status, stderr } = await backtest('--trace', file(1, 2, 'NaN'));
    expect(stderr).toMatch(/load.csv, line 4: value is 'NaN', not a number: write one/);
    expect(status).toBe(2);
  });

  it('recommends what to write in fleets.yml where Evenkeel is one of the policies', async () => {
    const trace = file(...STEPS);
    const { recommended } = await asJson('--trace', trace, '--policies', 'evenkeel', '--capacity', '10');
    expect(recommended).toMatchObject({
      isInSample: true,
      expected: { violationShare: expect.any(Number) as number, costPerMonth: expect.any(Number) as number },
    });
    const parsed = parseFleets(parse(recommended?.fragment ?? ''));
    const [fleet] = 'configuration' in parsed ? parsed.configuration.fleets : [];
    expect(fleet?.scaling.signals).toMatchObject([{ metric: 'alb-requests-per-target', useful: 8 }]);
    expect(fleet?.scaling.violations).toBeCloseTo(recommended?.budget ?? NaN);
    const { stdout } = await backtest('--trace', trace, '--policies', 'evenkeel', '--capacity', '10');
    expect(stdout).toContain(recommended?.fragment);
    const without = [
      await asJson('--trace', trace, '--policies', 'hpa'),
      await asJson('--trace', trace, '--policies', 'evenkeel', '--no-recommend'),
    ];
    expect(without.map((printed) => printed.recommended)).toEqual([undefined, undefined]);
  });

  it('learns what an instance carries where nobody has said so', async () => {
    const { recommended } = await asJson('--trace', file(...STEPS), '--policies', 'evenkeel');
    expect(recommended?.fragment).toContain('useful: learn');
  });

  it('writes a page with its own figures, and says where it cannot', async () => {
    const html = join(folder, 'report.html');
    const trace = file(...STEPS);
    const { results } = await asJson(
      '--trace',
      trace,
      '--policies',
      'target-tracking,oracle',
      '--html',
      html,
    );
    const page = readFileSync(html, 'utf8');
    expect(page).toContain(
      `<h3>target-tracking<small>${results[0]?.violationMinutes as number} minutes in violation`,
    );
    expect(page).toContain('load.csv');
    const nowhere = await backtest(
      '--trace',
      trace,
      '--policies',
      'oracle',
      '--html',
      join(folder, 'no', 'report.html'),
    );
    expect(nowhere).toMatchObject({ status: 2, stdout: '' });
    expect(nowhere.stderr).toMatch(
      /--html .*report\.html cannot be written \(there is no such folder\): give another file/,
    );
  });
});

describe('a load that cannot be tried', () => {
  const tried = async (rows: string, ...args: string[]) => {
    const trace = join(folder, 'tried.csv');
    writeFileSync(trace, `epoch_seconds,value\n${rows}`);
    return backtest('--trace', trace, '--policies', 'oracle', ...args);
  };

  it('is one of less than two minutes', async () => {
    const { status, stdout, stderr } = await tried('0,5\n');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/tried\.csv holds less than two minutes of load: give the rows of a day at least/);
  });

  it('is one that would need more instances than there are', async () => {
    const { status, stderr } = await tried('0,5\n60,1000\n', '--capacity', '1e-9');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /--capacity is 1e-9, and tried\.csv comes to 1000: that needs more than 1000000 instances/,
    );
  });

  it('is none that needs nothing: its share of the oracle is no figure', async () => {
    const { status, stdout } = await tried('0,0\n60,0\n120,0\n', '--capacity', '5', '--min', '0');
    expect(status).toBe(0);
    expect(stdout).toMatch(/oracle +0 +0\.00% +0\.0 +- /);
  });
});

describe('the process', () => {
  it('prints JSON and ends with 0, and with 2 and one line on what can be put right', () => {
    const run = (...args: string[]) =>
      spawnSync(join(root, 'tools/cli/bin.mjs'), ['backtest', '--load', 'daily', '--days', '1', ...args], {
        encoding: 'utf8',
        cwd: root,
      });
    const good = run('--policies', 'react', '--json');
    expect(JSON.parse(good.stdout)).toMatchObject({ trace: 'daily', minutes: 1440 });
    expect(good.status).toBe(0);
    const bad = run('--policies', 'hpaa');
    expect(bad).toMatchObject({ status: 2, stdout: '' });
    expect(bad.stderr).toMatch(/^evenkeel: there is no policy hpaa: choose from [^\n]+\n$/);
  });
});

describe('the example of the documentation', () => {
  it('is what the command prints', async () => {
    const text = readFileSync(join(root, 'docs/backtest.md'), 'utf8');
    const [, command = '', output = ''] = /\n\$ npx evenkeel backtest (.+)\n\n([^]*?)\n```/.exec(text) ?? [];
    expect(command).not.toBe('');
    const { stdout } = await backtest(...command.split(' '));
    expect(stdout.trimEnd()).toBe(output.trimEnd());
  });
});
