import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../../../shared/domain/index.ts';
import type { Decision } from '../../../../../shared/domain/index.ts';
import type { World } from '../../../../../shared/policy/scaling/index.ts';
import { decideCapacity } from '../../../../../shared/policy/scaling/index.ts';
import { fleet, launch, minutes, NOW, past, situation, steady, world } from '../../../../support/world.ts';

function decide(observed: World, policy = fleet()): Decision {
  return decideCapacity(situation(observed, policy), { id: 'd', cause: 'c' });
}

const reasons = (decision: Decision) => decision.reasons.map(({ code }) => code);

describe('cooldown', () => {
  const out = (ago: number) => past(ago, { action: 'scale-out', from: 3, to: 4 });

  it('keeps two changes in one direction apart, to the second', () => {
    const decision = decide(world(4, steady(200), { history: [out(59 * SECOND)] }));
    expect(decision.reasons.at(-1)).toEqual({ code: 'COOLING_DOWN', facts: { until: NOW + SECOND } });
    expect(decide(world(4, steady(200), { history: [out(60 * SECOND)] })).action).toBe('scale-out');
  });

  it('of one direction does not hold the other', () => {
    const scaledIn = past(10 * SECOND, { action: 'scale-in', from: 5, to: 4 });
    expect(decide(world(4, steady(200), { history: [scaledIn] })).action).toBe('scale-out');
  });

  it('does not count a change that was recorded and never carried out', () => {
    const died = past(10 * SECOND, { action: 'scale-out', from: 4, to: 6 });
    expect(decide(world(4, steady(200), { history: [died] })).action).toBe('scale-out');
    expect(reasons(decide(world(4, steady(200), { history: [died, out(30 * SECOND)] })))).toContain(
      'COOLING_DOWN',
    );
  });

  it('does not count what a shadow decided, nor that nothing was done', () => {
    const history = [past(SECOND, {}), { ...out(SECOND), isShadow: true }];
    expect(decide(world(4, steady(200), { history })).action).toBe('scale-out');
  });
});

describe('stabilisation', () => {
  const dip = minutes(100, 100, 100, 100, 100, 100, 100, 100, 100, 40);

  it('scales in only to the highest need of the window', () => {
    const decision = decide(world(10, minutes(70, 70, 70, 60, 40)));
    expect(decision).toMatchObject({ action: 'scale-in', to: 7 });
    expect(decision.reasons.at(-1)).toMatchObject({ code: 'STABILISING', facts: { need: 7 } });
  });

  it('does nothing while capacity was needed within the window', () => {
    expect(reasons(decide(world(10, dip)))).toContain('STABILISING');
    const short = fleet({ stabilisation: { out: 0, in: 60 } });
    expect(decide(world(10, dip), short).action).toBe('scale-in');
  });

  it('remembers needs that were recorded while capacity was another', () => {
    const history = [past(9 * MINUTE, { inputs: { need: 8 } }), past(11 * MINUTE, { inputs: { need: 10 } })];
    expect(decide(world(10, steady(40), { history })).to).toBe(8);
  });

  it('does not read samples from before the last instance came as if it had been there', () => {
    const samples = minutes(200, 200, 40, 40, 40);
    expect(decide(world(10, samples)).action).toBe('hold');
    expect(decide(world(10, samples, { activities: [launch(1, 3 * MINUTE)] })).to).toBe(4);
  });

  it('scales out only to the lowest need of its window', () => {
    const patient = fleet({ stabilisation: { out: 180, in: 600 } });
    expect(decide(world(4, minutes(100, 100, 100, 300)), patient).action).toBe('hold');
    expect(decide(world(4, minutes(100, 150, 200, 300)), patient).action).toBe('scale-out');
    expect(decide(world(4, minutes(100, 150, 200, 300)), patient).to).toBe(8);
  });
});
