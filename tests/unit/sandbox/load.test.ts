import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededIds } from '../../../tools/cloud/kernel/index.ts';
import { generateDay } from '../../../tools/sandbox/load/generate.ts';
import {
  endOf,
  limitedTo,
  loadOf,
  movedTo,
  scaledTo,
  type Trace,
} from '../../../tools/sandbox/load/trace.ts';

const MINUTE = 60_000;
const trace = (...values: number[]): Trace => ({
  name: 'test',
  points: values.map((value, index) => ({ at: index * MINUTE, value })),
});

describe('a load over time', () => {
  it('stands at each value until the next', () => {
    const load = loadOf(trace(5, 7));
    expect([0, 59_999, 60_000, 119_999].map(load)).toEqual([5, 5, 7, 7]);
  });

  it('is nothing before its first and after its last value', () => {
    const load = loadOf(trace(5, 7));
    expect([-1, 2 * MINUTE].map(load)).toEqual([0, 0]);
  });

  it('can be asked again from the start', () => {
    const load = loadOf(trace(5, 7, 9));
    expect([2 * MINUTE, 0].map(load)).toEqual([9, 5]);
  });

  it('ends one step after its last value', () => {
    expect(endOf(trace(1, 1, 1))).toBe(3 * MINUTE);
  });
});

describe('a load is fitted to the fleet', () => {
  it('so that its 99.5th percentile is the peak', () => {
    const values = Array.from({ length: 1000 }, (_, index) => index + 1);
    const scaled = scaledTo(900, trace(...values)).points.map(({ value }) => value);
    expect(scaled.filter((value) => value > 900)).toHaveLength(5);
  });

  it('keeps proportions, and a load of nothing stays nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e6), { minLength: 2 }), (values) => {
        const scaled = scaledTo(900, trace(...values)).points.map(({ value }) => value);
        const factor = Math.max(...values) > 0 ? Math.max(...scaled) / Math.max(...values) : 0;
        for (const [index, value] of scaled.entries())
          expect(value).toBeCloseTo((values[index] ?? 0) * factor, 5);
      }),
    );
  });

  it('even if all but a few of its values are nothing', () => {
    const scaled = scaledTo(900, trace(...Array<number>(999).fill(0), 3));
    expect(scaled.points.at(-1)?.value).toBe(900);
  });

  it('moved by whole weeks, at most one after the start', () => {
    const WEEK = 7 * 24 * 60 * MINUTE;
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(2 ** 41), (first, start) => {
        const moved = movedTo(start, { name: 'test', points: [{ at: first, value: 1 }] }).points[0]?.at ?? 0;
        expect((((moved - first) % WEEK) + WEEK) % WEEK).toBe(0);
        expect(moved).toBeGreaterThanOrEqual(start);
        expect(moved).toBeLessThan(start + WEEK);
      }),
    );
  });

  it('cut to its first hours', () => {
    expect(limitedTo(2 * MINUTE, trace(1, 2, 3)).points).toHaveLength(2);
  });
});

describe('the generated day', () => {
  const day = (seed: number) => generateDay(Date.UTC(2026, 2, 2, 6), 900, seededIds(seed).random);
  const values = (seed: number) => day(seed).points.map(({ value }) => value);

  it('is the same for the same seed, another for another', () => {
    expect(day(1)).toEqual(day(1));
    expect(day(1)).not.toEqual(day(2));
  });

  it('has 1,440 minutes, none of them negative', () => {
    expect(values(1)).toHaveLength(1440);
    expect(Math.min(...values(1))).toBeGreaterThanOrEqual(0);
  });

  it('holds a flash crowd: half the peak more within ten minutes', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const rises = values(seed).map((value, minute, all) => value - (all[minute - 10] ?? value));
      expect(Math.max(...rises)).toBeGreaterThan(400);
    }
  });
});
