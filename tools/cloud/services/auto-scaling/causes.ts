import type { Instant } from '../../kernel/index.ts';
import { isoSeconds } from './activities.ts';
import type { CapacityCause } from './model.ts';

// What the Cause of a scaling activity says, in Auto Scaling's own sentences.

export function sentence(at: Instant, words: string): string {
  return `At ${isoSeconds(at)} ${words}.`;
}

const sentences = (...parts: string[]): string => parts.join('  ');

export function userSetCapacity(from: number, to: number): string {
  return `a user request explicitly set group desired capacity changing the desired capacity from ${from} to ${to}`;
}

export function userUpdatedGroup(size: Size, from: number): string {
  return `a user request update of AutoScalingGroup constraints to ${limits(size)} changing the desired capacity from ${from} to ${size.desired}`;
}

export function userCreatedGroup(desired: number): string {
  return `a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}`;
}

export function userForceDeletedGroup(from: number): string {
  return `a user request force deleted AutoScalingGroup changing the desired capacity from ${from} to 0`;
}

export function scheduledAction(size: Size, from: number): string {
  return `a scheduled action update of AutoScalingGroup constraints to ${limits(size)} changing the desired capacity from ${from} to ${size.desired}`;
}

export function policyExecuted(policy: string, from: number, to: number, alarm?: string): string {
  const who =
    alarm === undefined
      ? `a user request executed policy ${policy}`
      : `a monitor alarm ${alarm} in state ALARM triggered policy ${policy}`;
  return `${who} changing the desired capacity from ${from} to ${to}`;
}

interface Size {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

function limits({ min, max, desired }: Size): string {
  return `min: ${min}, max: ${max}, desired: ${desired}`;
}

/** Why an instance is launched to reach the desired capacity. */
export function launchForCapacity(why: CapacityCause, now: Instant, from: number, to: number): string {
  return sentences(
    sentence(why.at, why.words),
    sentence(
      now,
      `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${to}`,
    ),
  );
}

export function launchForReplacement(now: Instant): string {
  return sentence(
    now,
    'an instance was launched in response to an unhealthy instance needing to be replaced',
  );
}

export function launchForRefresh(now: Instant): string {
  return sentence(now, 'an instance was launched in response to an instance refresh');
}

export function launchForBalance(now: Instant): string {
  return sentence(now, "an instance was launched to aid in balancing the group's zones");
}

export function scaledIn(why: CapacityCause, now: Instant, from: number, to: number, id: string): string {
  return sentences(
    sentence(why.at, why.words),
    sentence(
      now,
      `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${from} to ${to}`,
    ),
    sentence(now, `instance ${id} was selected for termination`),
  );
}

/** `what` is one of {@link health}'s, or an instance refresh. */
export function takenOutOfService(now: Instant, what: string): string {
  return sentence(now, `an instance was taken out of service in response to ${what}`);
}

export const health = {
  terminated: 'an EC2 health check indicating it has been terminated or stopped',
  impaired: 'an EC2 instance status checks failure',
  elb: 'an ELB system health check failure',
  user: 'a user health-check',
} as const;

export function terminatedByUser(now: Instant, id: string, shrink?: { from: number; to: number }): string {
  const size = shrink === undefined ? '' : `, shrinking the capacity from ${shrink.from} to ${shrink.to}`;
  return sentence(now, `instance ${id} was taken out of service in response to a user request${size}`);
}

export function movedToStandby(now: Instant, id: string, shrink?: { from: number; to: number }): string {
  const size = shrink === undefined ? '' : `, shrinking the capacity from ${shrink.from} to ${shrink.to}`;
  return sentence(now, `instance ${id} was moved to standby in response to a user request${size}`);
}

export function movedOutOfStandby(now: Instant, id: string, from: number, to: number): string {
  return sentence(
    now,
    `instance ${id} was moved out of standby in response to a user request, increasing the capacity from ${from} to ${to}`,
  );
}

export function detached(now: Instant, id: string, shrink?: { from: number; to: number }): string {
  const size = shrink === undefined ? '' : `, shrinking the capacity from ${shrink.from} to ${shrink.to}`;
  return sentence(now, `instance ${id} was detached in response to a user request${size}`);
}

export function attached(now: Instant, id: string, from: number, to: number): string {
  return sentence(
    now,
    `instance ${id} was attached in response to a user request, increasing the capacity from ${from} to ${to}`,
  );
}
