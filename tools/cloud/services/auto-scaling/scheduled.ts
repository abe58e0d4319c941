import type {
  PutScheduledUpdateGroupActionCommandInput,
  ScheduledUpdateGroupAction,
} from '@aws-sdk/client-auto-scaling';
import type { Timetable } from '../../kernel/cron.ts';
import { ScheduleExpressionError, parseUnixCron } from '../../kernel/cron.ts';
import type { Instant } from '../../kernel/index.ts';
import { arn, validationError } from '../../kernel/index.ts';
import type { Size } from './capacity.ts';
import { resize } from './capacity.ts';
import { scheduledAction } from './causes.ts';
import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { QUOTAS, requireWithin } from './limits.ts';
import type { Group } from './model.ts';

export type ActionInput = Omit<PutScheduledUpdateGroupActionCommandInput, 'AutoScalingGroupName'>;

/**
 * Creates a scheduled action or changes the one of its name.
 *
 * @throws AwsError ValidationError, LimitExceededFault
 */
export function putScheduledAction(engine: Engine, group: Group, input: ActionInput): void {
  const name = input.ScheduledActionName ?? '';
  const existing = group.scheduled.get(name);
  if (existing === undefined)
    requireWithin(QUOTAS.scheduledActions, group.scheduled.size + 1, 'scheduled actions per group');
  const action = newAction(engine, group, name, input);
  existing?.cancel();
  const timetable = timetableOf(action);
  const first = action.StartTime?.getTime() ?? timetable?.next(engine.kernel.clock.now());
  group.scheduled.set(name, { action, cancel: () => undefined });
  plan(engine, group, name, timetable, first);
}

function newAction(
  engine: Engine,
  group: Group,
  name: string,
  input: ActionInput,
): ScheduledUpdateGroupAction {
  const { account, clock, ids } = engine.kernel;
  const timetable = timetableOf(input);
  const start = input.StartTime ?? input.Time ?? undefined;
  if (start === undefined && timetable === undefined) {
    throw validationError('At least one of StartTime and Recurrence must be specified');
  }
  if (start !== undefined && start.getTime() < clock.now())
    throw validationError('Given start time is in the past');
  if (input.EndTime !== undefined && start !== undefined && input.EndTime < start) {
    throw validationError('Given end time is before the start time');
  }
  const sizes = [input.MinSize, input.MaxSize, input.DesiredCapacity];
  if (sizes.every((size) => size === undefined)) {
    throw validationError('At least one of MinSize, MaxSize and DesiredCapacity must be specified');
  }
  const path = `autoScalingGroupName/${group.name}:scheduledActionName/${name}`;
  return {
    AutoScalingGroupName: group.name,
    ScheduledActionName: name,
    ScheduledActionARN: arn(account, 'autoscaling', `scheduledUpdateGroupAction:${ids.uuid()}:${path}`),
    StartTime: start,
    Time: start,
    EndTime: input.EndTime,
    Recurrence: input.Recurrence,
    MinSize: input.MinSize,
    MaxSize: input.MaxSize,
    DesiredCapacity: input.DesiredCapacity,
    TimeZone: input.TimeZone,
  };
}

function timetableOf({
  Recurrence,
  TimeZone = 'UTC',
}: Pick<ActionInput, 'Recurrence' | 'TimeZone'>): Timetable | undefined {
  if (Recurrence === undefined || Recurrence === '') return undefined;
  try {
    return parseUnixCron(Recurrence, TimeZone);
  } catch (error) {
    if (!(error instanceof ScheduleExpressionError)) throw error;
    throw validationError(`Given recurrence string: ${Recurrence} is invalid: ${error.message}`);
  }
}

/** Sets the alarm clock for the next time; an action that has none any more is deleted, as AWS does. */
function plan(
  engine: Engine,
  group: Group,
  name: string,
  timetable: Timetable | undefined,
  next: Instant | undefined,
): void {
  const planned = group.scheduled.get(name);
  if (planned === undefined) return;
  const end = planned.action.EndTime?.getTime() ?? Infinity;
  if (next === undefined || next > end) {
    group.scheduled.delete(name);
    return;
  }
  planned.action.StartTime = new Date(next);
  planned.action.Time = planned.action.StartTime;
  planned.cancel = engine.kernel.clock.at(next, () => {
    apply(engine, group, planned.action);
    plan(engine, group, name, timetable, timetable?.next(next));
  });
}

function apply(engine: Engine, group: Group, action: ScheduledUpdateGroupAction): void {
  if (!runs(group, 'ScheduledActions') || group.isBeingDeleted) return;
  const size = sizeAfter(group, action);
  const words = scheduledAction(size, group.desired);
  resize(engine, group, size, words, `scheduled action ${action.ScheduledActionName ?? ''}`);
}

/** A minimum above the maximum wins; the desired capacity follows the bounds. */
function sizeAfter(group: Group, { MinSize, MaxSize, DesiredCapacity }: ScheduledUpdateGroupAction): Size {
  const min = MinSize ?? group.min;
  const max = Math.max(min, MaxSize ?? group.max);
  const desired = Math.min(max, Math.max(min, DesiredCapacity ?? group.desired));
  return { min, max, desired };
}

/** @throws AwsError ValidationError where the group has no such action */
export function deleteScheduledAction(group: Group, name: string): void {
  const action = group.scheduled.get(name);
  if (action === undefined)
    throw validationError(`Scheduled action name not found - Scheduled action ${name} not found`);
  action.cancel();
  group.scheduled.delete(name);
}

/** Nothing scheduled of the group comes any more. */
export function cancelAll(group: Group): void {
  for (const action of group.scheduled.values()) action.cancel();
  group.scheduled.clear();
}
