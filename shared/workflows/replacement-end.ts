import type { EventOf, Seconds } from '../domain/index.ts';
import { isGoing, MINUTE, SECOND } from '../domain/index.ts';
import type { Announcements, Clock, Fence, Groups, Lease, Ledger, Outbox } from '../ports/index.ts';
import {
  announcedEnd,
  BACK,
  isWhole,
  newcomerToSpare,
  patienceWith,
  replacementDecision,
  toTakeBack,
} from '../policy/interruption/replacement.ts';
import { replacementStory } from '../policy/interruption/replacement-story.ts';
import type { MarkedPorts } from './marked.ts';
import { markedIn } from './marked.ts';
import type { Done } from './outcome.ts';
import { done } from './outcome.ts';
import type { Replacing, Served } from './replacement-launch.ts';
import { asOnlyWriter } from './replacement-launch.ts';
import { SOON } from './replacement-turn.ts';
import {
  decided,
  gaveUpReplacement,
  gaveUpSuccessor,
  isInService,
  takeIn,
  takeOut,
  unitsIn,
  unlessBusy,
} from './successor.ts';

export interface EndPorts extends MarkedPorts {
  readonly groups: Pick<Groups, 'named' | 'setDesired' | 'terminateAndDecrement' | 'terminateAndReplace'>;
  readonly ledger: Pick<Ledger, 'release' | 'decisions' | 'record'>;
  readonly announcements: Pick<Announcements, 'of'>;
  readonly lease: Lease;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
}

/** Before a replacement that failed is tried again: what was decided of the try before is past by then. */
const AGAIN: Seconds = BACK + 300;

/** What came of a try, and after how long there is another. */
export interface Tried {
  readonly outcome: Done;
  readonly again?: Seconds;
}

/** Where no replacement could be launched the instance stays: better one that may be taken than none. */
export async function letGo(replacing: Replacing, how: Served, on: EndPorts): Promise<Tried> {
  const { event, leaver } = replacing;
  const { instance, fleet, group } = leaver;
  const isKept = how === 'serves' && (await markedIn(group, fleet, on)).has(instance);
  const stays = how === 'late' || isKept;
  const came = await asOnlyWriter(leaver, on, (fence) =>
    how === 'late' ? takeBack(replacing, fence, on) : letLeave(replacing, how, isKept, fence, on),
  );
  const facts = { replaced: !stays, waited: Math.round((on.clock.now() - event.at) / MINUTE) };
  if (came === 'overtaken')
    return { outcome: done(`${instance} of ${fleet.name} waits until its group is whole`), again: SOON };
  // Whatever has made it leave before has been told of.
  if (how === 'left') return { outcome: done(`${instance} of ${fleet.name} has left by itself`, facts) };
  const again = how === 'late' ? await againAfter(event, on) : undefined;
  const told = {
    how: isKept ? 'kept' : how === 'late' && replacing.isAtMax ? 'crowded' : how,
    patience: patienceWith(replacing.fleet),
    isTriedAgain: again !== undefined,
  } as const;
  await on.outbox.tell(replacementStory(fleet.name, group, event, told, on.clock.now()));
  if (again === undefined && stays) await gaveUpReplacement(instance, on.ledger);
  const outcome = done(
    `${instance} of ${fleet.name} ${stays ? 'could not be replaced' : 'is replaced'}`,
    facts,
  );
  return { outcome, ...(again !== undefined && { again }) };
}

/** Where AWS has named a date there is time for another try. */
async function againAfter(event: EventOf<'replace-due'>, on: EndPorts): Promise<Seconds | undefined> {
  const { by, isCalledOff } = announcedEnd(event, await on.announcements.of(event.instance));
  const isInTime = by !== undefined && on.clock.now() + AGAIN * SECOND < by;
  return isInTime && !isCalledOff ? AGAIN : undefined;
}

/**
 * The instance leaves by its hook, unless it has left by itself: then its group has replaced it as well, if desired
 * capacity was not lowered with it, and one of the newcomers is one too many; as it is where its owner keeps it.
 */
async function letLeave(
  { leaver, known, from, isAtMax }: Replacing,
  how: Served,
  isKept: boolean,
  fence: Fence,
  on: EndPorts,
): Promise<'overtaken' | undefined> {
  if (isAtMax && how === 'serves' && !isKept) {
    const now = await on.groups.named(leaver.group);
    // Another that left first was quicker.
    if (now !== undefined && isInService(leaver.instance, now) && !isWhole(now)) return 'overtaken';
  }
  if ((!isKept && (await takeOut(leaver, from, fence, on))) || from === null) return undefined;
  const group = await on.groups.named(leaver.group);
  if (group === undefined || group.desired <= from) return undefined;
  const before = await decided(leaver, 'scale-in', on);
  if (before?.victims.includes(leaver.instance) === true) return undefined;
  const spare = before?.victims[0] ?? newcomerToSpare(group, known);
  const isThere = group.instances.some((one) => one.id === spare && !isGoing(one));
  if (spare !== undefined && isThere) await takeIn(spare, leaver, group, fence, on);
  return undefined;
}

/** What was asked for and does not come is asked for no more. */
async function takeBack(
  { leaver, known, from, to }: Replacing,
  fence: Fence,
  on: EndPorts,
): Promise<undefined> {
  // Before desired capacity is lowered: a warning that comes between must not take that for its successor's.
  await gaveUpSuccessor(leaver.instance, on.ledger);
  const group = await on.groups.named(leaver.group);
  if (from === null || to === null || group === undefined) return;
  // Lowered by somebody else, or raised beyond: then it serves that.
  if (group.desired <= from || group.desired > to) return;
  const { victims, to: less } = toTakeBack(group, known, from);
  if (less === group.desired) return;
  const change = { from: group.desired, to: less, victims, now: on.clock.now() };
  await on.ledger.record(replacementDecision({ ...leaver, ...change }), fence);
  for (const victim of victims) unlessBusy(group.name, await on.groups.terminateAndDecrement(victim));
  const left = victims.reduce((units, victim) => units - unitsIn(group, victim), group.desired);
  if (left > less) unlessBusy(group.name, await on.groups.setDesired(group.name, less));
}
