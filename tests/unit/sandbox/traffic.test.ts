import { expect, it } from 'vitest';
import type { JournalEntry } from '../../../tools/cloud/kernel/index.ts';
import { TrafficLog } from '../../../tools/sandbox/observe/traffic.ts';

const entry = (at: number, load: number) =>
  ({ kind: 'traffic', at, load, requests: load * 60, failed: 0, servingInstances: 2 }) as JournalEntry;

it('what two sources count in one minute is the load of one minute', () => {
  const log = new TrafficLog();
  for (const [at, load] of [
    [60_000, 100],
    [67_000, 2],
    [120_000, 110],
    [127_000, 3],
  ] as const)
    log.see(entry(at, load));
  expect(log.minutes.map(({ at, load }) => [at, load])).toEqual([
    [60_000, 102],
    [120_000, 113],
  ]);
  expect(log.requests).toBe(215 * 60);
});

it('a source alone makes a minute each', () => {
  const log = new TrafficLog();
  for (const at of [60_000, 120_000, 180_000]) log.see(entry(at, 10));
  expect(log.minutes.map(({ load }) => load)).toEqual([10, 10, 10]);
});
