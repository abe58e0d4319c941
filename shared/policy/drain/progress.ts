import type { DrainPolicy, Instant, Seconds } from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';
import type { HookTimes } from '../lifecycle/hook-clock.ts';
import { deadlineOf } from '../lifecycle/hook-clock.ts';
import type { Standing } from '../lifecycle/standing.ts';
import { GONE_AFTER_LOOKS } from '../lifecycle/standing.ts';
import type { DrainCommand } from './command.ts';
import { isAwaited } from './command.ts';
import type { DatedSeen } from './evidence.ts';

/** Target groups that send the instance requests though its group does not own them. */
export interface Registrations {
  /** Absent while they could not be read. */
  readonly arns?: readonly string[];
  /** Those of them that it is still to be taken out of. */
  readonly left?: readonly string[];
  /** Why it is not out of them. */
  readonly why?: string;
}

/** What is remembered from one look at a draining instance to the next. */
export interface Drain {
  readonly startedAt: Instant;
  readonly lookedAt: Instant;
  /** When it is let go at the latest, held instances left out. */
  readonly deadline: Instant;
  /** When the hook itself ends, or the instance: nothing outlasts it. */
  readonly latest: Instant;
  /** AWS takes the instance: its time is not the fleet's to give. */
  readonly isTaken?: boolean;
  /** When the hook's clock was last set; 0 if that is not known. */
  readonly heartbeatAt: Instant;
  /** When EC2 was last asked whether it still runs. */
  readonly askedAt?: Instant | undefined;
  /** Looks in a row that found no trace of the instance. */
  readonly missed: number;
  /** Since when all evidence has shown it idle. */
  readonly idleSince?: Instant | undefined;
  /** Since when a person holds it. */
  readonly heldSince?: Instant | undefined;
  /** Who has ordered last that it be held, or let go. */
  readonly orderedBy?: string | undefined;
  readonly foreign: Registrations;
  readonly command: DrainCommand;
  /** What the last look saw. */
  readonly seen: readonly DatedSeen[];
  readonly end?: DrainEnd;
}

/**
 * `idle`: nothing is left to do; `deadline`: its time is up; `released`: a person let it go; `over`: the hook no longer
 * waits; `vanished`: the group does not know the instance; `lost`: it was stopped or terminated without its group.
 */
export type DrainEnd = 'idle' | 'deadline' | 'released' | 'over' | 'vanished' | 'lost';

/** What people and other parts of the control plane have said of a drain that is under way. */
export interface DrainOrders {
  /** Keep the instance until somebody releases it. */
  readonly isHeld?: boolean;
  /** Let it go at once, idle or not. */
  readonly isLetGo?: boolean;
  /** Who has said so. */
  readonly by?: string;
  /** The instance has left the running state: its state. */
  readonly lost?: string;
  /** When AWS takes the instance, whatever its hook. */
  readonly takenAt?: Instant;
}

/** What one look saw. */
export interface DrainLook {
  readonly now: Instant;
  readonly standing: Standing;
  readonly isHookGone: boolean;
  readonly orders: DrainOrders;
  readonly foreign: Registrations;
  readonly command: DrainCommand;
  readonly seen: readonly DatedSeen[];
}

export function beginDrain(
  now: Instant,
  hookStartedAt: Instant,
  within: Seconds,
  hook: HookTimes,
): Omit<Drain, 'command'> {
  return {
    startedAt: now,
    lookedAt: now,
    deadline: deadlineOf(now, within, hook),
    latest: deadlineOf(now, Number.MAX_SAFE_INTEGER, hook),
    heartbeatAt: hookStartedAt,
    missed: 0,
    foreign: {},
    seen: [],
  };
}

/** Before the instance itself is taken, the hook has to be answered. */
const BEFORE_TAKEN: Seconds = 5;

/** What a look means. Work that is still running is waited for until the deadline, and no longer. */
export function judgeDrain(drain: Drain, look: DrainLook, policy: DrainPolicy): Drain {
  const { now, standing, orders, foreign, command, seen } = look;
  const isIdle = !isAwaited(command) && isLeft(foreign) && seen.every((evidence) => evidence.isIdle);
  const next: Drain = {
    ...withClocks(drain, look),
    lookedAt: now,
    missed: standing === 'unknown' ? drain.missed + 1 : 0,
    // Evidence counts once it has stood for a while: what it rests on is eventually consistent
    // (github-aws-runners/terraform-aws-github-runner #5085 lost work to one stale look).
    idleSince: isIdle ? (drain.idleSince ?? oldest(seen, now)) : undefined,
    heldSince: orders.isHeld === true ? (drain.heldSince ?? now) : undefined,
    orderedBy: orders.by,
    foreign,
    command,
    seen,
  };
  const end = endOf(next, look, policy);
  return end === undefined ? next : { ...next, end };
}

/** A hold stops the clock of the fleet, never that of the hook or of Spot. */
function withClocks(drain: Drain, { now, orders }: DrainLook): Drain {
  const { takenAt = Number.POSITIVE_INFINITY, isHeld = false } = orders;
  const latest = Math.min(drain.latest, takenAt - BEFORE_TAKEN * SECOND);
  const held = drain.heldSince === undefined || isHeld ? 0 : now - drain.heldSince;
  const deadline = Math.min(drain.deadline + held, latest);
  return { ...drain, latest, deadline, ...(Number.isFinite(takenAt) && { isTaken: true }) };
}

function endOf(drain: Drain, look: DrainLook, policy: DrainPolicy): DrainEnd | undefined {
  const { now, orders } = look;
  if (look.standing === 'over' || look.isHookGone) return 'over';
  if (drain.missed >= GONE_AFTER_LOOKS) return 'vanished';
  if (orders.lost !== undefined) return 'lost';
  if (orders.isLetGo === true) return 'released';
  if (now >= drain.latest) return 'deadline';
  if (drain.heldSince !== undefined) return undefined;
  if (isConfirmed(drain, now, policy.confirm)) return 'idle';
  return now >= drain.deadline ? 'deadline' : undefined;
}

/** All evidence has been taken again since it first showed the instance idle, at least so long after. */
function isConfirmed({ idleSince, seen }: Drain, now: Instant, confirm: Seconds): boolean {
  return idleSince !== undefined && oldest(seen, now) - idleSince >= confirm * SECOND;
}

function oldest(seen: readonly DatedSeen[], now: Instant): Instant {
  return Math.min(now, ...seen.map(({ at }) => at));
}

/** Whether the work was brought to its end, as far as anybody can tell. */
export function isFinished({ end, command }: Pick<Drain, 'end' | 'command'>): boolean {
  return end !== 'deadline' && command.progress !== 'failed';
}

/** Whether its work outlasted all the time that the fleet or its hook could give it. */
export function isStuck({ end, isTaken = false }: Pick<Drain, 'end' | 'isTaken'>): boolean {
  return end === 'deadline' && !isTaken;
}

function awaited({ why }: DrainCommand): string {
  return why === undefined ? 'its drain command' : `its drain command, which cannot be sent: ${why}`;
}

/** Whether nothing is left to be taken out of, as far as the fleet wants it to be. */
export function isLeft({ arns, left = [] }: Registrations): boolean {
  return arns !== undefined && left.length === 0;
}

/** What is still waited for, in words. */
export function waitsFor({ foreign, command, seen, heldSince }: Drain): readonly string[] {
  const { why } = foreign;
  return [
    ...(heldSince === undefined ? [] : ['somebody to release it']),
    ...(why === undefined ? [] : [`target groups that are not its group's: ${why}`]),
    ...(isAwaited(command) ? [awaited(command)] : []),
    ...seen.filter(({ isIdle }) => !isIdle).map(({ detail }) => detail),
  ];
}
