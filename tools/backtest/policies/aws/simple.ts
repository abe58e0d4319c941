import type { PolicyFamily, Seen } from '../../policy.ts';
import type { Setting } from '../../setting.ts';
import { changedBy } from './adjustment.ts';
import { alarm } from './alarm.ts';
import { TARGETS } from './targets.ts';

/** How many datapoints in a row raise an alarm; the documentation's examples take two as well. */
const PERIODS = 2;

/** The default cooldown, in minutes. */
const COOLDOWN = 5;

/** The user guide's example adds 30 %. It removes two instances: a tenth of 20, and so of any fleet. */
const OUT_PERCENT = 30;
const IN_PERCENT = -10;

/** How far the lower threshold is below the upper one in the user guide's example: 40 % and 60 %. */
const BETWEEN = 20;

/**
 * AWS's simple scaling: 30 % more at the threshold, 10 % less 20 points below it, after two datapoints each. "The policy
 * must wait for the scaling activity to complete and the cooldown period to expire before responding to additional
 * alarms": it blocks while something boots or drains, and for 300 s from the last of them on.
 *
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-cooldowns.html
 */
export const simple: PolicyFamily = {
  name: 'simple',
  knob: { name: 'threshold of the upper alarm, %', standard: 60, sweep: TARGETS },
  at: (percent = 60) => ({ name: 'simple', start: (setting) => ({ decide: scaleSimply(setting, percent) }) }),
};

function scaleSimply({ capacity, min, max }: Setting, threshold: number): (seen: Seen) => number {
  const upper = (threshold / 100) * capacity;
  const lower = ((threshold - BETWEEN) / 100) * capacity;
  const high = alarm(PERIODS, (metric) => metric >= upper);
  const low = alarm(PERIODS, (metric) => metric <= lower);
  let blockedUntil = 0;
  return ({ metric, minute, desired, booting, draining }) => {
    const [isHigh, isLow] = [high.see(metric), low.see(metric)];
    // The last of them may come or go at the next minute's begin.
    if (booting + draining > 0) blockedUntil = minute + 1 + COOLDOWN;
    if (minute < blockedUntil || !(isHigh || isLow)) return desired;
    const wanted = Math.min(max, Math.max(min, changedBy(desired, isHigh ? OUT_PERCENT : IN_PERCENT)));
    if (wanted !== desired) blockedUntil = minute + COOLDOWN;
    return wanted;
  };
}
