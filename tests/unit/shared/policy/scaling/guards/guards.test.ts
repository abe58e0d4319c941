import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, Decision, Fleet } from '../../../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../../../shared/domain/index.ts';
import type { World } from '../../../../../../shared/policy/scaling/index.ts';
import { decideCapacity } from '../../../../../../shared/policy/scaling/index.ts';
import { explain } from '../../../../../../shared/policy/messages/decision.ts';
import {
  fleet,
  group,
  instance,
  instances,
  launch,
  NOW,
  situation,
  steady,
  world,
} from '../../../../../support/world.ts';

function decide(observed: World, policy: Fleet = fleet()): Decision {
  return decideCapacity(situation(observed, policy), { id: 'd', cause: 'c' });
}

const codes = ({ reasons }: Decision) => reasons.map(({ code }) => code);
const ill = (count: number, of: number) =>
  group(of, {
    instances: instances(of).map((member, index) => ({ ...member, isHealthy: index >= count })),
  });

describe('when too many instances are unhealthy', () => {
  it('none is taken in', () => {
    expect(codes(decide(world(8, steady(20), { group: ill(4, 8) })))).toContain('UNHEALTHY_SHARE');
    expect(decide(world(8, steady(20), { group: ill(3, 8) })).action).toBe('scale-in');
  });

  it('capacity rises by little at a time', () => {
    const decision = decide(world(8, steady(500), { group: ill(4, 8) }));
    expect(decision).toMatchObject({ action: 'scale-out', to: 9 });
    expect(explain(decision)).toContain('4 of 8 instances are unhealthy');
    expect(decide(world(8, steady(500), { group: ill(3, 8) })).to).toBe(20);
  });
});

describe('a zone that has lost most of its instances', () => {
  const spread = (change: (index: number) => object) =>
    group(9, {
      instances: Array.from({ length: 9 }, (_, index) =>
        instance(index, { zone: 'abc'.charAt(index % 3), ...change(index) }),
      ),
    });
  const gone = (number: number, zone: string, ago: number): Activity => ({
    id: `end-${number}`,
    status: 'Successful',
    description: `Terminating EC2 instance: ${instance(number).id}`,
    cause:
      'At 2026-03-02T06:50:00Z an instance was taken out of service in response to an EC2 instance status checks failure.',
    zone,
    startedAt: NOW - ago,
    endedAt: NOW - ago + MINUTE,
  });

  it('lets nothing be taken in', () => {
    const unhealthyA = spread((index) => ({ isHealthy: index % 3 !== 0 }));
    const decision = decide(world(9, steady(20), { group: unhealthyA }));
    expect(codes(decision)).toContain('ZONE_OUTAGE');
    expect(explain(decision)).toContain('zone a has lost 3 instances and has 0 left');
  });

  it('counts those that its group has given up within the half hour', () => {
    const without = spread(() => ({}));
    const left = {
      ...without,
      instances: without.instances.filter(({ zone }, index) => zone !== 'a' || index === 0),
    };
    const ended = (ago: number) => [gone(20, 'a', ago), gone(21, 'a', ago)];
    expect(codes(decide(world(9, steady(20), { group: left, activities: ended(10 * MINUTE) })))).toContain(
      'ZONE_OUTAGE',
    );
    expect(
      codes(decide(world(9, steady(20), { group: left, activities: ended(31 * MINUTE) }))),
    ).not.toContain('ZONE_OUTAGE');
    const byUs = ended(10 * MINUTE).map((end) => ({ ...end, cause: 'At the request of a user.' }));
    expect(codes(decide(world(9, steady(20), { group: left, activities: byUs })))).not.toContain(
      'ZONE_OUTAGE',
    );
  });

  it('is none when a single instance is ill, or all zones are', () => {
    expect(
      decide(world(9, steady(20), { group: spread((index) => ({ isHealthy: index !== 0 })) })).action,
    ).toBe('scale-in');
    const everywhere = decide(world(9, steady(20), { group: ill(9, 9) }));
    expect(codes(everywhere)).not.toContain('ZONE_OUTAGE');
  });
});

describe('launches that fail', () => {
  const short = (desired: number) => group(desired, { instances: instances(desired - 2) });
  const failed = (message: string, ...agos: readonly number[]): Activity[] =>
    agos.map((ago, index) => launch(index, ago, { status: 'Failed', statusMessage: message }));
  const wanting = (activities: readonly Activity[]) =>
    decide(world(8, steady(300), { group: short(8), activities }));
  const capacity =
    'We currently do not have sufficient t4g.small capacity in the Availability Zone you requested';

  it('are tried again after a time that their cause sets', () => {
    const quota = 'You have requested more vCPU capacity than your current vCPU limit of 32 allows';
    expect(codes(wanting(failed(capacity, MINUTE)))).toContain('LAUNCHES_FAIL');
    expect(wanting(failed(capacity, 2 * MINUTE)).action).toBe('scale-out');
    expect(codes(wanting(failed(quota, 9 * MINUTE)))).toContain('LAUNCHES_FAIL');
    expect(wanting(failed(quota, 10 * MINUTE)).action).toBe('scale-out');
  });

  it('wait twice as long for each failure in a row, up to a limit', () => {
    const four = [8, 20, 30, 40].map((minutes) => minutes * MINUTE);
    expect(codes(wanting(failed(capacity, ...four)))).toContain('LAUNCHES_FAIL');
    expect(wanting([...failed(capacity, 8 * MINUTE), launch(9, 20 * MINUTE)]).action).toBe('scale-out');
    const many = Array.from({ length: 50 }, (_, index) => (30 + index) * MINUTE);
    expect(wanting(failed(capacity, ...many)).action).toBe('scale-out');
  });

  it('of many instances at once are one failure', () => {
    const burst = [130, 128, 126, 124].map((seconds) => seconds * 1000);
    expect(wanting(failed(capacity, ...burst)).action).toBe('scale-out');
    const apart = [124, 160, 196, 232].map((seconds) => seconds * 1000);
    expect(wanting(failed(capacity, ...apart)).reasons.at(-1)).toMatchObject({ facts: { failures: 4 } });
  });

  it.each([
    ['capacity', capacity, 'other instance types or zones'],
    ['quota', 'VcpuLimitExceeded', 'ask for a higher quota'],
    ['addresses', 'There are not enough free addresses in subnet "subnet-0a1b2c3d"', 'a larger subnet'],
    ['image', "The image id '[ami-0123456789abcdef0]' does not exist.", 'mend the image'],
  ])('for %s say what else can be done', (_, message, mend) => {
    const text = explain(wanting(failed(message, 30_000)));
    expect(text).toContain(message);
    expect(text).toContain(mend);
  });
});

describe('scaling in', () => {
  const low = (policy: Partial<Fleet>, change: Partial<World> = {}) =>
    decide(world(10, steady(20), change), { ...fleet(), ...policy });
  const budget = { disruption: { atMost: { share: 0.2 }, per: 3600 } };
  const interrupted = (...numbers: readonly number[]) => [
    {
      at: NOW - 5 * MINUTE,
      cause: 'interruption' as const,
      instances: numbers.map((n) => ({ id: instance(n).id })),
    },
  ];

  it('takes no more than is left of the disruption budget', () => {
    expect(low(budget)).toMatchObject({ from: 10, to: 8 });
    const one = low(budget, { disruptions: interrupted(30) });
    expect(one.victims).toHaveLength(1);
    expect(explain(one)).toContain(
      'the disruption budget has 1 of 2 left, 1 being used, the first of them until',
    );
    expect(codes(low(budget, { disruptions: interrupted(30, 31) }))).toContain('DISRUPTION_BUDGET');
    expect(low(budget, { disruptions: interrupted(30, 31) }).action).toBe('hold');
  });

  it('takes no more of a zone than its budget has left', () => {
    const disruption = { atMost: { instances: 6 }, per: 3600, perZone: { instances: 1 } };
    const decision = low({ disruption });
    expect(decision).toMatchObject({ to: 8 });
    expect(codes(decision)).toContain('DISRUPTION_BUDGET_OF_ZONE');
    const zones = decision.victims.map((id) => instances(10).find((member) => member.id === id)?.zone);
    expect(new Set(zones).size).toBe(2);
  });

  it('leaves alone what is marked by its owner, and takes nothing while that is unknown', () => {
    const marked = new Set(instances(9).map(({ id }) => id));
    const decision = low({}, { untouchable: marked });
    expect(decision.victims).toEqual([instance(9).id]);
    expect(codes(low({}, { untouchable: 'unknown' }))).toContain('TAGS_UNKNOWN');
  });

  it('takes the emptiest first, then those whose hour is nearest to its end', () => {
    const work = new Map(instances(10).map(({ id }, index) => [id, index === 4 ? 1 : 50]));
    const disruption = { atMost: { instances: 1 }, per: 3600 };
    expect(low({ disruption }, { work }).victims).toEqual([instance(4).id]);
    const activities = instances(10).map((_, index) => launch(index, (index === 6 ? 118 : 90) * MINUTE));
    expect(low({ disruption }, { activities }).victims).toEqual([instance(6).id]);
  });

  it('never takes more than the budget, whatever the world', () => {
    const some = fc.record({
      count: fc.integer({ min: 2, max: 20 }),
      used: fc.integer({ min: 0, max: 6 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      value: fc.double({ min: 0, max: 90, noNaN: true }),
    });
    fc.assert(
      fc.property(some, ({ count, used, share, value }) => {
        const disruptions = interrupted(...Array.from({ length: used }, (_, index) => 40 + index));
        const { from, to, victims } = decide(world(count, steady(value), { disruptions }), {
          ...fleet(),
          disruption: { atMost: { share }, per: 3600 },
        });
        const limit = share === 0 ? 0 : Math.max(1, Math.floor(count * share + 1e-9));
        expect(from - to).toBeLessThanOrEqual(Math.max(0, limit - used));
        expect(victims).toHaveLength(from - to);
      }),
    );
  });
});
