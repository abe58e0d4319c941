import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../../../shared/domain/index.ts';
import { measureTimings, NOTHING_MEASURED, timingsOf } from '../../../../../shared/policy/scaling/timings.ts';
import { group, instance, instances, launch, NOW } from '../../../../support/world.ts';

const booted = (number: number, seconds: number, change: Partial<Activity> = {}) =>
  launch(number, MINUTE, { startedAt: NOW - MINUTE - (seconds + 60) * SECOND, ...change });
const drained = (number: number, seconds: number) =>
  launch(number, 0, {
    id: `end-${number}`,
    description: `Terminating EC2 instance: ${instance(number).id}`,
    startedAt: NOW - seconds * SECOND,
  });
/** Newest first, as Auto Scaling gives them. */
const measured = (activities: readonly Activity[], of = group(100), known = NOTHING_MEASURED) =>
  measureTimings(known, of, activities.toReversed());

describe('how long instances take', () => {
  it('is not known before one has come, or gone', () => {
    expect(timingsOf(NOTHING_MEASURED, group(4))).toEqual({});
  });

  it('is what 95 in a hundred of the last twenty took, without the warm-up in which they serve', () => {
    const some = Array.from({ length: 20 }, (_, index) => booted(index, 100 + index));
    expect(timingsOf(measured(some), group(4)).boot).toBe(118);
    const slow = Array.from({ length: 20 }, (_, index) => booted(20 + index, 300 + index));
    expect(timingsOf(measured([...slow, ...some]), group(4)).boot).toBe(118);
  });

  it('counts each instance once, however often its activity is read, coming and going apart', () => {
    const once = measured([booted(1, 100), drained(1, 40), booted(2, 200)]);
    expect(measured([booted(1, 100), drained(1, 40), booted(2, 200)], group(100), once)).toEqual(once);
    expect([once.boots.length, once.drains.length]).toEqual([2, 1]);
    expect(timingsOf(once, group(4))).toEqual({ boot: 200, drain: 40 });
  });

  it('counts neither what failed nor what goes on', () => {
    const { endedAt: _, ...going } = booted(3, 900);
    const { boots } = measured([booted(1, 900, { status: 'Failed' }), { ...going, status: 'InProgress' }]);
    expect(boots).toEqual([]);
  });

  it('is that of the newest version once three of it have come, and until then of all', () => {
    const newer = { launchTemplateVersion: '10' };
    const of = group(6, { instances: [...instances(4), ...[4, 5, 6].map((one) => instance(one, newer))] });
    const old = [booted(0, 500), booted(1, 500), booted(2, 500)];
    expect(timingsOf(measured([...old, booted(4, 60), booted(5, 60)], of), of).boot).toBe(500);
    expect(timingsOf(measured([...old, booted(4, 60), booted(5, 60), booted(6, 70)], of), of).boot).toBe(70);
  });

  it('knows the version of an instance that is gone', () => {
    const seen = measured([booted(0, 60)], group(1));
    expect(measured([drained(0, 30)], group(0), seen).drains).toEqual([
      { instance: instance(0).id, version: '1', seconds: 30 },
    ]);
  });

  it('stays small, whatever a fleet has seen', () => {
    let known = NOTHING_MEASURED;
    for (let round = 0; round < 50; round++) {
      const numbers = Array.from({ length: 30 }, (_, index) => round * 30 + index);
      const of = group(30, { instances: numbers.map((number) => instance(number)) });
      known = measured(
        numbers.map((number) => booted(number, 100)),
        of,
        known,
      );
    }
    expect(JSON.stringify(known).length).toBeLessThan(15_000);
    expect(known.boots.at(-1)?.instance).toBe(instance(1499).id);
  });
});
