import type { CapacityDistributionStrategy } from '@aws-sdk/client-auto-scaling';
import type { Instant } from '../../kernel/index.ts';
import type { GroupInstance, Place } from './model.ts';

/** For so long, a zone that could not start an instance comes last. */
const ZONE_AVOIDED = 5 * 60_000;

/**
 * Where the next instance goes: the zone with the fewest instances, then its emptiest subnet. With a best effort
 * only, a zone whose launches failed lately is chosen only if all did; else the zones stay balanced, even if that
 * means to wait for one of them.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-availability-zone-balanced.html
 *
 * @param places    the group's subnets, never empty
 * @param counted   instances that count towards the desired capacity
 * @param failedAt  zones whose last launch failed, and when
 */
export function choosePlace(
  places: readonly Place[],
  counted: readonly Pick<GroupInstance, 'zone' | 'subnetId'>[],
  failedAt: ReadonlyMap<string, Instant>,
  now: Instant,
  strategy: CapacityDistributionStrategy = 'balanced-best-effort',
): Place | undefined {
  const isAvoided = ({ zone }: Place) =>
    strategy === 'balanced-best-effort' && hasFailedLately(zone, failedAt, now);
  const inZone = tally(counted, 'zone');
  const inSubnet = tally(counted, 'subnetId');
  const rank = (place: Place): readonly number[] => [
    Number(isAvoided(place)),
    inZone.get(place.zone) ?? 0,
    inSubnet.get(place.subnetId) ?? 0,
  ];
  return places.toSorted((a, b) => compare(rank(a), rank(b)))[0];
}

export function hasFailedLately(zone: string, failedAt: ReadonlyMap<string, Instant>, now: Instant): boolean {
  return now < (failedAt.get(zone) ?? -Infinity) + ZONE_AVOIDED;
}

/** The most crowded and the sparsest zone where they differ by more than one instance, which AWS evens out. */
export function imbalance(
  zones: readonly string[],
  counted: readonly Pick<GroupInstance, 'zone'>[],
): { crowded: string; sparse: string } | undefined {
  const inZone = tally(counted, 'zone');
  const bySize = zones.toSorted((a, b) => (inZone.get(a) ?? 0) - (inZone.get(b) ?? 0));
  const [sparse, crowded] = [bySize[0], bySize.at(-1)];
  if (sparse === undefined || crowded === undefined) return undefined;
  const difference = (inZone.get(crowded) ?? 0) - (inZone.get(sparse) ?? 0);
  return difference > 1 ? { crowded, sparse } : undefined;
}

export function tally<Key extends string>(
  items: readonly Readonly<Record<Key, string>>[],
  key: Key,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item[key], (counts.get(item[key]) ?? 0) + 1);
  return counts;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
