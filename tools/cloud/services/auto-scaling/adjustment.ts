import type { StepAdjustment } from '@aws-sdk/client-auto-scaling';

/**
 * What a scaling policy makes of a capacity, before the group's bounds.
 *
 * Percentages are rounded as the user guide says: above 1 and below -1 towards zero, in between to 1 or -1.
 *
 * @param type       `ChangeInCapacity`, `ExactCapacity` or `PercentChangeInCapacity`
 * @param magnitude  the least change in instances that a percentage makes
 */
export function adjusted(capacity: number, type: string, adjustment: number, magnitude = 0): number {
  if (type === 'ExactCapacity') return adjustment;
  if (type === 'ChangeInCapacity') return capacity + adjustment;
  const exact = (capacity * adjustment) / 100;
  const rounded = Math.abs(exact) < 1 ? Math.sign(exact) : Math.trunc(exact);
  const change = Math.sign(adjustment) * Math.max(Math.abs(rounded), magnitude);
  return capacity + change;
}

/**
 * The step whose interval, relative to the alarm's threshold, holds the metric. Lower bounds are inclusive above
 * the threshold, upper bounds below it.
 */
export function stepFor(
  steps: readonly StepAdjustment[],
  metricValue: number,
  threshold: number,
): number | undefined {
  const breach = metricValue - threshold;
  const step = steps.find(({ MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper }) => {
    const [least, most] = [lower ?? -Infinity, upper ?? Infinity];
    return least >= 0 ? breach >= least && breach < most : breach > least && breach <= most;
  });
  return step?.ScalingAdjustment;
}
