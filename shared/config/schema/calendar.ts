import { Cron } from 'croner';
import * as z from 'zod';
import { cronPattern } from '../../domain/index.ts';
import { span } from '../quantities.ts';

const CRON_ERROR =
  "write a cron expression as AWS has it, such as '0 7 ? * MON-FRI *', or one of five fields";
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;
const DATE = /^(?:\d{4}-)?(\d\d)-(\d\d)$/;
const FACTOR = /^(\d+(?:\.\d+)?)x$/;

function isCron(expression: string): boolean {
  const read = cronPattern(expression);
  if (typeof read === 'string') return false;
  try {
    new Cron(read.pattern, { paused: true, alternativeWeekdays: read.isAws, sloppyRanges: read.isAws });
    return true;
  } catch {
    return false;
  }
}

export const cron = z.string({ error: CRON_ERROR }).refine(isCron, { error: CRON_ERROR });

/** Whether the calendar has such a day or moment: `2026-02-30` is none. */
function exists(dateTime: string): boolean {
  const read = new Date(`${dateTime}Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(dateTime);
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const zone = z
  .string({ error: 'write an IANA time zone, such as Europe/Berlin' })
  .refine(isZone, { error: 'write an IANA time zone, such as Europe/Berlin' })
  .prefault('UTC')
  .describe('The IANA time zone by whose clock it begins');

export const lasting = span('1m', '31d').describe('How long it lasts, in time that passes');

const floor = z.strictObject(
  {
    from: cron.describe('When it begins: cron in six fields as AWS has it, or in five'),
    for: lasting,
    zone,
    min: z
      .int({ error: 'write a number of instances, such as 6' })
      .min(1, { error: 'write a number of instances, such as 6' })
      .describe('The least capacity meanwhile'),
  },
  { error: "write when, how long and how many: { from: '0 7 ? * MON-FRI *', for: 11h, min: 6 }" },
);

const MOMENT_ERROR = "write a date and time such as '2026-11-27T08:00', or a cron expression";
const FACTOR_ERROR = 'write how many times the usual demand, from 1x to 100x, such as 3x';

const event = z.strictObject(
  {
    from: z
      .string({ error: MOMENT_ERROR })
      .refine((text) => (DATE_TIME.test(text) ? exists(text) : isCron(text)), { error: MOMENT_ERROR })
      .describe('When it begins: a date and time, or cron in six fields as AWS has it, or in five'),
    for: lasting,
    zone,
    expect: z
      .string({ error: FACTOR_ERROR })
      .regex(FACTOR, { error: FACTOR_ERROR, abort: true })
      .transform((text) => Number(FACTOR.exec(text)?.[1]))
      .refine((factor) => factor >= 1 && factor <= 100, { error: FACTOR_ERROR })
      .describe('How many times the usual demand is expected meanwhile'),
  },
  { error: "write when, how long and how much: { from: '2026-11-27T08:00', for: 6h, expect: 3x }" },
);

const HOLIDAY_ERROR = "write a day such as '2026-12-25', or '12-25' for every year";

/** A leap year, so that `02-29` is a day of some year. */
const SOME_LEAP_YEAR = 2028;

function isHoliday(text: string): boolean {
  const [, month, day] = DATE.exec(text) ?? [];
  const year = text.length > '12-25'.length ? text.slice(0, 4) : SOME_LEAP_YEAR;
  return month !== undefined && exists(`${year}-${month}-${day}T00:00`);
}

/** What is known of the time to come. */
export const calendar = {
  floors: z
    .array(floor, { error: 'write a list of floors, each with from, for and min' })
    .optional()
    .describe('Least capacity at times that are known beforehand, within the bounds of the group'),
  holidays: z
    .array(z.string({ error: HOLIDAY_ERROR }).refine(isHoliday, { error: HOLIDAY_ERROR }), {
      error: "write a list of days, such as ['12-25', '2027-03-26']",
    })
    .optional()
    .describe('Days on which floors that begin on days from Monday to Friday do not begin'),
  events: z
    .array(event, { error: 'write a list of events, each with from, for and expect' })
    .optional()
    .describe('Load that is known before it comes: capacity for it stands when it begins'),
};
