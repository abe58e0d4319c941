import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedLoad, LOAD_NAMES } from '../../../tools/backtest/loads/index.ts';
import {
  byTheMinute,
  capacityFor,
  minuteTrace,
  readMinutes,
  textOf,
} from '../../../tools/backtest/trace/index.ts';
import { UsageError } from '../../../tools/usage-error.ts';

const trace = (...points: (readonly [seconds: number, value: number])[]) =>
  byTheMinute({ name: 'test', points: points.map(([seconds, value]) => ({ at: seconds * 1000, value })) });

describe('a load of any step becomes one by the minute', () => {
  it('of a minute: as it is', () => {
    const { start, load, gaps } = trace([60, 1], [120, 5], [180, 2]);
    expect([start, [...load], gaps]).toEqual([60_000, [1, 5, 2], []]);
  });

  it('of five minutes: on the straight line from value to value', () => {
    expect([...trace([0, 0], [300, 10], [600, 5]).load]).toEqual([0, 2, 4, 6, 8, 10, 9, 8, 7, 6, 5]);
  });

  it('that does not fall on whole minutes: at whole minutes', () => {
    const { start, load } = trace([30, 10], [330, 20]);
    expect(start).toBe(60_000);
    expect([...load]).toEqual([11, 13, 15, 17, 19]);
  });

  it('finer than a minute: by its mean', () => {
    const { start, load } = trace([0, 1], [20, 2], [40, 6], [60, 8], [80, 10]);
    expect([start, [...load]]).toEqual([0, [3, 9]]);
  });

  it('of one value: one minute', () => {
    expect([...trace([90, 7]).load]).toEqual([7]);
  });

  it('across a gap, which is told', () => {
    const { load, gaps } = trace([0, 1], [60, 1], [120, 1], [300, 4], [360, 4]);
    expect([...load]).toEqual([1, 1, 1, 2, 3, 4, 4]);
    expect(gaps.map(textOf)).toEqual(['1970-01-01T00:02:00Z to 1970-01-01T00:05:00Z (3 minutes)']);
  });

  it('with one value missing: no gap yet', () => {
    expect(trace([0, 1], [60, 1], [180, 4], [240, 4]).gaps).toEqual([]);
  });

  it('within the values that stand around each minute', () => {
    const steps = fc.array(fc.record({ step: fc.integer({ min: 1, max: 900 }), value: fc.nat(1000) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(steps, (list) => {
        let seconds = 0;
        const points = list.map(({ step, value }) => [(seconds += step), value] as const);
        const { load } = trace(...points);
        const values = points.map(([, value]) => value);
        expect(Math.min(...load)).toBeGreaterThanOrEqual(Math.min(...values));
        expect(Math.max(...load)).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it('unless it spans more than two years: its widest gap is named', () => {
    expect(() => trace([0, 1], [60, 1], [120, 1], [1_700_000_000, 1])).toThrow(UsageError);
    expect(() => trace([0, 1], [60, 1], [120, 1], [1_700_000_000, 1])).toThrow(
      /spans 28333334 minutes, its widest gap from 1970-01-01T00:02:00Z to 2023-11-14.*two years/,
    );
  });
});

describe('a file is read', () => {
  it('by the minute, and refused by line, field and value', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-backtest-'));
    const file = join(folder, 'load.csv');
    writeFileSync(file, 'epoch_seconds,value\n0,1\n120,3\n');
    expect([...(await readMinutes(file)).load]).toEqual([1, 2, 3]);
    writeFileSync(file, 'epoch_seconds,value\n0,1\n120,x\n');
    await expect(readMinutes(file)).rejects.toThrow(/line 3: value is 'x', not a number: /);
    await expect(readMinutes(file)).rejects.toThrow(UsageError);
    rmSync(folder, { recursive: true });
  });
});

describe('an instance’s capacity, where nobody says it', () => {
  it('lets the 99.5th percentile need so many instances', () => {
    const load = minuteTrace(
      'test',
      0,
      Array.from({ length: 1001 }, (_, index) => index),
    );
    expect(capacityFor(load, 60, 0.8)).toBeCloseTo(995 / 48);
  });

  it('takes the top where more than that is nothing', () => {
    const load = minuteTrace('test', 0, [...Array.from({ length: 999 }, () => 0), 48]);
    expect(capacityFor(load, 60, 0.8)).toBe(1);
  });

  it('cannot be found in a load of nothing', () => {
    expect(() => capacityFor(minuteTrace('idle', 0, [0, 0]), 60, 0.8)).toThrow(
      /idle has no load.*--capacity/,
    );
  });
});

describe('a generated load', () => {
  it.each(LOAD_NAMES)(
    '%s is the same for the same seed and another for another, and never negative',
    (name) => {
      const { load } = generatedLoad(name, 1);
      expect(generatedLoad(name, 1).load).toEqual(load);
      expect(generatedLoad(name, 2).load).not.toEqual(load);
      expect(Math.min(...load)).toBeGreaterThanOrEqual(0);
      expect(load.length % 1440).toBe(0);
    },
  );

  it('of another name is refused with those that there are', () => {
    expect(() => generatedLoad('dayly', 1)).toThrow(
      /no generated load dayly: choose from daily, weekly, .*bursts/,
    );
  });

  it('is as long as asked for', () => {
    expect(generatedLoad('daily', 1, 2).load).toHaveLength(2880);
  });

  const means = (name: string, seed: number) => {
    const { load } = generatedLoad(name, seed);
    return (from: number, to: number) => {
      const part = load.subarray(from * 1440, to * 1440);
      return part.reduce((sum, one) => sum + one, 0) / part.length;
    };
  };

  it('is what its name says', () => {
    for (const seed of [1, 2, 3]) {
      const week = means('weekly', seed);
      expect(week(5, 7)).toBeLessThan(0.5 * week(0, 5));
      const growth = means('slow-growth', seed);
      expect(growth(21, 28) / growth(0, 7)).toBeCloseTo(1.03 ** 21, 1);
      const launch = means('launch-day', seed);
      expect(launch(8, 9)).toBeGreaterThan(3 * launch(6, 7));
      const outage = generatedLoad('outage-and-return', seed).load;
      expect(outage.filter((load) => load === 0).length).toBeGreaterThan(20);
      const steps = generatedLoad('step', seed).load.map((load, minute, all) =>
        Math.abs(load - (all[minute - 1] ?? load)),
      );
      expect(Math.max(...steps)).toBeGreaterThan(200);
    }
  });
});
