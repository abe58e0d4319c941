import type { Fleet, Group, Story } from '../domain/index.ts';
import { disrupted, skip } from '../domain/index.ts';
import type { Clock, Groups, Ledger, Outbox } from '../ports/index.ts';
import { fleetOfGroup } from '../policy/adoption.ts';
import type { MarkedPorts } from './marked.ts';
import { markedIn } from './marked.ts';
import type { Outcome } from './outcome.ts';
import { done } from './outcome.ts';

export interface MemberPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'named' | 'ofInstance'>;
}

export interface LossPorts {
  readonly ledger: Pick<Ledger, 'disrupt'>;
  readonly clock: Clock;
}

export interface TellPorts {
  readonly outbox: Pick<Outbox, 'tell'>;
}

/** An instance of a fleet, as its group sees it. */
export interface Member {
  readonly fleet: Fleet;
  readonly group: Group;
  readonly lifecycle: string;
}

/** @returns undefined where the instance belongs to no fleet */
export async function memberOf(instance: string, on: MemberPorts): Promise<Member | undefined> {
  const found = await on.groups.ofInstance(instance);
  if (found === undefined) return undefined;
  const owned = await fleetNamed(found.group, on);
  return owned && { ...owned, lifecycle: found.lifecycle };
}

/** The fleet of a group, and the group as it is now. @returns undefined where it belongs to no fleet */
export async function fleetNamed(
  name: string,
  on: MemberPorts,
): Promise<{ fleet: Fleet; group: Group } | undefined> {
  const group = await on.groups.named(name);
  const fleet = group && fleetOfGroup(group, on.fleets);
  return group && fleet && { fleet, group };
}

/** The end of what is none of our business. `what` is an instance, a group or an event. */
export const notOurs = (what: string) => skip('NOT_OURS', `${what} belongs to no fleet`);

/**
 * Protected, marked and standby instances are never touched; one that is leaving is being replaced.
 *
 * @throws Error where marks cannot be read: the event comes again
 */
export async function isReplaceable(
  { fleet, lifecycle, group }: Member,
  instance: string,
  on: MarkedPorts,
): Promise<boolean> {
  const isProtected = group.instances.some((one) => one.id === instance && one.isProtected);
  if (fleet.mode !== 'active' || lifecycle !== 'InService' || isProtected) return false;
  return !(await markedIn(group.name, fleet, on)).has(instance);
}

/** What AWS takes is not asked for; it uses up the disruption budget all the same. */
export async function noteLoss(instance: string, { fleet, group }: Member, on: LossPorts): Promise<void> {
  if (fleet.disruption === undefined) return;
  const lost = [disrupted(instance, group)];
  const disruption = { at: on.clock.now(), cause: 'interruption', instances: lost } as const;
  await on.ledger.disrupt(fleet.name, instance, disruption);
}

/** The end of what needs no more than to be told. */
export async function told(story: Story, on: TellPorts): Promise<Outcome> {
  await on.outbox.tell(story);
  return done(story.title);
}
