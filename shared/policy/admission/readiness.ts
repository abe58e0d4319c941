import type { AdmissionPolicy, Instant, Seconds } from '../../domain/index.ts';
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
  /** How many have been sent. */
  readonly sent?: number | undefined;
  /** Good probes in a row, and bad ones after a first good one. */
  readonly good?: number;
  readonly bad?: number;
  /** How its priming is getting on, once it is ready. */
  readonly priming?: Priming | undefined;
  /** What the last probe gave. */
  readonly detail: string;
  readonly end?: AdmissionEnd;
}

/** A priming command: its id while it runs. One that failed is sent again. */
export interface Priming {
  readonly commandId?: string | undefined;
  readonly sent?: number | undefined;
  readonly isDone: boolean;
}

/**
 * `late`: it was not ready in time; `failing`: it was, and then failed too often; `taken`: it is, and EC2 takes it back;
 * `ended`: the instance stopped running; `over`: the hook no longer waits; `vanished`: the instance is gone.
 */
export type AdmissionEnd = 'ready' | 'late' | 'failing' | 'taken' | 'ended' | 'over' | 'vanished';

/** What one look saw. */
export interface AdmissionLook {
  readonly now: Instant;
  readonly standing: Standing;
  readonly isHookGone: boolean;
  readonly probe: { readonly isReady: boolean; readonly detail: string };
  /** Absent where nothing has to be primed, or not yet. */
  readonly priming?: Priming | undefined;
}

type Thresholds = Pick<AdmissionPolicy, 'successes' | 'failures' | 'prime'>;

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
export function judgeAdmission(
  admission: Admission,
  look: AdmissionLook,
  policy: Thresholds = {},
): Admission {
  const missed = look.standing === 'unknown' ? admission.missed + 1 : 0;
  const { isReady, detail } = look.probe;
  const wasGood = (admission.good ?? 0) > 0 || (admission.bad ?? 0) > 0;
  const next: Admission = {
    ...admission,
    missed,
    detail,
    good: isReady ? (admission.good ?? 0) + 1 : 0,
    bad: !isReady && wasGood ? (admission.bad ?? 0) + 1 : 0,
    priming: look.priming ?? admission.priming,
  };
  const end = endOf(next, look, policy);
  return end === undefined ? next : { ...next, end };
}

function endOf(admission: Admission, look: AdmissionLook, policy: Thresholds): AdmissionEnd | undefined {
  if (look.standing === 'over' || look.isHookGone) return 'over';
  if (admission.missed >= GONE_AFTER_LOOKS) return 'vanished';
  if (isProven(admission, policy) && isPrimed(admission, policy)) return 'ready';
  if (policy.failures !== undefined && (admission.bad ?? 0) >= policy.failures) return 'failing';
  return look.now >= admission.deadline ? 'late' : undefined;
}

/** Whether it has answered well so often in a row that it is taken for ready. */
export function isProven({ good = 0 }: Admission, { successes = 1 }: Thresholds): boolean {
  return good >= successes;
}

function isPrimed({ priming }: Admission, { prime }: Thresholds): boolean {
  return prime === undefined || priming?.isDone === true;
}
