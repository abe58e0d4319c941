import type { Decision, Disruption, EventOf, Fleet, Group, Instant, Seconds, Skip } from '../domain/index.ts';
import { isServing, MINUTE, SECOND, skip } from '../domain/index.ts';
import type { Clock, Durable, Fence, Groups, Ledger, Lease, Outbox } from '../ports/index.ts';
import { fleetOfGroup } from '../policy/adoption.ts';
import type { Replacement } from '../policy/interruption/replacement.ts';
import { replacementDecision, whenToReplace } from '../policy/interruption/replacement.ts';
import { replacementStory } from '../policy/interruption/story.ts';
import type { Outcome } from './outcome.ts';
import { done } from './outcome.ts';

export interface ReplacePorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<
    Groups,
    'named' | 'ofInstance' | 'setDesired' | 'terminateAndDecrement' | 'terminateAndReplace'
  >;
  readonly ledger: Pick<Ledger, 'claim' | 'disrupt' | 'disruptions' | 'record'>;
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
  const before = await durable.step('look before', () => lookBefore(begun, on));
  await durable.step('launch', () => launch(event, begun, before, on));
  const until = await durable.step('until', async () => on.clock.now() + BOOT * SECOND);
  const served = await durable.poll<{ how: 'wait' | 'serves' | 'late' }>(
    'served',
    EVERY.boot,
    { how: 'wait' },
    async () => {
      const how = await replacementOf(begun, before, until, on);
      return { done: how !== 'wait', state: { how } };
    },
  );
  return durable.step('let go', () => letGo(event, begun, before, served.how === 'serves', on));
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
  if (state !== 'go' || policy === undefined) return { state };
  const entry: Disruption = { at: now, cause: 'interruption', instances: [{ id: instance, zone }] };
  await on.ledger.disrupt(fleet.name, instance, entry);
  return { state };
}

interface Before {
  readonly desired: number;
  readonly serving: readonly string[];
}

async function lookBefore({ group: name }: Begun, { groups }: ReplacePorts): Promise<Before> {
  const group = await groups.named(name);
  return { desired: group?.desired ?? 0, serving: servingIn(group) };
}

function servingIn(group: Group | undefined): readonly string[] {
  return (group?.instances ?? []).filter(isServing).map(({ id }) => id);
}

/** One more, as the fleet's only writer. Once it stands, doing it again changes nothing. */
function launch(
  event: EventOf<'replace-due'>,
  begun: Begun,
  { desired }: Before,
  on: ReplacePorts,
): Promise<void> {
  return asOnlyWriter(event, begun, on, async (fence) => {
    const group = await on.groups.named(begun.group);
    if (group === undefined || group.desired > desired || desired + 1 > group.max) return;
    const change = { from: desired, to: desired + 1, victims: [] };
    await on.ledger.record(decisionOf(event, begun, change, on), fence);
    unlessBusy(begun.group, await on.groups.setDesired(begun.group, desired + 1));
  });
}

function decisionOf(
  event: EventOf<'replace-due'>,
  { fleet, group }: Begun,
  change: Pick<Decision, 'from' | 'to' | 'victims'>,
  { clock }: ReplacePorts,
): Decision {
  return replacementDecision({ event, fleet: fleet.name, group, ...change, now: clock.now() });
}

/** @throws Error where another writer is at work: the step is tried again */
async function asOnlyWriter(
  { instance }: EventOf<'replace-due'>,
  { fleet }: Begun,
  { lease }: ReplacePorts,
  work: (fence: Fence) => Promise<void>,
): Promise<void> {
  const outcome = await lease.withLease(fleet.name, `replace#${instance}`, work);
  if (outcome === 'busy') throw new Error(`fleet ${fleet.name} is busy with another change`);
}

async function replacementOf(
  { group: name }: Begun,
  { desired, serving }: Before,
  until: Instant,
  { groups, clock }: ReplacePorts,
): Promise<'wait' | 'serves' | 'late'> {
  const group = await groups.named(name);
  if (servingIn(group).some((id) => !serving.includes(id))) return 'serves';
  // At its maximum, or taken in again meanwhile: nothing is on its way that could be waited for.
  if (group === undefined || group.desired <= desired) return 'serves';
  return clock.now() >= until ? 'late' : 'wait';
}

/** Where no replacement could be launched the instance stays: better one that may be taken than none. */
async function letGo(
  event: EventOf<'replace-due'>,
  begun: Begun,
  before: Before,
  serves: boolean,
  on: ReplacePorts,
): Promise<Outcome> {
  const { fleet, group } = begun;
  await asOnlyWriter(event, begun, on, (fence) =>
    serves ? takeOut(event, begun, before, fence, on) : takeBack(event, begun, before, fence, on),
  );
  await on.outbox.tell(replacementStory(fleet.name, group, event, serves, on.clock.now()));
  return done(`${event.instance} of ${fleet.name} ${serves ? 'is replaced' : 'could not be replaced'}`, {
    replaced: serves,
    waited: Math.round((on.clock.now() - event.at) / MINUTE),
  });
}

/** The instance leaves by its hook; without one more beside it, the group launches its successor. */
async function takeOut(
  event: EventOf<'replace-due'>,
  begun: Begun,
  { desired }: Before,
  fence: Fence,
  on: ReplacePorts,
): Promise<void> {
  const group = await on.groups.named(begun.group);
  if (group === undefined || !isInService(event.instance, group)) return;
  if (group.desired <= desired) {
    unlessBusy(begun.group, await on.groups.terminateAndReplace(event.instance));
    return;
  }
  const change = { from: group.desired, to: group.desired - 1, victims: [event.instance] };
  await on.ledger.record(decisionOf(event, begun, change, on), fence);
  unlessBusy(begun.group, await on.groups.terminateAndDecrement(event.instance));
}

/** What was asked for and never came is asked for no more. */
async function takeBack(
  event: EventOf<'replace-due'>,
  begun: Begun,
  { desired }: Before,
  fence: Fence,
  on: ReplacePorts,
): Promise<void> {
  const group = await on.groups.named(begun.group);
  if (group?.desired !== desired + 1) return;
  const change = { from: desired + 1, to: desired, victims: [] };
  await on.ledger.record(decisionOf(event, begun, change, on), fence);
  unlessBusy(begun.group, await on.groups.setDesired(begun.group, desired));
}

/** @throws Error where the group works on something else: the step is tried again */
function unlessBusy(group: string, answer: 'done' | 'gone' | 'refused' | 'busy'): void {
  if (answer === 'busy') throw new Error(`group ${group} is busy with another activity`);
}

/** What has left meanwhile, by a run before this one or by itself, is not taken a second time. */
function isInService(instance: string, group: Group | undefined): boolean {
  return (group?.instances ?? []).some(({ id, lifecycle }) => id === instance && lifecycle === 'InService');
}
