import type { Decision } from '../domain/index.ts';
import { isServing, MINUTE, parseAlarmName, SECOND } from '../domain/index.ts';
import { isRefreshOver } from '../policy/refresh/plan.ts';
import type { Situation, World } from '../policy/scaling/index.ts';
import { capacityMetric, eventHistory, instanceHoursOf, monthStart } from '../policy/scaling/index.ts';
import type { Databases, Groups, Instances, Ledger, Metrics } from '../ports/index.ts';
import type { MarkedPorts } from './marked.ts';
import { markedIn } from './marked.ts';
import type { Seen } from './observe-fleet.ts';
import { ACTIVITIES } from './observe-fleet.ts';
import type { AlarmPorts } from './standing-alarms.ts';
import { standingAlarms } from './standing-alarms.ts';

export interface CloserPorts extends AlarmPorts, MarkedPorts {
  readonly groups: Pick<Groups, 'activities' | 'refreshes'>;
  /** The dimension by which the control plane's metrics are its own. */
  readonly service: string;
  readonly ledger: Pick<Ledger, 'decisions' | 'disruptions'>;
  readonly metrics: Pick<Metrics, 'history' | 'busyness'>;
  readonly instances: Pick<Instances, 'tagged' | 'launchTimes'>;
  readonly databases: Databases;
}

/**
 * No cooldown or window is longer than an hour: this is as far back as history matters, but for what was set by hand,
 * and for what was needed before a known event. There are some three decisions in two minutes at the most.
 */
const HISTORY = { least: 60 * MINUTE, aMinute: 1.6 } as const;

/** Adds what only matters where there is a change to make. */
export async function lookCloser(seen: Seen, on: CloserPorts): Promise<Seen> {
  const { groups, ledger } = on;
  const { world, fleet, now } = seen.situation;
  const [standing, activities, history, refreshes, untouchable, disruptions, instanceHours, databases] =
    await Promise.all([
      standingAlarms(fleet, on),
      groups.activities(world.group.name, ACTIVITIES),
      recentDecisions(seen, ledger),
      groups.refreshes(world.group.name, 1),
      // Scaling out must not fail for a tag that cannot be read; scaling in takes nothing then.
      markedIn(world.group.name, fleet, on).catch(() => 'unknown' as const),
      fleet.disruption && ledger.disruptions(fleet.name, now - fleet.disruption.per * SECOND),
      (fleet.scaling.money ?? fleet.shadow?.money) && hoursOfMonth(seen.situation, on),
      databasesBehind(seen, on),
    ]);
  const isRefreshing = refreshes.some(({ status }) => !isRefreshOver(status));
  const known = {
    highAlarms: standing.filter((name) => parseAlarmName(name)?.side === 'high'),
    activities,
    history,
    isAtAGlance: false,
    isRefreshing,
    untouchable,
    ...(disruptions && { disruptions }),
    ...(databases && { databases }),
    ...(instanceHours !== undefined && { instanceHours }),
  };
  return withWorld(seen, known);
}

/** Adds what tells the instances apart that may be taken in. What cannot be read only leaves one more like another. */
export async function lookAtEach(seen: Seen, { metrics, instances }: CloserPorts): Promise<Seen> {
  const { world, now } = seen.situation;
  const ids = world.group.instances.filter(isServing).map(({ id }) => id);
  const [work, launchedAt] = await Promise.all([
    metrics.busyness(ids, now).catch(() => undefined),
    instances.launchTimes(world.group.name).catch(() => undefined),
  ]);
  return withWorld(seen, { ...(work && { work }), ...(launchedAt && { launchedAt }) });
}

function recentDecisions({ situation, shadow }: Seen, ledger: CloserPorts['ledger']) {
  const { fleet, now } = situation;
  const both = [situation, ...(shadow === undefined ? [] : [shadow])];
  const kept = both.map((seen) => (seen.fleet.scaling.byHand ?? 0) * SECOND);
  const last = Math.max(HISTORY.least, ...kept, ...both.map(eventHistory)) + MINUTE;
  return ledger.decisions(fleet.name, now - last, Math.ceil((last / MINUTE) * HISTORY.aMinute));
}

export function withWorld({ situation, shadow, ...seen }: Seen, change: Partial<World>): Seen {
  const changed = (before: Situation, by: Partial<World>): Situation => ({
    ...before,
    world: { ...before.world, ...by },
  });
  const { history } = change;
  const beside = history === undefined ? change : { ...change, history: history.map(asShadowSaw) };
  return { ...seen, situation: changed(situation, change), shadow: shadow && changed(shadow, beside) };
}

/** What was changed is the same for both policies; what was needed, each has found by itself. */
function asShadowSaw(decision: Decision): Decision {
  return decision.shadow === undefined ? decision : { ...decision, inputs: decision.shadow.inputs };
}

/** What a brake rests on that says no number of connections; scaling out must not fail for it. */
async function databasesBehind(
  { situation, shadow }: Seen,
  { databases }: CloserPorts,
): Promise<World['databases']> {
  const brakes = [situation, shadow].map((seen) => seen?.fleet.scaling.brake);
  const brake = brakes.find((one) => one !== undefined && one.connections === undefined);
  return brake && databases.described(brake.database).catch(() => 'unknown' as const);
}

/** What the fleet's desired capacity has come to in the month, as the control plane itself has counted it. */
async function hoursOfMonth(
  { world: { group }, fleet, now }: Situation,
  { metrics, service }: CloserPorts,
): Promise<number> {
  const capacity = capacityMetric(service, fleet.name);
  const history = await metrics.history(group, [capacity], monthStart(now), 3600, now);
  return instanceHoursOf(history.get(capacity.name) ?? [], group.desired, now);
}
