import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import type { Signal } from '../../../../../shared/domain/index.ts';
import { UsefulLearner } from '../../../../../shared/policy/scaling/index.ts';
import { withoutGaps } from '../../../../../shared/policy/scaling/signal-rules.ts';
import { viewOf } from '../../../../../shared/policy/scaling/view.ts';
import { fleet, minutes, NOW, situation, steady, world } from '../../../../support/world.ts';

const quiet: Signal = { name: 'requests', metric: 'alb-requests-per-target', target: 100, missing: 'zero' };

describe('silence', () => {
  const filled = (signal: Signal, samples: Parameters<typeof withoutGaps>[1]) =>
    withoutGaps([signal], samples, NOW).get(signal.name);

  it('is nothing to count, where its owner says so', () => {
    const samples = minutes(5, 6, 7, 8, 9, 10).filter(({ value }) => value !== 7 && value < 9);
    expect(filled(quiet, new Map([['requests', samples]]))?.slice(-4)).toEqual([
      { at: NOW - 6 * MINUTE, value: 5 },
      { at: NOW - 5 * MINUTE, value: 6 },
      { at: NOW - 4 * MINUTE, value: 0, total: 0 },
      { at: NOW - 3 * MINUTE, value: 8 },
    ]);
  });

  it('of a signal that has never spoken is zero too, but for what may still be on its way', () => {
    const zeros = filled(quiet, new Map()) ?? [];
    expect(zeros.every(({ value }) => value === 0)).toBe(true);
    expect([zeros[0]?.at, zeros.at(-1)?.at]).toEqual([NOW - 15 * MINUTE, NOW - 4 * MINUTE]);
  });

  it('stays silence by default', () => {
    const { missing: _, ...holding } = quiet;
    const samples = new Map([['requests', minutes(5, 6)]]);
    expect(withoutGaps([holding], samples, NOW)).toBe(samples);
  });
});

describe('what is learnt', () => {
  const learning: Signal = { name: 'requests', metric: 'alb-requests-per-target', useful: 'learn' };

  it('is learnt from the samples of the signal and its companions, once', () => {
    const samples = new Map([
      ['requests', steady(300)],
      ['learn.cpu', steady(60)],
    ]);
    const learner = new UsefulLearner();
    const seen = situation(
      world(4, [], { samples, learners: new Map([['requests', learner]]) }),
      fleet({ signals: [learning] }),
    );
    const view = viewOf(seen);
    expect(view.world.useful?.get('requests')).toBeCloseTo(400);
    const state = learner.snapshot();
    viewOf(seen);
    expect(learner.snapshot()).toEqual(state);
  });

  it('leaves what is known otherwise as it is', () => {
    const useful = new Map([['requests', 250]]);
    const seen = situation(world(4, steady(300), { useful }), fleet({ signals: [learning] }));
    expect(viewOf(seen).world.useful).toEqual(useful);
  });
});
