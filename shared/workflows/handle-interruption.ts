import type { EventOf, Fleet, FleetName, Group, Instant, Seconds, Story } from '../domain/index.ts';
import { disrupted, isComing, isGoing, isWatched, SECOND, skip } from '../domain/index.ts';
import type {
  Announcements,
  Balancers,
  Clock,
  Drains,
  Groups,
  Instances,
  Lease,
  Ledger,
  Outbox,
  Starter,
} from '../ports/index.ts';
import { fleetOfGroup } from '../policy/adoption.ts';
import { causeOfLaunchFailure } from '../policy/interruption/launch-failure.ts';
import { isLeavingWork, isUnexpectedLoss } from '../policy/interruption/loss.ts';
import { isPaused } from '../policy/scaling/guards.ts';
import { isInWarmPool, standsInTermination } from '../policy/lifecycle/standing.ts';
import type { WarningAnswer } from '../policy/interruption/story.ts';
import {
  calledOffStory,
  launchFailureStory,
  lossStory,
  rebalanceStory,
  scheduledChangeStory,
  terminateFailureStory,
  warningStory,
} from '../policy/interruption/story.ts';
import type { MarkedPorts } from './marked.ts';
import { markedIn } from './marked.ts';
import type { Outcome } from './outcome.ts';
import { busy, done } from './outcome.ts';
import { buysSuccessor, decided, endedEarly, takeOut, warned } from './successor.ts';

export interface InterruptionPorts extends MarkedPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'named' | 'ofInstance' | 'terminateAndDecrement' | 'terminateAndReplace'>;
  readonly balancers: Pick<Balancers, 'targetGroupsOf' | 'deregister'>;
  readonly drains: Pick<Drains, 'isLost' | 'isTaken'>;
  readonly instances: Pick<Instances, 'tagged' | 'state'>;
  readonly announcements: Pick<Announcements, 'note'>;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'decisions' | 'disrupt' | 'record'>;
  readonly lease: Lease;
  readonly starter: Starter;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
}

/** What AWS does to instances, or cannot do, without having been asked. */
export type Interruption = EventOf<
  | 'spot-interruption'
  | 'reservation-interruption'
  | 'rebalance-recommended'
  | 'health-scheduled-change'
  | 'instance-state-changed'
  | 'launch-unsuccessful'
  | 'terminate-unsuccessful'
>;

const HOUR: Seconds = 3600;
const DAY: Seconds = 24 * HOUR;

/** Answers an interruption of a fleet's instance, and tells it once. */
export async function handleInterruption(event: Interruption, on: InterruptionPorts): Promise<Outcome> {
  switch (event.kind) {
    case 'spot-interruption':
    case 'reservation-interruption':
      return takenBack(event, on);
    case 'rebalance-recommended':
      return rebalance(event, on);
    case 'health-scheduled-change':
      return scheduledChange(event, on);
    case 'instance-state-changed':
      return stateChange(event, on);
    case 'launch-unsuccessful':
      return launchFailure(event, on);
    case 'terminate-unsuccessful':
      return terminateFailure(event, on);
  }
}

/** An instance of a fleet, as its group sees it. */
interface Member {
  readonly fleet: Fleet;
  readonly group: Group;
  readonly lifecycle: string;
}

async function memberOf(instance: string, on: InterruptionPorts): Promise<Member | undefined> {
  const found = await on.groups.ofInstance(instance);
  if (found === undefined) return undefined;
  const owned = await fleetNamed(found.group, on);
  return owned && { ...owned, lifecycle: found.lifecycle };
}

/** What AWS takes is not asked for; it uses up the disruption budget all the same. */
async function noteLoss(instance: string, { fleet, group }: Member, on: InterruptionPorts): Promise<void> {
  if (fleet.disruption === undefined) return;
  const lost = [disrupted(instance, group)];
  const disruption = { at: on.clock.now(), cause: 'interruption', instances: lost } as const;
  await on.ledger.disrupt(fleet.name, instance, disruption);
}

async function fleetNamed(
  name: string,
  on: InterruptionPorts,
): Promise<{ fleet: Fleet; group: Group } | undefined> {
  const group = await on.groups.named(name);
  const fleet = group && fleetOfGroup(group, on.fleets);
  return group && fleet && { fleet, group };
}

const notOurs = (what: string) => skip('NOT_OURS', `${what} belongs to no fleet`);

/** How long a warned instance still has: EC2's documentation of Spot interruption notices, and of reservations. */
const WARNING: Seconds = 120;

/**
 * Two minutes are less than the usual deregistration delay, so traffic is taken off now; and the group itself would
 * look for a replacement only once the instance is gone, so it is asked for one now. That sends the instance into its
 * terminate hook, where it drains for as long as it has. When EC2 takes it, it has been replaced already: it is not
 * replaced twice.
 */
async function takenBack(
  event: EventOf<'spot-interruption' | 'reservation-interruption'>,
  on: InterruptionPorts,
): Promise<Outcome> {
  const { instance } = event;
  const member = await memberWarned(event, on);
  if (member === undefined) return notOurs(instance);
  const { fleet, group, lifecycle } = member;
  if (hasLeft(lifecycle)) return skip('NOTHING_TO_DO', `${instance} has left already: ${lifecycle}`);
  const at = takenAt(event, on.clock.now());
  let answer: WarningAnswer = 'kept';
  // Neither waits for the other, and what cannot wait comes first: until the event comes again the two minutes are over.
  await allTried([
    async () => {
      if (!isWatched(fleet)) await takeOffTraffic(instance, on);
    },
    async () => {
      answer = await answerOf(member, instance, on);
      if (answer === 'replaced') await replaceNow(event, member, on);
    },
    () => on.drains.isTaken(instance, at),
    async () => {
      await on.ledger.claim(warned(instance), event.id, DAY);
    },
  ]);
  await noteLoss(instance, member, on);
  const story = warningStory(fleet.name, group.name, event, answer, on.clock.now());
  const answered = await told(story, on);
  // It is about to be let in, by nobody who could see the warning: the event comes again.
  const isStillToCome = fleet.mode === 'active' && isComing({ lifecycle }) && on.clock.now() < at;
  return isStillToCome ? busy(`${instance} has not come into service yet: ${lifecycle}`) : answered;
}

/** One that stands in its launch hook is not let in once the warning is known, or is in service when it is looked at again. */
async function memberWarned(
  { instance, id }: EventOf<'spot-interruption' | 'reservation-interruption'>,
  on: InterruptionPorts,
): Promise<Member | undefined> {
  const member = await memberOf(instance, on);
  if (member === undefined || !isComing(member)) return member;
  await on.ledger.claim(warned(instance), id, DAY);
  return memberOf(instance, on);
}

/** What comes of a warning depends on how the instance stands. */
async function answerOf(member: Member, instance: string, on: InterruptionPorts): Promise<WarningAnswer> {
  if (isWatched(member.fleet)) return 'watched';
  if (isComing(member)) return 'coming';
  if (isGoing(member)) return 'leaving';
  if (isPaused(member.group)) return 'kept';
  return (await isReplaceableNow(member, instance, on)) ? 'replaced' : 'kept';
}

const hasLeft = (lifecycle: string) => isGoing({ lifecycle }) && standsInTermination(lifecycle) === 'over';

/** @throws what the first of them threw that failed, after all have had their turn */
async function allTried(works: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const work of works) await work().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

function takenAt(event: EventOf<'spot-interruption' | 'reservation-interruption'>, now: Instant): Instant {
  if (event.kind === 'reservation-interruption' && event.takenAt !== undefined) return event.takenAt;
  // An event without a time of its own has come just now.
  return (event.at > 0 ? event.at : now) + WARNING * SECOND;
}

/**
 * The instance leaves by its hook now. Where another was launched beside it already, for an announcement before this
 * one, none is launched for it again. While somebody else changes the fleet's capacity, that is left to the replacement
 * under way, which looks for the warning every few seconds.
 */
async function replaceNow(
  { instance, id }: EventOf<'spot-interruption' | 'reservation-interruption'>,
  { fleet, group: { name: group } }: Member,
  on: InterruptionPorts,
): Promise<void> {
  // Two successors are better than none: without a ledger the group launches one in any case.
  const isOurs = await buysSuccessor(instance, BUYER, on.ledger).catch(() => true);
  if (isOurs) {
    await on.groups.terminateAndReplace(instance);
    return;
  }
  const leaver = { instance, id, fleet, group };
  await on.lease.withLease(fleet.name, `warned#${instance}`, async (fence) => {
    const launch = await decided(leaver, 'scale-out', on);
    return takeOut(leaver, launch?.from ?? null, fence, on);
  });
}

const BUYER = 'warning';

async function takeOffTraffic(instance: string, { balancers }: InterruptionPorts): Promise<void> {
  for (const arn of await balancers.targetGroupsOf(instance)) await balancers.deregister(arn, instance);
}

/**
 * Protected, marked and standby instances are never touched; one that is leaving is being replaced.
 *
 * @throws Error where marks cannot be read: the event comes again
 */
async function isReplaceable(
  { fleet, lifecycle, group }: Member,
  instance: string,
  on: MarkedPorts,
): Promise<boolean> {
  const isProtected = group.instances.some((one) => one.id === instance && one.isProtected);
  if (fleet.mode !== 'active' || lifecycle !== 'InService' || isProtected) return false;
  return !(await markedIn(group.name, fleet, on)).has(instance);
}

/** What is gone in two minutes anyway does not wait for marks that cannot be read. */
function isReplaceableNow(member: Member, instance: string, { instances }: MarkedPorts): Promise<boolean> {
  const tagged: Instances['tagged'] = (...of) => instances.tagged(...of).catch(() => new Set());
  return isReplaceable(member, instance, { instances: { tagged } });
}

/** There is time: a replacement is launched first, and the instance drains when that serves. */
async function rebalance(event: EventOf<'rebalance-recommended'>, on: InterruptionPorts): Promise<Outcome> {
  const { instance, id, at } = event;
  const member = await memberOf(instance, on);
  if (member === undefined) return notOurs(instance);
  if (await on.ledger.isClaimed(warned(instance))) return skip('ALREADY_DONE', `${instance} was warned of`);
  if (!isPaused(member.group) && (await isReplaceable(member, instance, on)))
    await on.starter.start({ kind: 'replace-due', id, at, instance, reason: 'rebalance' });
  return told(rebalanceStory(member.fleet.name, member.group.name, instance, on.clock.now()), on);
}

/**
 * One story for each fleet that the change touches; its instances are replaced before, when the fleet lets them. What of it
 * is called off ends replacements that wait. An instance that cannot be asked for does not hold up the others.
 */
async function scheduledChange(
  event: EventOf<'health-scheduled-change'>,
  on: InterruptionPorts,
): Promise<Outcome> {
  const touched = new Map<FleetName, string[]>();
  const spared = new Map<FleetName, string[]>();
  const each = (
    instances: readonly string[],
    of: Map<FleetName, string[]>,
    work: (instance: string, member: Member) => Promise<void>,
  ) =>
    instances.map((instance) => async () => {
      const member = await memberOf(instance, on);
      if (member === undefined) return;
      const { name } = member.fleet;
      of.set(name, [...(of.get(name) ?? []), instance]);
      await work(instance, member);
    });
  const tellEach = (of: typeof touched, storyOf: typeof scheduledChangeStory) => async () => {
    for (const [fleet, instances] of of)
      await on.outbox.tell(storyOf(fleet, event, instances, on.clock.now()));
  };
  await allTried([
    ...each(event.instances, touched, (instance, member) => replaceBefore(event, instance, member, on)),
    ...each(event.spared ?? [], spared, (instance) => noteChange(event, instance, true, on)),
    tellEach(touched, scheduledChangeStory),
    tellEach(spared, calledOffStory),
  ]);
  const fleets = [...new Set([...touched.keys(), ...spared.keys()])];
  return fleets.length === 0
    ? notOurs(event.eventArn)
    : done(`told of ${event.eventTypeCode}`, { fleets: fleets.join(', ') });
}

/** Whoever waits for its turn to replace the instance goes by the date that was said last. */
function noteChange(
  { eventArn, at, startsAt }: EventOf<'health-scheduled-change'>,
  instance: string,
  isOver: boolean,
  { announcements, clock }: InterruptionPorts,
): Promise<void> {
  const saidAt = at > 0 ? at : clock.now();
  const by = startsAt === undefined ? {} : { by: startsAt };
  return announcements.note(instance, { change: eventArn, saidAt, isOver, ...by });
}

/**
 * Named by what is said of the change and by the instance: an update of the announcement starts an execution that finds the
 * replacement under way, or takes up one that was given up. A group that is paused may go on before the date.
 */
async function replaceBefore(
  event: EventOf<'health-scheduled-change'>,
  instance: string,
  member: Member,
  on: InterruptionPorts,
): Promise<void> {
  await noteChange(event, instance, false, on);
  const { eventArn, communicationId, at, startsAt } = event;
  if (startsAt === undefined && isPaused(member.group)) return;
  if (!(await isReplaceable(member, instance, on))) return;
  const id = [eventArn, communicationId, instance].filter((part) => part !== '').join('#');
  const by = startsAt === undefined ? {} : { by: startsAt };
  await on.starter.start({ kind: 'replace-due', id, at, instance, reason: 'health', ...by });
}

async function stateChange(
  event: EventOf<'instance-state-changed'>,
  on: InterruptionPorts,
): Promise<Outcome> {
  const { instance, state } = event;
  if (!isLeavingWork(state)) return skip('NOTHING_TO_DO', `${instance} is ${state}`);
  const member = await memberOf(instance, on);
  if (member === undefined) return notOurs(instance);
  if (isStillDrained(member.lifecycle)) {
    if (await runsAgain(instance, on)) return skip('STALE', `${instance} was ${state}, and is running`);
    // Whoever drains it, now or later, must not take it for one that has finished its work.
    await on.drains.isLost(instance, state);
    // Told by its admission, which finds it.
    if (isComing(member)) await on.ledger.claim(endedEarly(instance), event.id, DAY);
  }
  if (!isUnexpectedLoss(state, member.lifecycle))
    return skip('NOTHING_TO_DO', `${instance} is ${state} as its group has it: ${member.lifecycle}`);
  if (await on.ledger.isClaimed(warned(instance))) return skip('ALREADY_DONE', `${instance} was warned of`);
  await noteLoss(instance, member, on);
  return told(lossStory(member.fleet.name, member.group.name, event, on.clock.now()), on);
}

/** Past its hook nothing is drained any more, nor in a warm pool, where instances are stopped and started as a rule. */
function isStillDrained(lifecycle: string): boolean {
  return standsInTermination(lifecycle) !== 'over' && !isInWarmPool(lifecycle);
}

/** A notice may be late: its instance has been started again, by hand or out of a warm pool. */
async function runsAgain(instance: string, { instances }: InterruptionPorts): Promise<boolean> {
  const state = await instances.state(instance);
  return state !== undefined && !isLeavingWork(state);
}

async function launchFailure(event: EventOf<'launch-unsuccessful'>, on: InterruptionPorts): Promise<Outcome> {
  const owned = await fleetNamed(event.group, on);
  if (owned === undefined) return notOurs(event.group);
  const cause = causeOfLaunchFailure(event.statusMessage);
  // Admission has told of the very instance already.
  if (cause === 'admission') return skip('ALREADY_DONE', 'a launch that was abandoned in its hook');
  const story = launchFailureStory(owned.fleet.name, event, cause, on.clock.now());
  return toldOnceAnHour(`launch-failure#${event.group}#${cause}`, event.id, story, on);
}

async function terminateFailure(
  event: EventOf<'terminate-unsuccessful'>,
  on: InterruptionPorts,
): Promise<Outcome> {
  const owned = await fleetNamed(event.group, on);
  if (owned === undefined) return notOurs(event.group);
  const story = terminateFailureStory(owned.fleet.name, event, on.clock.now());
  return toldOnceAnHour(`terminate-failure#${event.group}`, event.id, story, on);
}

async function toldOnceAnHour(
  subject: string,
  owner: string,
  story: Story,
  on: InterruptionPorts,
): Promise<Outcome> {
  const claim = await on.ledger.claim(subject, owner, HOUR);
  return claim === 'claimed' ? told(story, on) : skip('ALREADY_DONE', `${subject} was told within the hour`);
}

async function told(story: Story, on: InterruptionPorts): Promise<Outcome> {
  await on.outbox.tell(story);
  return done(story.title);
}
