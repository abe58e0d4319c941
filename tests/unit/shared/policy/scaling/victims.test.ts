import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { victimsOf } from '../../../../../shared/policy/scaling/victims.ts';
import { decideCapacity } from '../../../../../shared/policy/scaling/index.ts';
import { group, instance, instances, situation, steady, world } from '../../../../support/world.ts';

const of = (members: ReturnType<typeof instance>[]) => group(members.length, { instances: members });

describe('victims', () => {
  it('are the unhealthy first', () => {
    const members = [...instances(3), instance(3, { isHealthy: false })];
    expect(victimsOf(of(members), 1)).toEqual([instance(3).id]);
  });

  it('come from the zone with the most instances, each in turn', () => {
    const members = ['a', 'a', 'a', 'a', 'b', 'b'].map((zone, index) => instance(index, { zone }));
    const left = members.filter(({ id }) => !victimsOf(of(members), 4).includes(id));
    expect(left.map(({ zone }) => zone).sort()).toEqual(['a', 'b']);
  });

  it('are those of the oldest template version within a zone, by number', () => {
    const members = ['10', '9', '11'].map((launchTemplateVersion, index) =>
      instance(index, { zone: 'a', launchTemplateVersion }),
    );
    expect(victimsOf(of(members), 2)).toEqual([instance(1).id, instance(0).id]);
  });

  it('are never protected, in standby, held by a hook, or on their way', () => {
    const members = [
      instance(0, { isProtected: true, isHealthy: false }),
      instance(1, { lifecycle: 'Standby' }),
      instance(2, { lifecycle: 'Terminating:Wait' }),
      instance(3, { lifecycle: 'Pending:Wait' }),
      instance(4, { lifecycle: 'Detaching' }),
      instance(5),
    ];
    expect(victimsOf(of(members), 6)).toEqual([instance(5).id]);
  });

  it('leave the zones as even as protection allows', () => {
    const members = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(members, fc.nat(30), (zones, count) => {
        const all = zones.map((zone, index) => instance(index, { zone }));
        const victims = new Set(victimsOf(of(all), count));
        const sizes = (list: typeof all) =>
          ['a', 'b', 'c'].map((zone) => list.filter((member) => member.zone === zone).length);
        const spread = (list: typeof all) => Math.max(...sizes(list)) - Math.min(...sizes(list));
        expect(spread(all.filter(({ id }) => !victims.has(id)))).toBeLessThanOrEqual(
          Math.max(1, spread(all)),
        );
        expect(victims.size).toBe(Math.min(count, all.length));
      }),
    );
  });
});

it('a fleet takes in no more than it may touch, and says so', () => {
  const members = [...instances(6, { isProtected: true }), instance(6), instance(7)];
  const observed = world(8, steady(20), { group: of(members) });
  const decision = decideCapacity(situation(observed), { id: 'd', cause: 'c' });
  expect(decision).toMatchObject({ action: 'scale-in', to: 6, victims: [instance(6).id, instance(7).id] });
  expect(decision.reasons.at(-1)).toEqual({ code: 'ALL_PROTECTED', facts: { spare: 2, wanted: 6 } });
});
