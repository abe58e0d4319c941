import type {
  Announcement,
  Decision,
  Disruption,
  DisruptionPolicy,
  EventOf,
  Fleet,
  Group,
  GroupInstance,
  Instant,
  Seconds,
} from '../../domain/index.ts';
import { isComing, isServing, SECOND, unitsOf, weightOf } from '../../domain/index.ts';
import { disruptionsLeft } from '../protection/budget.ts';
import { isPaused } from '../scaling/guards.ts';

/** `gone`: the instance is not in service any more, or must not be touched, or is not taken: nothing is left to replace. */
export type Replacement = 'wait' | 'go' | 'gone';

/** Before AWS takes an instance there has to be time to boot another and to drain this one: so long at the least. */
const AHEAD: Seconds = 2 * 3600;

/** A boot and its health checks. */
const BOOT: Seconds = 20 * 60;

/** Decisions of a replacement are looked for so far back: it has to be over by then. */
export const BACK: Seconds = 3600;

type Timed = Pick<Fleet, 'admission' | 'drain'>;

/** How long before AWS takes one of a fleet's instances its replacement has to begin. */
export function aheadOf({ admission, drain }: Timed): Seconds {
  return Math.max(AHEAD, BOOT + admission.within + drain.within);
}

/** How long a successor may take to serve: a boot, and its admission. */
export function patienceWith({ admission }: Timed): Seconds {
  return Math.min(BACK - 5 * 60, Math.max(BOOT, admission.within + BOOT / 2));
}

/**
 * When AWS takes an instance, by all that it has said since it was first heard of: changes are moved, and called off.
 *
 * @returns `isCalledOff` where nothing is left of what the instance was to be replaced for
 */
export function announcedEnd(
  { reason, by }: Pick<EventOf<'replace-due'>, 'reason' | 'by'>,
  announced: readonly Announcement[],
): { readonly by?: Instant; readonly isCalledOff: boolean } {
  const open = announced.filter(({ isOver }) => !isOver);
  const isCalledOff = reason === 'health' && announced.length > 0 && open.length === 0;
  const dates = open.flatMap((one) => (one.by === undefined ? [] : [one.by]));
  if (dates.length > 0) return { isCalledOff, by: Math.min(...dates) };
  return by === undefined || announced.length > 0 ? { isCalledOff } : { isCalledOff, by };
}

interface Candidate {
  readonly instance: string;
  readonly zone: string;
  readonly group: Group | undefined;
  readonly policy: DisruptionPolicy | undefined;
  readonly disruptions: readonly Disruption[];
  readonly now: Instant;
  /** When AWS takes it, if that is known, and how long before it is replaced at the latest. */
  readonly by?: Instant | undefined;
  readonly ahead: Seconds;
}

/**
 * When an instance whose end is announced is replaced: as soon as the fleet's disruption budget, with its hours, lets
 * it, and some hours before its end at the latest, since it is lost then all the same. Of a group that is paused it is
 * not, but may be until its end.
 */
export function whenToReplace(candidate: Candidate): Replacement {
  const { instance, zone, group, policy, disruptions, now, by, ahead } = candidate;
  const member = group?.instances.find(({ id }) => id === instance);
  if (group === undefined || member?.lifecycle !== 'InService' || member.isProtected) return 'gone';
  if (isPaused(group)) return by !== undefined && now < by ? 'wait' : 'gone';
  if (by !== undefined && now >= by - ahead * SECOND) return 'go';
  // Its own entry is no obstacle: a crash after it was written would wait for itself.
  const others = disruptions.filter(({ instances }) => instances.every(({ id }) => id !== instance));
  if (policy === undefined) return 'go';
  const { left, inZone } = disruptionsLeft(policy, others, group, 'interruption', now);
  return left > 0 && inZone(zone) > 0 ? 'go' : 'wait';
}

/** Units of capacity that serve, one of the instances left out. */
export function servingBeside(instance: string, { instances }: Pick<Group, 'instances'>): number {
  return unitsOf(instances.filter((one) => isServing(one) && one.id !== instance));
}

/**
 * Whether what was launched beside an instance serves in its place: as much as it counts for has come into service, and
 * without it no less serves than did with it, or than the group is to have.
 *
 * @param before units that served before, the instance among them
 * @param known those that were there before
 */
export function isMadeUpFor(
  leaver: GroupInstance,
  group: Group,
  known: readonly string[],
  before: number,
): boolean {
  const newcomers = group.instances.filter((one) => isServing(one) && !known.includes(one.id));
  const least = Math.min(before, group.desired - weightOf(leaver));
  return unitsOf(newcomers) >= weightOf(leaver) && servingBeside(leaver.id, group) >= least;
}

/** Whether all that a group is to have serves: one that cannot launch beside its maximum lets one go at a time. */
export function isWhole({ instances, desired }: Pick<Group, 'instances' | 'desired'>): boolean {
  return unitsOf(instances.filter(isServing)) >= desired;
}

/**
 * What is taken back of a successor that did not come in time: the newcomers that do not serve yet, as far as they were
 * launched for it, and what is then still desired and not there. What serves is left to scaling in.
 */
export function toTakeBack(
  group: Group,
  known: readonly string[],
  from: number,
): { readonly victims: readonly string[]; readonly to: number } {
  let to = group.desired;
  const victims: string[] = [];
  for (const one of group.instances.filter((each) => isComing(each) && !known.includes(each.id))) {
    if (to - weightOf(one) < from) continue;
    to -= weightOf(one);
    victims.push(one.id);
  }
  const isThere = (one: GroupInstance) => isComing(one) || one.lifecycle === 'InService';
  const staying = group.instances.filter((one) => isThere(one) && !victims.includes(one.id));
  return { victims, to: Math.max(from, Math.min(to, unitsOf(staying))) };
}

/** A step of a replacement, and what it makes of desired capacity. */
interface Change {
  /** The instance that is replaced. */
  readonly instance: string;
  /** The event that announces its end. */
  readonly id: string;
  readonly fleet: Pick<Fleet, 'name'>;
  readonly group: string;
  readonly from: number;
  readonly to: number;
  /** The instance that leaves, where one does. */
  readonly victims: readonly string[];
  readonly now: Instant;
}

/** The name of the decision that has an instance replaced: one out, one in. */
export function replacementId(instance: string, action: 'scale-out' | 'scale-in'): Decision['id'] {
  return `replace#${instance}#${action}`;
}

/**
 * A change of capacity that a replacement makes, as the decision that stands in the ledger before it is made: out for
 * the newcomer, in for the instance that leaves, or for a newcomer that never came.
 */
export function replacementDecision(change: Change): Decision {
  const { instance, id, fleet, group, from, to, victims, now } = change;
  const action = to > from ? 'scale-out' : 'scale-in';
  return {
    id: replacementId(instance, action),
    fleet: fleet.name,
    group,
    at: now,
    action,
    from,
    to,
    victims,
    reasons: [{ code: 'REPLACEMENT', facts: { instance } }],
    isShadow: false,
    cause: id,
    inputs: {},
  };
}

/**
 * The instance that is let go again where one was replaced twice, by another launched beside it and by its group: of
 * those that have come since one that does not serve yet, if there is any.
 *
 * @param known those that were there before
 */
export function newcomerToSpare({ instances }: Group, known: readonly string[]): string | undefined {
  const newcomers = instances.filter((one) => !known.includes(one.id) && !one.isProtected);
  const spare = newcomers.find(isComing) ?? newcomers.find(({ lifecycle }) => lifecycle === 'InService');
  return spare?.id;
}
