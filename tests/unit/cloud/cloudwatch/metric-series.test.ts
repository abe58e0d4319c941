import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlotSeries } from '../../../../tools/cloud/services/cloudwatch/metric-series.ts';

const SLOT = 1000;
const CHUNK = 4;
const KEEP = 20 * SLOT;

const sample = fc
  .array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 3 })
  .map((values) => ({ values, at: 0 }))
  .chain(({ values }) => fc.integer({ min: 0, max: 30 * SLOT }).map((at) => ({ values, at })));

function setOf(values: readonly number[]) {
  return {
    sum: values.reduce((sum, value) => sum + value, 0),
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
  };
}

describe('a series', () => {
  it('gives for any whole slots what all values put into them come to', () => {
    const bounds = fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 31 }));
    fc.assert(
      fc.property(fc.array(sample), bounds, (samples, [a, b]) => {
        const [from, to] = [Math.min(a, b) * SLOT, Math.max(a, b) * SLOT];
        const series = new SlotSeries(SLOT, CHUNK, KEEP);
        for (const { at, values } of samples) series.add(at, setOf(values));
        const within = samples.filter(({ at }) => at >= from && at < to).flatMap(({ values }) => values);
        expect(series.between(from, to)).toEqual(within.length === 0 ? undefined : setOf(within));
      }),
    );
  });

  it('forgets what is too old, a chunk at a time, and in the end all of it', () => {
    const series = new SlotSeries(SLOT, CHUNK, KEEP);
    for (let slot = 0; slot < 8; slot++) series.add(slot * SLOT, setOf([1]));
    series.prune(KEEP + 3 * SLOT);
    expect(series.between(0, 8 * SLOT)?.count).toBe(8);
    series.prune(KEEP + CHUNK * SLOT);
    expect(series.between(0, 8 * SLOT)?.count).toBe(4);
    series.prune(KEEP + 2 * CHUNK * SLOT);
    expect(series.isEmpty).toBe(true);
    expect(series.between(0, 8 * SLOT)).toBeUndefined();
  });
});
