import type {
  ErrorObject,
  Event,
  EventError,
  EventResult,
  EventType,
  ExecutionStatus,
  Operation,
  OperationUpdate,
} from '@aws-sdk/client-lambda';

type Details = Partial<Event> & { readonly EventType: EventType };

/** What history keeps of an operation's change: by the update that changed it, or by what the service did. */
export function operationEvent(operation: Operation, update?: OperationUpdate): Partial<Event> | undefined {
  const details = detailsOf(operation, update);
  if (details === undefined) return undefined;
  return {
    ...details,
    Id: operation.Id,
    ...(operation.Name !== undefined && { Name: operation.Name }),
    ...(operation.ParentId !== undefined && { ParentId: operation.ParentId }),
    ...(operation.SubType !== undefined && { SubType: operation.SubType }),
  };
}

function detailsOf(operation: Operation, update: OperationUpdate | undefined): Details | undefined {
  switch (operation.Type) {
    case 'STEP':
      return stepEvent(operation, update);
    case 'WAIT':
      return waitEvent(operation, update);
    case 'CONTEXT':
      return contextEvent(operation);
    case 'CALLBACK':
      return callbackEvent(operation, update);
    case 'CHAINED_INVOKE':
      return chainedInvokeEvent(operation, update);
    default:
      return undefined;
  }
}

function stepEvent(operation: Operation, update: OperationUpdate | undefined): Details | undefined {
  const { Attempt = 0, Error: error, Result } = operation.StepDetails ?? {};
  switch (operation.Status) {
    case 'STARTED':
      return { EventType: 'StepStarted', StepStartedDetails: {} };
    case 'SUCCEEDED':
      return {
        EventType: 'StepSucceeded',
        StepSucceededDetails: { Result: result(Result), RetryDetails: { CurrentAttempt: Attempt + 1 } },
      };
    case 'FAILED':
      return {
        EventType: 'StepFailed',
        StepFailedDetails: { Error: failure(error), RetryDetails: { CurrentAttempt: Attempt + 1 } },
      };
    case 'PENDING': {
      const NextAttemptDelaySeconds = update?.StepOptions?.NextAttemptDelaySeconds ?? 0;
      const RetryDetails = { CurrentAttempt: Attempt, NextAttemptDelaySeconds };
      // A poll that goes on has a state and no error.
      return error === undefined
        ? { EventType: 'StepSucceeded', StepSucceededDetails: { Result: result(Result), RetryDetails } }
        : { EventType: 'StepFailed', StepFailedDetails: { Error: failure(error), RetryDetails } };
    }
    default:
      return undefined;
  }
}

function waitEvent(operation: Operation, update: OperationUpdate | undefined): Details | undefined {
  switch (operation.Status) {
    case 'STARTED':
      return {
        EventType: 'WaitStarted',
        WaitStartedDetails: {
          Duration: update?.WaitOptions?.WaitSeconds,
          ScheduledEndTimestamp: operation.WaitDetails?.ScheduledEndTimestamp,
        },
      };
    case 'SUCCEEDED':
      return { EventType: 'WaitSucceeded', WaitSucceededDetails: {} };
    case 'CANCELLED':
      return { EventType: 'WaitCancelled', WaitCancelledDetails: {} };
    default:
      return undefined;
  }
}

function contextEvent(operation: Operation): Details | undefined {
  switch (operation.Status) {
    case 'STARTED':
      return { EventType: 'ContextStarted', ContextStartedDetails: {} };
    case 'SUCCEEDED':
      return {
        EventType: 'ContextSucceeded',
        ContextSucceededDetails: { Result: result(operation.ContextDetails?.Result) },
      };
    case 'FAILED':
      return {
        EventType: 'ContextFailed',
        ContextFailedDetails: { Error: failure(operation.ContextDetails?.Error) },
      };
    default:
      return undefined;
  }
}

function callbackEvent(operation: Operation, update: OperationUpdate | undefined): Details | undefined {
  const { CallbackId, Error: error, Result } = operation.CallbackDetails ?? {};
  switch (operation.Status) {
    case 'STARTED':
      return {
        EventType: 'CallbackStarted',
        CallbackStartedDetails: {
          CallbackId,
          Timeout: update?.CallbackOptions?.TimeoutSeconds,
          HeartbeatTimeout: update?.CallbackOptions?.HeartbeatTimeoutSeconds,
        },
      };
    case 'SUCCEEDED':
      return { EventType: 'CallbackSucceeded', CallbackSucceededDetails: { Result: result(Result) } };
    case 'FAILED':
      return { EventType: 'CallbackFailed', CallbackFailedDetails: { Error: failure(error) } };
    case 'TIMED_OUT':
      return { EventType: 'CallbackTimedOut', CallbackTimedOutDetails: { Error: failure(error) } };
    default:
      return undefined;
  }
}

function chainedInvokeEvent(operation: Operation, update: OperationUpdate | undefined): Details | undefined {
  const { Error: error, Result } = operation.ChainedInvokeDetails ?? {};
  switch (operation.Status) {
    case 'STARTED':
      return {
        EventType: 'ChainedInvokeStarted',
        ChainedInvokeStartedDetails: {
          FunctionName: update?.ChainedInvokeOptions?.FunctionName,
          Input: { Payload: update?.Payload },
        },
      };
    case 'SUCCEEDED':
      return {
        EventType: 'ChainedInvokeSucceeded',
        ChainedInvokeSucceededDetails: { Result: result(Result) },
      };
    case 'FAILED':
      return { EventType: 'ChainedInvokeFailed', ChainedInvokeFailedDetails: { Error: failure(error) } };
    default:
      return undefined;
  }
}

function result(payload: string | undefined): EventResult {
  return { Payload: payload, Truncated: false };
}

export function failure(error: ErrorObject | undefined): EventError {
  return { Payload: error, Truncated: false };
}

/** The first entry of a history. `timeout` is in seconds. */
export function startEvent(payload: string, timeout: number): Partial<Event> {
  return {
    EventType: 'ExecutionStarted',
    ExecutionStartedDetails: { Input: { Payload: payload, Truncated: false }, ExecutionTimeout: timeout },
  };
}

/** The last one. */
export function endEvent(
  status: Exclude<ExecutionStatus, 'RUNNING'>,
  outcome: { readonly result?: string; readonly error?: ErrorObject },
): Partial<Event> {
  switch (status) {
    case 'SUCCEEDED':
      return {
        EventType: 'ExecutionSucceeded',
        ExecutionSucceededDetails: { Result: result(outcome.result) },
      };
    case 'FAILED':
      return { EventType: 'ExecutionFailed', ExecutionFailedDetails: { Error: failure(outcome.error) } };
    case 'STOPPED':
      return { EventType: 'ExecutionStopped', ExecutionStoppedDetails: { Error: failure(outcome.error) } };
    case 'TIMED_OUT':
      return { EventType: 'ExecutionTimedOut', ExecutionTimedOutDetails: { Error: failure(outcome.error) } };
  }
}

/** Adds an entry with the next number. */
export function record({ history }: { history: Event[] }, at: Date, event: Partial<Event> | undefined): void {
  if (event !== undefined) history.push({ EventId: history.length + 1, EventTimestamp: at, ...event });
}
