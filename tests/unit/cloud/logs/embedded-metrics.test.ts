import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddedMetrics } from '../../../../tools/cloud/services/logs/embedded-metrics.ts';

const at = 1_767_571_200_000;

function line(root: object, directive: object = {}): string {
  const one = { Namespace: 'Shop', Dimensions: [['shop']], Metrics: [{ Name: 'Orders' }], ...directive };
  return JSON.stringify({ _aws: { Timestamp: at, CloudWatchMetrics: [one] }, shop: 'north', ...root });
}

describe('a log line in the embedded metric format', () => {
  it('gives its metrics under its namespace, at its own time', () => {
    const Metrics = [{ Name: 'Orders', Unit: 'Count', StorageResolution: 1 }];
    expect(embeddedMetrics(line({ Orders: 3 }, { Metrics }))).toEqual([
      {
        namespace: 'Shop',
        name: 'Orders',
        dimensions: { shop: 'north' },
        unit: 'Count',
        at,
        sample: { sum: 3, count: 1, min: 3, max: 3 },
        isHighResolution: true,
      },
    ]);
  });

  it('gives a list of values as so many', () => {
    expect(embeddedMetrics(line({ Orders: [1, 5, 3] }))).toMatchObject([
      { unit: 'None', sample: { sum: 9, count: 3, min: 1, max: 5 } },
    ]);
  });

  it('gives a metric once for each set of dimensions, and without any where there are none', () => {
    const dimensions = (Dimensions?: string[][]) =>
      embeddedMetrics(line({ Orders: 1, till: '7' }, { Dimensions })).map((metric) => metric.dimensions);
    expect(dimensions([[], ['shop'], ['shop', 'till']])).toEqual([
      {},
      { shop: 'north' },
      { shop: 'north', till: '7' },
    ]);
    expect(dimensions(undefined)).toEqual([{}]);
    expect(dimensions([['absent']])).toEqual([]);
  });

  it.each([
    ['no JSON', 'START RequestId: 1'],
    ['no metadata', JSON.stringify({ Orders: 1 })],
    ['no time', JSON.stringify({ _aws: { CloudWatchMetrics: [{ Namespace: 'Shop' }] }, Orders: 1 })],
    ['a namespace of AWS’s', line({ Orders: 1 }, { Namespace: 'AWS/Lambda' })],
    ['no such member', line({})],
    ['a text for a value', line({ Orders: '3' })],
    ['more than a hundred values', line({ Orders: Array.from({ length: 101 }, () => 1) })],
  ])('has no metric with %s', (_, text) => {
    expect(embeddedMetrics(text)).toEqual([]);
  });

  it('never fails, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (directive, value, timestamp) => {
        const root = { _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] }, Orders: value };
        expect(Array.isArray(embeddedMetrics(JSON.stringify(root)))).toBe(true);
      }),
    );
  });
});
