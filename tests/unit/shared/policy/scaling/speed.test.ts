import { expect, it } from 'vitest';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import { decideCapacity } from '../../../../../shared/policy/scaling/index.ts';
import { launch, past, situation, steady, world } from '../../../../support/world.ts';

it('decides for a fleet of twenty with an hour of history in well under a millisecond', () => {
  const observed = world(20, steady(40), {
    history: Array.from({ length: 60 }, (_, minute) => past(minute * MINUTE, { inputs: { need: 12 } })),
    activities: Array.from({ length: 100 }, (_, index) => launch(index, index * MINUTE + 20 * MINUTE)),
  });
  const durations = Array.from({ length: 500 }, () => {
    const start = performance.now();
    decideCapacity(situation(observed), { id: 'd', cause: 'c' });
    return performance.now() - start;
  }).sort((one, other) => one - other);
  // The budget is 50 µs; a machine that is busy with other tests gets ten times that.
  expect(durations[250]).toBeLessThan(0.5);
});
