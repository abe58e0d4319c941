import type { Disruption, EventOf, Fleet, Instant, Seconds, Skip } from '../domain/index.ts';
import { disrupted, isComing, isGoing, isServing, MINUTE, SECOND, skip } from '../domain/index.ts';
import type { Clock, Durable, Fence, Groups, Ledger, Lease, Outbox } from '../ports/index.ts';
import { fleetOfGroup } from '../policy/adoption.ts';
import type { Replacement } from '../policy/interruption/replacement.ts';
import { newcomerToSpare, replacementDecision, whenToReplace } from '../policy/interruption/replacement.ts';
import { isPaused } from '../policy/scaling/guards.ts';
import { replacementStory } from '../policy/interruption/story.ts';
import type { MarkedPorts } from './marked.ts';
import { markedIn } from './marked.ts';
import type { Outcome } from './outcome.ts';
import { done } from './outcome.ts';
import type { Leaver } from './successor.ts';
import {
  buysSuccessor,
  decided,
  gaveUpSuccessor,
  isInService,
  takeIn,
  takeOut,
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
  readonly lease: Lease;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
  readonly durable: Durable;
}

/** How long a replacement may take to serve: a boot, its admission, and its health checks. */
const BOOT: Seconds = 20 * 60;

/** Between two looks at the budget, and at the replacement. */
const EVERY = { turn: 60, boot: 10 } as const;

const DAY: Seconds = 24 * 3600;

/**
 * Replaces an instance before AWS takes it: when the fleet's budget lets it go, one is launched beside it; when that
 * serves, the instance leaves by its terminate hook, where it drains. Capacity is never less than it was meanwhile,
 * unless the group is at its maximum: then the instance leaves first.
 */
export async function replaceInstance(event: EventOf<'replace-due'>, on: ReplacePorts): Promise<Outcome> {
  const { durable } = on;
  const begun = await durable.step('begin', () => begin(event, on));
  if (begun.kind === 'skip') return begun;
  const turn = await durable.poll<Turn>('turn', EVERY.turn, { state: 'wait' }, async () => {
    const next = await takeTurn(event, begun, on);
    return { done: next.state !== 'wait', state: next };
  });
  if (turn.state !== 'go')
    return done(`${event.instance} of ${begun.fleet.name} needs no replacement any more`);
  const leaver: Leaver = { ...begun, instance: event.instance, id: event.id };
  const known = await durable.step('look before', () => membersOf(begun, on));
  const launched = await durable.step('launch', () => launch(leaver, on));
  const replacing: Replacing = { event, leaver, known, ...launched };
  const until = await durable.step('until', async () => on.clock.now() + BOOT * SECOND);
  const served = await durable.poll<{ how?: Served }>('served', EVERY.boot, {}, async () => {
    const how = await replacementOf(replacing, until, on);
    return how === undefined ? { done: false, state: {} } : { done: true, state: { how } };
  });
  return durable.step('let go', () => letGo(replacing, served.how ?? 'late', on));
}

interface Begun {
  readonly kind: 'begun';
  readonly fleet: Fleet;
  readonly group: string;
  readonly zone: string;
}

async function begin({ instance }: EventOf<'replace-due'>, on: ReplacePorts): Promise<Begun | Skip> {
  const found = await on.groups.ofInstance(instance);
  const group = found && (await on.groups.named(found.group));
  const fleet = group && fleetOfGroup(group, on.fleets);
  if (group === undefined || fleet === undefined) return skip('NOT_OURS', `${instance} belongs to no fleet`);
  if (fleet.mode !== 'active') return skip('NOT_OURS', `fleet ${fleet.name} is in mode ${fleet.mode}`);
  if (isPaused(group)) return skip('NOTHING_TO_DO', `group ${group.name} is paused by its tag`);
  // One replacement an instance, whatever announces its end, and however often.
  const claim = await on.ledger.claim(`replace#${instance}`, on.durable.execution, 14 * DAY);
  if (claim !== 'claimed') return skip('ALREADY_DONE', `${instance} is being replaced`);
  const zone = group.instances.find(({ id }) => id === instance)?.zone ?? '';
  return { kind: 'begun', fleet, group: group.name, zone };
}

interface Turn {
  readonly state: Replacement;
}

/** Whether it is the instance's turn; if so its place in the budget is taken. */
async function takeTurn(
  { instance, by }: EventOf<'replace-due'>,
  { fleet, group: name, zone }: Begun,
  on: ReplacePorts,
): Promise<Turn> {
  const group = await on.groups.named(name);
  const now = on.clock.now();
  const { disruption: policy } = fleet;
  const disruptions =
    policy === undefined ? [] : await on.ledger.disruptions(fleet.name, now - policy.per * SECOND);
  const state = whenToReplace({
    instance,
    zone,
    group,
    policy,
    disruptions,
    now,
    ...(by !== undefined && { by }),
  });
  if (state === 'go' && (await markedIn(name, fleet, on)).has(instance)) return { state: 'gone' };
  if (state !== 'go' || policy === undefined) return { state };
  const entry: Disruption = {
    at: now,
    cause: 'interruption',
    instances: [{ zone, ...disrupted(instance, group) }],
  };
  await on.ledger.disrupt(fleet.name, instance, entry);
  return { state };
}

interface Launched {
  /** Desired capacity before one more was asked for; null where none was. */
  readonly from: number | null;
  /** And what was asked for. */
  readonly to: number | null;
}

interface Replacing extends Launched {
  readonly event: EventOf<'replace-due'>;
  readonly leaver: Leaver;
  /** Instances that the group had before. */
  readonly known: readonly string[];
}

async function membersOf({ group }: Begun, { groups }: ReplacePorts): Promise<readonly string[]> {
  const { instances = [] } = (await groups.named(group)) ?? {};
  return instances.map(({ id }) => id);
}

/** One more, as the fleet's only writer, unless the instance is being replaced already, or leaves. */
function launch(leaver: Leaver, on: ReplacePorts): Promise<Launched> {
  return asOnlyWriter(leaver, on, async (fence) => {
    const isOurs = await buysSuccessor(leaver.instance, on.durable.execution, on.ledger);
    // What a try before this one has decided stands: the group may have changed by it, and by others since.
    const before = await decided(leaver, 'scale-out', on);
    const group = await on.groups.named(leaver.group);
    if (group === undefined || !isOurs || !isInService(leaver.instance, group))
      return { from: before?.from ?? null, to: before?.to ?? null };
    const more = group.desired + unitsIn(group, leaver.instance);
    const { from, to } = before ?? { from: group.desired, to: more };
    if (to > group.max) return { from: null, to: null };
    const change = { from, to, victims: [], now: on.clock.now() };
    if (before === undefined) await on.ledger.record(replacementDecision({ ...leaver, ...change }), fence);
    if (group.desired < to) unlessBusy(group.name, await on.groups.setDesired(group.name, to));
    return { from, to };
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
  { leaver: { instance, group: name }, known, from }: Replacing,
  until: Instant,
  { groups, ledger, clock }: ReplacePorts,
): Promise<Served | undefined> {
  const group = await groups.named(name);
  if (group === undefined || !isInService(instance, group)) return 'left';
  if (group.instances.some((one) => isServing(one) && !known.includes(one.id))) return 'serves';
  // At its maximum, or taken in again meanwhile: nothing is on its way that could be waited for.
  if (from === null || group.desired <= from) return 'serves';
  if (await ledger.isClaimed(warned(instance))) return 'taken';
  return clock.now() >= until ? 'late' : undefined;
}

/** Where no replacement could be launched the instance stays: better one that may be taken than none. */
async function letGo(replacing: Replacing, how: Served, on: ReplacePorts): Promise<Outcome> {
  const { event, leaver } = replacing;
  const { instance, fleet, group } = leaver;
  const isKept = how === 'serves' && (await markedIn(group, fleet, on)).has(instance);
  const stays = how === 'late' || isKept;
  await asOnlyWriter(leaver, on, (fence) =>
    how === 'late' ? takeBack(replacing, fence, on) : letLeave(replacing, isKept, fence, on),
  );
  const facts = { replaced: !stays, waited: Math.round((on.clock.now() - event.at) / MINUTE) };
  // Whatever has made it leave before has been told of.
  if (how === 'left') return done(`${instance} of ${fleet.name} has left by itself`, facts);
  await on.outbox.tell(replacementStory(fleet.name, group, event, isKept ? 'kept' : how, on.clock.now()));
  return done(`${instance} of ${fleet.name} ${stays ? 'could not be replaced' : 'is replaced'}`, facts);
}

/**
 * The instance leaves by its hook, unless it has left by itself: then its group has replaced it as well, if desired
 * capacity was not lowered with it, and one of the newcomers is one too many; as it is where its owner keeps it.
 */
async function letLeave(
  { leaver, known, from }: Replacing,
  isKept: boolean,
  fence: Fence,
  on: ReplacePorts,
): Promise<void> {
  if ((!isKept && (await takeOut(leaver, from, fence, on))) || from === null) return;
  const group = await on.groups.named(leaver.group);
  if (group === undefined || group.desired <= from) return;
  const before = await decided(leaver, 'scale-in', on);
  if (before?.victims.includes(leaver.instance) === true) return;
  const spare = before?.victims[0] ?? newcomerToSpare(group, known);
  const isThere = group.instances.some((one) => one.id === spare && !isGoing(one));
  if (spare !== undefined && isThere) await takeIn(spare, leaver, group, fence, on);
}

/** What was asked for and does not come is asked for no more. */
async function takeBack(
  { leaver, known, from, to }: Replacing,
  fence: Fence,
  on: ReplacePorts,
): Promise<void> {
  // Before desired capacity is lowered: a warning that comes between must not take that for its successor's.
  await gaveUpSuccessor(leaver.instance, on.ledger);
  const group = await on.groups.named(leaver.group);
  if (from === null || to === null || group?.desired !== to) return;
  const late = group.instances.find((one) => isComing(one) && !known.includes(one.id));
  if (late !== undefined) return takeIn(late.id, leaver, group, fence, on);
  const change = { from: to, to: from, victims: [], now: on.clock.now() };
  await on.ledger.record(replacementDecision({ ...leaver, ...change }), fence);
  unlessBusy(group.name, await on.groups.setDesired(group.name, from));
}
