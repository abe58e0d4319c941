import type { Instant, Seconds } from '../../domain/index.ts';
import type { HookTimes } from '../lifecycle/hook-clock.ts';
import { deadlineOf } from '../lifecycle/hook-clock.ts';
import type { Standing } from '../lifecycle/standing.ts';
import { GONE_AFTER_LOOKS } from '../lifecycle/standing.ts';

/** What is remembered from one look at a starting instance to the next. */
export interface Admission {
  readonly startedAt: Instant;
  readonly deadline: Instant;
  /** When the hook's clock was last set; 0 if that is not known. */
  readonly heartbeatAt: Instant;
  /** Looks in a row that found no trace of the instance. */
  readonly missed: number;
  /** The command that was sent to probe the instance and has not ended. */
  readonly commandId?: string | undefined;
  /** What the last probe gave. */
  readonly detail: string;
  readonly end?: AdmissionEnd;
}

/** `over`: the hook no longer waits; `vanished`: the instance is gone. */
export type AdmissionEnd = 'ready' | 'late' | 'over' | 'vanished';

/** What one look saw. */
export interface AdmissionLook {
  readonly now: Instant;
  readonly standing: Standing;
  readonly isHookGone: boolean;
  readonly probe: { readonly isReady: boolean; readonly detail: string };
}

export function beginAdmission(
  now: Instant,
  hookStartedAt: Instant,
  within: Seconds,
  hook: HookTimes,
): Admission {
  return {
    startedAt: now,
    deadline: deadlineOf(now, within, hook),
    heartbeatAt: hookStartedAt,
    missed: 0,
    detail: 'not probed yet',
  };
}

/**
 * What a look means. An instance that shows itself ready on its last look is still let in; one that is not seen
 * is waited for once, since descriptions lag.
 */
export function judgeAdmission(admission: Admission, look: AdmissionLook): Admission {
  const missed = look.standing === 'unknown' ? admission.missed + 1 : 0;
  const next: Admission = { ...admission, missed, detail: look.probe.detail };
  const end = endOf(next, look);
  return end === undefined ? next : { ...next, end };
}

function endOf(admission: Admission, look: AdmissionLook): AdmissionEnd | undefined {
  if (look.standing === 'over' || look.isHookGone) return 'over';
  if (admission.missed >= GONE_AFTER_LOOKS) return 'vanished';
  if (look.probe.isReady) return 'ready';
  return look.now >= admission.deadline ? 'late' : undefined;
}
