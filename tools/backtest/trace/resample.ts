import { isoTime, MINUTE } from '../../../shared/domain/index.ts';
import { MOST_ROWS } from '../../sandbox/load/csv.ts';
import type { Trace, TracePoint } from '../../sandbox/load/trace.ts';
import { UsageError } from '../../usage-error.ts';
import type { Gap, MinuteTrace } from './minute-trace.ts';

/** More than so many usual steps between two values are a gap. */
const GAP_STEPS = 2;

/**
 * A load of any step, by the minute. Values that are a minute apart or more stand for the load at their instant, and
 * minutes between them lie on the straight line from one to the next; of finer values a minute gets the mean. Gaps are
 * bridged in the same way, and told.
 *
 * @param trace ascending in time, not empty
 * @throws UsageError when it spans more than two years
 */
export function byTheMinute({ name, points }: Trace): MinuteTrace {
  const step = usualStep(points);
  const known = step < MINUTE ? meansOf(points) : points;
  const first = Math.ceil((known[0]?.at ?? 0) / MINUTE) * MINUTE;
  const last = known.at(-1)?.at ?? 0;
  const minutes = Math.max(1, Math.floor((last - first) / MINUTE) + 1);
  if (minutes > MOST_ROWS) throw tooLong(name, known, minutes);
  return {
    name,
    start: first,
    load: interpolated(known, first, minutes),
    gaps: gapsOf(points, Math.max(step, MINUTE)),
  };
}

/** The median of the steps; a minute where there is but one value. */
export function usualStep(points: readonly TracePoint[]): number {
  const steps = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? 0));
  steps.sort((one, other) => one - other);
  return steps[Math.floor(steps.length / 2)] ?? MINUTE;
}

function meansOf(points: readonly TracePoint[]): TracePoint[] {
  const means: { at: number; value: number; count: number }[] = [];
  for (const { at, value } of points) {
    const minute = Math.floor(at / MINUTE) * MINUTE;
    const open = means.at(-1);
    if (open?.at !== minute) means.push({ at: minute, value, count: 1 });
    else open.value += (value - open.value) / ++open.count;
  }
  return means;
}

function interpolated(points: readonly TracePoint[], first: number, minutes: number): Float64Array {
  const load = new Float64Array(minutes);
  let left = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const at = first + minute * MINUTE;
    while ((points[left + 1]?.at ?? Infinity) <= at) left++;
    const from = points[left] ?? { at, value: 0 };
    const to = points[left + 1] ?? from;
    const way = to.at === from.at ? 0 : (at - from.at) / (to.at - from.at);
    load[minute] = from.value + Math.min(1, Math.max(0, way)) * (to.value - from.value);
  }
  return load;
}

function gapsOf(points: readonly TracePoint[], step: number): Gap[] {
  return points.slice(1).flatMap(({ at: to }, index) => {
    const from = points[index]?.at ?? to;
    return to - from > GAP_STEPS * step ? [{ from, to }] : [];
  });
}

function tooLong(name: string, points: readonly TracePoint[], minutes: number): UsageError {
  const gaps = gapsOf(points, MINUTE).sort((one, other) => other.to - other.from - (one.to - one.from));
  const [widest] = gaps;
  const where = widest === undefined ? '' : `, its widest gap from ${textOf(widest)}`;
  return new UsageError(
    `${name} spans ${minutes} minutes${where}: give two years (${MOST_ROWS} minutes) at most, times in epoch_seconds`,
  );
}

/** `2026-03-02T07:00:00Z to 2026-03-02T09:00:00Z (120 minutes)` */
export function textOf({ from, to }: Gap): string {
  return `${isoTime(from)} to ${isoTime(to)} (${Math.round((to - from) / MINUTE)} minutes)`;
}
