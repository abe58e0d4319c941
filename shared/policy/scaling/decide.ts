import type { Decision, Instant } from '../../domain/index.ts';
import { isTarget, isWatched } from '../../domain/index.ts';
import { damped } from './behaviour/damping.ts';
import { fallback } from './behaviour/fallback.ts';
import { rateLimit } from './behaviour/rate.ts';
import { calendarFloor, ownMinimum } from './calendar/floors.ts';
import { capacityOf } from './capacity.ts';
import type { Measured } from './demand.ts';
import { combined, demandOf, freshSample } from './demand.ts';
import { whyUntouchable } from './guards.ts';
import { bounds } from './limits.ts';
import type { Plan, Rule } from './plan.ts';
import { applyRules, hold, reason } from './plan.ts';
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

/** What capacity must not be less than, whatever the signals ask for. */
const FLOORS: readonly Rule[] = [ownMinimum, calendarFloor, fallback];

const GUARDS_OUT: readonly Rule[] = [suspendedLaunch, failingLaunchesOut, bounds];

const GUARDS_IN: readonly Rule[] = [
  suspendedTerminate,
  standingAlarm,
  instanceRefresh,
  failingLaunches,
  warmUp,
  bounds,
  spareInstances,
];

/**
 * Decides a fleet's capacity. Pure: the same situation and occasion give the same decision.
 *
 * What the signals ask for is damped by the behaviour, lifted to the floors, and then shown to the guards. Behaviour
 * and guards may only bring the plan nearer to no change, and floors rest on the clock and the samples alone. To know
 * less (no history, no activities) therefore never turns a change into none, which lets a caller look closer only
 * when there is something to change.
 */
export function decideCapacity(situation: Situation, occasion: Occasion): Decision {
  const view = { ...situation, capacity: capacityOf(situation) };
  const { group } = view.world;
  const untouchable = whyUntouchable(group);
  const demand = demanded(view);
  const plan: Plan =
    untouchable === undefined
      ? guarded(
          lifted(behaved({ from: group.desired, to: demand.need, reasons: demand.because }, view), view),
          view,
        )
      : { from: group.desired, to: group.desired, reasons: [untouchable] };
  return decisionOf(plan, view, occasion, demand.need);
}

function demanded(view: View): ReturnType<typeof combined> {
  const { world, fleet, now } = view;
  const { signals } = fleet.scaling;
  const targets = signals.filter(isTarget);
  if (targets.length === 0) return { need: world.group.desired, because: [] };
  return combined(
    targets.map((signal) => {
      const sample = freshSample(world.samples.get(signal.name) ?? [], now);
      return demandOf(signal, sample?.value, measuredBy(sample, view), fleet.scaling);
    }),
  );
}

/** Whoever warms up, or has joined since the sample was taken, had no part in its load. */
function measuredBy(sample: TimedValue | undefined, { world, capacity }: View): Measured {
  const { serving, warming, joined } = capacity;
  const late = joined.filter((at) => sample !== undefined && at > sample.at).length;
  return { desired: world.group.desired, serving, settled: serving - Math.max(warming, late) };
}

/** What the signals ask for, as gently as the owner wants it. */
function behaved(plan: Plan, view: View): Plan {
  return applyRules([rateLimit], damped(damped(plan, view, 'targets'), view, 'whole'), view);
}

function lifted(plan: Plan, view: View): Plan {
  return FLOORS.reduce((raised, floor) => floor(raised, view), plan);
}

function guarded(plan: Plan, view: View): Plan {
  const allowed = applyRules(plan.to > plan.from ? GUARDS_OUT : GUARDS_IN, plan, view);
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
