/** A cron expression in the shape that its reader takes: seconds to year, and whose days of the week it counts. */
export interface CronPattern {
  readonly pattern: string;
  /** AWS counts the days of the week from 1, Sunday; Unix from 0. */
  readonly isAws: boolean;
}

const WEEKDAYS_FIELD = 4;

/**
 * A cron expression of six fields as EventBridge has it (minutes, hours, day of month, month, day of week, year; one
 * of the two days is `?`), or of Unix's five. What each field may hold is for the reader to say.
 *
 * @returns why it is neither, as a text, if so
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function cronPattern(expression: string): CronPattern | string {
  const fields = expression.trim().toUpperCase().split(/\s+/);
  if (fields.length === 5) return { pattern: `0 ${fields.join(' ')}`, isAws: false };
  if (fields.length !== 6) return `cron has six fields as AWS writes it, or five; not ${fields.length}`;
  const [, , day, , weekday] = fields;
  if ((day === '?') === (weekday === '?')) return 'exactly one of day of month and day of week is ?';
  // The last day of the week, alone, is Saturday.
  return {
    pattern: `0 ${fields.map((field) => (weekday === 'L' && field === 'L' ? '7' : field)).join(' ')}`,
    isAws: true,
  };
}

/** Whether an expression names days of the week. */
export function namesWeekdays(expression: string): boolean {
  const weekdays = expression.trim().split(/\s+/)[WEEKDAYS_FIELD] ?? '*';
  return weekdays !== '*' && weekdays !== '?';
}
