import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../../tools/backtest/judge.ts';
import type { Policy } from '../../../../tools/backtest/policy.ts';
import {
  columnsOf,
  fastestRise,
  longestStretches,
  spendingOf,
} from '../../../../tools/backtest/report/series.ts';
import { simulate } from '../../../../tools/backtest/simulate.ts';
import { minuteTrace } from '../../../../tools/backtest/trace/minute-trace.ts';
import { SETTING } from '../support.ts';

/** Wants these capacities one after the other, again and again. */
const script = (...desired: number[]): Policy => ({
  name: 'script',
  start: () => ({ decide: ({ minute }) => desired[minute % desired.length] ?? NaN }),
});

/** One instance carries a load of 8. */
const run = (load: readonly number[], ...desired: number[]) =>
  simulate(minuteTrace('test', 0, load), script(...desired), { ...SETTING, boot: 0 });

describe('a chart’s columns', () => {
  it('show the most that was needed in them, and the least and the most that served', () => {
    const columns = columnsOf(run([8, 24, 8, 8, 40, 8], 1, 2, 3), 2);
    expect(columns).toMatchObject({
      at: [0, 180_000, 360_000],
      load: [24, 40],
      needed: [3, 5],
      servingLeast: [1, 1],
      servingMost: [3, 3],
      violations: [1, 1],
    });
  });

  it('are one for each minute of a short load', () => {
    expect(columnsOf(run([8, 24], 1), 960).needed).toEqual([1, 3]);
  });

  it('lose no minute in violation and no peak, however many they are', () => {
    const loads = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 300 });
    const wishes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(loads, wishes, fc.integer({ min: 1, max: 40 }), (load, desired, most) => {
        const whole = run(load, ...desired);
        const columns = columnsOf(whole, most);
        expect(columns.load).toHaveLength(Math.min(most, load.length));
        expect(columns.violations.reduce((sum, one) => sum + one, 0)).toBe(judge(whole).violationMinutes);
        expect(Math.max(...columns.load)).toBe(Math.max(...load));
        expect(Math.min(...columns.servingLeast)).toBe(Math.min(...whole.inService));
      }),
    );
  });
});

describe('the hardest hours', () => {
  const rising = (at: number) =>
    run(
      Array.from({ length: 600 }, (_, minute) => (minute < at ? 8 : 80)),
      1,
    );

  it('are around the fastest rise of what is needed within a boot', () => {
    const { from, to } = fastestRise({ ...rising(300), setting: { ...SETTING, boot: 180 } });
    expect([from, to]).toEqual([297 - 60, 297 + 120]);
    expect(columnsOf(rising(300), 960, { from, to })).toMatchObject({
      at: { length: 181 },
      policy: 'script',
    });
    expect(columnsOf(rising(300), 960, { from, to }).needed.slice(62, 64)).toEqual([1, 10]);
  });

  it('stay within the load', () => {
    expect(fastestRise(rising(20)).from).toBe(0);
    expect(fastestRise(rising(590)).to).toBe(600);
    expect(fastestRise(run([8], 1))).toEqual({ from: 0, to: 1 });
  });
});

describe('what was spent', () => {
  it('is divided into what was needed, what was spare, and what booted or drained', () => {
    const whole = simulate(minuteTrace('test', 0, [16, 16, 16, 16]), script(3, 3, 3, 1), {
      ...SETTING,
      boot: 60,
      drain: 60,
    });
    // Two serve, then three, of which two are needed; in the last minute one is left, and two drain.
    expect(spendingOf(whole)).toEqual({ needed: 7 / 60, spare: 2 / 60, moving: 3 / 60 });
  });

  it('adds up to the instance-hours', () => {
    const loads = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(loads, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (load, desired) => {
        const whole = simulate(minuteTrace('test', 0, load), script(...desired), SETTING);
        const { needed, spare, moving } = spendingOf(whole);
        expect(needed + spare + moving).toBeCloseTo(judge(whole).instanceHours);
      }),
    );
  });
});

it('the longest stretches in violation come first, and the worse of two that are as long', () => {
  const whole = run([16, 8, 16, 16, 8, 40, 8, 24, 32], 1);
  expect(longestStretches(run([8, 16, 8, 16, 16, 8, 40, 8, 24, 32], 1), 3)).toEqual([
    { from: 8 * 60_000, minutes: 2, short: 3 },
    { from: 3 * 60_000, minutes: 2, short: 1 },
    { from: 6 * 60_000, minutes: 1, short: 4 },
  ]);
  expect(longestStretches(whole, 9).reduce((sum, { minutes }) => sum + minutes, 0)).toBe(
    judge(whole).violationMinutes,
  );
});
