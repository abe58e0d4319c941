import type { RotationRulesType } from '@aws-sdk/client-secrets-manager';
import type { Instant } from '../../kernel/index.ts';
import { parseTimetable, ScheduleExpressionError } from '../../kernel/cron.ts';
import { invalidParameter } from './secret.ts';

/** A time in which a secret is rotated, sooner or later. */
export interface RotationWindow {
  readonly start: Instant;
  readonly end: Instant;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FEWEST_HOURS = 4;
const MOST_DAYS = 999;

/**
 * The next window of a secret's rotation rules after an instant. A rate in days opens with the day (UTC); without a
 * duration a window closes with its day, or for rates in hours after one hour.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 *
 * @returns undefined for rules that say nothing of time
 * @throws AwsError InvalidParameterException for rules that Secrets Manager does not take
 */
export function nextWindow(rules: RotationRulesType, after: Instant): RotationWindow | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules;
  if (days !== undefined && expression !== undefined) {
    throw invalidParameter("You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  }
  const duration = durationOf(rules.Duration);
  if (days !== undefined) return dayWindow(days, duration, after);
  return expression === undefined ? undefined : expressionWindow(expression, duration, after);
}

function expressionWindow(
  expression: string,
  duration: number | undefined,
  after: Instant,
): RotationWindow | undefined {
  const [, days] = /^rate\((\d+) days?\)$/.exec(expression) ?? [];
  if (days !== undefined) return dayWindow(Number(days), duration, after);
  const [, hours] = /^rate\((\d+) hours?\)$/.exec(expression) ?? [];
  if (hours !== undefined && Number(hours) < FEWEST_HOURS) {
    throw invalidParameter(`A secret is rotated every ${FEWEST_HOURS} hours at most: ${expression}`);
  }
  const start = startOf(expression, after);
  if (start === undefined) return undefined;
  const rest = hours === undefined ? endOfDay(start) - start : HOUR;
  return { start, end: start + (duration ?? rest) };
}

function startOf(expression: string, after: Instant): Instant | undefined {
  if (!/^(rate\(.* hours?|cron\()/.test(expression)) {
    throw invalidParameter(`Invalid ScheduleExpression: ${expression}`);
  }
  try {
    return parseTimetable(expression, { anchor: after }).next(after);
  } catch (error) {
    if (error instanceof ScheduleExpressionError) throw invalidParameter(error.message);
    throw error;
  }
}

function dayWindow(days: number, duration: number | undefined, after: Instant): RotationWindow {
  if (days < 1 || days > MOST_DAYS) {
    throw invalidParameter(`A secret is rotated every 1 to ${MOST_DAYS} days, not ${days}.`);
  }
  const start = endOfDay(after + days * DAY) - DAY;
  return { start, end: start + (duration ?? DAY) };
}

function endOfDay(instant: Instant): Instant {
  return (Math.floor(instant / DAY) + 1) * DAY;
}

/** `3h` → milliseconds. */
function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, hours] = /^(\d+)h$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) < 1) throw invalidParameter(`Invalid Duration: ${text}`);
  return Number(hours) * HOUR;
}
