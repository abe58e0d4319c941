import type { Configuration, Decision, EventOf, Fleet, Group, Seconds, Skip } from '../domain/index.ts';
import {
  alarmPrefix,
  DO_NOT_TOUCH,
  FenceError,
  MINUTE,
  parseAlarmName,
  SECOND,
  skip,
} from '../domain/index.ts';
import { decisionStory, explain } from '../policy/messages/decision.ts';
import type { Occasion, Situation } from '../policy/scaling/index.ts';
import { decideCapacity, decisionMeasures } from '../policy/scaling/index.ts';
import type {
  Alarms,
  Clock,
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
import type { Outcome } from './outcome.ts';
import { busy, done, measured } from './outcome.ts';

export interface ScalePorts {
  readonly stage: string;
  readonly configuration: Configuration;
  readonly groups: Pick<
    Groups,
    'ofFleet' | 'named' | 'activities' | 'refreshes' | 'setDesired' | 'terminateAndDecrement'
  >;
  readonly metrics: Pick<Metrics, 'read'>;
  readonly alarms: Alarms;
  readonly ledger: Pick<Ledger, 'note' | 'record' | 'decisions' | 'claim' | 'disrupt' | 'disruptions'>;
  readonly instances: Pick<Instances, 'tagged'>;
  readonly lease: Lease;
  readonly outbox: Pick<Outbox, 'wake'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

type ScaleEvent = EventOf<'alarm-changed' | 'scale-due'>;

/** How long a change of an alarm stays claimed: no copy of its event comes later. */
const CLAIM: Seconds = 24 * 60 * 60;

/** No cooldown or window is longer than an hour: this is as far back as history matters. */
const HISTORY = { since: 60 * MINUTE + MINUTE, most: 100 } as const;

const ACTIVITIES = 100;

/** Samples older than the freshest minutes matter to no decision but through its stabilisation. */
const LEAST_SAMPLES: Seconds = 10 * 60;

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
  const group = await on.groups.ofFleet(fleet);
  if (group === undefined) return skip('NOTHING_TO_DO', `fleet ${fleet.name} has no group`);

  const { situation, standing } = await observe(fleet, group, on);
  if (event.kind === 'alarm-changed' && !standing.includes(event.alarm)) {
    return skip('STALE', `${event.alarm} does not stand any more`);
  }
  const occasion: Occasion = { id: on.ids.next(), cause: event.id };
  const decision = await decideInTwoLooks(situation, occasion, on);
  if (decision.action !== 'hold') return changeAsOnlyWriter(situation, occasion, on);
  await on.ledger.note(decision);
  const held = done(explain(decision), { action: decision.action, desired: decision.to });
  return measured(held, decisionMeasures(decision, situation));
}

/** A closer look can only speak against a change: it is spared where there is none to make. */
async function decideInTwoLooks(glance: Situation, occasion: Occasion, on: ScalePorts): Promise<Decision> {
  const first = decideCapacity(glance, occasion);
  return first.action === 'hold' ? first : decideCapacity(await lookCloser(glance, on), occasion);
}

async function changeAsOnlyWriter(
  situation: Situation,
  occasion: Occasion,
  on: ScalePorts,
): Promise<Outcome> {
  const { name } = situation.fleet;
  try {
    const outcome = await on.lease.withLease(name, occasion.id, (fence) =>
      change(situation, occasion, fence, on),
    );
    return outcome === 'busy' ? busy(`another writer holds fleet ${name}`) : outcome;
  } catch (error) {
    if (error instanceof FenceError) return busy(error.message);
    throw error;
  }
}

async function change(
  { world, ...seen }: Situation,
  occasion: Occasion,
  fence: Fence,
  on: ScalePorts,
): Promise<Outcome> {
  const group = await on.groups.named(world.group.name);
  if (group?.arn !== world.group.arn) return skip('STALE', `group ${world.group.name} is gone`);
  const situation = await lookCloser({ ...seen, world: { ...world, group } }, on);
  const decision = decideCapacity(situation, occasion);
  const story = decisionStory(decision);
  await on.ledger.record(decision, fence, story);
  await noteDisruption(decision, situation, on);
  const outcome = await carryOut(decision, group, on.groups);
  if (story !== undefined) await wake(story.id, on.outbox);
  // What is tried again is counted when it is done.
  return outcome.kind === 'done' ? measured(outcome, decisionMeasures(decision, situation)) : outcome;
}

/** What is about to be taken in uses up the fleet's disruption budget, if it has one. */
async function noteDisruption(
  { id, at, victims, isShadow }: Decision,
  { fleet, world }: Situation,
  { ledger }: ScalePorts,
): Promise<void> {
  if (fleet.disruption === undefined || isShadow || victims.length === 0) return;
  const zones = new Map(world.group.instances.map((instance) => [instance.id, instance.zone]));
  const instances = victims.map((victim) => ({ id: victim, ...zoneOf(zones.get(victim)) }));
  await ledger.disrupt(fleet.name, id, { at, cause: 'scale-in', instances });
}

const zoneOf = (zone: string | undefined) => (zone === undefined ? {} : { zone });

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

/** What tells whether there is anything to change. */
async function observe(
  fleet: Fleet,
  group: Group,
  on: ScalePorts,
): Promise<{ situation: Situation; standing: readonly string[] }> {
  const now = on.clock.now();
  const { signals, stabilisation, fallback } = fleet.scaling;
  const last = Math.max(LEAST_SAMPLES, stabilisation.out, stabilisation.in, fallback?.after ?? 0);
  const [samples, alarms] = await Promise.all([
    on.metrics.read(group, signals, last, now),
    on.alarms.withPrefix(alarmPrefix(on.stage, fleet.name)),
  ]);
  const standing = alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  const highAlarms = standing.filter((name) => parseAlarmName(name)?.side === 'high');
  const world = { group, samples, highAlarms, activities: [], isRefreshing: false, history: [] };
  return { situation: { world, fleet, now }, standing };
}

/** Adds what only matters where there is a change to make. */
async function lookCloser(
  situation: Situation,
  { groups, instances, ledger }: ScalePorts,
): Promise<Situation> {
  const { world, fleet, now } = situation;
  const [activities, history, refreshes, untouchable, disruptions] = await Promise.all([
    groups.activities(world.group.name, ACTIVITIES),
    ledger.decisions(fleet.name, now - HISTORY.since, HISTORY.most),
    groups.refreshes(world.group.name, 1),
    // Scaling out must not fail for a tag that cannot be read; scaling in takes nothing then.
    instances.tagged(world.group.name, fleet.doNotTouch ?? DO_NOT_TOUCH).catch(() => 'unknown' as const),
    fleet.disruption && ledger.disruptions(fleet.name, now - fleet.disruption.per * SECOND),
  ]);
  const isRefreshing = refreshes.some(({ status }) => RUNNING.has(status));
  const known = { activities, history, isRefreshing, untouchable, ...(disruptions && { disruptions }) };
  return { ...situation, world: { ...world, ...known } };
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html */
const RUNNING = new Set(['Pending', 'InProgress', 'Cancelling', 'RollbackInProgress', 'Baking']);

/** What is not woken is found in the outbox: telling must not undo what was done. */
async function wake(storyId: string, outbox: Pick<Outbox, 'wake'>): Promise<void> {
  await outbox.wake(storyId).catch(() => undefined);
}
