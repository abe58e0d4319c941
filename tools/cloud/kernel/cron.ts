import { Cron } from 'croner';
import type { Instant } from './clock.ts';
import type { Zone } from './zone.ts';
import { timeZone } from './zone.ts';

/** The instants of a schedule. */
export interface Timetable {
  /** The first instant later than `after`, or undefined when there is none any more. */
  next(after: Instant): Instant | undefined;
}

/** A schedule expression that EventBridge and EventBridge Scheduler would not take; the message says why. */
export class ScheduleExpressionError extends Error {
  constructor(expression: string, why: string) {
    super(`Invalid schedule expression ${expression}: ${why}`);
    this.name = 'ScheduleExpressionError';
  }
}

/** What a schedule expression means beside its own text. */
export interface TimetableOptions {
  /** IANA zone of cron() and at(); rules of EventBridge know UTC only. */
  readonly zone?: string;
  /** What rate() counts from: its first instant is one period later, or the anchor itself if it `startsAtAnchor`. */
  readonly anchor: Instant;
  readonly startsAtAnchor?: boolean;
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)`, `cron(0 7 ? * MON-FRI *)` or `at(2026-07-01T07:00:00)`.
 *
 * A time that the zone skips in spring is skipped; one that comes twice in autumn counts once, the first time:
 * EventBridge Scheduler User Guide, "Daylight savings time". rate() knows no zone.
 *
 * @throws ScheduleExpressionError
 */
export function parseTimetable(expression: string, options: TimetableOptions): Timetable {
  const [, kind, body] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === undefined || body === undefined) {
    throw new ScheduleExpressionError(expression, 'it is none of rate(), cron() and at()');
  }
  const zone = zoneOf(expression, options.zone ?? 'UTC');
  if (kind === 'rate') {
    const period = parseRate(expression, body);
    return everyPeriod(period, options.startsAtAnchor === true ? options.anchor : options.anchor + period);
  }
  return kind === 'at' ? once(parseAt(expression, body, zone)) : awsCron(expression, body, zone);
}

function zoneOf(expression: string, name: string): Zone {
  try {
    return timeZone(name);
  } catch {
    throw new ScheduleExpressionError(expression, `the time zone ${name} is unknown`);
  }
}

/** The period in milliseconds. AWS insists on the singular for 1 and on the plural for more. */
function parseRate(expression: string, body: string): number {
  const [, count, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
  const length = unit === undefined ? undefined : UNITS[unit];
  if (length === undefined || (count === '1') !== (plural === '')) {
    throw new ScheduleExpressionError(expression, 'a rate is a number and minute(s), hour(s) or day(s)');
  }
  return Number(count) * length;
}

function everyPeriod(period: number, first: Instant): Timetable {
  return {
    next: (after) => (after < first ? first : first + (Math.floor((after - first) / period) + 1) * period),
  };
}

function parseAt(expression: string, body: string, zone: Zone): Instant | undefined {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) ? Date.parse(`${body}Z`) : NaN;
  if (Number.isNaN(wall)) throw new ScheduleExpressionError(expression, 'a time is yyyy-mm-ddThh:mm:ss');
  return zone.instantOf(wall);
}

function once(instant: Instant | undefined): Timetable {
  return { next: (after) => (instant !== undefined && instant > after ? instant : undefined) };
}

const NUMBER = String.raw`\d{1,4}`;
const MONTH = `(?:${NUMBER}|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)`;
const WEEKDAY = `(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)`;

/** One field's grammar: a list of values, ranges and increments, and the field's own special forms. */
function field(value: string, special?: string): RegExp {
  const range = String.raw`(?:\*|${value}(?:-${value})?)(?:/[1-9]\d*)?`;
  const item = special === undefined ? range : `(?:${range}|${special})`;
  return new RegExp(`^${item}(?:,${item})*$`);
}

const DAY_OF_MONTH = field(NUMBER, String.raw`L|LW|\d{1,2}W`);
const DAY_OF_WEEK = field(WEEKDAY, `L|${WEEKDAY}L|${WEEKDAY}#[1-5]`);
const FIELDS: readonly (readonly [string, RegExp])[] = [
  ['minutes', field(NUMBER)],
  ['hours', field(NUMBER)],
  ['day-of-month', DAY_OF_MONTH],
  ['month', field(MONTH)],
  ['day-of-week', DAY_OF_WEEK],
  ['year', field(NUMBER)],
];

/**
 * A cron expression as EventBridge documents it: minutes, hours, day of month, month, day of week, year; one of
 * the two days is `?`. `L-2` (days before the month's last), which AWS takes, is refused.
 */
function awsCron(expression: string, body: string, zone: Zone): Timetable {
  const fields = body.trim().toUpperCase().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    throw new ScheduleExpressionError(expression, `cron has six fields, not ${fields.length}`);
  }
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new ScheduleExpressionError(expression, 'exactly one of day-of-month and day-of-week must be ?');
  }
  for (const [index, [name, grammar]] of FIELDS.entries()) {
    const text = fields[index] ?? '';
    const mayBeOpen = name.startsWith('day-');
    if (!(mayBeOpen && text === '?') && !grammar.test(text)) {
      throw new ScheduleExpressionError(expression, `'${text}' is not valid for ${name}`);
    }
  }
  // The last day of the week, alone, is Saturday.
  if (dayOfWeek === 'L') fields[4] = '7';
  return wallClockCron(expression, `0 ${fields.join(' ')}`, zone);
}

/**
 * Reads a Unix cron expression of five fields, as the scheduled actions of Auto Scaling have it: days of the week
 * count from 0, Sunday. Times that a zone skips or repeats are treated as in {@link parseTimetable}.
 *
 * @throws ScheduleExpressionError
 */
export function parseUnixCron(expression: string, zone = 'UTC'): Timetable {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) {
    throw new ScheduleExpressionError(expression, `cron has five fields, not ${fields.length}`);
  }
  return wallClockCron(expression, `0 ${fields.join(' ')}`, zoneOf(expression, zone), 'unix');
}

/** AWS counts the days of the week from 1, Sunday, and writes increments as 0/15; Unix does neither. */
type Dialect = 'aws' | 'unix';

/** Croner walks the wall clock, as if it were UTC; the zone says when, and whether, the wall clock shows it. */
function wallClockCron(expression: string, pattern: string, zone: Zone, dialect: Dialect = 'aws'): Timetable {
  const cron = croner(expression, pattern, dialect);
  return {
    next: (after) => {
      let wall = cron.nextRun(new Date(zone.wallTime(after)));
      while (wall !== null) {
        const instant = zone.instantOf(wall.getTime());
        if (instant !== undefined && instant > after) return instant;
        wall = cron.nextRun(wall);
      }
      return undefined;
    },
  };
}

function croner(expression: string, pattern: string, dialect: Dialect): Cron {
  try {
    return new Cron(pattern, {
      timezone: 'UTC',
      paused: true,
      alternativeWeekdays: dialect === 'aws',
      sloppyRanges: dialect === 'aws',
    });
  } catch (error) {
    throw new ScheduleExpressionError(
      expression,
      error instanceof Error ? error.message : 'it cannot be read',
    );
  }
}
