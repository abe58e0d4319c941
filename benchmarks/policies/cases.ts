import { neededFor } from '../../tools/backtest/needed.ts';
import { familyOf } from '../../tools/backtest/policies/index.ts';
import type { PolicyFamily } from '../../tools/backtest/policy.ts';
import type { Setting } from '../../tools/backtest/setting.ts';
import { usefulLoad } from '../../tools/backtest/setting.ts';
import type { MinuteTrace } from '../../tools/backtest/trace/index.ts';
import { capacityFor } from '../../tools/backtest/trace/index.ts';

/** What differs between the circumstances that policies are compared in. */
export interface Case {
  readonly name: string;
  /** Seconds. */
  readonly boot: number;
  /** Instances that the 99.5th percentile of the load needs. */
  readonly fleet: number;
}

export const USUAL: Case = { name: 'boot 3 min, fleet of 60', boot: 180, fleet: 60 };

export const OTHERS: readonly Case[] = [
  { name: 'boot 1 min', boot: 60, fleet: 60 },
  { name: 'boot 5 min', boot: 300, fleet: 60 },
  { name: 'boot 10 min', boot: 600, fleet: 60 },
  { name: 'fleet of 20', boot: 180, fleet: 20 },
  { name: 'fleet of 300', boot: 180, fleet: 300 },
];

export const BUDGETS = [0.003, 0.01, 0.03] as const;
export const BUDGET = 0.01;

/** Compared in the usual circumstances. */
export const RIVALS: readonly PolicyFamily[] = [
  'target-tracking',
  'step',
  'simple',
  'predictive',
  'hpa',
  'keda',
  'react',
  'hist',
  'reg',
  'adapt',
].map(familyOf);

/** Compared in the other circumstances too. */
export const MAIN_RIVALS: readonly PolicyFamily[] = RIVALS.filter(({ name }) =>
  ['target-tracking', 'step', 'predictive', 'hpa', 'hist'].includes(name),
);

export function settingOf(trace: MinuteTrace, { boot, fleet }: Case, budget = BUDGET): Setting {
  const usefulShare = 0.8;
  const capacity = capacityFor(trace, fleet, usefulShare);
  const highest = trace.load.reduce((most, load) => Math.max(most, load), 0);
  return {
    boot,
    drain: 300,
    lag: 60,
    period: 60,
    capacity,
    usefulShare,
    price: 1,
    min: 1,
    // Out of the way of every policy.
    max: 10 * neededFor(highest, usefulLoad({ capacity, usefulShare }), 1),
    budget,
    headroomAtMost: 3,
    seed: 1,
  };
}
