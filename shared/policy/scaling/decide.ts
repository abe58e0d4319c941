import type { Decision, Instant } from '../../domain/index.ts';
import { isTarget, isWatched } from '../../domain/index.ts';
import { capacityOf } from './capacity.ts';
import { cooldown } from './cooldown.ts';
import type { Measured } from './demand.ts';
import { combined, demandOf, freshSample } from './demand.ts';
import { whyUntouchable } from './guards.ts';
import { bounds, step } from './limits.ts';
import type { Plan, Rule } from './plan.ts';
import { applyRules, hold, reason } from './plan.ts';
import { stabiliseIn, stabiliseOut } from './stabilisation.ts';
import {
  failingLaunches,
  failingLaunchesOut,
  instanceRefresh,
  standingAlarm,
  suspendedLaunch,
  suspendedTerminate,
  warmUp,
} from './vetoes.ts';
import { spareInstances, victimsOf } from './victims.ts';
import type { Situation, TimedValue, View } from './world.ts';

/** Under what a decision is kept, and what asked for it. */
export interface Occasion {
  readonly id: string;
  readonly cause: string;
}

const RULES_OUT: readonly Rule[] = [
  suspendedLaunch,
  failingLaunchesOut,
  cooldown,
  stabiliseOut,
  step,
  bounds,
];

const RULES_IN: readonly Rule[] = [
  suspendedTerminate,
  standingAlarm,
  instanceRefresh,
  failingLaunches,
  warmUp,
  cooldown,
  stabiliseIn,
  step,
  bounds,
  spareInstances,
];

/**
 * Decides a fleet's capacity. Pure: the same situation and occasion give the same decision.
 *
 * Each rule may only bring the plan nearer to no change. To know less (no history, no activities) therefore never
 * turns a change into none, which lets a caller look closer only when there is something to change.
 */
export function decideCapacity(situation: Situation, occasion: Occasion): Decision {
  const view = { ...situation, capacity: capacityOf(situation) };
  const { group } = view.world;
  const untouchable = whyUntouchable(group);
  const demand = demanded(view);
  const plan: Plan =
    untouchable === undefined
      ? shaped({ from: group.desired, to: demand.need, reasons: demand.because }, view)
      : { from: group.desired, to: group.desired, reasons: [untouchable] };
  return decisionOf(plan, view, occasion, demand.need);
}

function demanded(view: View): ReturnType<typeof combined> {
  const { world, fleet, now } = view;
  const { signals, tolerance } = fleet.scaling;
  const targets = signals.filter(isTarget);
  if (targets.length === 0) return { need: world.group.desired, because: [] };
  return combined(
    targets.map((signal) => {
      const sample = freshSample(world.samples.get(signal.name) ?? [], now);
      return demandOf(signal, sample?.value, measuredBy(sample, view), tolerance);
    }),
  );
}

/** Whoever warms up, or has joined since the sample was taken, had no part in its load. */
function measuredBy(sample: TimedValue | undefined, { world, capacity }: View): Measured {
  const { serving, warming, joined } = capacity;
  const late = joined.filter((at) => sample !== undefined && at > sample.at).length;
  return { desired: world.group.desired, serving, settled: serving - Math.max(warming, late) };
}

function shaped(plan: Plan, view: View): Plan {
  const allowed = applyRules(plan.to > plan.from ? RULES_OUT : RULES_IN, plan, view);
  const isAsked = view.fleet.mode !== 'forecast-only' || allowed.to === allowed.from;
  return isAsked ? allowed : hold(allowed, reason('FORECAST_ONLY', { wanted: allowed.to }));
}

function decisionOf({ from, to, reasons }: Plan, view: View, occasion: Occasion, need: number): Decision {
  const { world, fleet, now } = view;
  const { serving, warming, coming } = view.capacity;
  const { min, max } = world.group;
  return {
    ...occasion,
    fleet: fleet.name,
    group: world.group.name,
    at: now,
    action: actionOf(from, to),
    from,
    to,
    victims: victimsOf(world.group, Math.max(0, from - to)),
    reasons,
    isShadow: isWatched(fleet),
    inputs: { serving, warming, coming, min, max, need, ...valuesOf(view, now) },
  };
}

function actionOf(from: number, to: number): Decision['action'] {
  if (to === from) return 'hold';
  return to > from ? 'scale-out' : 'scale-in';
}

function valuesOf({ world, fleet }: View, now: Instant): Record<string, number | null> {
  return Object.fromEntries(
    fleet.scaling.signals.map(({ name }) => [
      `signal.${name}`,
      freshSample(world.samples.get(name) ?? [], now)?.value ?? null,
    ]),
  );
}
