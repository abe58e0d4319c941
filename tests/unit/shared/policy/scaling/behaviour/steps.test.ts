import { expect, it } from 'vitest';
import type { ScalingStep } from '../../../../../../shared/domain/index.ts';
import { decideCapacity } from '../../../../../../shared/policy/scaling/index.ts';
import { stepFor } from '../../../../../../shared/policy/scaling/behaviour/steps.ts';
import { fleet, group, situation, steady, world } from '../../../../../support/world.ts';

/** The example of Auto Scaling's own documentation: 50 is wanted, and capacity is 10. */
const steps: readonly ScalingStep[] = [
  { side: 'above', by: 0.2, change: { share: 0.1 } },
  { side: 'above', by: 0.4, change: { share: 0.3 } },
  { side: 'below', by: 0.2, change: { share: 0.1 } },
  { side: 'below', by: 0.4, change: { share: 0.3 } },
];

it.each([
  [59, undefined],
  [60, 1],
  [69, 1],
  [70, 3],
  [500, 3],
  [41, undefined],
  [40, -1],
  [30, -3],
  [0, -3],
])('a breach at %d changes ten instances by %s', (value, change) => {
  expect(stepFor(steps, value, 50, 10)).toBe(change);
});

it('a share above one instance is rounded down, one below it is one', () => {
  expect(stepFor(steps, 70, 50, 9)).toBe(2);
  expect(stepFor(steps, 70, 50, 2)).toBe(1);
  expect(stepFor([{ side: 'above', by: 0, change: { instances: 4 } }], 50, 50, 2)).toBe(4);
});

it('a signal with steps changes capacity by the size of its breach', () => {
  const policy = fleet({
    signals: [{ name: 'requests', metric: 'cpu', target: 50, steps }],
    stabilisation: { out: 0, in: 0 },
  });
  const decide = (value: number) =>
    decideCapacity(situation(world(10, steady(value), { group: group(10) }), policy), {
      id: 'd',
      cause: 'c',
    });
  expect(decide(75)).toMatchObject({ action: 'scale-out', to: 13 });
  expect(decide(35)).toMatchObject({ action: 'scale-in', to: 9 });
  expect(decide(55).reasons.map(({ code }) => code)).toEqual(['NO_STEP']);
});
