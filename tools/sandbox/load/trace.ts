/** A load over time: requests a second, each value standing until the next. */
export interface Trace {
  readonly name: string;
  readonly points: readonly TracePoint[];
}

export interface TracePoint {
  /** Milliseconds since the epoch; ascending. */
  readonly at: number;
  readonly value: number;
}

const WEEK = 7 * 24 * 3_600_000;

/** When a trace ends: its last value stands as long as the one before it did. */
export function endOf({ points }: Trace): number {
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined) return 0;
  return last.at + (before === undefined ? 60_000 : last.at - before.at);
}

/** The load at an instant, 0 outside the trace. Made for asking in ascending order: each step is cheap. */
export function loadOf(trace: Trace): (instant: number) => number {
  const end = endOf(trace);
  let position = 0;
  return (instant) => {
    const { points } = trace;
    if (instant >= end || instant < (points[0]?.at ?? Infinity)) return 0;
    if (instant < (points[position]?.at ?? 0)) position = 0;
    while ((points[position + 1]?.at ?? Infinity) <= instant) position++;
    return points[position]?.value ?? 0;
  };
}

/**
 * The same load, with its values multiplied so that its 99.5th percentile is `peak`. What a file counts (requests,
 * mentions, percent) then does not matter, only its form; the rare peaks above stay above.
 */
export function scaledTo(peak: number, trace: Trace): Trace {
  const sorted = trace.points.map(({ value }) => value).sort((a, b) => a - b);
  const percentile = sorted[Math.floor(0.995 * (sorted.length - 1))] ?? 0;
  const reference = percentile > 0 ? percentile : (sorted.at(-1) ?? 0);
  const factor = reference > 0 ? peak / reference : 0;
  return { ...trace, points: trace.points.map(({ at, value }) => ({ at, value: value * factor })) };
}

/** The same load at most a week after `start`, moved by whole weeks: hours of the day and days of the week stay. */
export function movedTo(start: number, trace: Trace): Trace {
  const first = trace.points[0]?.at ?? start;
  const shift = Math.ceil((start - first) / WEEK) * WEEK;
  return { ...trace, points: trace.points.map(({ at, value }) => ({ at: at + shift, value })) };
}

/** Only the first so many milliseconds of a load. */
export function limitedTo(milliseconds: number, trace: Trace): Trace {
  const first = trace.points[0]?.at ?? 0;
  return { ...trace, points: trace.points.filter(({ at }) => at < first + milliseconds) };
}
