import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantText, ticksBetween, timeTicks } from '../../../../tools/backtest/report/ticks.ts';

const HOUR = 3_600_000;

describe('the ticks of an axis', () => {
  it('are round', () => {
    expect(ticksBetween(0, 1890)).toEqual([0, 500, 1000, 1500]);
    expect(ticksBetween(75, 127)).toEqual([80, 100, 120]);
    expect(ticksBetween(0, 0.7)).toEqual([0, 0.2, 0.4, 0.6]);
    expect(ticksBetween(3, 3)).toEqual([3]);
    expect(ticksBetween(571592.314, 571592.316)).toEqual([
      571592.314, 571592.3145, 571592.315, 571592.3155, 571592.316,
    ]);
  });

  it('are within its range, ascending, and few', () => {
    const value = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, value, (from, length) => {
        const ticks = ticksBetween(from, from + length);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks).toEqual([...new Set(ticks)].toSorted((one, other) => one - other));
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(from * (1 - 1e-5));
          expect(tick).toBeLessThanOrEqual((from + length) * (1 + 1e-5));
        }
      }),
    );
  });
});

it('ticks of time are whole hours within a day, and days within weeks', () => {
  const start = Date.UTC(2026, 2, 2, 10, 20);
  expect(timeTicks(start, start + 3 * HOUR, 8).map(({ text }) => text)).toEqual(['11:00', '12:00', '13:00']);
  expect(timeTicks(start, start + 96 * HOUR, 4).map(({ text }) => text)).toEqual([
    '3 Mar',
    '4 Mar',
    '5 Mar',
    '6 Mar',
  ]);
  expect(instantText(start)).toBe('Mon, 2 Mar 2026, 10:20');
});
