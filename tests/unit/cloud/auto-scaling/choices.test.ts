import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupInstance, Place } from '../../../../tools/cloud/services/auto-scaling/model.ts';
import { choosePlace, imbalance, tally } from '../../../../tools/cloud/services/auto-scaling/placement.ts';
import { chooseVictims } from '../../../../tools/cloud/services/auto-scaling/victims.ts';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const CURRENT = { id: 'lt-1', name: 'web', version: 5 };

function instance(id: string, over: Partial<GroupInstance> = {}): GroupInstance {
  return {
    id,
    zone: 'a',
    subnetId: 'subnet-a',
    imageId: 'ami-1',
    instanceType: 't4g.small',
    launchedAt: NOW - HOUR / 2,
    market: 'on-demand',
    weight: undefined,
    template: CURRENT,
    state: 'InService',
    health: 'Healthy',
    unhealthyBecause: undefined,
    isProtected: false,
    inServiceSince: NOW - HOUR / 2,
    targetGroups: new Set(),
    activity: undefined,
    isEnding: false,
    route: { origin: 'EC2', destination: 'AutoScalingGroup' },
    ...over,
  };
}

const by = (...policies: string[]) => ({ policies, current: CURRENT, excess: undefined, now: NOW });
const victims = (instances: GroupInstance[], surplus: number, ...policies: string[]) =>
  chooseVictims(instances, surplus, by(...policies)).map(({ id }) => id);

describe('a scale-in', () => {
  it('begins in the most crowded zone, whatever the policy', () => {
    const group = [
      instance('i-old', { zone: 'b', launchedAt: 0 }),
      instance('i-1', { launchedAt: NOW - 2 }),
      instance('i-2', { launchedAt: NOW - 1 }),
    ];
    expect(victims(group, 1, 'OldestInstance')).toEqual(['i-1']);
  });

  it.each([
    ['OldestInstance', 'i-oldest'],
    ['NewestInstance', 'i-newest'],
    ['OldestLaunchTemplate', 'i-version-2'],
    ['ClosestToNextInstanceHour', 'i-nearly-an-hour'],
    ['Default', 'i-version-2'],
  ])('by %s takes %s', (policy, expected) => {
    const group = [
      instance('i-oldest', { launchedAt: NOW - 90.2 * HOUR }),
      instance('i-nearly-an-hour', { launchedAt: NOW - 0.99 * HOUR }),
      instance('i-newest', { launchedAt: NOW - 0.1 * HOUR }),
      instance('i-version-2', { template: { ...CURRENT, version: 2 } }),
    ];
    expect(victims(group, 1, policy)).toEqual([expected]);
  });

  it('takes attached instances, then those of other templates, before old versions', () => {
    const group = [
      instance('i-current'),
      instance('i-old', { template: { ...CURRENT, version: 1 } }),
      instance('i-other', { template: { ...CURRENT, id: 'lt-2', version: 9 } }),
      instance('i-attached', { template: undefined }),
    ];
    expect(victims(group, 4, 'OldestLaunchTemplate')).toEqual([
      'i-attached',
      'i-other',
      'i-old',
      'i-current',
    ]);
  });

  it('lets the next policy decide what one leaves open', () => {
    const group = [
      instance('i-new', { template: { ...CURRENT, version: 1 }, launchedAt: NOW - 1 }),
      instance('i-old', { template: { ...CURRENT, version: 1 }, launchedAt: NOW - 2 }),
      instance('i-oldest', { launchedAt: 0 }),
    ];
    expect(victims(group, 1, 'OldestLaunchTemplate', 'OldestInstance')).toEqual(['i-old']);
  });

  it('leaves the zones even', () => {
    const group = ['a', 'a', 'a', 'b', 'b', 'b'].map((zone, index) =>
      instance(`i-${index}`, { zone, launchedAt: index }),
    );
    const taken = chooseVictims(group, 4, by('OldestInstance'));
    expect(taken.map(({ zone }) => zone).toSorted()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('takes launches that are under way before all else, the latest first, protected or not', () => {
    const group = [
      instance('i-serving'),
      instance('i-earlier', { state: 'Pending:Wait', launchedAt: NOW - 2, isProtected: true }),
      instance('i-later', { state: 'Pending', launchedAt: NOW - 1 }),
    ];
    expect(victims(group, 3, 'OldestInstance')).toEqual(['i-later', 'i-earlier', 'i-serving']);
  });

  it.each(['Default', 'AllocationStrategy'])(
    'by %s takes first what a mixed group has too much of',
    (policy) => {
      const group = [instance('i-a'), instance('i-spot', { market: 'spot', launchedAt: NOW - 1 })];
      const taken = (excess: 'on-demand' | 'spot') =>
        chooseVictims(group, 1, { ...by(policy), excess }).map(({ id }) => id);
      expect([taken('spot'), taken('on-demand')]).toEqual([['i-spot'], ['i-a']]);
    },
  );

  it('takes no instance whose weight is more than what is too much', () => {
    const group = [
      instance('i-heavy', { weight: 4, launchedAt: 0 }),
      instance('i-light', { weight: 1, launchedAt: NOW - 1 }),
      instance('i-middle', { weight: 2, launchedAt: NOW - 2 }),
    ];
    expect(victims(group, 3, 'OldestInstance')).toEqual(['i-middle', 'i-light']);
  });

  it('never takes the protected, nor more than asked', () => {
    const any = fc.array(
      fc.record({
        zone: fc.constantFrom('a', 'b', 'c'),
        isProtected: fc.boolean(),
        launchedAt: fc.integer({ min: 0, max: NOW }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 20 }), (drawn, howMany) => {
        const group = drawn.map((over, index) => instance(`i-${index}`, over));
        const taken = chooseVictims(group, howMany, by('Default'));
        const free = group.filter(({ isProtected }) => !isProtected).length;
        expect(taken).toHaveLength(Math.min(howMany, free));
        expect(taken.every(({ isProtected }) => !isProtected)).toBe(true);
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });
});

describe('a launch', () => {
  const places: Place[] = [
    { zone: 'a', subnetId: 'a1' },
    { zone: 'a', subnetId: 'a2' },
    { zone: 'b', subnetId: 'b1' },
  ];

  it('goes to the sparsest zone and its emptiest subnet', () => {
    const at = (zone: string, subnetId: string) => ({ zone, subnetId });
    expect(choosePlace(places, [at('b', 'b1')], new Map(), NOW)).toEqual(places[0]);
    expect(choosePlace(places, [at('b', 'b1'), at('b', 'b1'), at('a', 'a1')], new Map(), NOW)).toEqual(
      places[1],
    );
  });

  it('avoids a zone that failed lately, unless all did', () => {
    expect(choosePlace(places, [], new Map([['a', NOW - 1000]]), NOW)?.zone).toBe('b');
    expect(
      choosePlace(
        places,
        [],
        new Map([
          ['a', NOW - 1000],
          ['b', NOW],
        ]),
        NOW,
      )?.zone,
    ).toBe('a');
    expect(choosePlace(places, [], new Map([['a', NOW - HOUR]]), NOW)?.zone).toBe('a');
  });

  it('keeps the zones within one instance of each other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (count) => {
        const placed: Place[] = [];
        for (let launch = 0; launch < count; launch++) {
          const place = choosePlace(places, placed, new Map(), NOW);
          if (place !== undefined) placed.push(place);
        }
        const inZone = tally(placed, 'zone');
        expect(Math.abs((inZone.get('a') ?? 0) - (inZone.get('b') ?? 0))).toBeLessThanOrEqual(1);
        expect(imbalance(['a', 'b'], placed)).toBeUndefined();
      }),
    );
  });
});

describe('an imbalance', () => {
  it('is a difference of more than one instance, empty zones included', () => {
    const inA = [{ zone: 'a' }, { zone: 'a' }];
    expect(imbalance(['a', 'b'], inA)).toEqual({ crowded: 'a', sparse: 'b' });
    expect(imbalance(['a', 'b'], [...inA, { zone: 'b' }])).toBeUndefined();
    expect(imbalance([], [])).toBeUndefined();
  });
});
