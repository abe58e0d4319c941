import type { DrainPolicy, Seconds } from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';
import type { HookTimes } from '../lifecycle/hook-clock.ts';
import type { Drain } from './progress.ts';

/** A drain that has lasted long is looked at less often: its end is found late by this share of its length. */
const SHARE_OF_LENGTH = 0.01;

const SLOWEST: Seconds = 60;

/** While a person holds an instance, only that person and AWS end it. */
const HELD: Seconds = 10;

/**
 * How long to wait before the next look. The end of the work is found within seconds: a drain's first minutes are
 * watched closely. A wait costs nothing, a look little: what looks share is read once for all of them
 * (shared/aws/shared-looks.ts). That some of the evidence is in already makes no difference: a command that hangs while
 * no request is left would be watched closely for as long as the drain may last.
 */
export function pauseAfter(drain: Drain, { every, confirm }: DrainPolicy, hook: HookTimes): Seconds {
  const { lookedAt, startedAt, idleSince, heldSince, deadline } = drain;
  // Never so long that a heartbeat comes too late.
  const most = Math.max(1, Math.floor(hook.heartbeatTimeout / 4));
  if (heldSince !== undefined) return Math.min(HELD, most);
  const left = Math.max(1, Math.ceil((deadline - lookedAt) / SECOND));
  if (idleSince !== undefined) {
    const unconfirmed = Math.ceil(confirm - (lookedAt - idleSince) / SECOND);
    return Math.min(Math.max(1, unconfirmed), left, most);
  }
  const length = (lookedAt - startedAt) / SECOND;
  const slower = Math.min(Math.floor(length * SHARE_OF_LENGTH), SLOWEST);
  return Math.min(Math.max(every, slower), left, most);
}
