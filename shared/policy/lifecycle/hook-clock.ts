import type { Instant, Seconds } from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';

/** How long a hook holds an instance: without a heartbeat, and at all. */
export interface HookTimes {
  readonly heartbeatTimeout: Seconds;
  readonly globalTimeout: Seconds;
}

/** Left between our last word and AWS's own end of the wait, so that ours is heard first. */
const MARGIN: Seconds = 30;

/**
 * When to decide at the latest: after the fleet's own limit, or shortly before AWS ends the wait for good,
 * which no heartbeat prolongs (48 hours or 100 times the heartbeat timeout, whichever is less).
 */
export function deadlineOf(startedAt: Instant, within: Seconds, hook: HookTimes): Instant {
  const longest = Math.max(0, hook.globalTimeout - MARGIN);
  return startedAt + Math.min(within, longest) * SECOND;
}

/**
 * Whether a heartbeat is worth its call: without one the hook would run out before the deadline, and half of its
 * time is over, or too little is left for the look after next.
 *
 * @param last when the hook's clock was last set; 0 if that is not known
 * @param every seconds between two looks
 */
export function isHeartbeatDue(
  last: Instant,
  deadline: Instant,
  every: Seconds,
  hook: HookTimes,
  now: Instant,
): boolean {
  const timeout = hook.heartbeatTimeout * SECOND;
  const endsBeforeDeadline = last + timeout < deadline + MARGIN * SECOND;
  const isHalfOver = now - last >= timeout / 2;
  const isTight = now + 2 * every * SECOND >= last + timeout;
  return endsBeforeDeadline && (isHalfOver || isTight);
}
