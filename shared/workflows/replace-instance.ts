import type { Disruption, EventOf, Fleet, Group, Instant, Seconds, Skip } from '../domain/index.ts';
import { disrupted, isGoing, isServing, MINUTE, SECOND, skip, unitsOf } from '../domain/index.ts';
import type { Announcements, Clock, Durable, Fence, Groups, Ledger, Lease, Outbox } from '../ports/index.ts';
import { fleetOfGroup } from '../policy/adoption.ts';
import type { Replacement } from '../policy/interruption/replacement.ts';
import {
  aheadOf,
  announcedEnd,
  BACK,
  isMadeUpFor,
  isWhole,
  newcomerToSpare,
  patienceWith,
  replacementDecision,
  toTakeBack,
  whenToReplace,
} from '../policy/interruption/replacement.ts';
import { isPaused } from '../policy/scaling/guards.ts';
import { replacementStory } from '../policy/interruption/story.ts';
import type { MarkedPorts } from './marked.ts';
import { markedIn } from './marked.ts';
import type { Done, Outcome } from './outcome.ts';
import { done } from './outcome.ts';
import type { Leaver } from './successor.ts';
import {
  buysSuccessor,
  decided,
  gaveUpReplacement,
  gaveUpSuccessor,
  isInService,
  takeIn,
  takeOut,
  takesOnReplacement,
  unitsIn,
  unlessBusy,
  warned,
} from './successor.ts';

export interface ReplacePorts extends MarkedPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<
    Groups,
    'named' | 'ofInstance' | 'setDesired' | 'terminateAndDecrement' | 'terminateAndReplace'
  >;
  readonly ledger: Pick<
    Ledger,
    'claim' | 'isClaimed' | 'release' | 'decisions' | 'disrupt' | 'disruptions' | 'record'
  >;
  readonly announcements: Pick<Announcements, 'of'>;
  readonly lease: Lease;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
  readonly durable: Durable;
}

/** Between two looks at the replacement; and at what keeps it waiting, which may be for weeks. */
const EVERY_BOOT: Seconds = 10;
const WAITS: readonly { readonly looks: number; readonly pause: Seconds }[] = [
  { looks: 60, pause: 60 },
  { looks: 180, pause: 300 },
  { looks: Infinity, pause: 900 },
];

/** Before a replacement that failed is tried again: what was decided of the try before is past by then. */
const AGAIN: Seconds = BACK + 300;

/** Before one that another was quicker than has its turn again. */
const SOON: Seconds = 60;

/**
 * Replaces an instance before AWS takes it: when the fleet's budget lets it go, one is launched beside it; when that
 * serves, the instance leaves by its terminate hook, where it drains. Capacity is never less than it was meanwhile,
 * unless the group is at its maximum: then the instance leaves first, of several one at a time. What cannot be replaced is
 * tried again until the date at which AWS takes it, if there is one.
 */
export async function replaceInstance(event: EventOf<'replace-due'>, on: ReplacePorts): Promise<Outcome> {
  const { durable } = on;
  const begun = await durable.step('begin', () => begin(event, on));
  if (begun.kind === 'skip') return begun;
  for (let nth = 1; ; nth++) {
    const { outcome, again } = await tryOnce(event, begun, nth, on);
    if (again === undefined) return outcome;
    await durable.wait(`before try ${nth + 1}`, again);
  }
}

/** What came of a try, and after how long there is another. */
interface Tried {
  readonly outcome: Done;
  readonly again?: Seconds;
}

async function tryOnce(
  event: EventOf<'replace-due'>,
  begun: Begun,
  nth: number,
  on: ReplacePorts,
): Promise<Tried> {
  const { durable } = on;
  const name = (what: string) => (nth === 1 ? what : `${what}, try ${nth}`);
  const turn = await durable.poll<Turn>(name('turn'), pauseOf, FIRST_TURN, async ({ looks }) => {
    const state = await takeTurn(event, begun, on);
    return { done: state !== 'wait', state: { state, looks: looks + 1 } };
  });
  if (turn.state !== 'go') return durable.step(name('give up'), () => giveUp(event, begun, on));
  const leaver: Leaver = { ...begun, instance: event.instance, id: event.id };
  const before = await durable.step(name('look before'), () => lookBefore(begun, on));
  const launched = await durable.step(name('launch'), () => launch(leaver, on));
  const replacing: Replacing = { event, leaver, fleet: begun.fleet, ...before, ...launched };
  const patience = patienceWith(begun.fleet);
  const until = await durable.step(name('until'), async () => on.clock.now() + patience * SECOND);
  const served = await durable.poll<{ how?: Served }>(name('served'), EVERY_BOOT, {}, async () => {
    const how = await replacementOf(replacing, until, on);
    return how === undefined ? { done: false, state: {} } : { done: true, state: { how } };
  });
  return durable.step(name('let go'), () => letGo(replacing, served.how ?? 'late', on));
}

interface Begun {
  readonly kind: 'begun';
  readonly fleet: Fleet;
  readonly group: string;
  readonly zone: string;
}

async function begin({ instance, by }: EventOf<'replace-due'>, on: ReplacePorts): Promise<Begun | Skip> {
  const found = await on.groups.ofInstance(instance);
  const group = found && (await on.groups.named(found.group));
  const fleet = group && fleetOfGroup(group, on.fleets);
  if (group === undefined || fleet === undefined) return skip('NOT_OURS', `${instance} belongs to no fleet`);
  if (fleet.mode !== 'active') return skip('NOT_OURS', `fleet ${fleet.name} is in mode ${fleet.mode}`);
  // What has a date is waited for: the group may go on before it.
  if (isPaused(group) && by === undefined)
    return skip('NOTHING_TO_DO', `group ${group.name} is paused by its tag`);
  if (!(await takesOnReplacement(instance, on.durable.execution, on.ledger)))
    return skip('ALREADY_DONE', `${instance} is being replaced`);
  const zone = group.instances.find(({ id }) => id === instance)?.zone ?? '';
  return { kind: 'begun', fleet, group: group.name, zone };
}

interface Turn {
  readonly state: Replacement;
  /** Taken so far. */
  readonly looks: number;
}

const FIRST_TURN: Turn = { state: 'wait', looks: 0 };

function pauseOf({ looks }: Turn): Seconds {
  return WAITS.find((wait) => looks <= wait.looks)?.pause ?? SOON;
}

/**
 * Whether it is the instance's turn; if so its place in the budget is taken. Of several that ask at the same time each finds
 * what those before it have taken.
 */
async function takeTurn(event: EventOf<'replace-due'>, begun: Begun, on: ReplacePorts): Promise<Replacement> {
  const { instance } = event;
  const { fleet, group } = begun;
  const { state } = await turnOf(event, begun, on);
  if (state !== 'go') return state;
  if ((await markedIn(group, fleet, on)).has(instance)) return 'gone';
  if (fleet.disruption === undefined) return 'go';
  const taken = await on.lease.withLease(fleet.name, `replace#${instance}`, async () => {
    const { state: turn, entry } = await turnOf(event, begun, on);
    if (turn === 'go') await on.ledger.disrupt(fleet.name, instance, entry);
    return turn;
  });
  return taken === 'busy' ? 'wait' : taken;
}

async function turnOf(
  event: EventOf<'replace-due'>,
  { fleet, group: name, zone }: Begun,
  on: ReplacePorts,
): Promise<{ readonly state: Replacement; readonly entry: Disruption }> {
  const { instance } = event;
  const { disruption: policy } = fleet;
  const { by, isCalledOff } = announcedEnd(event, await on.announcements.of(instance));
  const group = await on.groups.named(name);
  const now = on.clock.now();
  const disruptions =
    policy === undefined ? [] : await on.ledger.disruptions(fleet.name, now - policy.per * SECOND);
  const ahead = aheadOf(fleet);
  const state = whenToReplace({ instance, zone, group, policy, disruptions, now, by, ahead });
  const instances = [{ zone, ...disrupted(instance, group) }];
  return { state: isCalledOff ? 'gone' : state, entry: { at: now, cause: 'interruption', instances } };
}

async function giveUp(
  { instance }: EventOf<'replace-due'>,
  { fleet }: Begun,
  on: ReplacePorts,
): Promise<Tried> {
  await gaveUpReplacement(instance, on.ledger);
  return { outcome: done(`${instance} of ${fleet.name} needs no replacement any more`) };
}

interface Launched {
  /** Desired capacity before one more was asked for; null where none was. */
  readonly from: number | null;
  /** And what was asked for. */
  readonly to: number | null;
  /** None could be asked for, since the group is as large as it may be. */
  readonly isAtMax: boolean;
}

/** Its group before. */
interface Before {
  /** Its instances. */
  readonly known: readonly string[];
  /** Units of capacity that served. */
  readonly serving: number;
}

interface Replacing extends Launched, Before {
  readonly event: EventOf<'replace-due'>;
  readonly leaver: Leaver;
  readonly fleet: Fleet;
}

async function lookBefore({ group }: Begun, { groups }: ReplacePorts): Promise<Before> {
  const { instances = [] } = (await groups.named(group)) ?? {};
  return { known: instances.map(({ id }) => id), serving: unitsOf(instances.filter(isServing)) };
}

/** As much as it counts for, as the fleet's only writer, unless the instance is being replaced already, or leaves. */
function launch(leaver: Leaver, on: ReplacePorts): Promise<Launched> {
  return asOnlyWriter(leaver, on, async (fence) => {
    const isOurs = await buysSuccessor(leaver.instance, on.durable.execution, on.ledger);
    // What a try before this one has decided stands: the group may have changed by it, and by others since.
    const before = await decided(leaver, 'scale-out', on);
    const group = await on.groups.named(leaver.group);
    if (group === undefined || !isOurs || !isInService(leaver.instance, group))
      return { from: before?.from ?? null, to: before?.to ?? null, isAtMax: false };
    const more = group.desired + unitsIn(group, leaver.instance);
    const { from, to } = before ?? { from: group.desired, to: more };
    if (to > group.max) return { from: null, to: null, isAtMax: true };
    const change = { from, to, victims: [], now: on.clock.now() };
    if (before === undefined) await on.ledger.record(replacementDecision({ ...leaver, ...change }), fence);
    if (group.desired < to) unlessBusy(group.name, await on.groups.setDesired(group.name, to));
    return { from, to, isAtMax: false };
  });
}

/** @throws Error where another writer is at work: the step is tried again */
async function asOnlyWriter<Result>(
  { instance, fleet }: Leaver,
  { lease }: ReplacePorts,
  work: (fence: Fence) => Promise<Result>,
): Promise<Result> {
  const outcome = await lease.withLease(fleet.name, `replace#${instance}`, work);
  if (outcome === 'busy') throw new Error(`fleet ${fleet.name} is busy with another change`);
  return outcome;
}

/** `serves`: another does; `taken`: AWS takes the instance in minutes; `left`: it is not in service any more. */
type Served = 'serves' | 'late' | 'taken' | 'left';

async function replacementOf(
  replacing: Replacing,
  until: Instant,
  { groups, ledger, clock }: ReplacePorts,
): Promise<Served | undefined> {
  const { instance, group: name } = replacing.leaver;
  const group = await groups.named(name);
  if (group === undefined || !isInService(instance, group)) return 'left';
  if (isReplaced(replacing, group)) return 'serves';
  if (await ledger.isClaimed(warned(instance))) return 'taken';
  return clock.now() >= until ? 'late' : undefined;
}

function isReplaced({ leaver, known, serving, from, isAtMax }: Replacing, group: Group): boolean {
  if (isAtMax) return isWhole(group);
  // Bought by somebody else, or taken in again meanwhile: nothing is on its way that could be waited for.
  if (from === null || group.desired <= from) return true;
  const member = group.instances.find(({ id }) => id === leaver.instance);
  return member !== undefined && isMadeUpFor(member, group, known, serving);
}

/** Where no replacement could be launched the instance stays: better one that may be taken than none. */
async function letGo(replacing: Replacing, how: Served, on: ReplacePorts): Promise<Tried> {
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
async function againAfter(event: EventOf<'replace-due'>, on: ReplacePorts): Promise<Seconds | undefined> {
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
  on: ReplacePorts,
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
  on: ReplacePorts,
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
