import type { PolicyFamily, Seen } from '../../policy.ts';
import type { Setting } from '../../setting.ts';
import { changedBy } from './adjustment.ts';
import { alarm } from './alarm.ts';
import { capacityCounter } from './capacity.ts';
import { TARGETS } from './targets.ts';

/** How many datapoints in a row raise an alarm; the documentation's examples take two as well. */
const PERIODS = 2;

/** Where a step begins, in shares of an instance's capacity from the threshold on, and what it changes in percent. */
interface Step {
  readonly from: number;
  readonly percent: number;
}

/** The user guide's example, the farthest step first: nothing within 10 points of the threshold. */
const STEPS: readonly Step[] = [
  { from: 0.2, percent: 30 },
  { from: 0.1, percent: 10 },
];

/**
 * AWS's step scaling with the steps of the user guide's example: 10 % more from 10 points above the threshold on, 30 %
 * from 20 points on, and mirrored below it.
 *
 * - The bound nearer to the threshold belongs to a step. Percentages are rounded down above 1, and to 1 below.
 * - Out, a step changes the capacity without whoever warms up, and never less than what is already desired: a breach
 *   that stays in the same step adds nothing twice. It is carried out again each minute while the alarm stands.
 * - In, it counts whoever drains, and waits while something boots or warms up.
 *
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
 */
export const step: PolicyFamily = {
  name: 'step',
  knob: { name: 'threshold of both alarms, %', standard: 50, sweep: TARGETS },
  at: (percent = 50) => ({ name: 'step', start: (setting) => ({ decide: takeSteps(setting, percent) }) }),
};

function takeSteps(setting: Setting, threshold: number): (seen: Seen) => number {
  const value = (threshold / 100) * setting.capacity;
  const high = alarm(PERIODS, (metric) => metric >= value);
  const low = alarm(PERIODS, (metric) => metric <= value);
  const capacityOf = capacityCounter(setting);
  return (seen) => {
    const [isHigh, isLow] = [high.see(seen.metric), low.see(seen.metric)];
    const { ready, current, isScalingOut } = capacityOf(seen);
    const percent = percentOf((high.last - value) / setting.capacity);
    if (isHigh && percent > 0) return Math.max(seen.desired, changedBy(ready, percent));
    if (isLow && percent < 0 && !isScalingOut) return Math.min(seen.desired, changedBy(current, percent));
    return seen.desired;
  };
}

/** @param breach  how far the metric is from the threshold, in shares of an instance's capacity */
function percentOf(breach: number): number {
  const found = STEPS.find(({ from }) => Math.abs(breach) >= from - Number.EPSILON);
  return Math.sign(breach) * (found?.percent ?? 0);
}
