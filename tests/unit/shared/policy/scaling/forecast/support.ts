/** Loads and a little fleet that follows a forecaster's plans, for its tests. */
import { MINUTE } from '../../../../../../shared/domain/index.ts';
import type { ForecastAsk, Forecaster, ForecastPlan } from '../../../../../../shared/policy/scaling/index.ts';
import { DEFAULT_TIMINGS } from '../../../../../../shared/policy/scaling/index.ts';

/** A Monday at midnight. */
export const START = Date.UTC(2026, 2, 2);
export const USEFUL = 100;

export function ask(minute: number, change: Partial<ForecastAsk> = {}): ForecastAsk {
  return {
    now: START + minute * MINUTE,
    useful: USEFUL,
    timings: DEFAULT_TIMINGS,
    budget: 0.01,
    headroomAtMost: 0.5,
    desired: 1,
    min: 1,
    max: 1000,
    ...change,
  };
}

export interface Flight {
  /** The plans of each minute. */
  readonly plans: readonly ForecastPlan[];
  /** Instances in service in each minute. */
  readonly serving: readonly number[];
}

/** Flies a fleet by a forecaster through demands, a minute each; NaN is a minute without data. */
export function fly(
  forecaster: Forecaster,
  demands: readonly number[],
  change: Partial<ForecastAsk> = {},
  from = 0,
): Flight {
  const { useful = USEFUL, timings = DEFAULT_TIMINGS } = change;
  const first = demands[0] ?? 0;
  let desired = Math.max(change.min ?? 1, Math.ceil(Number.isNaN(first) ? 0 : first / useful));
  const launches: { readonly minute: number; readonly count: number }[] = [];
  const plans: ForecastPlan[] = [];
  const serving: number[] = [];
  demands.forEach((_, minute) => {
    const measured = minute - 1 - timings.lag / 60;
    const demand = demands[measured];
    if (demand !== undefined)
      forecaster.observe({
        at: START + (from + measured) * MINUTE,
        demand,
        inService: serving[measured] ?? 0,
        useful,
      });
    const plan = forecaster.plan(ask(from + minute, { ...change, desired }));
    if (plan.need > desired) launches.push({ minute, count: plan.need - desired });
    desired = plan.need;
    const booting = launches
      .filter((launch) => minute - launch.minute < timings.boot / 60)
      .reduce((sum, { count }) => sum + count, 0);
    serving.push(Math.max(0, desired - booting));
    plans.push(plan);
  });
  return { plans, serving };
}

/** Numbers that look random and are the same each time: mulberry32. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Days of a load that rises and falls between a quarter and all of `peak`, with some noise. */
export function days(count: number, peak: number, noise = 0.05, seed = 1): number[] {
  const random = chance(seed);
  return Array.from({ length: count * 1440 }, (_, minute) => {
    const wave = 0.625 - 0.375 * Math.cos((2 * Math.PI * minute) / 1440);
    return peak * wave * (1 + noise * (2 * random() - 1));
  });
}

export function constant(count: number, demand: number): number[] {
  return new Array<number>(count).fill(demand);
}

/** The share of minutes, from one on, whose demand was above what served. */
export function violations(demands: readonly number[], { serving }: Flight, from = 0): number {
  const above = demands.filter(
    (demand, minute) => minute >= from && demand > (serving[minute] ?? 0) * USEFUL + 1e-9,
  );
  return above.length / (demands.length - from);
}

export function changes({ plans }: Flight, from = 0): number {
  return plans.slice(from).filter(({ need }, index, all) => index > 0 && need !== all[index - 1]?.need)
    .length;
}
