import { describe, expect, it } from 'vitest';
import { compared } from '../../../tools/sandbox/comparison.ts';
import { shapeOf } from '../../../tools/sandbox/fleet-shape.ts';
import { NOW } from '../../support/world.ts';

const MINUTE = 60_000;

/** A day that rises from 200 requests a second to 800 and falls again. */
const day = Array.from({ length: 1440 }, (_, minute) => ({
  at: NOW + minute * MINUTE,
  load: 500 - 300 * Math.cos((2 * Math.PI * minute) / 1440),
}));
const fleet = { ...shapeOf(), boot: 180, drain: 120, min: 2, max: 20 };
const hours = (violationMinutes: number) =>
  compared(day, { instanceHours: 200, violationMinutes, oracleInstanceHours: 150 }, fleet)
    ?.instanceHoursAtEqualViolations ?? Number.NaN;

describe('what target tracking would have made of a run', () => {
  it('costs less, the more minutes may be violations', () => {
    expect(hours(100)).toBeLessThan(hours(10));
  });

  it('costs at least what the load needs at every minute', () => {
    const least = day.reduce((sum, { load }) => sum + Math.max(2, load / 80), 0) / 60;
    expect(hours(1)).toBeGreaterThan(least);
  });

  it('counts with the instances that the run has shown: slower to boot, dearer', () => {
    const slow = compared(
      day,
      { instanceHours: 200, violationMinutes: 5, oracleInstanceHours: 150 },
      { ...fleet, boot: 900 },
    );
    expect(slow?.instanceHoursAtEqualViolations ?? 0).toBeGreaterThan(hours(5));
  });

  it('is not told of a load of less than six hours', () => {
    const own = { instanceHours: 20, violationMinutes: 1, oracleInstanceHours: 15 };
    expect(compared(day.slice(0, 359), own, fleet)).toBeUndefined();
  });
});
