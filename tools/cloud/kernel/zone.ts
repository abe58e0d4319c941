import type { Instant } from './clock.ts';

const DAY = 86_400_000;

/** A time zone of the IANA database: the wall clock's time is given as if it were UTC, in epoch milliseconds. */
export interface Zone {
  /** What the wall clock shows at an instant. */
  wallTime(instant: Instant): number;
  /**
   * When the wall clock shows `wall`: the first of two instants where a time comes twice (autumn), undefined
   * where it never comes (spring).
   */
  instantOf(wall: number): Instant | undefined;
}

const UTC: Zone = { wallTime: (instant) => instant, instantOf: (wall) => wall };

/** @throws RangeError when the zone is not of the IANA database */
export function timeZone(name: string): Zone {
  if (name === 'UTC') return UTC;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const offset = (instant: Instant) => parseOffset(format.format(instant));
  return {
    wallTime: (instant) => instant + offset(instant),
    instantOf: (wall) => {
      // Between a day before and a day after, a zone changes its offset at most once.
      const offsets = [offset(wall - DAY), offset(wall + DAY)];
      const instants = offsets.filter((o) => offset(wall - o) === o).map((o) => wall - o);
      return instants.length === 0 ? undefined : Math.min(...instants);
    },
  };
}

/** `1/16/2026, GMT+05:30` → 19,800,000. */
function parseOffset(formatted: string): number {
  const [, sign, hours, minutes, seconds] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(formatted) ?? [];
  if (hours === undefined) return 0;
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1000;
  return sign === '-' ? -size : size;
}
