import type { Instant, Kernel } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { repeatOf } from '../../weather/delivery/fates.ts';
import type { Destinations, EndedInvocation } from './destinations.ts';
import type { Functions, ResolvedFunction } from './functions.ts';
import type { InvocationResult, Invoker } from './invoker.ts';

interface QueuedInvocation {
  readonly functionName: string;
  readonly qualifier?: string;
  readonly payload: string;
  readonly requestId: string;
  readonly acceptedAt: Instant;
  readonly eventId?: string;
  /** Invocations that ended in an error. */
  failures: number;
  /** Attempts that were throttled. */
  throttles: number;
}

const MINUTE = 60_000;
const SIX_HOURS = 21_600;

/**
 * Lambda's queue of asynchronous invocations: retries after one and two minutes when the function fails, for up
 * to six hours with a growing pause when it is throttled ("Error handling for asynchronous invocation").
 */
export class AsyncInvocations {
  readonly #kernel: Kernel;
  readonly #functions: Functions;
  readonly #invoker: Invoker;
  readonly #destinations: Destinations;

  constructor(kernel: Kernel, functions: Functions, invoker: Invoker, destinations: Destinations) {
    this.#kernel = kernel;
    this.#functions = functions;
    this.#invoker = invoker;
    this.#destinations = destinations;
  }

  /** Takes an invocation, to be run once what is in flight has ended. */
  accept(target: ResolvedFunction, payload: string, requestId: string, eventId?: string): void {
    const queued: QueuedInvocation = {
      functionName: target.fn.name,
      ...(target.qualifier !== undefined && { qualifier: target.qualifier }),
      payload,
      requestId,
      acceptedAt: this.#kernel.clock.now(),
      ...(eventId !== undefined && { eventId }),
      failures: 0,
      throttles: 0,
    };
    this.#after(0, queued);
    const again = repeatOf(this.#kernel, { functionName: target.fn.name, requestId });
    if (again !== undefined) this.#after(again, { ...queued });
  }

  #after(milliseconds: number, queued: QueuedInvocation): void {
    this.#kernel.clock.after(milliseconds, () => this.#attempt(queued));
  }

  async #attempt(queued: QueuedInvocation): Promise<void> {
    const target = this.#target(queued);
    if (target === undefined) return;
    const { payload, requestId, eventId, acceptedAt } = queued;
    let result: InvocationResult;
    try {
      result = await this.#invoker.invoke({ target, payload, requestId, eventId, acceptedAt });
    } catch (error) {
      // Throttled, or the role cannot be assumed: the fault is not the function's.
      if (!(error instanceof AwsError)) throw error;
      return this.#waitForCapacity(queued, target);
    }
    return this.#finish(queued, target, result);
  }

  /** Asked at each attempt: an alias may have moved, the function may be gone. */
  #target({ functionName, qualifier, eventId }: QueuedInvocation): ResolvedFunction | undefined {
    try {
      return this.#functions.resolve(functionName, qualifier);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const functionArn = this.#functions.arnOf(functionName, qualifier);
      this.#kernel.journal.record({
        kind: 'delivery',
        from: functionArn,
        to: functionArn,
        outcome: 'dropped',
        reason: `${error.code}: ${error.message}`,
        ...(eventId !== undefined && { eventId }),
      });
      return undefined;
    }
  }

  async #finish(queued: QueuedInvocation, target: ResolvedFunction, result: InvocationResult): Promise<void> {
    if (result.error === undefined) return this.#end(queued, target, 'Success', result);
    queued.failures++;
    const { MaximumRetryAttempts: retries = 2 } = this.#config(target);
    if (queued.failures > retries) return this.#end(queued, target, 'RetriesExhausted', result);
    const pause = queued.failures * MINUTE;
    if (this.#isTooOld(queued, target, pause)) return this.#end(queued, target, 'EventAgeExceeded', result);
    this.#after(pause, queued);
  }

  async #waitForCapacity(queued: QueuedInvocation, target: ResolvedFunction): Promise<void> {
    const pause = Math.min(1000 * 2 ** queued.throttles++, 5 * MINUTE);
    if (this.#isTooOld(queued, target, pause)) return this.#end(queued, target, 'EventAgeExceeded');
    this.#after(pause, queued);
  }

  #isTooOld(queued: QueuedInvocation, target: ResolvedFunction, pause: number): boolean {
    const { MaximumEventAgeInSeconds: age = SIX_HOURS } = this.#config(target);
    return this.#kernel.clock.now() + pause - queued.acceptedAt > age * 1000;
  }

  #config(target: ResolvedFunction) {
    return target.fn.eventInvokeConfigs.get(target.qualifier ?? '$LATEST') ?? {};
  }

  async #end(
    queued: QueuedInvocation,
    target: ResolvedFunction,
    condition: EndedInvocation['condition'],
    result?: InvocationResult,
  ): Promise<void> {
    await this.#destinations.tell({
      target,
      requestId: queued.requestId,
      payload: queued.payload,
      attempts: queued.failures + (condition === 'Success' ? 1 : 0),
      condition,
      ...(result && { result }),
      ...(queued.eventId !== undefined && { eventId: queued.eventId }),
    });
  }
}
