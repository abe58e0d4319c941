import type { Delivery, Parcel } from '../../delivery/index.ts';
import { isRefusal, number, text } from '../../delivery/index.ts';
import type { Kernel, Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { ResolvedFunction } from './functions.ts';
import type { InvocationResult } from './invoker.ts';
import { roleNameOf } from './names.ts';

/** An asynchronous invocation that has come to its end. */
export interface EndedInvocation {
  readonly target: ResolvedFunction;
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  /** Times the function was invoked. */
  readonly attempts: number;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  /** The last result; absent when the function was never run. */
  readonly result?: Pick<InvocationResult, 'payload' | 'version' | 'error'>;
  /** Id of the event it came from. */
  readonly eventId?: string;
}

/** Where asynchronous invocations end: destinations and the dead-letter queue or topic. */
export class Destinations {
  readonly #kernel: Kernel;
  readonly #delivery: Delivery;

  constructor(kernel: Kernel, delivery: Delivery) {
    this.#kernel = kernel;
    this.#delivery = delivery;
  }

  /** Tells the function's destinations, and its dead-letter target of a failure. */
  async tell(ended: EndedInvocation): Promise<void> {
    const { fn, qualifier, version } = ended.target;
    const config = fn.eventInvokeConfigs.get(qualifier ?? '$LATEST')?.DestinationConfig;
    const isSuccess = ended.condition === 'Success';
    const destination = (isSuccess ? config?.OnSuccess : config?.OnFailure)?.Destination;
    const deadLetter = isSuccess ? undefined : version.settings.DeadLetterTarget;
    if (destination !== undefined) await this.#send(ended, destination, this.#recordOf(ended));
    if (deadLetter !== undefined) await this.#send(ended, deadLetter, deadLetterOf(ended));
    if (!isSuccess && destination === undefined && deadLetter === undefined) {
      this.#record(ended, ended.target.invokedArn, 'dropped', ended.condition);
    }
  }

  async #send(ended: EndedInvocation, to: string, parcel: Parcel): Promise<void> {
    try {
      await this.#delivery.deliver(to, parcel);
      this.#record(ended, to, ended.condition === 'Success' ? 'delivered' : 'dead-letter', ended.condition);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#record(ended, to, 'failed', `${error.code}: ${error.message}`, isRefusal(error));
    }
  }

  #recordOf(ended: EndedInvocation): Parcel {
    const outcome = ended.condition === 'Success' ? 'Success' : 'Failure';
    return {
      body: JSON.stringify(invocationRecord(ended, this.#kernel.clock.date())),
      from: executionRole(ended.target),
      event: { source: 'lambda', detailType: `Lambda Function Invocation Result - ${outcome}` },
      ...eventId(ended),
    };
  }

  #record(
    ended: EndedInvocation,
    to: string,
    outcome: 'delivered' | 'failed' | 'dead-letter' | 'dropped',
    reason: string,
    isRefused = false,
  ): void {
    this.#kernel.journal.record({
      kind: 'delivery',
      from: ended.target.invokedArn,
      to,
      outcome,
      reason,
      ...(isRefused && { isRefused: true }),
      ...eventId(ended),
    });
  }
}

export function executionRole({ version }: Pick<ResolvedFunction, 'version'>): Principal {
  return { kind: 'role', roleName: roleNameOf(version.settings.Role), session: version.functionName };
}

function eventId(ended: EndedInvocation): { eventId?: string } {
  return ended.eventId === undefined ? {} : { eventId: ended.eventId };
}

/** The envelope of "Invocation record", in the Lambda developer guide. */
function invocationRecord(ended: EndedInvocation, now: Date): Record<string, unknown> {
  const { target, result } = ended;
  return {
    version: '1.0',
    timestamp: now.toISOString(),
    requestContext: {
      requestId: ended.requestId,
      functionArn: `${target.fn.arn}:${target.qualifier ?? '$LATEST'}`,
      condition: ended.condition,
      approximateInvokeCount: ended.attempts,
    },
    requestPayload: JSON.parse(ended.payload) as unknown,
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: result.version,
        ...(result.error && { functionError: 'Unhandled' }),
      },
      responsePayload: JSON.parse(result.payload) as unknown,
    }),
  };
}

/** The event itself, with what Lambda attaches to a dead letter: "Dead-letter queues", message attributes. */
function deadLetterOf(ended: EndedInvocation): Parcel {
  return {
    body: ended.payload,
    from: executionRole(ended.target),
    attributes: {
      RequestID: text(ended.requestId),
      ErrorCode: number(ended.result === undefined ? 429 : 200),
      ErrorMessage: text((ended.result?.error?.errorMessage ?? ended.condition).slice(0, 1024)),
    },
    ...eventId(ended),
  };
}
