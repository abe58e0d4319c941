import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frontierOf, hoursAtViolations, violationsAtHours } from '../../../tools/backtest/frontier.ts';
import { judge } from '../../../tools/backtest/judge.ts';
import { generatedLoad } from '../../../tools/backtest/loads/index.ts';
import { hpa } from '../../../tools/backtest/policies/hpa.ts';
import { simulate } from '../../../tools/backtest/simulate.ts';
import { sweep, sweepAround } from '../../../tools/backtest/sweep.ts';
import { capacityFor } from '../../../tools/backtest/trace/index.ts';
import { SETTING } from './support.ts';

const points = (...list: (readonly [hours: number, violations: number])[]) =>
  list.map(([instanceHours, violationMinutes], position) => ({ position, instanceHours, violationMinutes }));
const frontier = (...list: (readonly [hours: number, violations: number])[]) => frontierOf(points(...list));

describe('what a knob is worth', () => {
  it('leaves out what costs no less and keeps no more', () => {
    const left = frontier([10, 5], [12, 5], [11, 7], [10, 9], [20, 1]);
    expect(left.map(({ instanceHours, violationMinutes }) => [instanceHours, violationMinutes])).toEqual([
      [10, 5],
      [20, 1],
    ]);
  });

  it('is read on straight lines, both ways', () => {
    const line = frontier([10, 100], [20, 50], [40, 0]);
    expect(violationsAtHours(line, 15)).toBe(75);
    expect(violationsAtHours(line, 20)).toBe(50);
    expect(hoursAtViolations(line, 25)).toBe(30);
    expect(hoursAtViolations(line, 0)).toBe(40);
  });

  it('is unknown where the sweep does not reach', () => {
    const line = frontier([10, 100], [20, 50]);
    expect([9.9, 20.1].map((hours) => violationsAtHours(line, hours))).toEqual([null, null]);
    expect([100.1, 49].map((violations) => hoursAtViolations(line, violations))).toEqual([null, null]);
    expect(violationsAtHours([], 1)).toBeNull();
  });

  it('falls as hours rise', () => {
    const anything = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 1 });
    fc.assert(
      fc.property(anything, fc.nat(1000), fc.nat(100), (list, hours, more) => {
        const line = frontier(...list);
        const [few, many] = [violationsAtHours(line, hours), violationsAtHours(line, hours + more)];
        fc.pre(few !== null && many !== null);
        expect(many).toBeLessThanOrEqual(few);
      }),
    );
  });

  it('is never worse than a position that was tried', () => {
    const anything = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 1 });
    fc.assert(
      fc.property(anything, (list) => {
        const line = frontier(...list);
        for (const [hours, violations] of list) {
          const read = violationsAtHours(line, hours);
          if (read !== null) expect(read).toBeLessThanOrEqual(violations);
        }
      }),
    );
  });
});

describe('a sweep', () => {
  const trace = generatedLoad('flash-crowd', 1, 3);
  const setting = { ...SETTING, capacity: capacityFor(trace, 60, 0.8) };

  it('tries each position of the knob', () => {
    const positions = sweep(hpa, trace, setting).map(({ position }) => position);
    expect(positions).toEqual(hpa.knob?.sweep);
  });

  it('comes by halving to no less than any position between its own does', () => {
    // 57.3 % is no position of the sweep.
    const own = judge(simulate(trace, hpa.at(57.3), setting));
    const points = sweepAround(own, hpa, trace, setting);
    const tried = frontierOf(points);
    expect(points.length).toBeGreaterThan(hpa.knob?.sweep.length ?? NaN);
    const violations = violationsAtHours(tried, own.instanceHours) ?? NaN;
    expect(violations).toBeLessThan(own.violationMinutes + 3);
    expect(hoursAtViolations(tried, own.violationMinutes)).toBeLessThan(1.01 * own.instanceHours);
  });
});
