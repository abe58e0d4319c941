import type { Decision, Instant } from '../../domain/index.ts';
import { capacityOf } from './capacity.ts';
import { cooldown } from './cooldown.ts';
import { combined, demandOf, freshValue } from './demand.ts';
import { whyUntouchable } from './guards.ts';
import { bounds, step } from './limits.ts';
import type { Plan, Rule } from './plan.ts';
import { applyRules } from './plan.ts';
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
import type { Situation, View } from './world.ts';

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
  const { serving, warming } = view.capacity;
  const measured = { desired: world.group.desired, serving, settled: serving - warming };
  const { signals, tolerance } = fleet.scaling;
  return combined(
    signals.map((signal) => {
      const value = freshValue(world.samples.get(signal.name) ?? [], now);
      return demandOf(signal, value, measured, tolerance);
    }),
  );
}

function shaped(plan: Plan, view: View): Plan {
  return applyRules(plan.to > plan.from ? RULES_OUT : RULES_IN, plan, view);
}

function decisionOf({ from, to, reasons }: Plan, view: View, occasion: Occasion, need: number): Decision {
  const { world, fleet, now, capacity } = view;
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
    isShadow: fleet.mode === 'shadow',
    inputs: { ...capacity, min: world.group.min, max: world.group.max, need, ...valuesOf(view, now) },
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
      freshValue(world.samples.get(name) ?? [], now) ?? null,
    ]),
  );
}
