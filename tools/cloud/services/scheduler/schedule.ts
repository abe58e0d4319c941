import type { CreateScheduleCommandInput, Target } from '@aws-sdk/client-scheduler';
import type { Timetable } from '../../kernel/cron.ts';
import { parseTimetable, ScheduleExpressionError } from '../../kernel/cron.ts';
import type { Cancel, Instant } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { targetKind } from '../../delivery/index.ts';

/** What CreateSchedule and UpdateSchedule say of a schedule, with the defaults filled in. */
export interface ScheduleSettings {
  readonly expression: string;
  /** IANA zone. */
  readonly timezone: string;
  readonly timetable: Timetable;
  readonly startDate?: Instant;
  readonly endDate?: Instant;
  readonly description?: string;
  readonly state: 'ENABLED' | 'DISABLED';
  /** Milliseconds within which an invocation may be late; 0 without a flexible time window. */
  readonly window: number;
  readonly target: Target & { readonly Arn: string; readonly RoleArn: string };
  readonly actionAfterCompletion: 'NONE' | 'DELETE';
  readonly kmsKeyArn?: string;
}

export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly createdAt: Instant;
  modifiedAt: Instant;
  settings: ScheduleSettings;
  /** Undoes the next invocation. */
  cancel?: Cancel;
}

const TARGETS: readonly (string | undefined)[] = ['lambda', 'sqs', 'sns', 'events'];

/**
 * Reads what a caller says of a schedule.
 *
 * @param now  what a rate without a start date counts from
 * @throws AwsError ValidationException; NotImplemented for targets that the cloud does not have
 */
export function scheduleSettings(
  input: Omit<CreateScheduleCommandInput, 'Name'>,
  now: Instant,
): ScheduleSettings {
  const { ScheduleExpression: expression = '', ScheduleExpressionTimezone: timezone = 'UTC' } = input;
  const startDate = input.StartDate?.getTime();
  const endDate = input.EndDate?.getTime();
  if (startDate !== undefined && endDate !== undefined && endDate <= startDate) {
    throw invalid('The StartDate must come before the EndDate.');
  }
  return {
    expression,
    timezone,
    timetable: timetableOf(expression, timezone, startDate, now),
    ...(startDate !== undefined && { startDate }),
    ...(endDate !== undefined && { endDate }),
    ...(input.Description !== undefined && { description: input.Description }),
    state: input.State ?? 'ENABLED',
    window: windowOf(input.FlexibleTimeWindow),
    target: targetOf(input.Target),
    actionAfterCompletion: input.ActionAfterCompletion ?? 'NONE',
    ...(input.KmsKeyArn !== undefined && { kmsKeyArn: input.KmsKeyArn }),
  };
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function timetableOf(
  expression: string,
  zone: string,
  startDate: Instant | undefined,
  now: Instant,
): Timetable {
  try {
    const hasStart = startDate !== undefined && startDate > now;
    return parseTimetable(expression, { zone, anchor: hasStart ? startDate : now, startsAtAnchor: hasStart });
  } catch (error) {
    if (!(error instanceof ScheduleExpressionError)) throw error;
    if (error.message.includes('time zone')) throw invalid(`Invalid Schedule Expression Timezone ${zone}.`);
    throw invalid(`Invalid Schedule Expression ${expression}.`);
  }
}

function windowOf(window: CreateScheduleCommandInput['FlexibleTimeWindow']): number {
  if (window?.Mode !== 'FLEXIBLE') return 0;
  const minutes = window.MaximumWindowInMinutes;
  if (minutes === undefined) {
    throw invalid('MaximumWindowInMinutes must be given for a flexible time window.');
  }
  return minutes * 60_000;
}

function targetOf(target: Target | undefined): ScheduleSettings['target'] {
  const { Arn, RoleArn } = target ?? {};
  if (Arn === undefined || RoleArn === undefined) throw invalid('Target Arn and RoleArn are required.');
  const kind = targetKind(Arn);
  if (!TARGETS.includes(kind)) {
    throw new AwsError('NotImplemented', `The local cloud schedules nothing for ${Arn}.`, { status: 501 });
  }
  if (kind === 'events' && target?.EventBridgeParameters === undefined) {
    throw invalid(`Parameter(s) EventBridgeParameters must be specified for target ${Arn}.`);
  }
  return { ...target, Arn, RoleArn };
}
