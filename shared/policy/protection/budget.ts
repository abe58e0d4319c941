import type {
  Amount,
  Disruption,
  DisruptionCause,
  DisruptionPolicy,
  Group,
  Instant,
} from '../../domain/index.ts';
import { isGoing, SECOND } from '../../domain/index.ts';
import { timetable } from '../timetable.ts';

/** What of a budget is left for one cause, at an instant. */
export interface Allowance {
  /** Instances that may still be taken out of work. */
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
  const limits = limitsOn(policy, cause, now).map(({ amount, isOfCause }) => {
    const counted = isOfCause ? taken.filter((one) => one.cause === cause) : taken;
    const limit = amountOf(amount, group.desired);
    return { limit, used: counted.length, left: Math.max(0, limit - counted.length), counted };
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
    for (const { id, zone } of instances) {
      const known = first.get(id);
      const isMore = known === undefined || known.cause === 'drain';
      first.set(id, {
        at: Math.min(at, known?.at ?? at),
        cause: isMore ? cause : known.cause,
        zone: zone ?? known?.zone,
      });
    }
  }
  return [...first.values()];
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
  { instances }: Pick<Group, 'instances'>,
): Allowance['inZone'] {
  if (perZone === undefined) return () => Infinity;
  return (zone) => {
    const members = instances.filter((one) => one.zone === zone && !isGoing(one)).length;
    const used = taken.filter((one) => one.zone === zone).length;
    return Math.max(0, amountOf(perZone, members) - used);
  };
}

/** A share is rounded down, but is one instance at least: a budget that lets nothing through is written as 0. */
export function amountOf(amount: Amount, of: number): number {
  if ('instances' in amount) return amount.instances;
  return amount.share === 0 ? 0 : Math.max(1, Math.floor(of * amount.share + 1e-9));
}
