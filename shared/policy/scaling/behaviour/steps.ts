import type { Amount, ScalingStep } from '../../../domain/index.ts';

/**
 * By how many instances a breach of its size changes capacity: the step with the greatest bound that it reaches, a
 * bound itself being reached. As with Auto Scaling's step policies a share above one instance is rounded down, and one
 * below it is one.
 *
 * @returns what to add, below 0 what to take; undefined for a breach that reaches no step
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
 */
export function stepFor(
  steps: readonly ScalingStep[],
  value: number,
  target: number,
  desired: number,
): number | undefined {
  const breach = value / target - 1;
  let reached: ScalingStep | undefined;
  for (const step of steps) {
    const size = step.side === 'above' ? breach : -breach;
    if (size >= step.by - 1e-9 && step.by >= (reached?.by ?? 0)) reached = step;
  }
  if (reached === undefined) return undefined;
  const instances = instancesOf(reached.change, desired);
  return reached.side === 'above' ? instances : -instances;
}

function instancesOf(change: Amount, desired: number): number {
  return 'instances' in change ? change.instances : Math.max(1, Math.floor(desired * change.share + 1e-9));
}
