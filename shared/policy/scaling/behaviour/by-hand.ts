import type { Activity, Decision, Instant, Signal } from '../../../domain/index.ts';
import { isTarget, levelOf, MINUTE, SECOND, toleranceOf } from '../../../domain/index.ts';
import { freshSample } from '../demand.ts';
import { demandOfFleet } from '../demand-of-fleet.ts';
import type { Rule } from '../plan.ts';
import { aimAt, reason } from '../plan.ts';
import type { View, World } from '../world.ts';

/** A desired capacity that somebody else than the control plane has asked for. */
export interface SetByHand {
  readonly at: Instant;
  readonly from: number;
  readonly to: number;
}

/**
 * Whoever sets a group's capacity by hand knows something that no signal says. For a while nothing is taken in below
 * it; where it was lowered, capacity rises only to what the load as it is measured needs, not to what caution would
 * add. Floors that fleets.yml names are kept all the same.
 */
export const byHand: Rule = (plan, view) => {
  if (view.world.isAtAGlance === true) return plan;
  const keep = (view.fleet.scaling.byHand ?? 0) * SECOND;
  const set = lastByHand(view.world);
  if (set === undefined || view.now - set.at >= keep) return plan;
  const isOut = plan.to > plan.from;
  if (isOut && set.to >= set.from) return plan;
  const to = isOut
    ? Math.max(plan.from, set.to, needMeasured(view))
    : Math.min(plan.from, Math.max(plan.to, set.to));
  if (isOut ? to >= plan.to : to === plan.to) return plan;
  const facts = { capacity: set.to, before: set.from, at: set.at, until: set.at + keep, wanted: plan.to };
  return aimAt(plan, to, reason('SET_BY_HAND', facts));
};

/** What was last set by hand, as far back as activities and decisions are known. */
export function lastByHand({
  activities,
  history,
}: Pick<World, 'activities' | 'history'>): SetByHand | undefined {
  let last: SetByHand | undefined;
  for (const set of activities.flatMap(requestsIn)) {
    if (set.at > (last?.at ?? -Infinity) && !history.some((decision) => isFrom(decision, set))) last = set;
  }
  return last;
}

/** A cause tells one thing after the other, each with its time: `At 2026-03-02T06:50:00Z a user request …`. */
const SENTENCES = /(?=At \d{4}-\d{2}-\d{2}T)/;

/** Creation and deletion of a group are user requests too, but set no capacity that anybody would keep. */
const REQUEST =
  /^At (\S+Z) a user request (?:explicitly set|update of|executed policy) [^]*changing the desired capacity from (\d+) to (\d+)/;

function requestsIn({ cause = '' }: Activity): readonly SetByHand[] {
  return cause.split(SENTENCES).flatMap((sentence) => {
    const [, time = '', from, to] = REQUEST.exec(sentence) ?? [];
    const at = Date.parse(time);
    return Number.isNaN(at) ? [] : [{ at, from: Number(from), to: Number(to) }];
  });
}

/** Clocks differ, and causes know whole seconds only; from the record to the call it is seconds, or the writer is dead. */
const APART = { early: 10 * SECOND, late: 2 * MINUTE };

/** To Auto Scaling the control plane is a user as well: what it has asked for, it has recorded just before. */
function isFrom({ action, isShadow, at, from, to }: Decision, set: SetByHand): boolean {
  if (action === 'hold' || isShadow) return false;
  if (set.at < at - APART.early || set.at > at + APART.late) return false;
  // The group's maximum, or another's change meanwhile, may have let it ask for less than was decided.
  return to > from
    ? set.to > set.from && set.to > from && set.to <= to
    : set.to < set.from && set.to < from && set.to >= to;
}

/** What the load of the newest minutes needs, head-room and forecasts left out; 0 where nothing is known. */
function needMeasured(view: View): number {
  return Math.max(0, ...view.fleet.scaling.signals.map((signal) => needOf(signal, view)));
}

function needOf(signal: Signal, { world, fleet, capacity, now }: View): number {
  const sample = freshSample(world.samples.get(signal.name) ?? [], now);
  const level = levelOf(signal) ?? world.useful?.get(signal.name);
  if (sample === undefined || level === undefined) return 0;
  if (isTarget(signal) && sample.value <= level * (1 + toleranceOf(fleet.scaling, 'out'))) return 0;
  const { demand = 0 } = demandOfFleet(signal, sample, capacity);
  return Math.ceil(demand / level - 1e-9);
}
