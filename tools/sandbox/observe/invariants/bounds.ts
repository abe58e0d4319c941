import { Checks, type Invariant } from './invariant.ts';

/** A group's desired capacity stays between its bounds. */
export function boundsHold(): Invariant {
  const checks = new Checks();
  return {
    see(entry) {
      if (entry.kind !== 'capacity') return;
      const { group, min, max, desired, cause } = entry;
      checks.expect(
        desired >= min && desired <= max,
        () => `${group}: ${desired} not in ${min}–${max} after ${cause}`,
      );
    },
    verdict: () => checks.verdict('bounds'),
  };
}
