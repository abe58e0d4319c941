import * as z from 'zod';
import { awsTime, eventBridge } from '../wire.ts';

export const alarmState = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

/** `reason` and `reasonData` may be absent; `reasonData` is JSON in a string and is not read. */
const stateOfAlarm = z.object({
  value: alarmState,
  reason: z.string().default(''),
  timestamp: awsTime.default(0),
  actionsSuppressedBy: z.string().optional(),
});

const previousState = z.object({ value: alarmState });

/** `CloudWatch Alarm State Change`. */
export const stateChangeEvent = eventBridge(
  z.object({ alarmName: z.string().min(1), state: stateOfAlarm, previousState: previousState.optional() }),
);

/** What CloudWatch invokes a function with that is the alarm's own action. */
export const directAction = z.object({
  alarmArn: z.string().min(1),
  time: awsTime.default(0),
  alarmData: z.object({
    alarmName: z.string().min(1),
    state: stateOfAlarm,
    previousState: previousState.optional(),
  }),
});

/** What CloudWatch publishes to an SNS topic that is the alarm's action. */
export const topicMessage = z.object({
  AlarmName: z.string().min(1),
  AlarmArn: z.string().optional(),
  NewStateValue: alarmState,
  NewStateReason: z.string().default(''),
  OldStateValue: alarmState.optional(),
  StateChangeTime: awsTime.default(0),
});
