import type { Trace, TracePoint } from '../load/trace.ts';

const MINUTE = 60_000;
const HOUR = 60;

/** Minutes of the run's day, from its begin on: what happens when. It begins at 06:00 UTC of a Monday, 07:00 in Berlin. */
export const HOURS = {
  /** A few jobs come before anybody is there. */
  early: { from: 0.5 * HOUR, until: 0.5 * HOUR + 3 },
  work: { from: HOUR, until: 5.5 * HOUR },
  /** The newsletter: known beforehand. From 10:30 in Berlin. */
  event: { from: 3.5 * HOUR, until: 4 * HOUR },
  /** From 12:00 to 13:00 in Berlin: longer than there is work. */
  floor: { from: 5 * HOUR, until: 6 * HOUR },
  late: { from: 6.5 * HOUR, until: 6.5 * HOUR + 2 },
  end: 7.5 * HOUR,
} as const;

/** Jobs a minute. */
const RATES = { early: 4, middle: 12, event: 12, late: 20 } as const;

/**
 * Jobs a second for a worker fleet's day: nothing at night, a few in the early morning, a hump of work with noise that
 * holds on for some minutes, a newsletter at noon that more than doubles it from one minute to the next, and a late batch.
 */
export function workersDay(start: number, random: () => number): Trace {
  let noise = 0;
  const points = Array.from({ length: HOURS.end }, (_, minute): TracePoint => {
    noise = 0.8 * noise + 0.06 * (random() + random() + random() - 1.5);
    return { at: start + minute * MINUTE, value: (jobsIn(minute) * (1 + noise)) / 60 };
  });
  return { name: 'a day of jobs', points };
}

function jobsIn(minute: number): number {
  if (isIn(HOURS.early, minute)) return RATES.early;
  if (isIn(HOURS.late, minute)) return RATES.late;
  const { from, until } = HOURS.work;
  if (!isIn(HOURS.work, minute)) return 0;
  const hump = RATES.middle * Math.sin((Math.PI * (minute - from)) / (until - from)) ** 0.8;
  return hump + (isIn(HOURS.event, minute) ? RATES.event : 0);
}

export function isIn(
  { from, until }: { readonly from: number; readonly until: number },
  minute: number,
): boolean {
  return minute >= from && minute < until;
}
