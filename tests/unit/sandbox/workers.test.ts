import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../shared/domain/index.ts';
import {
  divergenceTold,
  eventForeseen,
  floorStands,
  jobsDone,
  jobsDoneOnce,
  jobsTakenUp,
  leftAlone,
  zeroAtNight,
} from '../../../tools/sandbox/observe/invariants/workers.ts';
import { judgeShadow } from '../../../tools/sandbox/observe/shadow.ts';
import { GroupWatch } from '../../../tools/sandbox/workers/group-watch.ts';
import { JobLog } from '../../../tools/sandbox/workers/job-log.ts';
import { batchesOf } from '../../../tools/sandbox/workers/jobs.ts';
import { NOW, past } from '../../support/world.ts';

const MINUTE = 60_000;

/** Two jobs, the second of which was begun, lost with its worker, and begun again. */
function logged(): JobLog {
  const log = new JobLog();
  log.put('a', NOW);
  log.put('b', NOW);
  log.begun('a', NOW + 1000);
  log.begun('b', NOW + 3000);
  log.done('a', NOW + 9000);
  log.lost('b');
  log.begun('b', NOW + 90_000);
  return log;
}

const minute = (at: number, counts: { desired?: number; serving?: number; running?: number } = {}) => ({
  at: NOW + at * MINUTE,
  desired: 0,
  serving: 0,
  running: 0,
  ...counts,
});

describe('jobs', () => {
  it('are put as often as the load says, each once', () => {
    const rates = fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(rates, (values) => {
        const points = values.map((value, at) => ({ at: NOW + at * MINUTE, value }));
        const batches = batchesOf({ name: 'jobs', points }, () => 0.5);
        const ids = batches.flatMap(({ jobs }) => jobs.map(({ id }) => id));
        const due = 60 * values.reduce((sum, value) => sum + value, 0);
        expect(new Set(ids).size).toBe(ids.length);
        expect(Math.abs(ids.length - due)).toBeLessThan(1.001);
        for (const { jobs } of batches) expect(jobs.length).toBeLessThanOrEqual(10);
      }),
    );
  });

  it('that nobody has done break the run, by their names', () => {
    expect(jobsDone(logged().report())).toMatchObject({
      ok: false,
      checked: 2,
      detail: 'once: b was never done',
    });
    const log = logged();
    log.done('b', NOW + 99_000);
    expect(jobsDone(log.report()).ok).toBe(true);
  });

  it('that come again because their worker was lost are none too many; all others are', () => {
    const log = logged();
    log.done('b', NOW + 99_000);
    expect(jobsDoneOnce(log.report(), log.begunTooOften()).ok).toBe(true);
    expect(log.report().takenUpAgain).toBe(1);
    log.begun('a', NOW + 100_000);
    expect(jobsDoneOnce(log.report(), log.begunTooOften())).toMatchObject({ ok: false, checked: 2 });
    log.done('a', NOW + 101_000);
    expect(log.report().repeated).toEqual(['a']);
  });

  it('wait from when they were put to when they were first begun', () => {
    const log = logged();
    expect(log.report().wait).toMatchObject({ mean: 2, longest: 3 });
    expect(jobsTakenUp(log.waits(), 2)).toMatchObject({ ok: false, detail: 'once: b waited 3 s' });
    log.put('c', NOW);
    expect(jobsTakenUp(log.waits(), 600).ok).toBe(false);
  });
});

describe('a group of workers', () => {
  it('has none at night, and its floor by day', () => {
    const night = [{ from: NOW, to: NOW + 2 * MINUTE }];
    expect(zeroAtNight([minute(1), minute(2), minute(3, { running: 1 })], night)).toMatchObject({
      ok: true,
      checked: 2,
    });
    expect(zeroAtNight([minute(2, { running: 1 })], night).ok).toBe(false);
    const floor = { from: NOW, to: NOW + MINUTE };
    expect(floorStands([minute(1, { desired: 1 })], floor, 2).ok).toBe(false);
    expect(floorStands([minute(1, { desired: 2 })], floor, 2).ok).toBe(true);
  });

  it('serves what a known event was said to need when it begins, and as much as it may have', () => {
    const asked = past(5 * MINUTE, { reasons: [{ code: 'KNOWN_EVENT', facts: { min: 6 } }] });
    const at = (serving: number, most = 10, decisions: readonly Decision[] = [asked]) =>
      eventForeseen([minute(0, { serving })], decisions, { from: NOW, most }).ok;
    expect([at(6), at(5), at(5, 5)]).toEqual([true, false, true]);
    expect(at(6, 10, [])).toBe(false);
  });

  it('is followed by its own entries alone', () => {
    const watch = new GroupWatch('workers', 0);
    const entry = { kind: 'instance', zone: 'a', image: 'ami', state: 'running' } as const;
    watch.see({ ...entry, at: NOW, id: 'i-1', group: 'workers', lifecycle: 'InService' });
    watch.see({ ...entry, at: NOW, id: 'i-2', group: 'workers', lifecycle: 'Pending' });
    watch.see({ ...entry, at: NOW, id: 'i-3', group: 'other', lifecycle: 'InService' });
    const capacity = { kind: 'capacity', at: NOW, min: 0, max: 9, cause: 'test' } as const;
    watch.see({ ...capacity, group: 'other', desired: 7 });
    watch.see({ ...capacity, group: 'workers', desired: 2 });
    watch.endMinute(NOW);
    expect(watch.minutes).toEqual([minute(0, { desired: 2, serving: 1, running: 2 })]);
    expect(watch.changes).toBe(1);
  });
});

describe('what only watches', () => {
  const beside = (to: number, shadowTo: number): Decision =>
    past(0, { to, shadow: { action: 'hold', to: shadowTo, reasons: [], inputs: {} } });

  it('is compared with what was decided', () => {
    const decisions = [beside(4, 4), beside(4, 2), beside(4, 7)];
    expect(judgeShadow(decisions)).toEqual({
      evaluations: 3,
      differing: 2,
      meanDivergence: 1 / 3,
      most: 3,
      least: -2,
    });
    expect(judgeShadow([past(0, {})])).toBeUndefined();
  });

  it('is published as it was recorded', () => {
    const decisions = [beside(4, 4), beside(4, 2)];
    expect(divergenceTold(decisions, { count: 2, sum: -2 }).ok).toBe(true);
    expect(divergenceTold(decisions, { count: 1, sum: -2 }).ok).toBe(false);
    expect(divergenceTold([beside(4, 4)], { count: 1, sum: 0 }).ok).toBe(false);
  });

  it('changes nothing, and would have', () => {
    const wanted = past(0, { reasons: [{ code: 'FORECAST_ONLY', facts: { wanted: 6 } }] });
    expect(leftAlone(0, [wanted]).ok).toBe(true);
    expect(leftAlone(1, [wanted]).ok).toBe(false);
    expect(leftAlone(0, [past(0, {})]).ok).toBe(false);
  });
});
