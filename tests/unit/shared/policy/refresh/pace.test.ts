import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostAPeriod, pacedPreferences, tooSlow } from '../../../../../shared/policy/refresh/pace.ts';
import { group, instances, NOW } from '../../../../support/world.ts';

const HOUR = 3600;
const launchFirst = { minHealthyPercentage: 100, maxHealthyPercentage: 110 };

/** What Auto Scaling takes at once by its preferences, and one at least: its documentation of instance refreshes. */
function atOnce(desired: number, min: number, max: number): number {
  const missing = desired - Math.ceil((desired * min) / 100);
  const extra = Math.floor((desired * max) / 100) - desired;
  return Math.max(1, missing + extra);
}

/** How many it replaces before each pause. */
function batches(desired: number, percentages: readonly number[]): number[] {
  const replaced = percentages.map((percent) => Math.ceil((desired * percent) / 100));
  return replaced.map((count, index) => count - (replaced[index - 1] ?? 0));
}

describe('what a refresh may replace within a period', () => {
  const members = group(12, { instances: instances(12) });

  it('is the fleet’s share, and that of the zone with the least', () => {
    const policy = { atMost: { share: 0.5 }, per: HOUR };
    expect(mostAPeriod(policy, [], members, NOW)).toBe(6);
    expect(mostAPeriod({ ...policy, perZone: { instances: 2 } }, [], members, NOW)).toBe(2);
    expect(mostAPeriod({ ...policy, causes: { refresh: { share: 0.1 } } }, [], members, NOW)).toBe(1);
  });

  it('is what others have left of that', () => {
    const policy = { atMost: { instances: 4 }, per: HOUR, perZone: { instances: 3 } };
    const taken = (count: number, zone: string) =>
      Array.from({ length: count }, (_, index) => ({
        at: NOW,
        cause: 'scale-in' as const,
        instances: [{ id: `i-${zone}-${index}`, zone }],
      }));
    expect(mostAPeriod(policy, taken(1, 'eu-central-1a'), members, NOW)).toBe(2);
    expect(mostAPeriod(policy, taken(3, 'eu-central-1a'), members, NOW)).toBe(0);
  });
});

describe('a refresh at the pace of a budget', () => {
  it('waits for a period after each batch', () => {
    expect(pacedPreferences(launchFirst, 2, HOUR, 10)).toEqual({
      ...launchFirst,
      checkpoints: { percentages: [20, 40, 60, 80, 100], delay: HOUR },
    });
  });

  it('is what the fleet asks for where that is no more', () => {
    expect(pacedPreferences(launchFirst, 10, HOUR, 10)).toEqual(launchFirst);
  });

  it('launches first as far as the fleet lets it, and takes the rest before', () => {
    const both = { minHealthyPercentage: 50, maxHealthyPercentage: 110 };
    expect(pacedPreferences(both, 3, HOUR, 20)).toMatchObject({
      minHealthyPercentage: 95,
      maxHealthyPercentage: 110,
    });
  });

  it('never replaces more at once, nor between two pauses, than a period allows', () => {
    const share = (least: number, most: number) => fc.integer({ min: least, max: most });
    fc.assert(
      fc.property(share(1, 100), share(1, 100), share(0, 100), share(100, 200), (desired, most, min, gap) => {
        const max = Math.min(gap, min + 100);
        if (min === 100 && max === 100) return;
        const given = { minHealthyPercentage: min, maxHealthyPercentage: max };
        const paced = pacedPreferences(given, most, HOUR, desired);
        expect(atOnce(desired, paced.minHealthyPercentage, paced.maxHealthyPercentage)).toBeLessThanOrEqual(
          most,
        );
        const { percentages } = paced.checkpoints ?? { percentages: [] };
        for (const batch of batches(desired, percentages)) expect(batch).toBeLessThanOrEqual(most);
        // What Auto Scaling takes: ascending, without repetition, to the end, with room for a replacement.
        expect([...new Set(percentages)].toSorted((one, other) => one - other)).toEqual(percentages);
        expect(paced.checkpoints === undefined || percentages.at(-1) === 100).toBe(true);
        expect(paced.maxHealthyPercentage - paced.minHealthyPercentage).toBeGreaterThan(0);
        expect(paced.maxHealthyPercentage - paced.minHealthyPercentage).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('is refused where it would take longer than five days', () => {
    expect(tooSlow(pacedPreferences(launchFirst, 1, 24 * HOUR, 6))).toBeUndefined();
    expect(tooSlow(pacedPreferences(launchFirst, 1, 24 * HOUR, 8))).toMatch(/7 days/);
    expect(tooSlow(launchFirst)).toBeUndefined();
  });
});
