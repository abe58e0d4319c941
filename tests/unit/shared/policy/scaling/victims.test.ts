import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, unitsOf, weightOf } from '../../../../../shared/domain/index.ts';
import { victimsOf } from '../../../../../shared/policy/scaling/victims.ts';
import { decideCapacity } from '../../../../../shared/policy/scaling/index.ts';
import {
  fleet,
  group,
  instance,
  instances,
  NOW,
  situation,
  steady,
  world,
} from '../../../../support/world.ts';

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

  it('are the emptiest of one version, and those of which nothing is known last', () => {
    const members = instances(4, { zone: 'a' });
    const work = new Map([
      [instance(0).id, 60],
      [instance(1).id, 5],
      [instance(3).id, 30],
    ]);
    expect(victimsOf(of(members), 4, { work })).toEqual([1, 3, 0, 2].map((number) => instance(number).id));
    const old = members.map((one, index) => (index === 2 ? { ...one, launchTemplateVersion: '0' } : one));
    expect(victimsOf(of(old), 1, { work })).toEqual([instance(2).id]);
  });

  it('are of those as empty the one whose hour ends the soonest', () => {
    const launchedAt = new Map(
      [10, 59, 119, 61].map((ago, index) => [instance(index).id, NOW - ago * MINUTE]),
    );
    const work = new Map(instances(4).map(({ id }) => [id, 10]));
    const members = instances(4, { zone: 'a' });
    const order = [1, 2, 0, 3].map((number) => instance(number).id);
    expect(victimsOf(of(members), 4, { work, launchedAt, now: NOW })).toEqual(order);
    expect(
      victimsOf(of(members), 1, { work: new Map([...work, [instance(3).id, 5]]), launchedAt, now: NOW }),
    ).toEqual([instance(3).id]);
  });

  it('come from the fullest zone last where the group does not rebalance', () => {
    const members = ['a', 'a', 'a', 'b'].map((zone, index) =>
      instance(index, { zone, launchTemplateVersion: zone === 'b' ? '1' : '2' }),
    );
    expect(victimsOf(of(members), 1)).toEqual([instance(0).id]);
    const still = { ...of(members), suspendedProcesses: ['AZRebalance'] };
    expect(victimsOf(still, 2)).toEqual([instance(3).id, instance(0).id]);
  });

  it('leave a zone alone that is full of what may not be taken no more than another', () => {
    const members = [
      ...['a', 'a', 'a'].map((zone, index) => instance(index, { zone, isProtected: index > 0 })),
      ...['b', 'b'].map((zone, index) => instance(index + 3, { zone })),
    ];
    expect(victimsOf(of(members), 1)).toEqual([instance(0).id]);
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

describe('in a group that weighs its instances', () => {
  const heavy = (weights: readonly number[]) =>
    of(weights.map((weight, index) => instance(index, { weight })));
  const unitsIn = ({ instances: members }: ReturnType<typeof of>, ids: readonly string[]) =>
    unitsOf(members.filter(({ id }) => ids.includes(id)));

  it('no more units are taken in than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 20 }),
        fc.nat(60),
        (weights, units) => {
          const members = heavy(weights);
          const victims = victimsOf(members, units);
          const left = units - unitsIn(members, victims);
          expect(left).toBeGreaterThanOrEqual(0);
          const stays = members.instances.filter(({ id }) => !victims.includes(id));
          expect(stays.every((one) => weightOf(one) > left)).toBe(true);
        },
      ),
    );
  });

  it('a decision lowers capacity by what its victims weigh', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 99 }),
        fc.boolean(),
        (weights, load, isBudgeted) => {
          const members = { ...heavy(weights), min: 1, max: 200 };
          const desired = unitsOf(members.instances);
          const observed = world(1, steady(load), { group: { ...members, desired } });
          const budget = { disruption: { atMost: { share: 0.3 }, per: 3600 } };
          const policy = { ...fleet(), ...(isBudgeted && budget) };
          const decision = decideCapacity(situation(observed, policy), { id: 'd', cause: 'c' });
          expect(decision.from - decision.to).toBe(unitsIn(members, decision.victims));
          if (!isBudgeted) return;
          const allowed = Math.max(Math.min(...weights), Math.floor(desired * 0.3));
          expect(decision.from - decision.to).toBeLessThanOrEqual(allowed);
        },
      ),
    );
  });

  it('a decision says what whole instances leave undone', () => {
    const observed = world(1, steady(90), { group: { ...heavy([4, 4, 4]), desired: 12 } });
    const decision = decideCapacity(situation(observed, fleet({ tolerance: 0 })), { id: 'd', cause: 'c' });
    expect(decision).toMatchObject({ action: 'hold', from: 12 });
    expect(decision.reasons.at(-1)).toEqual({ code: 'INSTANCES_WEIGH', facts: { wanted: 1, fits: 0 } });
  });
});
