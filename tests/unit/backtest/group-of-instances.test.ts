import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import { GroupOfInstances } from '../../../tools/backtest/policies/group-of-instances.ts';
import type { Seen } from '../../../tools/backtest/policy.ts';
import { SETTING } from './support.ts';

const seen = (minute: number, inService: number, booting = 0, draining = 0): Seen => ({
  minute,
  at: minute * MINUTE,
  measuredMinute: minute - 2,
  demand: NaN,
  metric: NaN,
  measuredInService: 0,
  inService,
  booting,
  draining,
  desired: inService + booting,
});

function decision(minute: number, from: number, to: number, victims: readonly string[] = []): Decision {
  const kept = { id: 'd', cause: 'c', fleet: 'f', group: 'g', reasons: [], isShadow: false, inputs: {} };
  return { ...kept, at: minute * MINUTE, action: to > from ? 'scale-out' : 'scale-in', from, to, victims };
}

const states = (group: GroupOfInstances) => group.describe(0).instances.map(({ lifecycle }) => lifecycle);

describe('the group of a backtest, as AWS would describe it', () => {
  it('has its instances pending for a boot, and tells of the launch once they serve', () => {
    const group = new GroupOfInstances(SETTING);
    group.passUntil(seen(0, 1));
    group.carryOut(decision(0, 1, 2));
    expect(states(group)).toEqual(['InService', 'Pending']);
    expect(group.activities).toEqual([]);
    group.passUntil(seen(3, 2));
    expect(states(group)).toEqual(['InService', 'InService']);
    const [, launched] = group.describe(2).instances;
    expect(group.activities).toMatchObject([
      { description: `Launching a new EC2 instance: ${launched?.id}`, startedAt: 0, endedAt: 3 * MINUTE },
    ]);
  });

  it('lets those go that were chosen, and tells of it for as long as somebody asks about those minutes', () => {
    const group = new GroupOfInstances(SETTING);
    group.passUntil(seen(0, 3));
    const [first = { id: '' }] = group.describe(3).instances;
    group.carryOut(decision(0, 3, 2, [first.id]));
    expect(group.describe(2).instances.at(-1)).toMatchObject({ id: first.id, lifecycle: 'Terminating:Wait' });
    group.passUntil(seen(4, 2, 0, 1));
    expect(group.activities).toMatchObject([{ description: `Terminating EC2 instance: ${first.id}` }]);
    group.passUntil(seen(6, 2));
    expect(group.activities).toEqual([]);
    expect(states(group)).toEqual(['InService', 'InService']);
  });

  it('cancels the newest of those that boot first, as the simulation does', () => {
    const group = new GroupOfInstances(SETTING);
    group.passUntil(seen(0, 1));
    group.carryOut(decision(0, 1, 3));
    group.carryOut(decision(0, 3, 2));
    group.passUntil(seen(1, 1, 1, 1));
    expect(states(group)).toEqual(['InService', 'Pending', 'Terminating:Wait']);
  });

  it('will not go on beside a simulation that has come to other numbers', () => {
    const group = new GroupOfInstances(SETTING);
    group.passUntil(seen(0, 1));
    expect(() => group.passUntil(seen(1, 2))).toThrow(/not the one that is simulated/);
  });
});
