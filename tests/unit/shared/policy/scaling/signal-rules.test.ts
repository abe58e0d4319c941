import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import type { Signal } from '../../../../../shared/domain/index.ts';
import { decideCapacity, UsefulLearner } from '../../../../../shared/policy/scaling/index.ts';
import { withoutGaps } from '../../../../../shared/policy/scaling/signal-rules.ts';
import { viewOf } from '../../../../../shared/policy/scaling/view.ts';
import { fleet, group, minutes, NOW, situation, steady, world } from '../../../../support/world.ts';

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

describe('a signal', () => {
  const cpu: Signal = { name: 'cpu', metric: 'cpu', target: 50 };
  const backlog: Signal = {
    name: 'requests',
    metric: { kind: 'sqs-backlog', queue: 'orders' },
    target: 10,
    activation: 5,
  };
  const queued = (total: number) => steady(total).map((sample) => ({ ...sample, total }));
  const decided = (
    count: number,
    samples: ReturnType<typeof queued>,
    policy: Signal[],
    cpuValue?: number,
  ) => {
    const seen = world(count, samples, { group: group(count, { min: 0 }) });
    const all = new Map([...seen.samples, ['cpu', cpuValue === undefined ? [] : steady(cpuValue)]]);
    const free = { stabilisation: { out: 0, in: 0 }, signals: policy };
    return decideCapacity(situation({ ...seen, samples: all }, fleet(free)), { id: 'd', cause: 'test' });
  };
  const codes = ({ reasons }: { readonly reasons: readonly { readonly code: string }[] }) =>
    reasons.map(({ code }) => code);

  it('that leaves silence to the others does not hold them up', () => {
    const { missing: _, ...holding } = quiet;
    expect(decided(4, [], [holding, cpu], 10)).toMatchObject({ action: 'hold' });
    expect(decided(4, [], [{ ...holding, missing: 'ignore' }, cpu], 10)).toMatchObject({ to: 1 });
  });

  it('holds when all are silent, whoever leaves it to whom', () => {
    const policy = [
      { ...quiet, missing: 'ignore' as const },
      { ...cpu, missing: 'ignore' as const },
    ];
    expect(decided(4, [], policy)).toMatchObject({ action: 'hold', to: 4 });
  });

  it('below its activation lets a fleet go to zero', () => {
    const decision = decided(2, queued(4), [backlog]);
    expect([decision.to, codes(decision)[0]]).toEqual([0, 'INACTIVE']);
    expect(decided(2, queued(5), [backlog]).to).toBe(1);
  });

  it('at its activation brings a fleet back from zero, with what its load needs', () => {
    expect(decided(0, queued(4), [backlog]).to).toBe(0);
    expect(decided(0, queued(5), [backlog]).to).toBe(1);
    expect(decided(0, queued(35), [backlog]).to).toBe(4);
  });

  it('of the whole fleet asks for it whoever serves', () => {
    const { activation: _, ...always } = backlog;
    expect(decided(4, queued(95), [always]).to).toBe(10);
  });

  it('that is forecast goes to zero and comes back too', () => {
    const { target: _, ...watched } = backlog;
    const policy: Signal[] = [{ ...watched, useful: 10 }];
    expect(codes(decided(2, queued(4), policy))).toContain('INACTIVE');
    expect(decided(0, queued(35), policy).to).toBeGreaterThanOrEqual(4);
  });

  it('says how it came by what it has learnt', () => {
    const learning: Signal = { name: 'requests', metric: 'alb-requests-per-target', useful: 'learn' };
    const samples = new Map([
      ['requests', steady(300)],
      ['learn.cpu', steady(60)],
    ]);
    const seen = world(4, [], { samples, learners: new Map([['requests', new UsefulLearner()]]) });
    const policy = fleet({ signals: [learning] });
    const decision = decideCapacity(situation(seen, policy), { id: 'd', cause: 'test' });
    expect(codes(decision).slice(0, 2)).toEqual(['USEFUL_UNSURE', 'FORECAST']);
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
