import type { ErrorObject } from '@aws-sdk/client-lambda';
import type { Kernel, Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import { executionRole } from './destinations.ts';
import type { ChainedInvoke } from './durable/checkpoints.ts';
import type { DurableExecution } from './durable/model.ts';
import type { DurableRunner } from './durable/runner.ts';
import type { Functions, ResolvedFunction } from './functions.ts';
import type { InvocationResult, Invoker } from './invoker.ts';
import type { LambdaPorts } from './ports.ts';
import { invalid } from './settings.ts';

/** One invocation, as callers ask for it. */
export interface InvocationCall {
  /** Name or ARN, with or without a version or alias. */
  readonly functionName: string;
  /** JSON. */
  readonly payload: string;
  readonly from: Principal;
  readonly durableExecutionName?: string;
  /** Id of the event it comes from, for whoever follows an event's fate. */
  readonly eventId?: string;
  /** The caller's request; without one, a new id. */
  readonly requestId?: string;
}

/** A result, with the durable execution that gave it where one did. */
export type SyncResult = InvocationResult & { readonly durableExecutionArn?: string };

interface InvocationParts {
  readonly functions: Functions;
  readonly invoker: Invoker;
  readonly queue: AsyncInvocations;
  readonly runner: DurableRunner;
  readonly authorize: LambdaPorts['authorize'];
}

/** The ways to invoke a function: waiting for its result, or not. Both check that the caller may. */
export class Invocations {
  readonly #kernel: Kernel;
  readonly #parts: InvocationParts;

  constructor(kernel: Kernel, parts: InvocationParts) {
    this.#kernel = kernel;
    this.#parts = parts;
  }

  /**
   * Puts an invocation into Lambda's queue, which retries it.
   *
   * @throws AwsError ResourceNotFoundException; AccessDeniedException when the function's policy, or the role's,
   *   does not admit the caller; InvalidParameterValueException for a durable function without a qualifier
   */
  invokeAsync(call: InvocationCall): { requestId: string; durableExecutionArn?: string } {
    const target = this.check(call);
    const requestId = call.requestId ?? this.#kernel.ids.uuid();
    if (isDurable(target)) {
      const { arn } = this.#start(call, target, requestId, false);
      return { requestId, durableExecutionArn: arn };
    }
    this.#parts.queue.accept(target, call.payload, requestId, call.eventId);
    return { requestId };
  }

  /**
   * Invokes and waits for the result; that of a durable function may be virtual minutes away.
   *
   * @throws AwsError as {@link invokeAsync}, and TooManyRequestsException
   */
  async invokeSync(call: InvocationCall): Promise<SyncResult> {
    const target = this.check(call);
    const requestId = call.requestId ?? this.#kernel.ids.uuid();
    if (isDurable(target)) {
      const execution = this.#start(call, target, requestId, true);
      return resultOf(await this.#parts.runner.ended(execution), requestId);
    }
    return this.#parts.invoker.invoke({ target, payload: call.payload, requestId });
  }

  /** The function that a call would invoke. @throws AwsError as {@link invokeAsync} */
  check(call: Pick<InvocationCall, 'functionName' | 'from' | 'durableExecutionName'>): ResolvedFunction {
    const target = this.#parts.functions.resolve(call.functionName);
    if (!this.#parts.authorize(call.from, 'lambda:InvokeFunction', target.invokedArn)) {
      throw new AwsError(
        'AccessDeniedException',
        `${describe(call.from)} is not authorized to perform: lambda:InvokeFunction on resource: ${target.invokedArn}`,
        { status: 403 },
      );
    }
    if (call.durableExecutionName !== undefined && !isDurable(target)) {
      throw invalid('DurableExecutionName is only supported for durable functions.');
    }
    return target;
  }

  /** What a durable function's own `invoke` does, under the function's role. */
  readonly chained: ChainedInvoke = async (execution, functionName, payload) => {
    try {
      const from = executionRole(execution.start.target);
      const { error, payload: result } = await this.invokeSync({ functionName, payload, from });
      return error === undefined
        ? { result }
        : { error: { ErrorType: error.errorType, ErrorMessage: error.errorMessage } };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { error: { ErrorType: error.code, ErrorMessage: error.message } };
    }
  };

  #start(
    call: InvocationCall,
    target: ResolvedFunction,
    requestId: string,
    isSynchronous: boolean,
  ): DurableExecution {
    return this.#parts.runner.start({
      target,
      payload: call.payload,
      requestId,
      isSynchronous,
      ...(call.durableExecutionName !== undefined && { name: call.durableExecutionName }),
      ...(call.eventId !== undefined && { eventId: call.eventId }),
    });
  }
}

export function isDurable({ version }: ResolvedFunction): boolean {
  return version.settings.DurableConfig !== undefined;
}

function describe(from: Principal): string {
  switch (from.kind) {
    case 'account':
      return 'The account';
    case 'user':
      return `User ${from.userName}`;
    case 'role':
      return `Role ${from.roleName}`;
    case 'anonymous':
      return 'Anonymous';
    case 'service':
      return `${from.service} for ${from.sourceArn}`;
  }
}

function resultOf(execution: DurableExecution, requestId: string): SyncResult {
  const { start, status, error, result = 'null', arn } = execution;
  const common = { requestId, version: start.target.version.version, log: [], durableExecutionArn: arn };
  if (status === 'SUCCEEDED') return { ...common, payload: result };
  const reported = runtimeError(error, status);
  return { ...common, payload: JSON.stringify(reported), error: reported };
}

function runtimeError(error: ErrorObject | undefined, status: string) {
  return {
    errorType: error?.ErrorType ?? status,
    errorMessage: error?.ErrorMessage ?? status,
    trace: error?.StackTrace ?? [],
  };
}
