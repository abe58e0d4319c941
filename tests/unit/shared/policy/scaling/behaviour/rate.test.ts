import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision, Rate, ScalingPolicy } from '../../../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../../../shared/domain/index.ts';
import type { World } from '../../../../../../shared/policy/scaling/index.ts';
import { decideCapacity } from '../../../../../../shared/policy/scaling/index.ts';
import { fleet, group, past, situation, steady, world } from '../../../../../support/world.ts';

function decide(observed: World, policy: Partial<ScalingPolicy>): Decision {
  const free = { cooldown: { out: 0, in: 0 }, stabilisation: { out: 0, in: 0 } };
  return decideCapacity(situation(observed, fleet({ ...free, ...policy })), { id: 'd', cause: 'c' });
}

const codes = ({ reasons }: Decision) => reasons.map(({ code }) => code);
const out = (rate: Rate) => ({ rate: { out: rate } });
const into = (rate: Rate) => ({ rate: { in: rate } });
const four = { instances: 4, per: 60 };
const half = { share: 0.5, per: 60 };

describe('a rate limits how fast capacity changes', () => {
  it('by the widest of its limits, or by the narrowest', () => {
    const high = world(10, steady(900), { group: group(10, { max: 200 }) });
    expect(decide(high, out({ limits: [four, half], select: 'max' })).to).toBe(15);
    expect(decide(high, out({ limits: [four, half], select: 'min' })).to).toBe(14);
    const low = world(10, steady(1));
    expect(decide(low, into({ limits: [four, half], select: 'max' })).to).toBe(5);
    expect(decide(low, into({ limits: [four, half], select: 'min' })).to).toBe(6);
    expect(codes(decide(low, into({ limits: [four], select: 'min' })))).toContain('RATE_LIMITED');
  });

  it('counting what was changed within the period already', () => {
    const history = [
      past(30_000, { action: 'scale-out', from: 8, to: 11 }),
      past(90_000, { action: 'scale-out', from: 4, to: 8 }),
    ];
    const high = world(11, steady(300), { history });
    expect(decide(high, out({ limits: [four], select: 'max' })).to).toBe(12);
    // Half of the eight with which the minute began, less the three that have come since.
    expect(decide(high, out({ limits: [half], select: 'max' })).to).toBe(12);
    expect(decide(high, out({ limits: [{ ...four, per: 120 }], select: 'max' })).action).toBe('hold');
  });

  it('in its own direction alone', () => {
    const rate = out({ limits: [{ instances: 1, per: 60 }], select: 'max' });
    expect(decide(world(10, steady(1)), rate).to).toBe(2);
  });

  it('of nothing, where the direction is disabled', () => {
    const disabled = into({ limits: [], select: 'disabled' });
    expect(codes(decide(world(8, steady(1)), disabled))).toContain('DIRECTION_DISABLED');
    expect(decide(world(8, steady(150)), disabled).action).toBe('scale-out');
  });

  it('always lets through one instance of a small fleet', () => {
    const gentle = { limits: [{ share: 0.05, per: 60 }], select: 'max' as const };
    expect(decide(world(3, steady(10)), into(gentle)).to).toBe(2);
    expect(decide(world(3, steady(900)), out(gentle)).to).toBe(4);
  });

  it('over any minutes, however the load goes', () => {
    const limits = fc.array(
      fc.oneof(
        fc.record({ instances: fc.integer({ min: 1, max: 6 }), per: fc.integer({ min: 60, max: 600 }) }),
        fc.record({ share: fc.double({ min: 0.05, max: 1, noNaN: true }), per: fc.constant(120) }),
      ),
      { minLength: 1, maxLength: 3 },
    );
    const loads = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 5, maxLength: 30 });
    fc.assert(
      fc.property(limits, loads, (some, demands) => {
        const rate: Rate = { limits: some, select: 'min' };
        const changes: { at: number; from: number; to: number }[] = [];
        let count = 5;
        for (const [minute, demand] of demands.entries()) {
          const history = changes
            .map((change) =>
              past((minute - change.at) * MINUTE, {
                ...change,
                at: past((minute - change.at) * MINUTE, {}).at,
                action: change.to > change.from ? 'scale-out' : 'scale-in',
              }),
            )
            .reverse();
          const { from, to } = decide(
            world(count, steady(demand / count), { history, group: group(count, { min: 1, max: 60 }) }),
            { rate: { out: rate, in: rate } },
          );
          if (from !== to) changes.push({ at: minute, from, to });
          count = to;
          for (const limit of some) {
            if (!('instances' in limit)) continue;
            const recent = changes.filter(({ at }) => (minute - at) * 60 < limit.per);
            const moved = (direction: 1 | -1) =>
              recent.reduce((sum, change) => sum + Math.max(0, direction * (change.to - change.from)), 0);
            expect(moved(1)).toBeLessThanOrEqual(limit.instances);
            expect(moved(-1)).toBeLessThanOrEqual(limit.instances);
          }
        }
      }),
    );
  });
});

describe('tolerance', () => {
  it('may differ by direction', () => {
    const tolerance = { out: 0.05, in: 0.3 };
    expect(decide(world(10, steady(107)), { tolerance }).action).toBe('scale-out');
    expect(decide(world(10, steady(75)), { tolerance }).action).toBe('hold');
    expect(decide(world(10, steady(69)), { tolerance }).action).toBe('scale-in');
  });
});

describe('fallback', () => {
  const policy = { fallback: { instances: 6, after: 600 } };
  const silentFor = (minutes: number) =>
    steady(100).map(({ at, value }) => ({ at: at - minutes * MINUTE, value }));

  it('is capacity that stands once no signal has had data for so long', () => {
    expect(decide(world(4, silentFor(8)), policy).action).toBe('hold');
    const silent = decide(world(4, silentFor(10)), policy);
    expect(silent).toMatchObject({ action: 'scale-out', to: 6 });
    expect(codes(silent)).toEqual(['NO_DATA', 'FALLBACK']);
    expect(decide(world(4, []), policy).to).toBe(6);
  });

  it('takes no capacity away', () => {
    expect(decide(world(8, []), policy).action).toBe('hold');
  });

  it('waits for the last signal to be silent', () => {
    const two = {
      ...policy,
      signals: [...fleet().scaling.signals, { name: 'cpu', metric: 'cpu' as const, target: 50 }],
    };
    const samples = new Map([['cpu', steady(50)]]);
    expect(decide(world(4, [], { samples }), two).action).toBe('hold');
  });
});
