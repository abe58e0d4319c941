import type { CreateScheduleCommandInput, Scheduler } from '@aws-sdk/client-scheduler';
import type { AssumeRole } from '../../../delivery/index.ts';
import type { Kernel, Operations } from '../../../kernel/index.ts';
import { arn, AwsError, page } from '../../../kernel/index.ts';
import type { ScheduleGroups } from '../groups.ts';
import type { Schedule, ScheduleSettings } from '../schedule.ts';
import { invalid, scheduleSettings } from '../schedule.ts';
import type { Schedules } from '../schedules.ts';

/** Schedules. */
export function scheduleOperations(
  kernel: Kernel,
  groups: ScheduleGroups,
  schedules: Schedules,
  assumeRole: AssumeRole,
) {
  const settingsFor = (group: string, input: CreateScheduleCommandInput): ScheduleSettings => {
    const settings = scheduleSettings(input, kernel.clock.now());
    const sourceArn = arn(kernel.account, 'scheduler', `schedule/${group}/${input.Name ?? ''}`);
    checkRole(assumeRole, settings.target.RoleArn, sourceArn);
    return settings;
  };
  return {
    CreateSchedule: (input) => {
      const group = groups.get(input.GroupName).name;
      const schedule = schedules.create(group, input.Name ?? '', settingsFor(group, input));
      return { ScheduleArn: schedule.arn };
    },
    UpdateSchedule: (input) => {
      const schedule = schedules.get(groups.get(input.GroupName).name, input.Name ?? '');
      schedules.update(schedule, settingsFor(schedule.group, input));
      return { ScheduleArn: schedule.arn };
    },
    GetSchedule: (input) => describe(schedules.get(groups.get(input.GroupName).name, input.Name ?? '')),
    DeleteSchedule: (input) => {
      schedules.delete(schedules.get(groups.get(input.GroupName).name, input.Name ?? ''));
      return {};
    },
    ListSchedules: (input) => {
      const wanted = schedules
        .all()
        .filter(({ group }) => (input.GroupName ?? group) === group)
        .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
        .filter(({ settings }) => (input.State ?? settings.state) === settings.state);
      const { items, nextToken } = page(
        wanted,
        input.NextToken,
        input.MaxResults ?? 100,
        'ValidationException',
      );
      return { Schedules: items.map(summarize), ...(nextToken && { NextToken: nextToken }) };
    },
  } satisfies Operations<Scheduler>;
}

function checkRole(assumeRole: AssumeRole, roleArn: string, sourceArn: string): void {
  try {
    assumeRole(roleArn, 'scheduler.amazonaws.com', sourceArn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  }
}

function summarize({ name, group, arn: scheduleArn, settings, createdAt, modifiedAt }: Schedule) {
  return {
    Arn: scheduleArn,
    Name: name,
    GroupName: group,
    State: settings.state,
    CreationDate: new Date(createdAt),
    LastModificationDate: new Date(modifiedAt),
    Target: { Arn: settings.target.Arn },
  };
}

function describe(schedule: Schedule) {
  const { settings } = schedule;
  const { window, description, startDate, endDate, kmsKeyArn } = settings;
  return {
    ...summarize(schedule),
    ScheduleExpression: settings.expression,
    ScheduleExpressionTimezone: settings.timezone,
    Target: settings.target,
    ActionAfterCompletion: settings.actionAfterCompletion,
    FlexibleTimeWindow:
      window === 0
        ? { Mode: 'OFF' as const }
        : { Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes: window / 60_000 },
    ...(description !== undefined && { Description: description }),
    ...(startDate !== undefined && { StartDate: new Date(startDate) }),
    ...(endDate !== undefined && { EndDate: new Date(endDate) }),
    ...(kmsKeyArn !== undefined && { KmsKeyArn: kmsKeyArn }),
  };
}
