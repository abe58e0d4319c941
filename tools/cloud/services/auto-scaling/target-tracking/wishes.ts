// What target tracking makes of a metric, for a metric that falls as the capacity rises.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html

/** Products of floating-point numbers that stand for whole instances are within this of them. */
const EPSILON = 1e-9;

/** Below this share of the target, capacity is taken away. */
export const SCALE_IN_SHARE = 0.9;

/**
 * In proportion to the metric, rounded up: "the Auto Scaling group scales out proportionally to the metric as fast
 * as it can". Rounding is what leaves a gap between the target and the metric.
 *
 * @param ready   capacity in service and warmed up
 * @param metric  the newest value
 */
export function scaleOutWish(ready: number, metric: number, target: number): number {
  return Math.ceil((ready * metric) / target - EPSILON);
}

/**
 * In proportion to the metric, what is removed rounded down: "scales in more gradually", and not at all where one
 * unit less would bring the metric above the target.
 *
 * @param current  capacity, including what is being terminated
 */
export function scaleInWish(current: number, metric: number, target: number): number {
  const removed = Math.floor(current - (current * metric) / target + EPSILON);
  return current - Math.max(0, removed);
}
