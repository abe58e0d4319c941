import type { Configuration, Decision, EventOf, Fleet, Seconds, Skip } from '../domain/index.ts';
import {
  alarmPrefix,
  disrupted,
  FenceError,
  isServing,
  MINUTE,
  parseAlarmName,
  SECOND,
  skip,
} from '../domain/index.ts';
import { decisionStory, explain } from '../policy/messages/decision.ts';
import type { Occasion, Situation, World } from '../policy/scaling/index.ts';
import {
  capacityMetric,
  decideCapacity,
  decisionMeasures,
  idOfSame,
  instanceHoursOf,
  monthStart,
} from '../policy/scaling/index.ts';
import { learntBy } from '../policy/scaling/memory/index.ts';
import type {
  Alarms,
  Clock,
  Databases,
  Fence,
  Groups,
  Ids,
  Instances,
  Ledger,
  Lease,
  Metrics,
  Outbox,
} from '../ports/index.ts';
import { carryOut } from './carry-out.ts';
import type { ObservingPorts, Seen } from './observe-fleet.ts';
import { markedIn } from './marked.ts';
import { ACTIVITIES, observe, recall } from './observe-fleet.ts';
import type { Done, Outcome } from './outcome.ts';
import { busy, done, measured } from './outcome.ts';

export interface ScalePorts extends ObservingPorts {
  readonly stage: string;
  readonly alarms: Alarms;
  readonly configuration: Configuration;
  readonly groups: Pick<
    Groups,
    'ofFleet' | 'named' | 'activities' | 'refreshes' | 'setDesired' | 'terminateAndDecrement'
  >;
  /** The dimension by which the control plane's metrics are its own. */
  readonly service: string;
  readonly ledger: Pick<Ledger, 'note' | 'record' | 'decisions' | 'claim' | 'disrupt' | 'disruptions'>;
  readonly metrics: ObservingPorts['metrics'] & Pick<Metrics, 'busyness'>;
  readonly instances: Pick<Instances, 'tagged' | 'launchTimes'>;
  readonly databases: Databases;
  readonly lease: Lease;
  readonly outbox: Pick<Outbox, 'tell' | 'wake'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

type ScaleEvent = EventOf<'alarm-changed' | 'scale-due'>;

/** How long a change of an alarm stays claimed: no copy of its event comes later. */
const CLAIM: Seconds = 24 * 60 * 60;

/**
 * No cooldown or window is longer than an hour: this is as far back as history matters, but for what was set by hand.
 * There are some three decisions in two minutes at the most.
 */
const HISTORY = { least: 60 * MINUTE, aMinute: 1.6 } as const;

/**
 * Brings one fleet's desired capacity to what its policy asks for, once.
 *
 * Most evaluations find that nothing is to be done: at a glance, or at a closer look. They need no lease. One that
 * finds a change makes it as the fleet's only writer, and looks again for it: what it saw may be another's past.
 *
 * @param invocation  the same for each attempt at one delivery of the event, different for its copies
 */
export async function scaleFleet(event: ScaleEvent, invocation: string, on: ScalePorts): Promise<Outcome> {
  const fleet = fleetOf(event, on);
  if ('kind' in fleet) return fleet;
  const taken = await claimedElsewhere(event, invocation, on);
  if (taken !== undefined) return taken;
  const [group, recalled] = await Promise.all([on.groups.ofFleet(fleet), recall(fleet, on.memory)]);
  if (group === undefined) return skip('NOTHING_TO_DO', `fleet ${fleet.name} has no group`);

  if (event.kind === 'alarm-changed' && !(await standingAlarms(fleet, on)).includes(event.alarm)) {
    return skip('STALE', `${event.alarm} does not stand any more`);
  }
  const seen = await observe(fleet, group, recalled, on);
  const occasion: Occasion = { id: on.ids.next(), cause: event.id };
  const { decision, closest } = await decideInTwoLooks(seen, occasion, on);
  if (decision.action !== 'hold') return changeAsOnlyWriter(seen, occasion, on);
  await on.ledger.note(decision);
  const held = done(explain(decision), { action: decision.action, desired: decision.to });
  return remembered(held, decision, closest, on);
}

/** A decision, and what it was made from. */
interface Judged {
  readonly decision: Decision;
  readonly closest: Seen;
}

/** A closer look can only speak against a change: it is spared where there is none to make. */
async function decideInTwoLooks(glance: Seen, occasion: Occasion, on: ScalePorts): Promise<Judged> {
  const first = decideBoth(glance, occasion);
  if (first.action === 'hold' && (first.shadow?.action ?? 'hold') === 'hold')
    return { decision: first, closest: glance };
  const closest = await lookCloser(glance, on);
  return { decision: decideBoth(closest, occasion), closest };
}

/** The decision of the policy that acts, with what the one beside it would have done. */
function decideBoth({ situation, shadow }: Seen, occasion: Occasion): Decision {
  const decision = decideCapacity(situation, occasion);
  if (shadow === undefined) return decision;
  const { action, to, reasons, inputs, forecasts } = decideCapacity(shadow, occasion);
  return { ...decision, shadow: { action, to, reasons, inputs, ...(forecasts && { forecasts }) } };
}

async function changeAsOnlyWriter(seen: Seen, occasion: Occasion, on: ScalePorts): Promise<Outcome> {
  const { name } = seen.situation.fleet;
  try {
    const outcome = await on.lease.withLease(name, occasion.id, (fence) => change(seen, occasion, fence, on));
    return outcome === 'busy' ? busy(`another writer holds fleet ${name}`) : outcome;
  } catch (error) {
    if (error instanceof FenceError) return busy(error.message);
    throw error;
  }
}

async function change(seen: Seen, occasion: Occasion, fence: Fence, on: ScalePorts): Promise<Outcome> {
  const { group: before } = seen.situation.world;
  const group = await on.groups.named(before.name);
  if (group?.arn !== before.arn) return skip('STALE', `group ${before.name} is gone`);
  const closer = await lookCloser(withWorld(seen, { group }), on);
  const wants = decideBoth(closer, occasion);
  const closest = wants.victims.length === 0 ? closer : await lookAtEach(closer, on);
  const decided = decideBoth(closest, occasion);
  const decision = { ...decided, id: idOfSame(decided, closest.situation.world) ?? decided.id };
  const story = decisionStory(decision);
  await on.ledger.record(decision, fence, story);
  await noteDisruption(decision, closest.situation, on);
  const outcome = await carryOut(decision, group, on.groups);
  const failure = story && (await wake(story.id, on.outbox));
  // What is tried again is counted when it is done.
  if (outcome.kind !== 'done') return outcome;
  const told =
    failure === undefined ? outcome : { ...outcome, facts: { ...outcome.facts, notWoken: failure } };
  return remembered(told, decision, closest, on);
}

/**
 * Remembers what an evaluation has learnt, and counts what it saw. Minutes are counted by whoever gets them remembered,
 * so that each is counted once; whoever does not has lost nothing, for the next evaluation learns them again. Capacity
 * must not wait for that: a memory that cannot be written is said in the log.
 */
async function remembered(
  outcome: Done,
  decision: Decision,
  { situation, memory, version, readings }: Seen,
  on: ScalePorts,
): Promise<Outcome> {
  const measures = decisionMeasures(decision, situation);
  if (readings.length === 0) return measured(outcome, measures);
  const learnt = learntBy({ memory, readings, situation, decision });
  try {
    if (learnt.story !== undefined) await on.outbox.tell(learnt.story);
    const isNews = await on.memory.remember(situation.fleet.name, learnt.memory, version);
    return measured(outcome, isNews ? [...measures, ...learnt.measures] : measures);
  } catch (error) {
    const forgot = error instanceof Error ? error.message : String(error);
    return measured({ ...outcome, facts: { ...outcome.facts, forgot } }, measures);
  }
}

/** What is about to be taken in uses up the fleet's disruption budget, if it has one. */
async function noteDisruption(
  { id, at, victims, isShadow }: Decision,
  { fleet, world }: Situation,
  { ledger }: ScalePorts,
): Promise<void> {
  if (fleet.disruption === undefined || isShadow || victims.length === 0) return;
  const instances = victims.map((victim) => disrupted(victim, world.group));
  await ledger.disrupt(fleet.name, id, { at, cause: 'scale-in', instances });
}

/** The fleet that an event is about, or why it is about none that has to be looked at. */
function fleetOf(event: ScaleEvent, { configuration, stage }: ScalePorts): Fleet | Skip {
  const name = event.kind === 'scale-due' ? event.fleet : fleetOfAlarm(event, stage);
  if (typeof name === 'object') return name;
  const fleet = configuration.fleets.find((candidate) => candidate.name === name);
  if (fleet === undefined) return skip('NOT_OURS', `fleets.yml names no fleet ${name}`);
  return fleet.mode === 'paused' ? skip('NOTHING_TO_DO', `fleet ${name} is paused`) : fleet;
}

function fleetOfAlarm(event: EventOf<'alarm-changed'>, stage: string): string | Skip {
  const named = parseAlarmName(event.alarm);
  if (named?.stage !== stage) return skip('NOT_OURS', `${event.alarm} is no alarm of stage ${stage}`);
  if (event.isSuppressed) return skip('SUPPRESSED', event.alarm);
  if (event.state !== 'ALARM') return skip('NOTHING_TO_DO', `${event.alarm} is ${event.state}`);
  return named.fleet;
}

/** One change of an alarm is decided once, however many copies of its event come. */
async function claimedElsewhere(
  event: ScaleEvent,
  invocation: string,
  { ledger }: ScalePorts,
): Promise<Skip | undefined> {
  if (event.kind !== 'alarm-changed') return undefined;
  const change = `alarm#${event.alarm}#${event.changedAt}`;
  const claim = await ledger.claim(change, invocation, CLAIM);
  return claim === 'claimed' ? undefined : skip('ALREADY_DONE', `${change} was taken by ${claim.owner}`);
}

/** Names of the fleet's alarms that stand. */
async function standingAlarms({ name }: Fleet, { stage, alarms }: ScalePorts): Promise<readonly string[]> {
  const all = await alarms.withPrefix(alarmPrefix(stage, name));
  return all.filter(({ state }) => state === 'ALARM').map(({ name: alarm }) => alarm);
}

/** Adds what only matters where there is a change to make. */
async function lookCloser(seen: Seen, on: ScalePorts): Promise<Seen> {
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
  const isRefreshing = refreshes.some(({ status }) => RUNNING.has(status));
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
async function lookAtEach(seen: Seen, { metrics, instances }: ScalePorts): Promise<Seen> {
  const { world, now } = seen.situation;
  const ids = world.group.instances.filter(isServing).map(({ id }) => id);
  const [work, launchedAt] = await Promise.all([
    metrics.busyness(ids, now).catch(() => undefined),
    instances.launchTimes(world.group.name).catch(() => undefined),
  ]);
  return withWorld(seen, { ...(work && { work }), ...(launchedAt && { launchedAt }) });
}

function recentDecisions({ situation, shadow }: Seen, ledger: ScalePorts['ledger']) {
  const { fleet, now } = situation;
  const kept = [situation, shadow].map((seen) => (seen?.fleet.scaling.byHand ?? 0) * SECOND);
  const last = Math.max(HISTORY.least, ...kept) + MINUTE;
  return ledger.decisions(fleet.name, now - last, Math.ceil((last / MINUTE) * HISTORY.aMinute));
}

function withWorld({ situation, shadow, ...seen }: Seen, change: Partial<World>): Seen {
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
  { databases }: ScalePorts,
): Promise<World['databases']> {
  const brakes = [situation, shadow].map((seen) => seen?.fleet.scaling.brake);
  const brake = brakes.find((one) => one !== undefined && one.connections === undefined);
  return brake && databases.described(brake.database).catch(() => 'unknown' as const);
}

/** What the fleet's desired capacity has come to in the month, as the control plane itself has counted it. */
async function hoursOfMonth(
  { world: { group }, fleet, now }: Situation,
  { metrics, service }: ScalePorts,
): Promise<number> {
  const capacity = capacityMetric(service, fleet.name);
  const history = await metrics.history(group, [capacity], monthStart(now), 3600, now);
  return instanceHoursOf(history.get(capacity.name) ?? [], group.desired, now);
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html */
const RUNNING = new Set(['Pending', 'InProgress', 'Cancelling', 'RollbackInProgress', 'Baking']);

/**
 * What is not woken is found in the outbox: telling must not undo what was done.
 *
 * @returns why it was not woken, for the log
 */
async function wake(storyId: string, outbox: Pick<Outbox, 'wake'>): Promise<string | undefined> {
  try {
    await outbox.wake(storyId);
    return undefined;
  } catch (error) {
    return `${storyId}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
