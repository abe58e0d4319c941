import { isoTime, SECOND } from '../../../shared/domain/index.ts';
import type { DrainProgress, Orders } from '../../../shared/ports/index.ts';

/** A drain as an operator sees it; times in seconds. */
export interface DrainView {
  readonly instance: string;
  readonly fleet: string;
  readonly group: string;
  readonly state: 'draining' | 'held' | 'ended';
  readonly startedAt: string;
  readonly elapsedSeconds: number;
  /** Until the fleet's own limit; absent once it has ended, and while it is held. */
  readonly leftSeconds?: number;
  readonly waitsFor: readonly string[];
  readonly end?: string;
  readonly heldBy?: string;
  readonly command?: DrainProgress['command'];
}

/** As of the drain's last look, seconds ago: its clock is the control plane's. */
export function viewOf(drain: DrainProgress & { readonly orders: Orders }): DrainView {
  const { instance, fleet, group, startedAt, lookedAt, deadline, waitsFor, end, command, orders } = drain;
  const isHeld = end === undefined && orders.isHeld === true;
  const seconds = (from: number, to: number) => Math.max(0, Math.round((to - from) / SECOND));
  return {
    instance,
    fleet,
    group,
    state: end !== undefined ? 'ended' : isHeld ? 'held' : 'draining',
    startedAt: isoTime(startedAt),
    elapsedSeconds: seconds(startedAt, lookedAt),
    ...(end === undefined && !isHeld && { leftSeconds: seconds(lookedAt, deadline) }),
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
    spanOf(view.elapsedSeconds),
    view.leftSeconds === undefined ? '' : spanOf(view.leftSeconds),
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

function reasonOf({ waitsFor, heldBy, command }: DrainView): string {
  const failed = command?.progress === 'failed' ? [`its command exited with ${command.exitCode ?? '?'}`] : [];
  const held = heldBy === undefined ? [] : [`held by ${heldBy}`];
  return [...held, ...waitsFor, ...failed].join('; ');
}

export function inOrder(views: readonly DrainView[]): DrainView[] {
  const isOver = ({ end }: DrainView) => Number(end !== undefined);
  return views.toSorted(
    (one, other) => isOver(one) - isOver(other) || one.startedAt.localeCompare(other.startedAt),
  );
}

/** `1h02m`, `3m20s`, `45s` */
export function spanOf(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours}h${two(minutes)}m`;
  return minutes > 0 ? `${minutes}m${two(seconds % 60)}s` : `${seconds}s`;
}
