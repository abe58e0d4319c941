import type { ErrorObject, Operation, OperationStatus, OperationUpdate } from '@aws-sdk/client-lambda';
import type { Instant } from '../../../kernel/index.ts';
import { defined, invalid } from '../settings.ts';

const ENDED: ReadonlySet<string | undefined> = new Set<OperationStatus>([
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
  'STOPPED',
]);

export function hasEnded(operation: Operation): boolean {
  return ENDED.has(operation.Status);
}

/**
 * An operation after a checkpoint's update of it.
 *
 * @param before     undefined when the update starts it
 * @param callbackId names a callback that the update starts
 * @throws AwsError InvalidParameterValueException when the operation has ended already
 */
export function updated(
  before: Operation | undefined,
  update: OperationUpdate,
  now: Instant,
  callbackId: () => string,
): Operation {
  if (before !== undefined && hasEnded(before)) {
    throw invalid(`Invalid current ${before.Type ?? ''} state to ${update.Action ?? ''}.`);
  }
  const operation: Operation = before ?? started(update, now);
  switch (update.Action) {
    case 'START':
      return { ...operation, Status: 'STARTED', ...startDetails(operation, update, now, callbackId) };
    case 'RETRY':
      return { ...operation, Status: 'PENDING', StepDetails: retryDetails(operation, update, now) };
    case 'SUCCEED':
    case 'FAIL':
      return ended(operation, update.Action === 'FAIL' ? 'FAILED' : 'SUCCEEDED', now, {
        ...(update.Payload !== undefined && { Result: update.Payload }),
        ...(update.Error !== undefined && { Error: update.Error }),
        ...(update.ContextOptions?.ReplayChildren === true && { ReplayChildren: true }),
      });
    case 'CANCEL':
      return ended(operation, 'CANCELLED', now, {});
    default:
      throw invalid('Invalid action.');
  }
}

/** An operation that has come to its end. */
export function ended(
  operation: Operation,
  status: OperationStatus,
  now: Instant,
  outcome: { Result?: string; Error?: ErrorObject; ReplayChildren?: boolean },
): Operation {
  const { Result, Error: error, ReplayChildren } = outcome;
  const details = { ...(Result !== undefined && { Result }), ...(error && { Error: error }) };
  const common = { ...operation, Status: status, EndTimestamp: new Date(now) };
  switch (operation.Type) {
    case 'STEP': {
      const { NextAttemptTimestamp: _past, ...step } = operation.StepDetails ?? {};
      return { ...common, StepDetails: { ...step, ...details } };
    }
    case 'CONTEXT':
      return { ...common, ContextDetails: { ...details, ...(ReplayChildren && { ReplayChildren }) } };
    case 'CALLBACK':
      return { ...common, CallbackDetails: { ...operation.CallbackDetails, ...details } };
    case 'CHAINED_INVOKE':
      return { ...common, ChainedInvokeDetails: details };
    default:
      return common;
  }
}

/** A step whose retry is due. */
export function ready(operation: Operation): Operation {
  const { NextAttemptTimestamp: _due, ...step } = operation.StepDetails ?? {};
  return { ...operation, Status: 'READY', StepDetails: step };
}

function started(update: OperationUpdate, now: Instant): Operation {
  const { Id, ParentId, Name, SubType, Type } = update;
  return {
    Id,
    ...defined({ ParentId, Name, SubType }),
    Type,
    StartTimestamp: new Date(now),
    Status: 'STARTED',
  };
}

function startDetails(
  operation: Operation,
  update: OperationUpdate,
  now: Instant,
  callbackId: () => string,
): Partial<Operation> {
  switch (operation.Type) {
    case 'STEP':
      // Counted from zero: the SDK takes one more for the attempt at hand.
      return { StepDetails: { Attempt: 0, ...operation.StepDetails } };
    case 'WAIT':
      return { WaitDetails: { ScheduledEndTimestamp: inSeconds(now, update.WaitOptions?.WaitSeconds) } };
    case 'CALLBACK':
      return { CallbackDetails: { CallbackId: callbackId() } };
    default:
      return {};
  }
}

function retryDetails(operation: Operation, update: OperationUpdate, now: Instant): Operation['StepDetails'] {
  return {
    Attempt: (operation.StepDetails?.Attempt ?? 0) + 1,
    NextAttemptTimestamp: inSeconds(now, update.StepOptions?.NextAttemptDelaySeconds),
    ...(update.Payload !== undefined && { Result: update.Payload }),
    ...(update.Error !== undefined && { Error: update.Error }),
  };
}

function inSeconds(now: Instant, seconds = 0): Date {
  return new Date(now + seconds * 1000);
}
