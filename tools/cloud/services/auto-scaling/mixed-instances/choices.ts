import type { LaunchTemplateOverrides } from '@aws-sdk/client-auto-scaling';
import { AwsError } from '../../../kernel/index.ts';
import type { LaunchSource } from '../launch-source.ts';
import type { Ec2Port } from '../ports.ts';

export type Market = 'on-demand' | 'spot';

/** Where and as what the next instance is bought. */
export interface Purchase {
  /** Undefined: as the launch template says. */
  readonly market: Market | undefined;
  readonly zone: string;
  /** Instances of the group by type in the zone, which the `lowest-price` strategy spreads over its pools. */
  readonly present: ReadonlyMap<string, number>;
}

type Priced = Pick<Ec2Port, 'onDemandPrice' | 'spotPool'>;

/**
 * The overrides of a mixed instances policy in the order in which they are tried; one that the launch template
 * alone decides where there are none.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
 *
 * @throws AwsError SpotMaxPriceTooLow where no Spot pool is cheap enough
 */
export function choicesFor(
  { overrides, distribution }: LaunchSource,
  purchase: Purchase,
  ec2: Priced,
): readonly LaunchTemplateOverrides[] {
  if (overrides.length === 0) return [{}];
  const strategy =
    purchase.market === 'spot'
      ? (distribution?.SpotAllocationStrategy ?? 'lowest-price')
      : (distribution?.OnDemandAllocationStrategy ?? 'prioritized');
  if (purchase.market !== 'spot') {
    return strategy === 'lowest-price'
      ? sortedBy(overrides, (one) => ec2.onDemandPrice(one.InstanceType ?? '') / weightIn(one))
      : overrides;
  }
  const { zone } = purchase;
  const pools = affordable(overrides, distribution?.SpotMaxPrice, zone, ec2);
  const price = (one: LaunchTemplateOverrides) => spotPrice(one, zone, ec2);
  const depth = (one: LaunchTemplateOverrides) => ec2.spotPool(one.InstanceType ?? '', zone).depth;
  switch (strategy) {
    case 'capacity-optimized':
      return sortedBy(pools, (one) => -depth(one));
    case 'capacity-optimized-prioritized':
      // Capacity first, priorities where it makes little difference: to the nearest quarter.
      return sortedBy(pools, (one) => -Math.round(4 * depth(one)));
    case 'price-capacity-optimized':
      return sortedBy(pools, (one) => -Math.round(2 * depth(one)), price);
    default:
      return spread(sortedBy(pools, price), distribution?.SpotInstancePools ?? 2, purchase.present);
  }
}

/** "Across the number of Spot pools that you specify": the emptiest of the cheapest first, then the others. */
function spread(
  cheapestFirst: readonly LaunchTemplateOverrides[],
  pools: number,
  present: ReadonlyMap<string, number>,
): LaunchTemplateOverrides[] {
  const count = ({ InstanceType = '' }: LaunchTemplateOverrides) => present.get(InstanceType) ?? 0;
  return [...sortedBy(cheapestFirst.slice(0, pools), count), ...cheapestFirst.slice(pools)];
}

function affordable(
  overrides: readonly LaunchTemplateOverrides[],
  maximum: string | undefined,
  zone: string,
  ec2: Priced,
): readonly LaunchTemplateOverrides[] {
  if (maximum === undefined || maximum === '') return overrides;
  const cheap = overrides.filter((one) => spotPrice(one, zone, ec2) <= Number(maximum));
  if (cheap.length > 0) return cheap;
  const least = Math.min(...overrides.map((one) => spotPrice(one, zone, ec2)));
  throw new AwsError(
    'SpotMaxPriceTooLow',
    `Your Spot request price of ${maximum} is lower than the minimum required Spot request fulfillment price of ${least}.`,
  );
}

/** Of a unit of capacity. */
function spotPrice(one: LaunchTemplateOverrides, zone: string, ec2: Priced): number {
  return ec2.spotPool(one.InstanceType ?? '', zone).price / weightIn(one);
}

/** Units of capacity that an instance of an override stands for. */
export function weightIn({ WeightedCapacity }: LaunchTemplateOverrides): number {
  return WeightedCapacity === undefined ? 1 : Number(WeightedCapacity);
}

/** Stable: equals keep the order of the overrides, which is that of their priority. */
function sortedBy<T>(items: readonly T[], ...keys: ((item: T) => number)[]): T[] {
  return items.toSorted((a, b) => {
    for (const key of keys) {
      const difference = key(a) - key(b);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}
