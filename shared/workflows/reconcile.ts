import type { EventOf, Fleet, Group, Instant, Measure, Seconds } from '../domain/index.ts';
import { alarmPrefix, isTimely, isWatched, MINUTE } from '../domain/index.ts';
import type {
  Alarms,
  Clock,
  Groups,
  Hooks,
  Ledger,
  LifecycleHook,
  Outbox,
  Starter,
  Subscribers,
} from '../ports/index.ts';
import {
  capacityMeasures,
  isQuarterOfAnHour,
  stuckMeasures,
  unconfirmed,
} from '../policy/reconciliation/measures.ts';
import { fleetsToScale } from '../policy/reconciliation/fleets-to-scale.ts';
import type { WaitingInstance } from '../policy/reconciliation/waiting-instances.ts';
import { hookToAnswer, waitingInstances } from '../policy/reconciliation/waiting-instances.ts';
import type { HookWork } from './hook-claim.ts';
import { workMark } from './hook-claim.ts';
import { resumeLeft } from './launch-breaker.ts';
import { takeBackLeft } from './lent-protection.ts';
import type { Outcome } from './outcome.ts';
import { done, measured } from './outcome.ts';

export interface ReconcilePorts {
  readonly stage: string;
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'ofFleets' | 'resumeLaunch' | 'protect' | 'refreshes'>;
  readonly hooks: Hooks;
  readonly alarms: Alarms;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'holder' | 'release'>;
  readonly outbox: Pick<Outbox, 'untold' | 'wake'>;
  readonly starter: Starter;
  /** Whom fleets.yml tells by email. */
  readonly addresses: readonly string[];
  readonly subscribers: Subscribers;
  readonly clock: Clock;
}

/** An event may be on its way: only what has stood for so long was missed. */
const GRACE = MINUTE;
const REMEMBER_FIRST_SEEN: Seconds = 2 * 3600;
/** Whom nobody has served after so long, though that was started each minute, is told of. */
const STUCK_AFTER = 10 * MINUTE;

/**
 * Finds what events have missed, and starts it: the level behind the edges. What it starts is what the event would
 * have started, so that finding the same thing twice changes nothing.
 *
 * @throws AggregateError after all parts have had their turn, so that one that fails does not hold up the others
 */
export async function reconcile(event: EventOf<'reconcile-due'>, on: ReconcilePorts): Promise<Outcome> {
  const fleets = on.fleets.filter(({ mode }) => mode !== 'paused');
  const groups = on.groups.ofFleets(on.fleets);
  const [capacity, silent, waiting, ...parts] = await Promise.allSettled([
    groups.then(capacityMeasures),
    silentAddresses(event, on),
    groups.then((found) => serveWaiting(event, found, on)),
    groups.then((found) => scaleWhereDue(event, fleets, found, on)),
    wakeUntold(on),
    groups.then((found) => resumeLaunches(event, found, on)),
    groups.then((found) => takeBackProtections(event, found, on)),
  ]);
  const failures = [capacity, silent, waiting, ...parts]
    .filter((part) => part.status === 'rejected')
    .map(({ reason }) => reason as unknown);
  if (failures.length > 0) throw new AggregateError([...new Set(failures)], 'reconciliation is incomplete');
  const [scaled = 0, woken = 0, resumed = 0, unprotected = 0] = parts.map((part) => valueOf(part) ?? 0);
  const { started, stuck } = valueOf(waiting) ?? { started: 0, stuck: [] };
  const facts = {
    ...{ scaled, served: started, woken },
    ...(stuck.length > 0 && { stuck: stuck.join(', ') }),
    ...(resumed > 0 && { resumed }),
    ...(unprotected > 0 && { unprotected }),
  };
  return reconciled(facts, valueOf(silent), [...(valueOf(capacity) ?? []), ...stuckMeasures(stuck)]);
}

function valueOf<Value>(part: PromiseSettledResult<Value>): Value | undefined {
  return part.status === 'fulfilled' ? part.value : undefined;
}

/** @param silent undefined where it was not looked for */
function reconciled(
  facts: Readonly<Record<string, number | string>>,
  silent: readonly string[] | undefined,
  capacity: readonly Measure[],
): Outcome {
  if (silent === undefined) return measured(done('reconciled', facts), capacity);
  const measure: Measure = { metric: 'UnconfirmedAddresses', value: silent.length, by: {} };
  const told = silent.length === 0 ? facts : { ...facts, unconfirmed: silent.join(', ') };
  return measured(done('reconciled', told), [...capacity, measure]);
}

/** Addresses of fleets.yml that nothing reaches: nobody has confirmed them, or somebody has unsubscribed. */
async function silentAddresses(
  { at }: EventOf<'reconcile-due'>,
  { addresses, subscribers }: ReconcilePorts,
): Promise<readonly string[] | undefined> {
  if (addresses.length === 0 || !isQuarterOfAnHour(at)) return undefined;
  return unconfirmed(addresses, await subscribers.confirmed());
}

async function scaleWhereDue(
  { id, at }: EventOf<'reconcile-due'>,
  fleets: readonly Fleet[],
  groups: ReadonlyMap<string, Group>,
  on: ReconcilePorts,
): Promise<number> {
  // Those that are evaluated each minute are so whatever their alarms say.
  const alarms = fleets.every(isTimely) ? [] : await on.alarms.withPrefix(alarmPrefix(on.stage));
  const due = fleetsToScale(fleets, alarms, groups, on.clock.now());
  for (const fleet of due) await on.starter.start({ kind: 'scale-due', id: `${id}/${fleet}`, at, fleet });
  return due.length;
}

interface Served {
  /** How many are served by what was started now. */
  readonly started: number;
  /** Those of them for whom that was done before, in vain. */
  readonly stuck: readonly string[];
}

async function serveWaiting(
  event: EventOf<'reconcile-due'>,
  groups: ReadonlyMap<string, Group>,
  on: ReconcilePorts,
): Promise<Served> {
  let started = 0;
  const stuck: string[] = [];
  for (const fleet of on.fleets) {
    const group = isWatched(fleet) ? undefined : groups.get(fleet.name);
    const missed = group === undefined ? [] : await missedBy(group, event, on);
    if (group === undefined || missed.length === 0) continue;
    const hooks = await on.hooks.of(group.name);
    for (const waiting of missed) {
      if (!(await serve(waiting, group, hooks, event, on))) continue;
      started++;
      if (on.clock.now() - waiting.since >= STUCK_AFTER) stuck.push(waiting.instance);
    }
  }
  return { started, stuck };
}

const WORK: Readonly<Record<WaitingInstance['transition'], HookWork>> = {
  launching: 'admission',
  terminating: 'drain',
};

interface MissedInstance extends WaitingInstance {
  readonly since: Instant;
}

/** Instances that stand in a hook, are served by nobody, and were seen so a while ago already. */
async function missedBy(
  group: Group,
  event: EventOf<'reconcile-due'>,
  on: ReconcilePorts,
): Promise<readonly MissedInstance[]> {
  const missed: MissedInstance[] = [];
  for (const waiting of waitingInstances(group)) {
    const mark = workMark(WORK[waiting.transition], waiting.instance);
    if (await on.ledger.isClaimed(mark)) continue;
    const seen = await on.ledger.claim(`first-seen#${mark}`, event.id, REMEMBER_FIRST_SEEN);
    if (seen !== 'claimed' && on.clock.now() - seen.at >= GRACE) missed.push({ ...waiting, since: seen.at });
  }
  return missed;
}

async function serve(
  { instance, transition }: WaitingInstance,
  group: Group,
  hooks: readonly LifecycleHook[],
  { id }: EventOf<'reconcile-due'>,
  on: ReconcilePorts,
): Promise<boolean> {
  const hook = hookToAnswer(hooks, transition);
  if (hook === undefined) return false;
  // Neither the token nor the beginning of the wait can be read from a description.
  const action = { token: '', group: group.name, hook, instance };
  await on.starter.start({ kind: transition, id: `${id}/${instance}`, at: 0, action });
  return true;
}

async function wakeUntold(on: ReconcilePorts): Promise<number> {
  const stories = await on.outbox.untold(on.clock.now() - GRACE);
  for (const story of stories) await on.outbox.wake(story);
  return stories.length;
}

/**
 * Lets groups launch again whose admissions were killed while they held launches back. What a tick that was killed has
 * left of that is looked for every quarter of an hour.
 */
async function resumeLaunches(
  { at }: EventOf<'reconcile-due'>,
  groups: ReadonlyMap<string, Group>,
  on: ReconcilePorts,
): Promise<number> {
  let resumed = 0;
  for (const [fleet, group] of groups) {
    if (!group.suspendedProcesses.includes('Launch') && !isQuarterOfAnHour(at)) continue;
    if (await resumeLeft(group, fleet, on)) resumed++;
  }
  return resumed;
}

/** Takes back protection that a refresh has lent whose execution was killed: looked for every quarter of an hour. */
async function takeBackProtections(
  { at }: EventOf<'reconcile-due'>,
  groups: ReadonlyMap<string, Group>,
  on: ReconcilePorts,
): Promise<number> {
  if (!isQuarterOfAnHour(at)) return 0;
  let unprotected = 0;
  for (const fleet of on.fleets) {
    const group = fleet.image === undefined ? undefined : groups.get(fleet.name);
    if (group !== undefined) unprotected += await takeBackLeft(group, on);
  }
  return unprotected;
}
