import type { ErrorObject, ExecutionStatus, Operation } from '@aws-sdk/client-lambda';
import type { Kernel } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import type { Destinations } from '../destinations.ts';
import type { InvocationResult, Invoker } from '../invoker.ts';
import { invalid } from '../settings.ts';
import type { DurableExecutions } from './executions.ts';
import { endEvent, operationEvent, record, startEvent } from './history.ts';
import type { DurableExecution, DurableStart } from './model.ts';
import { EXECUTION_ID, newCheckpointToken } from './model.ts';
import { isWaiting, statePage } from './state.ts';
import { statusChange } from './status-change.ts';

const DAY = 86_400_000;
const LONGEST_PAUSE = 300_000;
const DEFAULT_RETENTION_DAYS = 14;

/** What a function that runs under the durable execution SDK answers an invocation with. */
interface DurableAnswer {
  readonly Status?: string;
  readonly Result?: string;
  readonly Error?: ErrorObject;
}

/**
 * Carries durable executions on: invokes the function, and again when something it waits for has come, until it
 * ends, is stopped, or its time is over.
 */
export class DurableRunner {
  readonly #kernel: Kernel;
  readonly #executions: DurableExecutions;
  readonly #invoker: Invoker;
  readonly #destinations: Destinations;

  constructor(kernel: Kernel, executions: DurableExecutions, invoker: Invoker, destinations: Destinations) {
    this.#kernel = kernel;
    this.#executions = executions;
    this.#invoker = invoker;
    this.#destinations = destinations;
  }

  /** Starts an execution, unless its name has started one before. */
  start(start: DurableStart): DurableExecution {
    checkStart(start);
    const { execution, isNew } = this.#executions.open(start);
    if (!isNew) return execution;
    const timeout = executionTimeout(execution);
    record(execution, this.#kernel.clock.date(), startEvent(start.payload, timeout));
    this.#tellStatus(execution);
    const timer = this.#kernel.clock.after(timeout * 1000, () =>
      this.end(execution, 'TIMED_OUT', { error: { ErrorMessage: 'Execution timed out' } }),
    );
    execution.timers.set(EXECUTION_ID, timer);
    this.#schedule(execution, 0);
    return execution;
  }

  /** Resolves when the execution has come to its end. */
  ended(execution: DurableExecution): Promise<DurableExecution> {
    if (execution.status !== 'RUNNING') return Promise.resolve(execution);
    return new Promise((resolve) => execution.whenEnded.push(resolve));
  }

  /** Takes over an operation's new state, which the function did not bring about itself, and lets it go on. */
  settle(execution: DurableExecution, operation: Operation): void {
    const id = operation.Id ?? '';
    execution.timers.get(id)?.();
    execution.timers.delete(id);
    execution.operations.set(id, operation);
    execution.untold.add(id);
    record(execution, this.#kernel.clock.date(), operationEvent(operation));
    if (execution.isInvoking) execution.hasNews = true;
    else this.#schedule(execution, 0);
  }

  end(
    execution: DurableExecution,
    status: Exclude<ExecutionStatus, 'RUNNING'>,
    outcome: { readonly result?: string; readonly error?: ErrorObject },
  ): Promise<void> | undefined {
    if (execution.status !== 'RUNNING') return undefined;
    const { clock } = this.#kernel;
    execution.status = status;
    execution.endedAt = clock.now();
    Object.assign(execution, outcome);
    for (const cancel of execution.timers.values()) cancel();
    execution.timers.clear();
    record(execution, clock.date(), endEvent(status, outcome));
    this.#tellStatus(execution);
    for (const tell of execution.whenEnded) tell(execution);
    const { RetentionPeriodInDays: days = DEFAULT_RETENTION_DAYS } = durableConfig(execution);
    clock.after(days * DAY, () => this.#executions.delete(execution));
    return execution.start.isSynchronous ? undefined : this.#tellDestinations(execution);
  }

  #tellStatus(execution: DurableExecution): void {
    const { arn, status, start } = execution;
    const functionName = start.target.fn.name;
    this.#kernel.journal.record({ kind: 'durable-execution', functionName, execution: arn, status });
    this.#kernel.events.emit(statusChange(execution));
  }

  #schedule(execution: DurableExecution, milliseconds: number): void {
    if (execution.isScheduled || execution.isInvoking || execution.status !== 'RUNNING') return;
    execution.isScheduled = true;
    this.#kernel.clock.after(milliseconds, () => this.#invoke(execution));
  }

  async #invoke(execution: DurableExecution): Promise<void> {
    execution.isScheduled = false;
    if (execution.status !== 'RUNNING') return;
    const payload = this.#invocationInput(execution);
    const startedAt = this.#kernel.clock.date();
    const requestId = this.#kernel.ids.uuid();
    execution.isInvoking = true;
    try {
      const { target, eventId } = execution.start;
      const result = await this.#invoker.invoke({
        target,
        payload,
        requestId,
        eventId,
        execution: execution.arn,
      });
      execution.isInvoking = false;
      record(execution, this.#kernel.clock.date(), {
        EventType: 'InvocationCompleted',
        InvocationCompletedDetails: {
          StartTimestamp: startedAt,
          EndTimestamp: this.#kernel.clock.date(),
          RequestId: requestId,
          ...(result.error && { Error: { Payload: errorObject(result.error), Truncated: false } }),
        },
      });
      await this.#goOn(execution, result);
    } catch (error) {
      execution.isInvoking = false;
      // Throttled, or the role cannot be assumed.
      if (!(error instanceof AwsError)) throw error;
      this.#retryAfterCrash(execution);
    }
  }

  /** The event that the SDK's wrapper of the handler expects. */
  #invocationInput(execution: DurableExecution): string {
    execution.checkpointToken = newCheckpointToken(this.#kernel.ids);
    execution.hasNews = false;
    const updatedOperationIds = [...execution.untold];
    execution.untold.clear();
    const { Operations, NextMarker = '' } = statePage(execution.operations);
    return JSON.stringify({
      DurableExecutionArn: execution.arn,
      CheckpointToken: execution.checkpointToken,
      ...(updatedOperationIds.length > 0 && { UpdatedOperationIds: updatedOperationIds }),
      InitialExecutionState: { Operations, NextMarker },
    });
  }

  async #goOn(execution: DurableExecution, result: InvocationResult): Promise<void> {
    // A crash or a timeout of an invocation is not the execution's end: Lambda replays it.
    if (result.error !== undefined) {
      this.#retryAfterCrash(execution);
      return;
    }
    execution.crashes = 0;
    const answer = (JSON.parse(result.payload) ?? {}) as DurableAnswer;
    switch (answer.Status) {
      case 'SUCCEEDED':
        // A result too large to return was checkpointed before.
        return this.end(execution, 'SUCCEEDED', { result: answer.Result || (execution.result ?? 'null') });
      case 'FAILED':
        return this.end(execution, 'FAILED', { error: answer.Error ?? {} });
      case 'PENDING':
        return this.#suspend(execution);
      default:
        return this.end(execution, 'FAILED', refusal('Invalid Status in invocation output.'));
    }
  }

  #suspend(execution: DurableExecution): Promise<void> | undefined {
    if (execution.hasNews) this.#schedule(execution, 0);
    else if (!isWaiting(execution.operations)) {
      const reason = 'Cannot return PENDING status with no pending operations.';
      return this.end(execution, 'FAILED', refusal(reason));
    }
    return undefined;
  }

  #retryAfterCrash(execution: DurableExecution): void {
    this.#schedule(execution, Math.min(1000 * 2 ** execution.crashes++, LONGEST_PAUSE));
  }

  /** A durable function's destinations hear of the execution, not of its invocations. */
  async #tellDestinations({ start, status, result, error }: DurableExecution): Promise<void> {
    const { target, requestId, payload, eventId } = start;
    await this.#destinations.tell({
      target,
      requestId,
      payload,
      attempts: 1,
      condition: status === 'SUCCEEDED' ? 'Success' : 'RetriesExhausted',
      result: {
        version: target.version.version,
        payload: error === undefined ? (result ?? 'null') : JSON.stringify(error),
        ...(error && {
          error: {
            errorType: error.ErrorType ?? status,
            errorMessage: error.ErrorMessage ?? status,
            trace: error.StackTrace ?? [],
          },
        }),
      },
      ...(eventId !== undefined && { eventId }),
    });
  }
}

/** The longest execution that a caller may wait for, in seconds: that of one invocation. */
export const SYNCHRONOUS_LIMIT = 900;

function checkStart({ target, isSynchronous }: DurableStart): void {
  if (target.qualifier === undefined) {
    throw invalid('You cannot invoke a durable function using an unqualified ARN.');
  }
  const { ExecutionTimeout = 0 } = target.version.settings.DurableConfig ?? {};
  if (isSynchronous && ExecutionTimeout > SYNCHRONOUS_LIMIT) {
    throw invalid(
      'You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes.',
    );
  }
}

function durableConfig({ start }: DurableExecution) {
  return start.target.version.settings.DurableConfig ?? {};
}

function executionTimeout(execution: DurableExecution): number {
  return durableConfig(execution).ExecutionTimeout ?? SYNCHRONOUS_LIMIT;
}

function refusal(message: string): { error: ErrorObject } {
  return { error: { ErrorType: 'InvalidParameterValueException', ErrorMessage: message } };
}

function errorObject(error: NonNullable<InvocationResult['error']>): ErrorObject {
  return { ErrorType: error.errorType, ErrorMessage: error.errorMessage, StackTrace: [...error.trace] };
}
