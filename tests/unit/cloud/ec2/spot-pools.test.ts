import { describe, expect, it } from 'vitest';
import { onDemandPrice, spotPool } from '../../../../tools/cloud/services/ec2/spot-pools.ts';

const TYPES = ['t4g.small', 'm6g.large', 'c7g.xlarge', 'r6i.4xlarge', 't3.micro'];
const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];

describe('prices', () => {
  it('rise with the size of a type', () => {
    expect(onDemandPrice('m6g.xlarge')).toBeGreaterThan(onDemandPrice('m6g.large'));
    expect(onDemandPrice('t4g.small')).toBeLessThan(onDemandPrice('m6g.large'));
  });

  it('are lower for Spot, differ by zone, and are always the same', () => {
    for (const type of TYPES) {
      const pools = ZONES.map((zone) => spotPool(type, zone));
      expect(pools).toEqual(ZONES.map((zone) => spotPool(type, zone)));
      expect(new Set(pools.map(({ price }) => price)).size).toBe(ZONES.length);
      for (const { price, depth } of pools) {
        expect(price).toBeGreaterThan(0.29 * onDemandPrice(type));
        expect(price).toBeLessThan(0.71 * onDemandPrice(type));
        expect(depth).toBeGreaterThanOrEqual(0);
        expect(depth).toBeLessThanOrEqual(1);
      }
    }
  });
});
