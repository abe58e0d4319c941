import type { InstancesDistribution } from '@aws-sdk/client-auto-scaling';
import { capacityOf } from '../instances.ts';
import type { GroupInstance } from '../model.ts';
import type { Market } from './choices.ts';

/**
 * Units of On-Demand capacity that a total should hold: the base, then a percentage of the rest, rounded up in
 * favour of On-Demand.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
 */
export function onDemandShare(
  {
    OnDemandBaseCapacity: base = 0,
    OnDemandPercentageAboveBaseCapacity: percentage = 100,
  }: InstancesDistribution,
  total: number,
): number {
  return Math.min(base, total) + Math.ceil((Math.max(0, total - base) * percentage) / 100);
}

/** What the next instance is bought as; without a distribution the launch template decides. */
export function marketOfNext(
  distribution: InstancesDistribution | undefined,
  counted: readonly GroupInstance[],
): Market | undefined {
  if (distribution === undefined) return undefined;
  const onDemand = capacityOf(counted.filter(({ market }) => market === 'on-demand'));
  return onDemand < onDemandShare(distribution, capacityOf(counted) + 1) ? 'on-demand' : 'spot';
}

/** Of which market there is more than the distribution wants: what scaling in takes first. */
export function marketInExcess(
  distribution: InstancesDistribution | undefined,
  counted: readonly GroupInstance[],
): Market | undefined {
  if (distribution === undefined) return undefined;
  const onDemand = capacityOf(counted.filter(({ market }) => market === 'on-demand'));
  const total = capacityOf(counted);
  // Of the total that is left when one unit is gone.
  return onDemand > onDemandShare(distribution, Math.max(0, total - 1)) ? 'on-demand' : 'spot';
}
