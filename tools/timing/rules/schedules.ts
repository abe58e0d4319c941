/** Schedules that never fire, and those that overtake themselves. */
import { parseTimetable, parseUnixCron, ScheduleExpressionError } from '../../cloud/kernel/cron.ts';
import type { Finding } from '../finding.ts';
import { finding, spoken } from '../finding.ts';
import type { ScheduleClocks, TimingModel } from '../model.ts';

export function schedules({ schedules: all, now }: TimingModel): readonly Finding[] {
  return all.flatMap((schedule) => judge(schedule, now));
}

function judge(schedule: ScheduleClocks, now: number): Finding[] {
  const { id, expression, zone, start, end } = schedule;
  // Days before the month's last (`L-2`) are taken by AWS and not read here.
  if (expression === undefined || /\bL-\d/.test(expression)) return [];
  const from = Math.max(now, start ?? now);
  try {
    const timetable =
      schedule.dialect === 'auto-scaling'
        ? parseUnixCron(expression, zone)
        : parseTimetable(expression, {
            anchor: from,
            startsAtAnchor: start !== undefined,
            ...(zone && { zone }),
          });
    const first = timetable.next(from - 1);
    if (first === undefined || (end !== undefined && first >= end)) return [neverFires(schedule, now)];
    return overlap(schedule, first, timetable.next(first));
  } catch (error) {
    if (!(error instanceof ScheduleExpressionError)) throw error;
    const mend =
      'cron has six fields, one of its days a ?; a rate says 1 minute and 2 minutes; a zone is an IANA name';
    return [finding('SCHEDULE_UNREADABLE', id, error.message, mend, { expression })];
  }
}

function neverFires({ id, expression = '', zone, end }: ScheduleClocks, now: number): Finding {
  const until = end === undefined ? '' : `, before it ends at ${new Date(end).toISOString()}`;
  return finding(
    'SCHEDULE_NEVER_FIRES',
    id,
    `${expression}${zone === undefined ? '' : ` in ${zone}`} has no time after ${new Date(now).toISOString()}${until}`,
    'check its day, month and year',
    { expression },
  );
}

function overlap({ id, starts }: ScheduleClocks, first: number, second: number | undefined): Finding[] {
  const limit = starts?.executionTimeout === undefined ? starts?.timeout : undefined;
  if (starts === undefined || limit === undefined || second === undefined) return [];
  const gap = (second - first) / 1000;
  if (limit <= gap) return [];
  const message = `${starts.id} may take ${spoken(limit)} and is started each ${spoken(gap)}`;
  return [
    finding('SCHEDULE_OVERLAPS', id, message, `set the timeout of ${starts.id} to ${gap} or less`, {
      limit,
      gap,
    }),
  ];
}
