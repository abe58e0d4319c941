import type { Instant, Reason, ScalingPolicy, ScalingStep, TargetSignal } from '../../domain/index.ts';
import { MINUTE, toleranceOf } from '../../domain/index.ts';
import { stepFor } from './behaviour/steps.ts';
import { reason } from './plan.ts';
import type { TimedValue } from './world.ts';

/** What one signal asks for. */
export interface Demand {
  readonly wants: 'out' | 'in' | 'keep' | 'unknown';
  /** Instances needed. */
  readonly need: number;
  readonly because: Reason | readonly Reason[];
}

/** The capacity that a signal's value was measured on. */
export interface Measured {
  /** Desired capacity: what `keep` asks for. */
  readonly desired: number;
  /** Instances that share the load. */
  readonly serving: number;
  /** Those of them whose part in the load the value shows. */
  readonly settled: number;
}

/**
 * How old a sample may be to speak for now: EC2's basic monitoring gives one value in five minutes.
 */
const FRESH = 6 * MINUTE;

// Products like 3 × 1.4 / 1.4 may end a hair above the whole number that they mean.
const ROUNDING = 1e-9;

/** The newest sample that can speak for now, if it is a number that a metric can have. */
export function freshSample(samples: readonly TimedValue[], now: Instant): TimedValue | undefined {
  const newest = samples.findLast(({ value }) => isMeasure(value));
  return newest !== undefined && now - newest.at <= FRESH ? newest : undefined;
}

export function isMeasure(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

/**
 * What a signal's value asks for: capacity in proportion to value over target, as AWS's target tracking and
 * Kubernetes' HPA have it; nothing as long as the value is near enough to its target.
 *
 * Out, instances that still warm up do not count: they take load without yet relieving the others, and what they
 * will relieve is already under way.
 */
export function demandOf(
  signal: TargetSignal,
  value: number | undefined,
  on: Measured,
  policy: Pick<ScalingPolicy, 'tolerance'>,
): Demand {
  const { name, target } = signal;
  if (value === undefined || on.serving === 0) {
    return { wants: 'unknown', need: on.desired, because: reason('NO_DATA', { signal: name }) };
  }
  const facts = { signal: name, value, target };
  if (signal.steps !== undefined) return steppedDemand(signal.steps, facts, on.desired);
  if (value > target * (1 + toleranceOf(policy, 'out'))) {
    const need = Math.max(on.desired, neededFor(on.settled, value, target));
    return { wants: 'out', need, because: reason('SIGNAL_ABOVE_TARGET', { ...facts, need }) };
  }
  if (value < target * (1 - toleranceOf(policy, 'in'))) {
    const need = Math.min(on.desired, neededFor(on.serving, value, target));
    return { wants: 'in', need, because: reason('SIGNAL_BELOW_TARGET', { ...facts, need }) };
  }
  const tolerance = toleranceOf(policy, value > target ? 'out' : 'in');
  return { wants: 'keep', need: on.desired, because: reason('WITHIN_TOLERANCE', { ...facts, tolerance }) };
}

/**
 * What a figure of the whole fleet asks for. It is known whoever serves, so that it can ask for the first instance too.
 */
export function wholeDemand(
  signal: TargetSignal,
  total: number,
  on: Measured,
  policy: Pick<ScalingPolicy, 'tolerance'>,
): Demand {
  if (on.serving > 0) {
    return demandOf(signal, total / on.serving, { ...on, settled: on.serving }, policy);
  }
  const { name, target } = signal;
  const need = Math.max(on.desired, neededFor(1, total, target));
  if (need === on.desired) return { wants: 'unknown', need, because: reason('NO_DATA', { signal: name }) };
  const facts = { signal: name, value: total, target, need };
  return { wants: 'out', need, because: reason('SIGNAL_ABOVE_TARGET', facts) };
}

/** What the size of a breach asks for, where its owner says so. */
function steppedDemand(
  steps: readonly ScalingStep[],
  facts: { readonly signal: string; readonly value: number; readonly target: number },
  desired: number,
): Demand {
  const change = stepFor(steps, facts.value, facts.target, desired) ?? 0;
  const need = Math.max(0, desired + change);
  const code = facts.value > facts.target ? 'SIGNAL_ABOVE_TARGET' : 'SIGNAL_BELOW_TARGET';
  if (need === desired) return { wants: 'keep', need, because: reason('NO_STEP', facts) };
  return { wants: wish(need, desired), need, because: reason(code, { ...facts, need }) };
}

function neededFor(instances: number, value: number, target: number): number {
  // From 0 and less than nothing comes -0, which would be read as such.
  const needed = Math.max(0, Math.ceil((instances * value) / target - ROUNDING));
  return Math.min(Number.MAX_SAFE_INTEGER, needed);
}

/** Several signals: out as soon as one asks for it, in only when all do. */
export function combined(demands: readonly Demand[]): {
  readonly need: number;
  readonly because: readonly Reason[];
} {
  const out = demands.filter(({ wants }) => wants === 'out');
  const deciding = out.length > 0 ? out : demands;
  return {
    need: Math.max(...deciding.map(({ need }) => need)),
    because: deciding.flatMap(({ because }) => because),
  };
}

/** What a need wants of capacity that stands. */
export function wish(need: number, desired: number): Demand['wants'] {
  if (need === desired) return 'keep';
  return need > desired ? 'out' : 'in';
}
