import type { ScalingPolicy } from '@aws-sdk/client-auto-scaling';
import { validationError } from '../../kernel/index.ts';
import { adjusted, stepFor } from './adjustment.ts';
import type { PolicyCapacity } from './policy-capacity.ts';

/**
 * What a step scaling policy makes of a breach, before the group's bounds.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
 *
 * @param desired  what the group was to be before any policy of this instant
 * @returns undefined where no step holds the breach, or where scaling in has to wait
 */
export function stepWish(
  policy: ScalingPolicy,
  breach: { readonly metricValue: number; readonly threshold: number },
  { ready, current, isScalingOut }: PolicyCapacity,
  desired: number,
): number | undefined {
  const adjustment = stepFor(policy.StepAdjustments ?? [], breach.metricValue, breach.threshold);
  if (adjustment === undefined) return undefined;
  const type = policy.AdjustmentType ?? '';
  const magnitude = policy.MinAdjustmentMagnitude ?? undefined;
  const scalesIn = type === 'ExactCapacity' ? adjustment < desired : adjustment < 0;
  if (!scalesIn) return Math.max(desired, adjusted(ready, type, adjustment, magnitude));
  if (isScalingOut) return undefined;
  return Math.min(desired, adjusted(current, type, adjustment, magnitude));
}

/**
 * "The ranges of your step adjustments can't overlap or have a gap. Only one step adjustment can have a null lower
 * bound, only one a null upper bound": same page.
 *
 * @throws AwsError ValidationError
 */
export function requireCoherentSteps({ StepAdjustments = [] }: Pick<ScalingPolicy, 'StepAdjustments'>): void {
  if (StepAdjustments.length === 0) {
    throw validationError('At least one StepAdjustment must be specified for step scaling policy.');
  }
  const intervals = StepAdjustments.map(
    ({ MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper }) =>
      [lower ?? -Infinity, upper ?? Infinity] as const,
  ).toSorted(([a], [b]) => a - b);
  for (const [index, [lower, upper]] of intervals.entries()) {
    if (lower >= upper)
      throw validationError('The lower bound of a step adjustment must be below its upper bound.');
    const next = intervals[index + 1];
    if (next !== undefined && next[0] < upper)
      throw validationError('StepAdjustment intervals must not overlap.');
    if (next !== undefined && next[0] > upper)
      throw validationError('StepAdjustment intervals must not have a gap.');
  }
  const least = intervals[0]?.[0] ?? 0;
  const most = intervals.at(-1)?.[1] ?? 0;
  if (least < 0 && least !== -Infinity)
    throw validationError('With a negative lower bound, one StepAdjustment must have no lower bound.');
  if (most > 0 && most !== Infinity)
    throw validationError('With a positive upper bound, one StepAdjustment must have no upper bound.');
}
