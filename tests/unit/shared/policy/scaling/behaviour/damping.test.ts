import { describe, expect, it } from 'vitest';
import type { ScalingPolicy } from '../../../../../../shared/domain/index.ts';
import { damped } from '../../../../../../shared/policy/scaling/behaviour/damping.ts';
import { capacityOf } from '../../../../../../shared/policy/scaling/capacity.ts';
import { fleet, past, situation, world } from '../../../../../support/world.ts';

const useful = { signals: [{ name: 'requests', metric: 'alb-requests-per-target', useful: 100 }] } as const;
const changed = past(20_000, { action: 'scale-out', from: 3, to: 4 });

function damp(to: number, part: 'targets' | 'whole', policy: Partial<ScalingPolicy>): number {
  const seen = situation(world(4, [], { history: [changed] }), fleet(policy));
  return damped({ from: 4, to, reasons: [] }, { ...seen, capacity: capacityOf(seen) }, part).to;
}

describe('damping', () => {
  it('by default binds what targets ask for, and no forecast', () => {
    expect(damp(6, 'targets', {})).toBe(4);
    expect(damp(6, 'whole', {})).toBe(6);
  });

  it('that the owner has written binds the whole', () => {
    expect(damp(6, 'whole', { ...useful, binding: ['cooldown'] })).toBe(4);
    expect(damp(6, 'targets', { ...useful, binding: ['cooldown'] })).toBe(6);
    expect(damp(60, 'whole', { ...useful, binding: ['step'], step: { out: 1, in: 1 } })).toBe(8);
  });

  it('gives a forecast the dead band that the owner has written', () => {
    const band = { ...useful, tolerance: { out: 0.25, in: 0.5 }, binding: ['tolerance'] } as const;
    expect([2, 3, 5, 6].map((to) => damp(to, 'whole', band))).toEqual([4, 4, 4, 6]);
    expect(damp(1, 'whole', band)).toBe(1);
  });
});
