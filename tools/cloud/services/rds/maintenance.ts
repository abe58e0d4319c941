import type { Instant } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The epoch was a Thursday. */
const EPOCH_DAY = 4;

/** Windows in eu-central-1's night, where none is asked for. */
export const DEFAULT_MAINTENANCE = 'sun:23:00-sun:23:30';
export const DEFAULT_BACKUP = '21:30-22:00';

/** The next begin of a weekly window, `sun:05:00-sun:06:00`, after an instant. @throws AwsError InvalidParameterValue */
export function nextMaintenance(window: string, after: Instant): Instant {
  const [, day = '', hour, minute] =
    /^([a-z]{3}):(\d\d):(\d\d)-[a-z]{3}:\d\d:\d\d$/.exec(window.toLowerCase()) ?? [];
  const weekday = DAYS.indexOf(day);
  if (weekday < 0) {
    throw new AwsError('InvalidParameterValue', `Invalid weekly UTC window: ${window}`);
  }
  const ofWeek = weekday * DAY + (Number(hour) * 60 + Number(minute)) * MINUTE;
  const week = 7 * DAY;
  const first = ofWeek - EPOCH_DAY * DAY;
  return first + (Math.floor((after - first) / week) + 1) * week;
}
