import type { Consignment, Failure, MessageAttributes, Parcel } from '../../delivery/index.ts';
import { deadLetterCode, exponentialPause, number, targetKind, text } from '../../delivery/index.ts';
import type { Instant, Kernel } from '../../kernel/index.ts';
import type { Schedule } from './schedule.ts';

const SERVICE = 'scheduler.amazonaws.com';
const DAY_SECONDS = 86_400;

/** One invocation of a schedule's target, on its way. */
export function invocationOf(kernel: Kernel, schedule: Schedule, scheduledTime: Instant): Consignment {
  const { target } = schedule.settings;
  const { RetryPolicy: retry, DeadLetterConfig: deadLetter } = target;
  const executionId = kernel.ids.uuid();
  const bodyOf = (attempt: number) => inputOf(kernel, schedule, { executionId, scheduledTime, attempt });
  const parcel: Parcel = {
    body: bodyOf(1),
    from: { kind: 'service', service: SERVICE, sourceArn: schedule.arn },
    eventId: executionId,
    ...eventOf(schedule),
    ...(target.SqsParameters?.MessageGroupId !== undefined && {
      groupId: target.SqsParameters.MessageGroupId,
    }),
  };
  return {
    sender: schedule.arn,
    target: target.Arn,
    roleArn: target.RoleArn,
    parcel,
    bodyOf,
    retry: {
      attempts: retry?.MaximumRetryAttempts ?? 185,
      maximumAge: (retry?.MaximumEventAgeInSeconds ?? DAY_SECONDS) * 1000,
      pause: exponentialPause(() => kernel.ids.random()),
    },
    ...(deadLetter?.Arn !== undefined && {
      deadLetter: {
        queueArn: deadLetter.Arn,
        attributes: (failure) => deadLetterAttributes(schedule, scheduledTime, failure),
      },
    }),
  };
}

function eventOf({ settings }: Schedule): Pick<Parcel, 'event'> {
  const { EventBridgeParameters: event, Arn } = settings.target;
  if (targetKind(Arn) !== 'events') return {};
  return { event: { source: event?.Source ?? '', detailType: event?.DetailType ?? '' } };
}

interface Execution {
  readonly executionId: string;
  readonly scheduledTime: Instant;
  readonly attempt: number;
}

/** The target's Input with its context attributes, or the event that Scheduler sends without one. */
function inputOf(kernel: Kernel, schedule: Schedule, execution: Execution): string {
  const { Input: input } = schedule.settings.target;
  if (input === undefined) return defaultInput(kernel, schedule, execution);
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': schedule.arn,
    'scheduled-time': isoSeconds(execution.scheduledTime),
    'execution-id': execution.executionId,
    'attempt-number': String(execution.attempt),
  };
  return input.replace(/<aws\.scheduler\.([\w-]+)>/g, (whole, name: string) => attributes[name] ?? whole);
}

function defaultInput({ account }: Kernel, { arn }: Schedule, execution: Execution): string {
  return JSON.stringify({
    version: '0',
    id: execution.executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: account.id,
    time: isoSeconds(execution.scheduledTime),
    region: account.region,
    resources: [arn],
    detail: '{}',
  });
}

function isoSeconds(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** EventBridge Scheduler User Guide, "Configuring a dead-letter queue". */
function deadLetterAttributes(
  schedule: Schedule,
  scheduledTime: Instant,
  failure: Failure,
): MessageAttributes {
  return {
    ERROR_CODE: text(deadLetterCode(failure.error)),
    ERROR_MESSAGE: text(failure.error.message),
    IS_PAYLOAD_TRUNCATED: text('false'),
    RETRY_ATTEMPTS: number(failure.retries),
    SCHEDULED_TIME: text(isoSeconds(scheduledTime)),
    SCHEDULE_ARN: text(schedule.arn),
    TARGET_ARN: text(schedule.settings.target.Arn),
    ...(failure.exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: text(failure.exhausted) }),
  };
}
