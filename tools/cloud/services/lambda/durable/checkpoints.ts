import type {
  CheckpointDurableExecutionCommandInput,
  ErrorObject,
  Operation,
  OperationUpdate,
} from '@aws-sdk/client-lambda';
import type { Instant, Kernel } from '../../../kernel/index.ts';
import { invalid } from '../settings.ts';
import type { DurableExecutions } from './executions.ts';
import { operationEvent, record } from './history.ts';
import type { DurableExecution } from './model.ts';
import { newCheckpointToken } from './model.ts';
import type { DurableRunner } from './runner.ts';
import { ended, hasEnded, ready, updated } from './updates.ts';

/** Invokes the function that a chained invocation names, and answers with what came of it. */
export type ChainedInvoke = (
  execution: DurableExecution,
  functionName: string,
  payload: string,
) => Promise<{ readonly result: string } | { readonly error: ErrorObject }>;

/** Takes in what a function tells of its progress, and sets going what it starts: waits, retries, callbacks. */
export class Checkpoints {
  readonly #kernel: Kernel;
  readonly #executions: DurableExecutions;
  readonly #runner: DurableRunner;
  readonly #chainedInvoke: ChainedInvoke;

  constructor(
    kernel: Kernel,
    executions: DurableExecutions,
    runner: DurableRunner,
    chainedInvoke: ChainedInvoke,
  ) {
    this.#kernel = kernel;
    this.#executions = executions;
    this.#runner = runner;
    this.#chainedInvoke = chainedInvoke;
  }

  /**
   * @returns the next token, and the operations that changed since the function was last told
   * @throws AwsError InvalidParameterValueException for a token that was used, or of an earlier invocation
   */
  take(input: CheckpointDurableExecutionCommandInput): { token: string; operations: readonly Operation[] } {
    const execution = this.#executions.get(input.DurableExecutionArn);
    const { lastCheckpoint } = execution;
    if (input.ClientToken !== undefined && lastCheckpoint?.clientToken === input.ClientToken) {
      return { token: execution.checkpointToken, operations: lastCheckpoint.operations };
    }
    checkToken(execution, input.CheckpointToken);
    for (const update of input.Updates ?? []) this.#apply(execution, update);
    execution.checkpointToken = newCheckpointToken(this.#kernel.ids);
    const operations = [...execution.untold].flatMap((id) => execution.operations.get(id) ?? []);
    execution.untold.clear();
    if (input.ClientToken !== undefined) {
      execution.lastCheckpoint = { clientToken: input.ClientToken, operations };
    }
    return { token: execution.checkpointToken, operations };
  }

  /** Somebody answers a callback. @throws AwsError InvalidParameterValueException, CallbackTimeoutException */
  answer(
    callbackId: string | undefined,
    answer: { readonly result?: string; readonly error?: ErrorObject },
  ): void {
    const { execution, operation } = this.#openCallback(callbackId);
    const { result, error } = answer;
    const outcome = { ...(result !== undefined && { Result: result }), ...(error && { Error: error }) };
    const status = error === undefined ? 'SUCCEEDED' : 'FAILED';
    execution.timers.get(heartbeatTimer(operation.Id))?.();
    this.#runner.settle(execution, ended(operation, status, this.#kernel.clock.now(), outcome));
  }

  /** Somebody who works on a callback is still alive. */
  heartbeat(callbackId: string | undefined): void {
    const { execution, operation } = this.#openCallback(callbackId);
    const seconds = execution.heartbeats.get(operation.Id ?? '');
    if (seconds !== undefined) this.#expectHeartbeat(execution, operation.Id ?? '', seconds);
  }

  #openCallback(callbackId: string | undefined): { execution: DurableExecution; operation: Operation } {
    const { execution, operationId } = this.#executions.callback(callbackId);
    const operation = execution.operations.get(operationId);
    if (operation === undefined || hasEnded(operation) || execution.status !== 'RUNNING') {
      throw invalid('The callback has ended already.');
    }
    return { execution, operation };
  }

  #apply(execution: DurableExecution, update: OperationUpdate): void {
    if (update.Type === 'EXECUTION') {
      if (update.Payload !== undefined) execution.result = update.Payload;
      return;
    }
    const { clock } = this.#kernel;
    const id = update.Id ?? '';
    const operation = updated(execution.operations.get(id), update, clock.now(), () =>
      this.#executions.addCallback(execution, id),
    );
    execution.operations.set(id, operation);
    execution.untold.add(id);
    record(execution, clock.date(), operationEvent(operation, update));
    if (hasEnded(operation)) execution.timers.get(id)?.();
    else this.#setGoing(execution, operation, update);
  }

  #setGoing(execution: DurableExecution, operation: Operation, update: OperationUpdate): void {
    const id = operation.Id ?? '';
    if (operation.Status === 'PENDING') {
      this.#settleAt(execution, id, operation.StepDetails?.NextAttemptTimestamp, () => ready(operation));
    } else if (operation.Type === 'WAIT') {
      this.#settleAt(execution, id, operation.WaitDetails?.ScheduledEndTimestamp, (now) =>
        ended(operation, 'SUCCEEDED', now, {}),
      );
    } else if (operation.Type === 'CALLBACK') {
      this.#expectAnswer(execution, id, update);
    } else if (operation.Type === 'CHAINED_INVOKE') {
      this.#invokeChained(execution, operation, update);
    }
  }

  #settleAt(
    execution: DurableExecution,
    id: string,
    due: Date | undefined,
    settled: (now: Instant) => Operation,
  ): void {
    const { clock } = this.#kernel;
    this.#at(execution, id, due?.getTime() ?? clock.now(), () =>
      this.#runner.settle(execution, settled(clock.now())),
    );
  }

  #expectAnswer(execution: DurableExecution, id: string, { CallbackOptions }: OperationUpdate): void {
    const { TimeoutSeconds: timeout = 0, HeartbeatTimeoutSeconds: heartbeat = 0 } = CallbackOptions ?? {};
    if (timeout > 0) {
      const due = this.#kernel.clock.now() + timeout * 1000;
      this.#at(execution, id, due, () => this.#timeOut(execution, id, 'Callback timed out'));
    }
    if (heartbeat > 0) {
      execution.heartbeats.set(id, heartbeat);
      this.#expectHeartbeat(execution, id, heartbeat);
    }
  }

  #expectHeartbeat(execution: DurableExecution, id: string, seconds: number): void {
    const due = this.#kernel.clock.now() + seconds * 1000;
    this.#at(execution, heartbeatTimer(id), due, () =>
      this.#timeOut(execution, id, 'Callback timed out on heartbeat'),
    );
  }

  #timeOut(execution: DurableExecution, id: string, message: string): void {
    const operation = execution.operations.get(id);
    if (operation === undefined || hasEnded(operation)) return;
    execution.timers.get(heartbeatTimer(id))?.();
    const error = { ErrorType: 'Callback.Timeout', ErrorMessage: message };
    this.#runner.settle(execution, ended(operation, 'TIMED_OUT', this.#kernel.clock.now(), { Error: error }));
  }

  #invokeChained(execution: DurableExecution, operation: Operation, update: OperationUpdate): void {
    const functionName = update.ChainedInvokeOptions?.FunctionName ?? '';
    const invoke = async () => {
      const outcome = await this.#chainedInvoke(execution, functionName, update.Payload ?? 'null');
      if (execution.status !== 'RUNNING') return;
      const now = this.#kernel.clock.now();
      this.#runner.settle(
        execution,
        'error' in outcome
          ? ended(operation, 'FAILED', now, { Error: outcome.error })
          : ended(operation, 'SUCCEEDED', now, { Result: outcome.result }),
      );
    };
    // Not awaited: time has to pass for a durable function to end.
    this.#kernel.clock.after(0, () => void invoke());
  }

  #at(execution: DurableExecution, timer: string, due: number, event: () => void): void {
    execution.timers.get(timer)?.();
    execution.timers.set(timer, this.#kernel.clock.at(due, event));
  }
}

function heartbeatTimer(operationId: string | undefined): string {
  return `${operationId ?? ''} heartbeat`;
}

export function checkToken(execution: DurableExecution, token: string | undefined): void {
  if (execution.status !== 'RUNNING' || token !== execution.checkpointToken) {
    throw invalid('Invalid Checkpoint Token: the token is not the latest of the execution.');
  }
}
