import type * as z from 'zod';
import type { AlarmState, EventOf, Instant } from '../../shared/domain/index.ts';
import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import { directAction, stateChangeEvent, topicMessage } from './schema.ts';

interface Change {
  readonly id: string;
  readonly at: Instant;
  readonly alarm: string;
  readonly state: AlarmState;
  readonly previous: AlarmState | undefined;
  readonly changedAt: Instant;
  readonly reason: string;
  readonly isSuppressed: boolean;
}

function alarmChanged({ previous, ...change }: Change): EventOf<'alarm-changed'> {
  return { kind: 'alarm-changed', ...change, ...(previous && { previous }) };
}

/** The copies of a change that carry no id of their own are known by the alarm and the instant of its change. */
function identity(alarm: string, changedAt: Instant): string {
  return `${alarm}@${changedAt}`;
}

type StateData = z.output<typeof directAction>['alarmData'];

function changeOf(data: StateData, at: Instant): Omit<Change, 'id'> {
  return {
    at,
    alarm: data.alarmName,
    state: data.state.value,
    previous: data.previousState?.value,
    changedAt: data.state.timestamp === 0 ? at : data.state.timestamp,
    reason: data.state.reason,
    isSuppressed: data.state.actionsSuppressedBy !== undefined,
  };
}

/** `CloudWatch Alarm State Change` of EventBridge. */
export const alarmStateChange: EventKind = {
  recognises: fromSource('aws.cloudwatch', ['CloudWatch Alarm State Change']),
  parse: parseWith(stateChangeEvent, ({ id, time, detail }) =>
    alarmChanged({ id, ...changeOf(detail, time) }),
  ),
};

/** The payload of a function that is an alarm's action. */
export const alarmAction: EventKind = {
  recognises: (message) => message.source === 'aws.cloudwatch' && 'alarmData' in message,
  parse: parseWith(directAction, ({ alarmArn, time, alarmData }) => {
    const change = changeOf(alarmData, time);
    return alarmChanged({ id: identity(alarmArn, change.changedAt), ...change });
  }),
};

/** The message of a topic that is an alarm's action. */
export const alarmMessage: EventKind = {
  recognises: (message) => 'AlarmName' in message && 'NewStateValue' in message,
  parse: parseWith(topicMessage, (message) =>
    alarmChanged({
      id: identity(message.AlarmArn ?? message.AlarmName, message.StateChangeTime),
      at: message.StateChangeTime,
      alarm: message.AlarmName,
      state: message.NewStateValue,
      previous: message.OldStateValue,
      changedAt: message.StateChangeTime,
      reason: message.NewStateReason,
      isSuppressed: false,
    }),
  ),
};
