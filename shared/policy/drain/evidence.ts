import type { Instant } from '../../domain/index.ts';

/** What one kind of evidence shows at a look. */
export interface Seen {
  readonly isIdle: boolean;
  /** What it shows, as the end of `waits for …` or `saw …`. */
  readonly detail: string;
}

/** Evidence as a drain remembers it. */
export interface DatedSeen extends Seen {
  /** What it shows was so then, or later. */
  readonly at: Instant;
  /** A command that was sent to find out, or an operation that was begun, which had not ended yet. */
  readonly asked?: { readonly id: string; readonly at: Instant };
}

/** What an error says of why something could not be seen or done. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** States in which a target takes neither new requests nor has old ones: AWS's `TargetHealthStateEnum`. */
export function isOutOfRotation(targetState: string | undefined): boolean {
  return targetState === undefined || targetState === 'unused';
}

/** What an application answers to the question whether it is busy. */
export interface BusyAnswer {
  /** HTTP status; 0 when nothing answered. */
  readonly status: number;
  readonly body: string;
  readonly detail: string;
  /** Nothing listens there. */
  readonly isRefused: boolean;
}

/**
 * An application is idle when it answers 2xx with nothing, `0`, `idle` or `{"busy": 0}` (or `false`), and busy when it
 * answers 2xx with anything else, or another status. No answer is no evidence, but for an application that has stopped
 * listening after the fleet's command has succeeded: it has ended, as it was told to.
 */
export function busyAnswer(answer: BusyAnswer, hasCommandSucceeded: boolean): Seen {
  const { status, body, detail, isRefused } = answer;
  if (isRefused && hasCommandSucceeded) return { isIdle: true, detail: `${detail}: it has ended` };
  if (status < 200 || status > 299) return { isIdle: false, detail };
  const busy = busyIn(body.trim());
  return { isIdle: busy === '', detail: busy === '' ? `${detail}: idle` : `${detail}: busy with ${busy}` };
}

/** @returns what it is busy with, empty when idle */
function busyIn(body: string): string {
  if (['', '0', 'idle', 'false'].includes(body)) return '';
  const { busy } = jsonOf(body);
  if (busy === 0 || busy === false) return '';
  return (typeof busy === 'number' || typeof busy === 'string' ? String(busy) : body).slice(0, 60);
}

function jsonOf(text: string): { readonly busy?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
