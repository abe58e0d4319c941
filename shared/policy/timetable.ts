import { Cron } from 'croner';
import type { Holiday, Instant, Recurring } from '../domain/index.ts';
import { cronPattern, namesWeekdays, SECOND } from '../domain/index.ts';

/** A span of time that goes on, or the one that comes next. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** When something that comes again goes on. */
export interface Timetable {
  /** The span that goes on at an instant, or else the first that begins later; undefined when none comes any more. */
  at(now: Instant): Span | undefined;
}

/** No more holidays than in a year follow each other. */
const MOST_SKIPPED = 370;

/** What has been found for the timetables of a policy that is in use: a Lambda asks the same one every minute. */
const KNOWN = new WeakMap<
  Recurring,
  { readonly timetable: Timetable; readonly holidays: readonly Holiday[] }
>();

const NO_HOLIDAYS: readonly Holiday[] = [];

/**
 * When a floor or a known event goes on, by the clock of its zone.
 *
 * Where the clock is put forward over its beginning, it begins as soon as the clock goes on; where the clock is put
 * back over it, it begins the first time. It lasts in time that passes, whatever the clock does meanwhile. On a
 * holiday, what is planned for days of the week from Monday to Friday does not begin.
 *
 * @throws TypeError for a cron expression or zone that fleets.yml would not take
 */
export function timetable(recurring: Recurring, holidays = NO_HOLIDAYS): Timetable {
  const known = KNOWN.get(recurring);
  if (known?.holidays === holidays) return known.timetable;
  const made = remembering(searching(recurring, holidays));
  KNOWN.set(recurring, { timetable: made, holidays });
  return made;
}

function searching(recurring: Recurring, holidays: readonly Holiday[]): Timetable {
  const cron = cronOf(recurring);
  const isOff = holidayTest(recurring, holidays);
  const lasts = recurring.for * SECOND;
  return {
    at: (now) => {
      let begins = cron.nextRun(new Date(now - lasts));
      for (let skipped = 0; begins !== null && isOff(begins.getTime()); skipped++) {
        begins = skipped < MOST_SKIPPED ? cron.nextRun(begins) : null;
      }
      return begins === null ? undefined : { from: begins.getTime(), until: begins.getTime() + lasts };
    },
  };
}

/** A search costs more than the rest of a decision: what it gave holds from then until the span is over. */
function remembering(search: Timetable): Timetable {
  let since = Infinity;
  let found: Span | undefined;
  return {
    at: (now) => {
      if (now < since || now >= (found?.until ?? Infinity)) {
        found = search.at(now);
        since = now;
      }
      return found;
    },
  };
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;
const WITH_SECONDS = '2026-11-27T08:00:00'.length;

function cronOf({ from, zone }: Recurring): Cron {
  if (DATE_TIME.test(from)) {
    return new Cron(from.length === WITH_SECONDS ? from : `${from}:00`, { timezone: zone, paused: true });
  }
  const read = cronPattern(from);
  if (typeof read === 'string') throw new TypeError(`${from}: ${read}`);
  const { pattern, isAws } = read;
  return new Cron(pattern, {
    timezone: zone,
    paused: true,
    alternativeWeekdays: isAws,
    sloppyRanges: isAws,
  });
}

const WEEKEND = new Set(['Sat', 'Sun']);

/** @returns whether a beginning falls on a holiday that concerns it */
function holidayTest({ from, zone }: Recurring, holidays: readonly Holiday[]): (begins: Instant) => boolean {
  if (holidays.length === 0 || !namesWeekdays(from)) return () => false;
  const days = new Set(holidays);
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const weekday = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' });
  return (begins) => {
    const day = date.format(begins);
    return (days.has(day) || days.has(day.slice('2026-'.length))) && !WEEKEND.has(weekday.format(begins));
  };
}
