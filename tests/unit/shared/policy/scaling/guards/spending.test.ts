import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision, ScalingPolicy } from '../../../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../../../shared/domain/index.ts';
import { explain } from '../../../../../../shared/policy/messages/decision.ts';
import type { TimedValue, World } from '../../../../../../shared/policy/scaling/index.ts';
import {
  brakeSignal,
  decideCapacity,
  instanceHoursOf,
  monthStart,
} from '../../../../../../shared/policy/scaling/index.ts';
import {
  fleet,
  group,
  instances,
  launch,
  minutes,
  NOW,
  situation,
  steady,
  world,
} from '../../../../../support/world.ts';

function decide(observed: World, policy: Partial<ScalingPolicy>): Decision {
  return decideCapacity(situation(observed, fleet(policy)), { id: 'd', cause: 'c' });
}

const codes = ({ reasons }: Decision) => reasons.map(({ code }) => code);

describe('the brake of a database', () => {
  const metric = { namespace: 'AWS/RDS', name: 'DatabaseConnections', dimensions: {}, statistic: 'Sum' };
  const brake = { metric, connections: 200, perInstance: 20, atMost: 0.8 };
  const name = brakeSignal(brake).name;
  const inUse = (samples: readonly TimedValue[], change: Partial<World> = {}) =>
    world(4, [], {
      samples: new Map([
        ['requests', steady(300)],
        [name, samples],
      ]),
      ...change,
    });

  it('lets in as many instances as it has connections for', () => {
    const decision = decide(inUse(minutes(80)), { brake });
    expect(decision).toMatchObject({ action: 'scale-out', from: 4, to: 8 });
    expect(explain(decision)).toContain(
      "of the database's 200 connections 80% may be in use and 80 are: too few for 12 instances with 20 each",
    );
    expect(decide(inUse(minutes(20)), { brake }).to).toBe(11);
    expect(codes(decide(inUse(minutes(20)), { brake: { ...brake, connections: 900 } }))).not.toContain(
      'DOWNSTREAM_BRAKE',
    );
  });

  it('counts those on their way, which have not connected yet', () => {
    const coming = group(6, { instances: instances(4) });
    expect(decide(inUse(minutes(80), { group: coming }), { brake }).to).toBe(8);
  });

  it('lets in no more than all together may have, while nothing is known', () => {
    for (const samples of [[], minutes(NaN), [{ at: NOW - 11 * MINUTE, value: 20 }]])
      expect(decide(inUse(samples), { brake })).toMatchObject({ to: 8 });
  });

  it('takes what the databases usually take, and each instance usually opens, where nobody says', () => {
    const { connections: _, perInstance: __, ...measured } = brake;
    const databases = [{ engine: 'postgres', type: 'db.t4g.small' }];
    // 188 connections, 150 of which may be in use; the four have opened 25 each.
    const decision = decide(inUse(minutes(100), { databases }), { brake: measured });
    expect(decision).toMatchObject({ action: 'scale-out', from: 4, to: 6 });
    expect(decision.reasons.at(-1)).toMatchObject({
      code: 'DOWNSTREAM_BRAKE',
      facts: { connections: 188, perInstance: 25, inUse: 100 },
    });
    const both = [...databases, ...databases];
    expect(decide(inUse(minutes(100), { databases: both }), { brake: measured }).to).toBe(12);
  });

  it('does not count who has joined since for one that has opened any', () => {
    const { perInstance: _, ...measured } = brake;
    const { endedAt: __, ...joined } = launch(3, 0, { status: 'WaitingForInstanceWarmup' });
    const decision = decide(inUse(minutes(90), { activities: [joined] }), { brake: measured });
    expect(decision.reasons.at(-1)).toMatchObject({ code: 'DOWNSTREAM_BRAKE', facts: { perInstance: 30 } });
  });

  it('holds nothing back, and says so, where nothing is known of the database', () => {
    const { connections: _, ...unsaid } = brake;
    const { perInstance: __, ...uncounted } = brake;
    const unknown = [
      decide(inUse(minutes(100), { databases: 'unknown' }), { brake: unsaid }),
      decide(inUse(minutes(100), { databases: [] }), { brake: unsaid }),
      decide(inUse(minutes(100), { databases: [{ engine: 'db2-se', type: 'db.m6i.large' }] }), {
        brake: unsaid,
      }),
      decide(inUse([]), { brake: uncounted }),
      decide(inUse(minutes(0)), { brake: uncounted }),
    ];
    for (const decision of unknown) {
      expect(decision.to).toBe(12);
      expect(codes(decision)).toContain('DATABASE_UNKNOWN');
    }
    const notAsked = decide(inUse(minutes(100)), { brake: unsaid });
    expect(notAsked.to).toBe(12);
    expect(codes(notAsked)).not.toContain('DATABASE_UNKNOWN');
  });

  it('takes nothing in, however many are in use', () => {
    expect(decide(inUse(minutes(199)), { brake }).action).toBe('hold');
  });

  it('never lets a scale-out end above its share, by what it knows', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.integer({ min: 1, max: 50 }), (used, perInstance) => {
        const { from, to } = decide(inUse(minutes(used)), { brake: { ...brake, perInstance } });
        expect(to).toBeGreaterThanOrEqual(from);
        if (to > from) expect(used + (to - from) * perInstance).toBeLessThanOrEqual(160);
      }),
    );
  });
});

describe('the money guard', () => {
  // NOW is the 2nd of March, 07:00: 713 hours are left of the month.
  const money = { perMonth: 500, price: 0.1 };
  const spent = (amount: number, change: Partial<World> = {}) =>
    world(4, steady(150), { instanceHours: amount / money.price, ...change });

  it('warns when scaling out would cost more than the month may', () => {
    const decision = decide(spent(100), { money });
    expect(decision).toMatchObject({ action: 'scale-out', to: 6 });
    expect(explain(decision)).toContain(
      '100 of 500 for the month are spent, and at this capacity it will be 527.8',
    );
    expect(codes(decide(spent(50), { money }))).not.toContain('MONEY_SHORT');
  });

  it('keeps capacity from rising once the money is spent', () => {
    const decision = decide(spent(500), { money });
    expect(decision.action).toBe('hold');
    expect(codes(decision)).toContain('MONEY_SPENT');
  });

  it('lets capacity rise to the minimum of the group all the same, and takes nothing in', () => {
    expect(decide(spent(900, { group: group(4, { min: 5 }) }), { money }).to).toBe(5);
    expect(decide(world(8, steady(100), { instanceHours: 9999 }), { money }).action).toBe('hold');
    expect(decide(world(8, steady(20), { instanceHours: 9999 }), { money }).action).toBe('scale-in');
  });

  it('says nothing while what was spent is unknown', () => {
    expect(decide(world(4, steady(150)), { money }).to).toBe(6);
  });

  it('counts whole hours as they were, and the one that goes on as it is', () => {
    expect(monthStart(NOW)).toBe(Date.UTC(2026, 2, 1));
    expect(instanceHoursOf([{ value: 3 }, { value: 4.5 }], 6, NOW + 30 * MINUTE)).toBe(10.5);
  });
});
