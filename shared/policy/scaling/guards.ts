import type { Group, Reason } from '../../domain/index.ts';
import { reason } from './plan.ts';

export const PAUSE_TAG = 'evenkeel:paused';

/**
 * Why a group must not be scaled at all, whatever its load: switched off, or handed to its owner by a tag or by
 * the suspension of `AlarmNotification`, which is how one tells Auto Scaling to leave alarms unanswered.
 */
export function whyUntouchable(group: Group): Reason | undefined {
  if (group.min === 0 && group.max === 0) return reason('EMPTY_BOUNDS');
  if (isPaused(group)) return reason('PAUSED', { tag: PAUSE_TAG });
  return suspension(group, 'AlarmNotification');
}

/** @returns why a direction is closed because a process of the group is suspended */
export function suspension(group: Group, process: string): Reason | undefined {
  return group.suspendedProcesses.includes(process) ? reason('SUSPENDED', { process }) : undefined;
}

/** Whether a person has stopped Evenkeel on a group by its tag. */
export function isPaused({ tags }: Pick<Group, 'tags'>): boolean {
  const tag = tags[PAUSE_TAG];
  return tag !== undefined && tag.toLowerCase() !== 'false';
}
