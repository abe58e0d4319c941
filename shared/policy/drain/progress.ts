import type { DrainPolicy, Instant, Seconds } from '../../domain/index.ts';
import type { HookTimes } from '../lifecycle/hook-clock.ts';
import { deadlineOf } from '../lifecycle/hook-clock.ts';
import type { Standing } from '../lifecycle/standing.ts';
import { GONE_AFTER_LOOKS } from '../lifecycle/standing.ts';

/** How the fleet's command on the instance is getting on. `none`: there is none, or it could not be sent. */
export type CommandProgress = 'none' | 'running' | 'succeeded' | 'failed';

/** What is remembered from one look at a draining instance to the next. */
export interface Drain {
  readonly startedAt: Instant;
  readonly deadline: Instant;
  /** When the hook's clock was last set; 0 if that is not known. */
  readonly heartbeatAt: Instant;
  /** Looks in a row that found no trace of the instance. */
  readonly missed: number;
  /** Looks in a row that found it idle. */
  readonly idle: number;
  readonly command: CommandProgress;
  /** What is worth telling of the command: its failure. */
  readonly commandNote?: string;
  readonly end?: DrainEnd;
}

/** `over`: the hook no longer waits; `vanished`: the instance is gone. */
export type DrainEnd = 'idle' | 'deadline' | 'over' | 'vanished';

/** What one look saw. */
export interface DrainLook {
  readonly now: Instant;
  readonly standing: Standing;
  readonly isHookGone: boolean;
  /** Whether the evidence the fleet asks for shows no work left. */
  readonly isIdle: boolean;
}

export function beginDrain(
  now: Instant,
  hookStartedAt: Instant,
  within: Seconds,
  hook: HookTimes,
): Pick<Drain, 'startedAt' | 'deadline' | 'heartbeatAt' | 'missed' | 'idle'> {
  return {
    startedAt: now,
    deadline: deadlineOf(now, within, hook),
    heartbeatAt: hookStartedAt,
    missed: 0,
    idle: 0,
  };
}

/**
 * Evidence is taken twice in a row before it counts: what it rests on is eventually consistent
 * (github-aws-runners/terraform-aws-github-runner #5085 lost work to one stale look). Without evidence there is
 * nothing to confirm.
 */
export function idleLooksNeeded(policy: DrainPolicy): number {
  return policy.idle === 'none' ? 1 : 2;
}

/** What a look means. Work that is still running is waited for until the deadline, and no longer. */
export function judgeDrain(drain: Drain, look: DrainLook, policy: DrainPolicy): Drain {
  const isIdle = look.isIdle && drain.command !== 'running';
  const next: Drain = {
    ...drain,
    missed: look.standing === 'unknown' ? drain.missed + 1 : 0,
    idle: isIdle ? drain.idle + 1 : 0,
  };
  const end = endOf(next, look, idleLooksNeeded(policy));
  return end === undefined ? next : { ...next, end };
}

function endOf(drain: Drain, look: DrainLook, idleLooks: number): DrainEnd | undefined {
  if (look.standing === 'over' || look.isHookGone) return 'over';
  if (drain.missed >= GONE_AFTER_LOOKS) return 'vanished';
  if (drain.idle >= idleLooks) return 'idle';
  return look.now >= drain.deadline ? 'deadline' : undefined;
}

/** States in which a target takes neither new requests nor has old ones: AWS's `TargetHealthStateEnum`. */
export function isOutOfRotation(targetState: string | undefined): boolean {
  return targetState === undefined || targetState === 'unused';
}
