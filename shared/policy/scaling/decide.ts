import type { Decision, DecisionForecasts, Instant, ReasonCode, TargetSignal } from '../../domain/index.ts';
import { isOfFleet, isTarget, isUseful, isWatched } from '../../domain/index.ts';
import { byHand } from './behaviour/by-hand.ts';
import { damped } from './behaviour/damping.ts';
import { fallback } from './behaviour/fallback.ts';
import { rateLimit } from './behaviour/rate.ts';
import { eventInputs, expectEvent } from './calendar/events.ts';
import { calendarFloor, ownMinimum } from './calendar/floors.ts';
import type { Demand, Measured } from './demand.ts';
import { combined, demandOf, freshSample, wholeDemand, wish } from './demand.ts';
import { forecastDemand } from './forecasting.ts';
import { whyUntouchable } from './guards.ts';
import { downstreamBrake } from './guards/brake.ts';
import { disruptionBudget } from './guards/disruption-budget.ts';
import { failingLaunchesIn, failingLaunchesOut } from './guards/launch-backoff.ts';
import { moneyGuard } from './guards/money.ts';
import { unhealthyIn, unhealthyOut } from './guards/unhealthy-share.ts';
import { zoneOutage } from './guards/zone-outage.ts';
import { bounds } from './limits.ts';
import type { Plan, Rule } from './plan.ts';
import { applyRules, hold, reason } from './plan.ts';
import { underRules } from './signal-rules.ts';
import {
  instanceRefresh,
  missingCapacity,
  standingAlarm,
  suspendedLaunch,
  suspendedTerminate,
  warmUp,
} from './vetoes.ts';
import { spareInstances, victimsIn, wholeInstances } from './victims.ts';
import { viewOf } from './view.ts';
import type { Situation, TimedValue, View } from './world.ts';

/** Under what a decision is kept, and what asked for it. */
export interface Occasion {
  readonly id: string;
  readonly cause: string;
}

/** What capacity must not be less than, whatever the signals ask for. */
const FLOORS: readonly Rule[] = [ownMinimum, calendarFloor, fallback];

const GUARDS_OUT: readonly Rule[] = [
  suspendedLaunch,
  failingLaunchesOut,
  unhealthyOut,
  downstreamBrake,
  bounds,
  moneyGuard,
];

const GUARDS_IN: readonly Rule[] = [
  suspendedTerminate,
  standingAlarm,
  instanceRefresh,
  failingLaunchesIn,
  unhealthyIn,
  zoneOutage,
  warmUp,
  missingCapacity,
  bounds,
  spareInstances,
  disruptionBudget,
  wholeInstances,
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
  const view = viewOf(situation);
  const { group } = view.world;
  const untouchable = whyUntouchable(group);
  const asked = demanded(view);
  if (untouchable !== undefined) {
    const still: Plan = { from: group.desired, to: group.desired, reasons: [untouchable] };
    return { ...decisionOf(still, view, occasion, asked), vetoes: [untouchable.code] };
  }
  const gentle = behaved(asked.plan, view);
  const wanted = lifted(expectEvent(gentle, asked.need, view), view);
  const plan = guarded(wanted, view);
  const guarding = plan.reasons.slice(wanted.reasons.length).map(({ code }) => code);
  const rule = (wanted.to === gentle.to ? asked.plan.reasons[0] : wanted.reasons.at(-1))?.code;
  const vetoes = guarding.filter((code) => !WARNINGS.has(code));
  return { ...decisionOf(plan, view, occasion, asked), ...(rule && { rule }), vetoes };
}

/** What guards say and do nothing about. */
const WARNINGS: ReadonlySet<ReasonCode> = new Set(['MONEY_SHORT', 'DATABASE_UNKNOWN']);

interface Asked {
  /** What the signals need, undamped. */
  readonly need: number;
  readonly plan: Plan;
  readonly forecasts: DecisionForecasts;
}

/** What the signals ask for together: such as have a target in the fleet's measured ways, forecasts in their own. */
function demanded(view: View): Asked {
  const { signals } = view.fleet.scaling;
  const from = view.world.group.desired;
  const targets = underRules(signals.filter(isTarget), view, targetDemand);
  const forecasts = underRules(signals.filter(isUseful), view, forecastDemand);
  const { need } = combined([...targets, ...forecasts]);
  const { need: to, because } = combined([...dampedTargets(targets, view), ...forecasts]);
  const plan = { from, to, reasons: because };
  const ahead = forecasts.flatMap(({ signal, forecast }) =>
    forecast === undefined ? [] : [[signal, forecast]],
  );
  return { need, plan, forecasts: Object.fromEntries(ahead) as DecisionForecasts };
}

function dampedTargets(targets: readonly Demand[], view: View): Demand[] {
  if (targets.length === 0) return [];
  const { need, because } = combined(targets);
  const { from, to, reasons } = damped(
    { from: view.world.group.desired, to: need, reasons: because },
    view,
    'targets',
  );
  return [{ wants: wish(to, from), need: to, because: reasons }];
}

function targetDemand(signal: TargetSignal, view: View): Demand {
  const sample = freshSample(view.world.samples.get(signal.name) ?? [], view.now);
  const on = measuredBy(sample, view);
  if (isOfFleet(signal) && sample?.total !== undefined)
    return wholeDemand(signal, sample.total, on, view.fleet.scaling);
  return demandOf(signal, sample?.value, on, view.fleet.scaling);
}

/** Whoever warms up, or has joined since the sample was taken, had no part in its load. */
function measuredBy(sample: TimedValue | undefined, { world, capacity }: View): Measured {
  const { serving, warming, joined } = capacity;
  const late = joined.filter((at) => sample !== undefined && at > sample.at).length;
  return { desired: world.group.desired, serving, settled: serving - Math.max(warming, late) };
}

/** What the signals ask for, as gently as the owner wants it. */
function behaved(plan: Plan, view: View): Plan {
  return applyRules([rateLimit, byHand], damped(plan, view, 'whole'), view);
}

function lifted(plan: Plan, view: View): Plan {
  return FLOORS.reduce((raised, floor) => floor(raised, view), plan);
}

function guarded(plan: Plan, view: View): Plan {
  const allowed = applyRules(plan.to > plan.from ? GUARDS_OUT : GUARDS_IN, plan, view);
  const isAsked = view.fleet.mode !== 'forecast-only' || allowed.to === allowed.from;
  return isAsked ? allowed : hold(allowed, reason('FORECAST_ONLY', { wanted: allowed.to }));
}

function decisionOf({ from, to, reasons }: Plan, view: View, occasion: Occasion, asked: Asked): Decision {
  const { need, forecasts } = asked;
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
    victims: victimsIn(view, from - to),
    reasons,
    isShadow: isWatched(fleet),
    inputs: { serving, warming, coming, min, max, need, ...eventInputs(need, view), ...valuesOf(view, now) },
    ...(Object.keys(forecasts).length > 0 && { forecasts }),
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
