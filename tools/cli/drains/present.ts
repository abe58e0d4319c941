import type { Instant, Seconds } from '../../../shared/domain/index.ts';
import { isoTime, SECOND } from '../../../shared/domain/index.ts';
import type { DrainProgress, Orders } from '../../../shared/ports/index.ts';

/** A drain as an operator sees it; times in seconds. */
export interface DrainView {
  readonly instance: string;
  readonly fleet: string;
  readonly group: string;
  /** `leaving`: it has not begun to drain yet. */
  readonly state: 'leaving' | 'draining' | 'held' | 'ended';
  readonly startedAt?: string;
  readonly elapsedSeconds?: number;
  /** Until the fleet's own limit; absent once it has ended, and while it is held. */
  readonly leftSeconds?: number;
  /** When a held instance is let go at the latest: its hook ends then, or AWS takes it. */
  readonly heldUntil?: string;
  readonly waitsFor: readonly string[];
  readonly end?: string;
  readonly heldBy?: string;
  readonly command?: DrainProgress['command'];
}

/** The longest pause between two looks is a minute, and a look is noted by the next. */
const SILENT: Seconds = 300;

const seconds = (from: Instant, to: Instant) => Math.max(0, Math.round((to - from) / SECOND));

/**
 * As of the drain's last look, seconds ago. Where that is long ago, nobody looks any more.
 *
 * @param now by the control plane's clock
 */
export function viewOf(drain: DrainProgress & { readonly orders: Orders }, now: Instant): DrainView {
  const { instance, fleet, group, startedAt, lookedAt, deadline, latest, end, command, orders } = drain;
  const isHeld = end === undefined && orders.isHeld === true;
  const silent = end === undefined ? seconds(lookedAt, now) : 0;
  const waitsFor = [
    ...(silent > SILENT ? [`no look for ${spanOf(silent)}: its execution may have ended`] : []),
    ...drain.waitsFor,
  ];
  return {
    instance,
    fleet,
    group,
    state: end !== undefined ? 'ended' : isHeld ? 'held' : 'draining',
    startedAt: isoTime(startedAt),
    elapsedSeconds: seconds(startedAt, lookedAt),
    ...(end === undefined && !isHeld && { leftSeconds: seconds(lookedAt, deadline) }),
    ...(isHeld && latest !== undefined && { heldUntil: isoTime(latest) }),
    waitsFor,
    ...(end !== undefined && { end }),
    ...(isHeld && orders.by !== undefined && { heldBy: orders.by }),
    ...(command !== undefined && { command }),
  };
}

/** One line a drain, those that go on first and the longest of them first. */
export function asTable(views: readonly DrainView[]): string {
  if (views.length === 0) return 'no instance drains\n';
  const rows = views.map((view) => [
    view.instance,
    view.fleet,
    view.end ?? view.state,
    spanned(view.elapsedSeconds),
    spanned(view.leftSeconds),
    reasonOf(view),
  ]);
  const all = [['INSTANCE', 'FLEET', 'STATE', 'ELAPSED', 'LEFT', 'WAITS FOR'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

const compared = (one: number, other: number) => (one === other ? 0 : one - other);

const spanned = (seconds: number | undefined) => (seconds === undefined ? '' : spanOf(seconds));

function reasonOf({ waitsFor, heldBy, command }: DrainView): string {
  const failed = command?.progress === 'failed' ? [`its command exited with ${command.exitCode ?? '?'}`] : [];
  const held = heldBy === undefined ? [] : [`held by ${heldBy}`];
  return [...held, ...waitsFor, ...failed].join('; ');
}

/** The longest first; those that have not begun, and after them those that have ended, last. */
export function inOrder(views: readonly DrainView[]): DrainView[] {
  const begun = ({ startedAt }: DrainView) => (startedAt === undefined ? Infinity : Date.parse(startedAt));
  const isOver = ({ end }: DrainView) => Number(end !== undefined);
  return views.toSorted((one, other) => isOver(one) - isOver(other) || compared(begun(one), begun(other)));
}

/** `1h02m`, `3m20s`, `45s` */
export function spanOf(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours}h${two(minutes)}m`;
  return minutes > 0 ? `${minutes}m${two(seconds % 60)}s` : `${seconds}s`;
}
