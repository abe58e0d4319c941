import type { EventOf, Instant, Seconds } from '../domain/index.ts';
import { isComing, isGoing, isWatched, SECOND, skip } from '../domain/index.ts';
import type { Balancers, Clock, Drains, Groups, Instances, Lease, Ledger } from '../ports/index.ts';
import type { WarningAnswer } from '../policy/interruption/warning-story.ts';
import { warningStory } from '../policy/interruption/warning-story.ts';
import { standsInTermination } from '../policy/lifecycle/standing.ts';
import { isPaused } from '../policy/scaling/guards.ts';
import { allTried } from './all-tried.ts';
import type { LossPorts, Member, MemberPorts, TellPorts } from './interrupted-member.ts';
import { isReplaceable, memberOf, noteLoss, notOurs, told } from './interrupted-member.ts';
import type { MarkedPorts } from './marked.ts';
import type { Outcome } from './outcome.ts';
import { busy } from './outcome.ts';
import { buysSuccessor, decided, MARK_KEPT, takeOut, warned } from './successor.ts';

export interface WarningPorts extends MemberPorts, MarkedPorts, LossPorts, TellPorts {
  readonly groups: Pick<Groups, 'named' | 'ofInstance' | 'terminateAndDecrement' | 'terminateAndReplace'>;
  readonly balancers: Pick<Balancers, 'targetGroupsOf' | 'deregister'>;
  readonly drains: Pick<Drains, 'isTaken'>;
  readonly ledger: Pick<Ledger, 'claim' | 'decisions' | 'disrupt' | 'record'>;
  readonly lease: Lease;
  readonly clock: Clock;
}

/** How long a warned instance still has: EC2's documentation of Spot interruption notices, and of reservations. */
const WARNING: Seconds = 120;

/**
 * Two minutes are less than the usual deregistration delay, so traffic is taken off now; and the group itself would
 * look for a replacement only once the instance is gone, so it is asked for one now. That sends the instance into its
 * terminate hook, where it drains for as long as it has. When EC2 takes it, it has been replaced already: it is not
 * replaced twice.
 */
export async function takenBack(
  event: EventOf<'spot-interruption' | 'reservation-interruption'>,
  on: WarningPorts,
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
      await on.ledger.claim(warned(instance), event.id, MARK_KEPT);
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
  on: WarningPorts,
): Promise<Member | undefined> {
  const member = await memberOf(instance, on);
  if (member === undefined || !isComing(member)) return member;
  await on.ledger.claim(warned(instance), id, MARK_KEPT);
  return memberOf(instance, on);
}

/** What comes of a warning depends on how the instance stands. */
async function answerOf(member: Member, instance: string, on: WarningPorts): Promise<WarningAnswer> {
  if (isWatched(member.fleet)) return 'watched';
  if (isComing(member)) return 'coming';
  if (isGoing(member)) return 'leaving';
  if (isPaused(member.group)) return 'kept';
  return (await isReplaceableNow(member, instance, on)) ? 'replaced' : 'kept';
}

const hasLeft = (lifecycle: string) => isGoing({ lifecycle }) && standsInTermination(lifecycle) === 'over';

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
  on: WarningPorts,
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

async function takeOffTraffic(
  instance: string,
  { balancers }: Pick<WarningPorts, 'balancers'>,
): Promise<void> {
  for (const arn of await balancers.targetGroupsOf(instance)) await balancers.deregister(arn, instance);
}

/** What is gone in two minutes anyway does not wait for marks that cannot be read. */
function isReplaceableNow(member: Member, instance: string, { instances }: MarkedPorts): Promise<boolean> {
  const tagged: Instances['tagged'] = (...of) => instances.tagged(...of).catch(() => new Set());
  return isReplaceable(member, instance, { instances: { tagged } });
}
