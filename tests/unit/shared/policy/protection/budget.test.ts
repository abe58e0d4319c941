import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Disruption, DisruptionCause, DisruptionPolicy } from '../../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import { amountOf, disruptionsLeft } from '../../../../../shared/policy/protection/budget.ts';
import { group, instance, NOW } from '../../../../support/world.ts';

const fifth: DisruptionPolicy = { atMost: { share: 0.2 }, per: 3600 };

function taken(ago: number, cause: DisruptionCause, ...numbers: readonly number[]): Disruption {
  const instances = numbers.map((number) => ({ id: instance(number).id, zone: instance(number).zone }));
  return { at: NOW - ago * MINUTE, cause, instances };
}

const left = (
  policy: DisruptionPolicy,
  disruptions: readonly Disruption[],
  cause: DisruptionCause = 'scale-in',
) => disruptionsLeft(policy, disruptions, group(10), cause, NOW);

describe('a disruption budget', () => {
  it('is one for all causes', () => {
    expect(left(fifth, []).left).toBe(2);
    expect(left(fifth, [taken(5, 'interruption', 20)]).left).toBe(1);
    const used = [taken(5, 'interruption', 20), taken(50, 'drain', 21)];
    expect(left(fifth, used)).toMatchObject({ left: 0, limit: 2, used: 2, until: NOW + 10 * MINUTE });
  });

  it('slides: what was taken comes back a period later', () => {
    expect(left(fifth, [taken(59, 'refresh', 20)]).left).toBe(1);
    expect(left(fifth, [taken(60, 'refresh', 20)]).left).toBe(2);
  });

  it('counts an instance once, from when it was first taken', () => {
    const twice = [taken(1, 'drain', 20), taken(30, 'scale-in', 20)];
    expect(left(fifth, twice)).toMatchObject({ left: 1, until: NOW + 30 * MINUTE });
  });

  it('takes for the cause of a drain what it followed from', () => {
    const policy = { ...fifth, causes: { refresh: { instances: 1 } } };
    const drained = [taken(20, 'drain', 20), taken(19, 'refresh', 20)];
    for (const entries of [drained, drained.toReversed()])
      expect(left(policy, entries, 'refresh')).toMatchObject({ left: 0, until: NOW + 40 * MINUTE });
  });

  it('of a share lets one instance through at least, and of 0 none', () => {
    expect(amountOf({ share: 0.2 }, 3)).toBe(1);
    expect(amountOf({ share: 0.34 }, 10)).toBe(3);
    expect(amountOf({ share: 0 }, 10)).toBe(0);
    expect(amountOf({ instances: 0 }, 10)).toBe(0);
  });

  it('counts the units of a group that weighs its instances, and lets its lightest through at least', () => {
    const heavy = {
      ...group(4),
      desired: 16,
      instances: group(4).instances.map((one) => ({ ...one, weight: 4 })),
    };
    const of = (policy: DisruptionPolicy, disruptions: readonly Disruption[]) =>
      disruptionsLeft(policy, disruptions, heavy, 'scale-in', NOW);
    const gone: Disruption = { at: NOW, cause: 'drain', instances: [{ id: instance(20).id, units: 4 }] };
    expect(of({ ...fifth, atMost: { share: 0.5 } }, [gone])).toMatchObject({ left: 4, limit: 8, used: 4 });
    expect(of(fifth, []).left).toBe(4);
    expect(of({ ...fifth, atMost: { instances: 2 } }, [gone]).left).toBe(4);
    const zone = instance(0).zone;
    const perZone = { ...fifth, perZone: { share: 0.5 } };
    expect(of(perZone, []).inZone(zone)).toBe(4);
    expect(of(perZone, [{ ...gone, instances: [{ id: 'i-1', zone, units: 4 }] }]).inZone(zone)).toBe(0);
  });

  it('may be narrower for a cause, counting that cause alone', () => {
    const policy: DisruptionPolicy = {
      ...fifth,
      atMost: { instances: 5 },
      causes: { refresh: { instances: 1 } },
    };
    const used = [taken(5, 'interruption', 20, 21)];
    expect(left(policy, used, 'refresh').left).toBe(1);
    expect(left(policy, [...used, taken(5, 'refresh', 22)], 'refresh').left).toBe(0);
    expect(left(policy, [...used, taken(5, 'refresh', 22)], 'scale-in').left).toBe(2);
  });

  it('may be narrower at times, by the clock of a zone', () => {
    // NOW is Monday, 07:00 in UTC and 08:00 in Berlin.
    const hours = { from: '0 8 ? * MON-FRI *', for: 3600, atMost: { instances: 0 } };
    expect(left({ ...fifth, schedule: [{ ...hours, zone: 'Europe/Berlin' }] }, []).left).toBe(0);
    expect(left({ ...fifth, schedule: [{ ...hours, zone: 'UTC' }] }, []).left).toBe(2);
    const refreshes = [{ ...hours, zone: 'Europe/Berlin', causes: ['refresh'] as const }];
    expect(left({ ...fifth, schedule: refreshes }, []).left).toBe(2);
    expect(left({ ...fifth, schedule: refreshes }, [], 'refresh').left).toBe(0);
  });

  it('has a limit for each zone', () => {
    const policy: DisruptionPolicy = { ...fifth, perZone: { share: 0.4 } };
    const { inZone } = left(policy, [taken(5, 'interruption', 20)]);
    expect([inZone('eu-central-1a'), inZone('eu-central-1b')]).toEqual([1, 2]);
    expect(left(fifth, []).inZone('eu-central-1a')).toBe(Infinity);
  });

  it('kept by all who ask is kept in every span of the period, whatever comes when', () => {
    const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(asks, fc.integer({ min: 0, max: 6 }), (list, limit) => {
        const policy: DisruptionPolicy = { atMost: { instances: limit }, per: 3600 };
        const entries: Disruption[] = [];
        let [now, next] = [NOW, 100];
        for (const [minutes, wanted] of list) {
          now += minutes * MINUTE;
          const may = Math.min(wanted, disruptionsLeft(policy, entries, group(30), 'scale-in', now).left);
          const instances = Array.from({ length: may }, () => ({ id: instance(next++).id }));
          if (may > 0) entries.push({ at: now, cause: 'scale-in', instances });
        }
        for (const { at } of entries) {
          const within = entries.filter((entry) => entry.at >= at && entry.at < at + 60 * MINUTE);
          expect(within.reduce((sum, { instances }) => sum + instances.length, 0)).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});
