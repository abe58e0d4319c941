import type { PolicyFamily, Seen } from '../../policy.ts';
import type { Setting } from '../../setting.ts';
import { alarm } from './alarm.ts';
import type { Capacity } from './capacity.ts';
import { capacityCounter } from './capacity.ts';
import { TARGETS } from './targets.ts';

/** All of the last three datapoints above the target scale out. */
const OUT_AFTER = 3;

/** All of the last fifteen below the lower threshold scale in. */
const IN_AFTER = 15;

/** "Usually more than 10 % lower than the target": where scaling in begins. */
const IN_BELOW = 0.9;

/** Products like 3 × 1.4 / 1.4 may end a hair above the whole number that they mean. */
const ROUNDING = 1e-9;

/**
 * AWS's target tracking, as its documentation has it and as its alarms in an account show it:
 *
 * - out when 3 of 3 one-minute datapoints lie above the target, to ⌈capacity · metric / target⌉, where capacity leaves
 *   out whoever warms up; again each minute while the alarm stands;
 * - in when 15 of 15 lie more than 10 % below it, in proportion, what is removed rounded down, where capacity counts
 *   whoever still drains; never while something boots or warms up;
 * - no data, no change.
 *
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export const targetTracking: PolicyFamily = {
  name: 'target-tracking',
  knob: { name: 'target utilisation, %', standard: 60, sweep: TARGETS },
  at: (percent = 60) => ({
    name: 'target-tracking',
    start: (setting) => ({ decide: trackTarget(setting, percent) }),
  }),
};

/** @param percent  of an instance's capacity that is to be used */
export function trackTarget(setting: Setting, percent: number): (seen: Seen) => number {
  const value = (percent / 100) * setting.capacity;
  const high = alarm(OUT_AFTER, (metric) => metric > value);
  const low = alarm(IN_AFTER, (metric) => metric < value * IN_BELOW);
  const capacityOf = capacityCounter(setting);
  return (seen) => {
    const [isHigh, isLow] = [high.see(seen.metric), low.see(seen.metric)];
    const capacity = capacityOf(seen);
    if (isHigh) return Math.max(seen.desired, scaledOut(capacity, high.last / value));
    if (isLow && !capacity.isScalingOut) return Math.min(seen.desired, scaledIn(capacity, low.last / value));
    return seen.desired;
  };
}

/** @param ratio  metric ÷ target */
function scaledOut({ ready }: Capacity, ratio: number): number {
  return Math.ceil(ready * ratio - ROUNDING);
}

function scaledIn({ current }: Capacity, ratio: number): number {
  return current - Math.max(0, Math.floor(current - current * ratio + ROUNDING));
}
