import { AwsError, validationError } from '../../kernel/index.ts';
import { userSetCapacity } from './causes.ts';
import type { Engine } from './engine.ts';
import { isPending, isTerminating } from './instances.ts';
import type { Group } from './model.ts';

export interface Size {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/**
 * Sets what the group should be and lets it get there.
 *
 * @param words  what the causes of the following activities begin with
 * @param cause  who changed it, for the journal: `SetDesiredCapacity`, `scheduled action nightly`
 */
export function resize(
  engine: Engine,
  group: Group,
  size: Partial<Size>,
  words: string,
  cause: string,
): void {
  const { min = group.min, max = group.max, desired = group.desired } = size;
  const isSame = min === group.min && max === group.max && desired === group.desired;
  if (isSame) return;
  Object.assign(group, { min, max, desired, terminationCause: 'SCALE_IN' });
  group.lastCause = { at: engine.kernel.clock.now(), words };
  // A new wish is tried at once, however often the last one failed.
  group.launchFailures.retryAt = 0;
  engine.kernel.journal.record({ kind: 'capacity', group: group.name, min, max, desired, cause });
  engine.wake(group);
}

/** A call that takes instances out of service lowers the desired capacity with them. */
export function userDecremented(engine: Engine, group: Group, by: number, cause: string): void {
  const desired = group.desired - by;
  resize(engine, group, { desired }, userSetCapacity(group.desired, desired), cause);
}

/** A call that brings instances into service raises the desired capacity with them. */
export function userIncremented(engine: Engine, group: Group, by: number, cause: string): void {
  userDecremented(engine, group, -by, cause);
}

/** @throws AwsError ValidationError in the words of SetDesiredCapacity */
export function requireWithinBounds(group: Group, desired: number): void {
  const value = `New SetDesiredCapacity value ${desired}`;
  if (desired > group.max) {
    throw validationError(`${value} is above max value ${group.max} for the AutoScalingGroup.`);
  }
  if (desired < group.min) {
    throw validationError(`${value} is below min value ${group.min} for the AutoScalingGroup.`);
  }
}

/** @throws AwsError ScalingActivityInProgressFault while the cooldown of a simple scaling policy lasts */
export function requireNoCooldown(engine: Engine, group: Group): void {
  if (!isCoolingDown(engine, group)) return;
  throw new AwsError(
    'ScalingActivityInProgressFault',
    'Scaling activity is in progress, and the group is still cooling down from it.',
  );
}

/** In the cooldown of a simple scaling policy, or still carrying out what it asked for. */
export function isCoolingDown(engine: Engine, group: Group): boolean {
  if (group.cooldown === undefined) return false;
  return group.cooldown.until === undefined || engine.kernel.clock.now() < group.cooldown.until;
}

/** Begins the cooldown once the last instance has come or gone, its draining included. */
export function beginCooldown(engine: Engine, group: Group): void {
  const { cooldown } = group;
  if (cooldown === undefined || cooldown.until !== undefined || hasScalingInProgress(group)) return;
  cooldown.until = engine.kernel.clock.now() + cooldown.seconds * 1000;
}

export function hasScalingInProgress(group: Group): boolean {
  return [...group.instances.values()].some((instance) => isPending(instance) || isTerminating(instance));
}

/** The desired capacity nearest to what is wished for. */
export function withinBounds(group: Group, desired: number): number {
  return Math.min(group.max, Math.max(group.min, desired));
}
