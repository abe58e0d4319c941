import type { Instant } from '../../../shared/domain/index.ts';
import { instantOf } from '../trace/minute-trace.ts';
import { minutesOf } from '../setting.ts';
import { isViolation } from '../violations.ts';
import type { Run } from '../simulate.ts';

/**
 * A run in as many columns as a chart has. Nothing is averaged away: a column shows the most that was needed in it, the
 * least and the most that served, and how many of its minutes were violations.
 */
export interface Columns {
  readonly policy: string;
  /** When each column begins, and at last when the last one ends. */
  readonly at: readonly Instant[];
  /** The highest load. */
  readonly load: readonly number[];
  readonly needed: readonly number[];
  readonly servingLeast: readonly number[];
  readonly servingMost: readonly number[];
  readonly violations: readonly number[];
}

/** A stretch of a load: from one minute up to another. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** @param most  columns at the most: a short run has one for each minute */
export function columnsOf(run: Run, most: number, { from, to }: Range = wholeOf(run)): Columns {
  const { load } = run.trace;
  const count = Math.min(most, to - from);
  const edges = Array.from({ length: count + 1 }, (_, column) =>
    Math.floor(from + (column * (to - from)) / count),
  );
  const each = (value: (begin: number, end: number) => number) =>
    edges.slice(1).map((end, column) => value(edges[column] ?? 0, end));
  return {
    policy: run.policy,
    at: edges.map((minute) => instantOf(run.trace, minute)),
    load: each((begin, end) => highest(load, begin, end)),
    needed: each((begin, end) => highest(run.needed, begin, end)),
    servingLeast: each((begin, end) => -highest(run.inService, begin, end, -1)),
    servingMost: each((begin, end) => highest(run.inService, begin, end)),
    violations: each((begin, end) => countOf(begin, end, (minute) => isViolation(run, minute))),
  };
}

function wholeOf({ trace }: Run): Range {
  return { from: 0, to: trace.load.length };
}

/** Minutes shown before and after the begin of the fastest rise. */
const BEFORE = 60;
const AFTER = 120;

/** The hours in which more was needed within a boot's time than ever else: the hardest for whoever has to boot. */
export function fastestRise({ needed, setting, trace }: Pick<Run, 'needed' | 'setting' | 'trace'>): Range {
  const boot = Math.max(1, minutesOf(setting.boot));
  let [start, most] = [0, -Infinity];
  for (let minute = 0; minute + boot < needed.length; minute++) {
    const rise = (needed[minute + boot] ?? 0) - (needed[minute] ?? 0);
    if (rise > most) [start, most] = [minute, rise];
  }
  return { from: Math.max(0, start - BEFORE), to: Math.min(trace.load.length, start + AFTER) };
}

type Values = Float64Array | Int32Array;

function highest(values: Values, from: number, to: number, sign = 1): number {
  let most = -Infinity;
  for (let index = from; index < to; index++) most = Math.max(most, sign * (values[index] ?? 0));
  return most;
}

function countOf(from: number, to: number, isCounted: (minute: number) => boolean): number {
  let count = 0;
  for (let minute = from; minute < to; minute++) if (isCounted(minute)) count++;
  return count;
}

/** What the instance-hours of a run were spent on. */
export interface Spending {
  /** Instances that served and were needed. */
  readonly needed: number;
  /** Instances that served beyond the need: what caution, or slowness, cost. */
  readonly spare: number;
  /** Instances that booted or drained. */
  readonly moving: number;
}

export function spendingOf({ needed, inService, running }: Run): Spending {
  let [useful, spare, moving] = [0, 0, 0];
  for (let minute = 0; minute < needed.length; minute++) {
    const [need, serving] = [needed[minute] ?? 0, inService[minute] ?? 0];
    useful += Math.min(need, serving);
    spare += Math.max(0, serving - need);
    moving += (running[minute] ?? 0) - serving;
  }
  return { needed: useful / 60, spare: spare / 60, moving: moving / 60 };
}

/** Minutes one after the other that were violations. */
export interface Stretch {
  readonly from: Instant;
  readonly minutes: number;
  /** The largest shortage in it: instances needed and not in service. */
  readonly short: number;
}

/** The longest stretches, the longest first, at equal length the worse first. */
export function longestStretches(run: Run, count: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = -1;
  let short = 0;
  for (let minute = 0; minute <= run.needed.length; minute++) {
    if (minute < run.needed.length && isViolation(run, minute)) {
      if (from < 0) from = minute;
      short = Math.max(short, (run.needed[minute] ?? 0) - (run.inService[minute] ?? 0));
    } else if (from >= 0) {
      stretches.push({ from: instantOf(run.trace, from), minutes: minute - from, short });
      [from, short] = [-1, 0];
    }
  }
  return stretches
    .sort((one, other) => other.minutes - one.minutes || other.short - one.short)
    .slice(0, count);
}
