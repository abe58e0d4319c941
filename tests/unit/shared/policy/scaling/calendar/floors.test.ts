import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision, Floor, ScalingPolicy } from '../../../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../../../shared/domain/index.ts';
import type { World } from '../../../../../../shared/policy/scaling/index.ts';
import { decideCapacity } from '../../../../../../shared/policy/scaling/index.ts';
import { fleet, group, launch, NOW, past, situation, steady, world } from '../../../../../support/world.ts';

/** `NOW` is Monday, 07:00 in UTC. */
const morning: Floor = { from: '0 7 ? * MON-FRI *', for: 11 * 3600, zone: 'UTC', min: 6 };

function decide(observed: World, policy: Partial<ScalingPolicy>): Decision {
  return decideCapacity(situation(observed, fleet(policy)), { id: 'd', cause: 'c' });
}

const codes = ({ reasons }: Decision) => reasons.map(({ code }) => code);

describe('a floor', () => {
  it('raises capacity when it begins, whatever the signals and their damping say', () => {
    const history = [past(MINUTE / 2, { action: 'scale-out', from: 3, to: 4, inputs: { need: 2 } })];
    const decision = decide(world(4, steady(60), { history }), { floors: [morning] });
    expect(decision).toMatchObject({ action: 'scale-out', from: 4, to: 6 });
    expect(decision.reasons.at(-1)).toEqual({ code: 'FLOOR', facts: { min: 6, until: NOW + 39_600_000 } });
  });

  it('raises capacity while nothing is known of the load', () => {
    expect(decide(world(4, []), { floors: [morning] })).toMatchObject({ action: 'scale-out', to: 6 });
  });

  it('is where scaling in ends', () => {
    expect(decide(world(8, steady(20)), { floors: [morning] }).to).toBe(6);
    expect(codes(decide(world(6, steady(20)), { floors: [morning] }))).toContain('FLOOR');
  });

  it('is silent where more is needed, and before it begins', () => {
    expect(codes(decide(world(8, steady(150)), { floors: [morning] }))).not.toContain('FLOOR');
    const later = { ...morning, from: '1 7 ? * MON-FRI *' };
    expect(decide(world(4, steady(100)), { floors: [later] }).action).toBe('hold');
  });

  it('ends at the maximum of the group and of the owner', () => {
    const floors = [{ ...morning, min: 30 }];
    expect(decide(world(4, steady(100)), { floors }).to).toBe(20);
    expect(decide(world(4, steady(100)), { floors, max: 9 }).to).toBe(9);
  });

  it('does not launch where nothing may be, or can be, launched', () => {
    const suspended = group(4, { suspendedProcesses: ['Launch'] });
    expect(decide(world(4, steady(100), { group: suspended }), { floors: [morning] }).action).toBe('hold');
    const paused = group(4, { tags: { 'evenkeel:paused': 'true' } });
    expect(decide(world(4, steady(100), { group: paused }), { floors: [morning] }).action).toBe('hold');
  });

  it('of several, the highest that stands holds', () => {
    const floors = [morning, { ...morning, min: 9 }, { ...morning, min: 12, from: '0 8 * * ? *' }];
    expect(decide(world(4, steady(100)), { floors }).to).toBe(9);
  });

  it('does not begin on a holiday', () => {
    expect(decide(world(4, steady(100)), { floors: [morning], holidays: ['03-02'] }).action).toBe('hold');
  });
});

describe("the owner's own bounds", () => {
  it('stand within those of the group', () => {
    expect(decide(world(4, steady(1)), { min: 3 }).to).toBe(3);
    expect(decide(world(4, steady(100)), { min: 30 }).to).toBe(20);
    expect(decide(world(4, steady(500)), { max: 5 }).to).toBe(5);
    expect(decide(world(4, steady(500)), { max: 50 }).to).toBe(20);
  });

  it('never take capacity away by themselves', () => {
    expect(decide(world(8, steady(100)), { max: 5 }).action).toBe('hold');
  });
});

it('a floor never lowers capacity, and never makes it more than the larger of floor and need', () => {
  const values = fc.double({ min: 0, max: 400, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 20 }),
      values,
      fc.integer({ min: 1, max: 25 }),
      (count, value, min) => {
        const observed = world(count, steady(value), { activities: [launch(0, 90 * MINUTE)] });
        const without = decide(observed, {});
        const { to } = decide(observed, { floors: [{ ...morning, min }] });
        expect(to).toBeGreaterThanOrEqual(without.to);
        expect(to).toBe(Math.max(without.to, Math.min(20, min)));
      },
    ),
  );
});
