import type { EC2 } from '@aws-sdk/client-ec2';
import { page, type Kernel, type Operations } from '../../kernel/index.ts';
import { typeInfo } from './instance-types.ts';

// What instances cost, and how much spare capacity there is. The figures are the cloud's own, of AWS's magnitude and
// always the same, so that strategies that go by them can be told apart.

/** A type in a zone. */
export interface SpotPool {
  /** US dollars an hour. */
  readonly price: number;
  /** Spare capacity, from 0 to 1: the more, the less likely is an interruption. */
  readonly depth: number;
}

/** US dollars an hour. @throws AwsError InvalidParameterValue for an unknown type */
export function onDemandPrice(instanceType: string): number {
  const { VCpuInfo, MemoryInfo, BurstablePerformanceSupported } = typeInfo(instanceType);
  const gib = (MemoryInfo.SizeInMiB ?? 0) / 1024;
  const vcpu = BurstablePerformanceSupported === true ? 0.002 : 0.032;
  return round((VCpuInfo.DefaultVCpus ?? 1) * vcpu + gib * 0.005);
}

/** @throws AwsError InvalidParameterValue for an unknown type */
export function spotPool(instanceType: string, zone: string): SpotPool {
  const [discount, depth] = [share(`price ${instanceType} ${zone}`), share(`depth ${instanceType} ${zone}`)];
  return { price: round(onDemandPrice(instanceType) * (0.3 + 0.4 * discount)), depth };
}

function round(price: number): number {
  return Math.round(price * 1e6) / 1e6;
}

/** A number from 0 to 1 that stands for a text: FNV-1a, whose high bits are well mixed. */
function share(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 0x1_0000_0000;
}

/** The price is what it always was. */
export function spotPriceOperations({ account, clock }: Kernel) {
  return {
    DescribeSpotPriceHistory: ({ InstanceTypes = [], AvailabilityZone, NextToken, MaxResults }) => {
      const zones = AvailabilityZone === undefined ? account.zones : [AvailabilityZone];
      const prices = InstanceTypes.flatMap((InstanceType) =>
        zones.map((zone) => ({
          AvailabilityZone: zone,
          InstanceType,
          ProductDescription: 'Linux/UNIX' as const,
          SpotPrice: spotPool(InstanceType, zone).price.toFixed(6),
          Timestamp: clock.date(),
        })),
      );
      const { items, nextToken } = page(prices, NextToken, MaxResults ?? 1000);
      return { SpotPriceHistory: items, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
    },
  } satisfies Operations<EC2>;
}
