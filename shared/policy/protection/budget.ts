import type {
  Amount,
  Disruption,
  DisruptionCause,
  DisruptionPolicy,
  Group,
  Instant,
} from '../../domain/index.ts';
import { isGoing, SECOND, unitsOf, weightOf } from '../../domain/index.ts';
import { timetable } from '../timetable.ts';

/** What of a budget is left for one cause, at an instant. Where a group weighs its instances, it counts their units. */
export interface Allowance {
  /** What may still be taken out of work. */
  readonly left: number;
  /** The limit that is the nearest, how much of it is used, and when the oldest of that comes back. */
  readonly limit: number;
  readonly used: number;
  readonly until?: Instant;
  /** Of the instances of a zone. */
  readonly inZone: (zone: string) => number;
}

interface Taken {
  readonly at: Instant;
  readonly cause: DisruptionCause;
  readonly zone: string | undefined;
  readonly units: number;
}

/**
 * One budget for all that takes instances out of work. It slides: what was taken comes back a period later, instance by
 * instance. An instance counts once, however many entries name it: a scale-in and its drain are one disruption.
 *
 * @param disruptions  of the last period at least, in any order
 */
export function disruptionsLeft(
  policy: DisruptionPolicy,
  disruptions: readonly Disruption[],
  group: Pick<Group, 'desired' | 'instances'>,
  cause: DisruptionCause,
  now: Instant,
): Allowance {
  const taken = takenWithin(policy.per * SECOND, disruptions, now);
  const each = lightest(group);
  const limits = limitsOn(policy, cause, now).map(({ amount, isOfCause }) => {
    const counted = isOfCause ? taken.filter((one) => one.cause === cause) : taken;
    const limit = amountOf(amount, group.desired, each);
    const used = unitsTaken(counted);
    return { limit, used, left: Math.max(0, limit - used), counted };
  });
  const nearest = limits.reduce((near, other) => (other.left < near.left ? other : near));
  const oldest = nearest.counted.reduce((least, { at }) => Math.min(least, at), Infinity);
  const inZone = zoneAllowance(policy, taken, group);
  const { left, limit, used } = nearest;
  return {
    left,
    limit,
    used,
    inZone,
    ...(Number.isFinite(oldest) && { until: oldest + policy.per * SECOND }),
  };
}

/** Each instance once, from when it was first taken. A drain follows from something else, which is its cause if known. */
function takenWithin(period: number, disruptions: readonly Disruption[], now: Instant): readonly Taken[] {
  const first = new Map<string, Taken>();
  for (const { at, cause, instances } of disruptions) {
    if (now - at >= period) continue;
    for (const { id, zone, units } of instances) {
      const known = first.get(id);
      const isMore = known === undefined || known.cause === 'drain';
      first.set(id, {
        at: Math.min(at, known?.at ?? at),
        cause: isMore ? cause : known.cause,
        zone: zone ?? known?.zone,
        units: units ?? known?.units ?? 1,
      });
    }
  }
  return [...first.values()];
}

function unitsTaken(taken: readonly Taken[]): number {
  return taken.reduce((sum, { units }) => sum + units, 0);
}

/** What an instance is counted for at the least. */
function lightest({ instances }: Pick<Group, 'instances'>): number {
  return instances.length === 0 ? 1 : Math.min(...instances.map(weightOf));
}

/** All limits that bind a cause now: that of the fleet, its own, and those of the hour. */
function limitsOn(policy: DisruptionPolicy, cause: DisruptionCause, now: Instant) {
  const own = policy.causes?.[cause];
  const standing = (policy.schedule ?? []).filter((window) => {
    if (window.causes !== undefined && !window.causes.includes(cause)) return false;
    const span = timetable(window).at(now);
    return span !== undefined && span.from <= now;
  });
  return [
    { amount: policy.atMost, isOfCause: false },
    ...(own === undefined ? [] : [{ amount: own, isOfCause: true }]),
    ...standing.map(({ atMost, causes }) => ({ amount: atMost, isOfCause: causes !== undefined })),
  ];
}

function zoneAllowance(
  { perZone }: DisruptionPolicy,
  taken: readonly Taken[],
  group: Pick<Group, 'instances'>,
): Allowance['inZone'] {
  if (perZone === undefined) return () => Infinity;
  const each = lightest(group);
  return (zone) => {
    const members = group.instances.filter((one) => one.zone === zone && !isGoing(one));
    const used = unitsTaken(taken.filter((one) => one.zone === zone));
    return Math.max(0, amountOf(perZone, unitsOf(members), each) - used);
  };
}

/**
 * A share is rounded down, but is one instance at least: a budget that lets nothing through is written as 0.
 *
 * @param each units of capacity that an instance counts for
 */
export function amountOf(amount: Amount, of: number, each = 1): number {
  if ('instances' in amount) return amount.instances * each;
  return amount.share === 0 ? 0 : Math.max(each, Math.floor(of * amount.share + 1e-9));
}
