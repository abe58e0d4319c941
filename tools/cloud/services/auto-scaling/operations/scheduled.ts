import type {
  AutoScaling,
  FailedScheduledUpdateGroupActionRequest,
  ScheduledUpdateGroupAction,
} from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { AwsError, page } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { deleteScheduledAction, putScheduledAction } from '../scheduled.ts';
import { checkedSize } from './describe-groups.ts';

/** Scheduled actions, one by one and in batches. */
export function scheduledOperations(engine: Engine) {
  const { groups } = engine;
  return {
    PutScheduledUpdateGroupAction: ({ AutoScalingGroupName, ...action }) => {
      putScheduledAction(engine, groups.get(AutoScalingGroupName), action);
      return {};
    },
    BatchPutScheduledUpdateGroupAction: ({ AutoScalingGroupName, ScheduledUpdateGroupActions = [] }) => {
      const group = groups.get(AutoScalingGroupName);
      return {
        FailedScheduledUpdateGroupActions: ScheduledUpdateGroupActions.flatMap((action) =>
          failureOf(action.ScheduledActionName, () => putScheduledAction(engine, group, action)),
        ),
      };
    },
    DescribeScheduledActions: (input) => {
      const { AutoScalingGroupName, ScheduledActionNames: names = [], StartTime, EndTime } = input;
      const asked = (
        AutoScalingGroupName === undefined ? [...groups.all()] : [groups.get(AutoScalingGroupName)]
      )
        .flatMap(({ scheduled }) => [...scheduled.values()].map(({ action }) => action))
        .filter(({ ScheduledActionName = '' }) => names.length === 0 || names.includes(ScheduledActionName))
        .filter((action) => isBetween(action, StartTime, EndTime));
      const { items, nextToken } = page(asked, input.NextToken, checkedSize(input.MaxRecords, 100));
      return { ScheduledUpdateGroupActions: items, NextToken: nextToken };
    },
    DeleteScheduledAction: ({ AutoScalingGroupName, ScheduledActionName = '' }) => {
      deleteScheduledAction(groups.get(AutoScalingGroupName), ScheduledActionName);
      return {};
    },
    BatchDeleteScheduledAction: ({ AutoScalingGroupName, ScheduledActionNames = [] }) => {
      const group = groups.get(AutoScalingGroupName);
      return {
        FailedScheduledActions: ScheduledActionNames.flatMap((name) =>
          failureOf(name, () => deleteScheduledAction(group, name)),
        ),
      };
    },
  } satisfies Operations<AutoScaling>;
}

function isBetween({ StartTime }: ScheduledUpdateGroupAction, from?: Date, until?: Date): boolean {
  const at = StartTime?.getTime() ?? 0;
  return at >= (from?.getTime() ?? -Infinity) && at <= (until?.getTime() ?? Infinity);
}

/** A batch reports what failed and does the rest. */
function failureOf(name: string | undefined, attempt: () => void): FailedScheduledUpdateGroupActionRequest[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [{ ScheduledActionName: name, ErrorCode: error.code, ErrorMessage: error.message }];
  }
}
