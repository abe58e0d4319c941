import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../tools/backtest/judge.ts';
import { attainableOf, oracleMinutes } from '../../../tools/backtest/oracle.ts';
import { simulate } from '../../../tools/backtest/simulate.ts';
import { minuteTrace } from '../../../tools/backtest/trace/minute-trace.ts';
import { SETTING } from './support.ts';

/** Boot 3 minutes, drain 5. */
const cost = (...needed: number[]) => oracleMinutes(Int32Array.from(needed), SETTING);
const many = (count: number, need: number) => Array.from({ length: count }, () => need);

describe('the boot-aware oracle', () => {
  it('pays for what is needed', () => expect(cost(...many(10, 2))).toBe(20));
  it('boots before a rise', () => expect(cost(...many(5, 1), ...many(5, 2))).toBe(5 + 10 + 3));
  it('drains after a fall, to the end of the trace at most', () => {
    expect(cost(...many(5, 2), ...many(9, 1))).toBe(10 + 9 + 5);
    expect(cost(...many(5, 2), 1, 1)).toBe(10 + 2 + 2);
  });
  it('bridges a gap that is no longer than a drain and a boot', () => {
    expect(cost(2, ...many(7, 1), 2)).toBe(2 + 7 + 2 + 7);
    expect(cost(2, ...many(9, 1), 2)).toBe(2 + 9 + 2 + 8);
  });
  it('looks at each level alone', () => {
    // Level 2 is away for 3 minutes, level 3 for 11.
    expect(cost(3, ...many(4, 2), ...many(3, 1), ...many(4, 2), 3)).toBe(3 + 8 + 3 + 8 + 3 + 3 + 8);
  });
  it('cannot have what would have had to boot before the start', () => {
    expect(cost(1, 5, 5, 5)).toBe(1 + 1 + 1 + 5 + 4 * 3);
    expect([...attainableOf(Int32Array.of(1, 5, 5, 9, 9), 3, 6)]).toEqual([1, 1, 1, 6, 6]);
  });
});

describe('no plan without violations is cheaper than the oracle', () => {
  const needs = fc.array(fc.nat(4), { minLength: 1, maxLength: 40 });
  const minutes = fc.nat(4);

  it('by the definition of each level', () => {
    fc.assert(
      fc.property(needs, minutes, minutes, (list, boot, drain) => {
        const needed = Int32Array.from(list);
        const setting = { boot: boot * 60, drain: drain * 60, max: 100 };
        expect(oracleMinutes(needed, setting)).toBe(byLevels(attainableOf(needed, boot, 100), boot, drain));
      }),
    );
  });

  it('whatever it adds to the need, and whenever', () => {
    const surplus = fc.array(fc.nat(2), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(needs, surplus, minutes, minutes, (list, more, boot, drain) => {
        const setting = { ...SETTING, min: 0, boot: boot * 60, drain: drain * 60 };
        const wanted = (minute: number) => (list[minute + boot] ?? list.at(-1) ?? 0) + (more[minute] ?? 0);
        // Never below what the minutes until then need: those who boot do not serve yet.
        const plan = (minute: number) =>
          Math.max(
            ...Array.from({ length: boot + 1 }, (_, ahead) => list[minute + ahead] ?? 0),
            wanted(minute),
          );
        const trace = minuteTrace(
          'test',
          0,
          list.map((need) => need * 8),
        );
        const run = simulate(
          trace,
          { name: 'plan', start: () => ({ decide: ({ minute }) => plan(minute) }) },
          setting,
        );
        const { instanceHours, oracleInstanceHours } = judge(run);
        const attainable = attainableOf(run.needed, boot, setting.max);
        fc.pre(run.inService.every((serving, minute) => serving >= (attainable[minute] ?? 0)));
        expect(instanceHours).toBeGreaterThanOrEqual(oracleInstanceHours - 1e-9);
      }),
    );
  });
});

/** The same by brute force: for each level, each gap by itself. */
function byLevels(needed: Int32Array, boot: number, drain: number): number {
  let minutes = 0;
  for (let level = 1; level <= Math.max(...needed); level++) {
    const isUp = [...needed].map((need) => need >= level);
    const first = isUp.indexOf(true);
    const last = isUp.lastIndexOf(true);
    if (first > 0) minutes += boot;
    let gap = 0;
    for (let minute = first; minute <= last; minute++) {
      if (!isUp[minute]) gap++;
      else {
        minutes += 1 + Math.min(gap, boot + drain);
        gap = 0;
      }
    }
    minutes += Math.min(isUp.length - 1 - last, drain);
  }
  return minutes;
}
