import type { Group, ImagePolicy, Seconds } from '../../domain/index.ts';
import { isPaused } from '../scaling/guards.ts';

/** How a refresh replaces instances: Auto Scaling's `Preferences`. */
export interface RefreshPreferences {
  readonly minHealthyPercentage: number;
  readonly maxHealthyPercentage: number;
  /** Shares of the group after whose replacement it waits, the last of them 100. */
  readonly checkpoints?: { readonly percentages: readonly number[]; readonly delay: Seconds };
}

/**
 * A group that would be left without an instance launches the new one before the old one goes. A group of one with
 * AWS's own preferences goes dark (alphagov/tech-ops #211). AWS rounds the healthy share up to whole instances, and
 * still takes one at a time from a group of one.
 */
export function refreshPreferences(policy: ImagePolicy, group: Pick<Group, 'desired'>): RefreshPreferences {
  if (group.desired <= 1) return { minHealthyPercentage: 100, maxHealthyPercentage: 200 };
  const { minHealthyPercentage, maxHealthyPercentage } = policy;
  return { minHealthyPercentage, maxHealthyPercentage };
}

/** Processes without which a refresh would stand still, and hold the group for as long. */
const NEEDED_PROCESSES = ['Launch', 'Terminate'];

/** Why now is not the time for a refresh that may well be possible later, or undefined when it is. */
export function reasonToWait(group: Pick<Group, 'name' | 'tags' | 'suspendedProcesses'>): string | undefined {
  if (isPaused(group)) return `group ${group.name} is paused by its tag`;
  const suspended = NEEDED_PROCESSES.filter((process) => group.suspendedProcesses.includes(process));
  return suspended.length === 0 ? undefined : `group ${group.name} has ${suspended.join(' and ')} suspended`;
}

const MOVING_VERSIONS = new Set(['$Latest', '$Default']);

/**
 * Why a group cannot be refreshed with a way back, or undefined when it can. A moving template version cannot be
 * rolled back to (`IrreversibleInstanceRefresh`), and with `$Latest` a new template version would reach new instances
 * before its refresh has even begun. So it is with an image that the template names by a parameter.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
 *
 * @param parameter the parameter by which its template names the image, if it does
 */
export function obstacleToRefresh(
  group: Pick<Group, 'name' | 'launchTemplate'>,
  parameter?: string,
): string | undefined {
  if (group.launchTemplate === undefined) return `group ${group.name} has no launch template`;
  const { version } = group.launchTemplate;
  if (parameter !== undefined)
    return `the template of group ${group.name} names its image by parameter ${parameter}, to which no refresh can be rolled back: name the image by its id`;
  if (!MOVING_VERSIONS.has(version)) return undefined;
  return `group ${group.name} names its template version ${version}, to which no refresh can be rolled back`;
}

/**
 * The idempotency token of the template version that brings an image: the same for every try, another where the
 * version it builds on has changed. EC2 takes up to 128 characters.
 */
export function templateToken(fleet: string, image: string, sourceVersion: string): string {
  return `evenkeel-${fleet.slice(0, 80)}-${image}-${sourceVersion}`.slice(0, 128);
}

const ENDED = new Set(['Successful', 'Failed', 'Cancelled', 'RollbackSuccessful', 'RollbackFailed']);

/**
 * Whether a status of an instance refresh is final. One that is not known is not.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
 */
export function isRefreshOver(status: string): boolean {
  return ENDED.has(status);
}

const BAD_IMAGE = new Set(['Failed', 'RollbackSuccessful', 'RollbackFailed']);

/** Whether an end speaks against the image. Somebody's cancellation does not. */
export function isImageToBlame(status: string): boolean {
  return BAD_IMAGE.has(status);
}
