import type { EventOf, Fleet, Group, Instant } from '../domain/index.ts';
import { isServing, unitsOf } from '../domain/index.ts';
import type { Clock, Durable, Fence, Groups, Lease, Ledger } from '../ports/index.ts';
import { isMadeUpFor, isWhole, replacementDecision } from '../policy/interruption/replacement.ts';
import type { Leaver } from './successor.ts';
import { buysSuccessor, decided, isInService, unitsIn, unlessBusy, warned } from './successor.ts';

export interface LaunchPorts {
  readonly groups: Pick<Groups, 'named' | 'setDesired'>;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'decisions' | 'record'>;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly durable: Pick<Durable, 'execution'>;
}

export interface Launched {
  /** Desired capacity before one more was asked for; null where none was. */
  readonly from: number | null;
  /** And what was asked for. */
  readonly to: number | null;
  /** None could be asked for, since the group is as large as it may be. */
  readonly isAtMax: boolean;
}

/** Its group before. */
export interface Before {
  /** Its instances. */
  readonly known: readonly string[];
  /** Units of capacity that served. */
  readonly serving: number;
}

/** A replacement under way. */
export interface Replacing extends Launched, Before {
  readonly event: EventOf<'replace-due'>;
  readonly leaver: Leaver;
  readonly fleet: Fleet;
}

/** What the group is compared with once another was launched. */
export async function lookBefore(
  { group }: Pick<Leaver, 'group'>,
  { groups }: Pick<LaunchPorts, 'groups'>,
): Promise<Before> {
  const { instances = [] } = (await groups.named(group)) ?? {};
  return { known: instances.map(({ id }) => id), serving: unitsOf(instances.filter(isServing)) };
}

/** As much as it counts for, as the fleet's only writer, unless the instance is being replaced already, or leaves. */
export function launch(leaver: Leaver, on: LaunchPorts): Promise<Launched> {
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
export async function asOnlyWriter<Result>(
  { instance, fleet }: Leaver,
  { lease }: Pick<LaunchPorts, 'lease'>,
  work: (fence: Fence) => Promise<Result>,
): Promise<Result> {
  const outcome = await lease.withLease(fleet.name, `replace#${instance}`, work);
  if (outcome === 'busy') throw new Error(`fleet ${fleet.name} is busy with another change`);
  return outcome;
}

/** `serves`: another does; `taken`: AWS takes the instance in minutes; `left`: it is not in service any more. */
export type Served = 'serves' | 'late' | 'taken' | 'left';

/** How the wait for the replacement has ended; undefined while it goes on, `until` at most. */
export async function replacementOf(
  replacing: Replacing,
  until: Instant,
  { groups, ledger, clock }: LaunchPorts,
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
