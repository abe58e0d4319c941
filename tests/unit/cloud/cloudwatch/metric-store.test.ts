import { describe, expect, it } from 'vitest';
import { MetricStore, single } from '../../../../tools/cloud/services/cloudwatch/metric-store.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const WEB = { fleet: 'web' };

function count(store: MetricStore, name: string): number {
  return store.find('Shop', name, WEB)?.minutes.between(0, 100 * DAY)?.count ?? 0;
}

describe('the metric store', () => {
  it('keeps minutes for fifteen days, and forgets metrics that have none left', () => {
    const store = new MetricStore();
    store.put('Shop', 'orders', WEB, 0, single(1));
    store.put('Shop', 'time', WEB, 14 * DAY, single(1));
    expect(count(store, 'orders')).toBe(1);
    store.put('Shop', 'time', WEB, 16 * DAY, single(1));
    expect(store.find('Shop', 'orders', WEB)).toBeUndefined();
    expect([...store.all()].map(({ name }) => name)).toEqual(['time']);
    expect(count(store, 'time')).toBe(2);
  });

  it('takes dimensions in any order for the same', () => {
    const store = new MetricStore();
    store.put('Shop', 'orders', { a: '1', b: '2' }, 0, single(1));
    store.put('Shop', 'orders', { b: '2', a: '1' }, 0, single(1));
    expect([...store.all()]).toHaveLength(1);
    expect(store.find('Shop', 'orders', { a: '1' })).toBeUndefined();
  });

  it('keeps seconds, too, of high resolution', () => {
    const store = new MetricStore();
    store.putHighResolution('Shop', 'orders', WEB, 1500, single(3));
    const metric = store.find('Shop', 'orders', WEB);
    expect(metric?.seconds?.between(1000, 2000)?.sum).toBe(3);
    expect(metric?.minutes.between(0, MINUTE)?.sum).toBe(3);
  });
});
