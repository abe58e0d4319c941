import { neededInstances } from '../needed.ts';
import type { PolicyFamily } from '../policy.ts';
import { minutesOf } from '../setting.ts';

/**
 * A clairvoyant: knows the load ahead, and otherwise does what a policy does. It launches what will be needed by the time
 * a boot is over, and keeps what will be needed again before a drain and another boot would be. What is between it and the
 * oracle is the price of deciding once a period: a check on the simulation more than a rival.
 */
export const clairvoyant: PolicyFamily = {
  name: 'clairvoyant',
  at: () => ({
    name: 'clairvoyant',
    start(setting, trace) {
      const needed = neededInstances(trace, setting);
      const boot = minutesOf(setting.boot) + minutesOf(setting.period) - 1;
      const turnaround = boot + minutesOf(setting.drain);
      return {
        decide({ minute, desired }) {
          const out = highest(needed, minute, minute + boot);
          if (out >= desired) return out;
          return Math.min(desired, highest(needed, minute, minute + turnaround));
        },
      };
    },
  }),
};

/** Both ends included. */
function highest(values: Int32Array, from: number, to: number): number {
  let most = 0;
  for (let index = from; index <= to && index < values.length; index++)
    most = Math.max(most, values[index] ?? 0);
  return most;
}
