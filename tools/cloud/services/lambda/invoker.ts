import type { Instant, Kernel, Shift } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { FunctionVersion, LambdaFunction, ResolvedFunction } from './functions.ts';
import type { LambdaPorts } from './ports.ts';
import type { InvocationOutcome } from './runtime/environment.ts';
import type { RuntimeError } from './runtime/messages.ts';
import { EnvironmentPool } from './runtime/pool.ts';
import { logGroupOf } from './settings.ts';

export interface InvocationRequest {
  readonly target: ResolvedFunction;
  /** JSON. */
  readonly payload: string;
  readonly requestId: string;
  /** ARN of the durable execution that this invocation carries on. */
  readonly execution?: string;
  /** The event that it answers. */
  readonly eventId?: string | undefined;
  /** When Lambda took it, if asynchronous. */
  readonly acceptedAt?: Instant;
}

export interface InvocationResult {
  readonly requestId: string;
  readonly version: string;
  /** JSON: what the handler returned, or the error. */
  readonly payload: string;
  /** Set when the function failed. */
  readonly error?: RuntimeError;
  /** The log of this invocation, a line an entry. */
  readonly log: readonly string[];
}

/**
 * Milliseconds that an invocation may take in real time, whatever the function's own timeout: time stands still
 * meanwhile, so this only ends what hangs, and a busy machine must not make a function time out.
 */
const REAL_TIME_LIMITS = { least: 10_000, most: 30_000 };

/** "Invocation payload (request and response)": 6 MB, in Lambda's own count. */
const RESPONSE_LIMIT = 6_291_556;

/** Runs functions, one invocation at a time in each environment. */
export class Invoker {
  readonly #kernel: Kernel;
  readonly #pool: EnvironmentPool;
  readonly #running = new Map<string, number>();
  #invocations = 0;

  constructor(kernel: Kernel, on: LambdaPorts) {
    this.#kernel = kernel;
    this.#pool = new EnvironmentPool(kernel, on);
  }

  /** @throws AwsError TooManyRequestsException when the function's reserved concurrency is used up */
  checkCapacity(fn: LambdaFunction): void {
    if ((this.#running.get(fn.name) ?? 0) < (fn.reservedConcurrency ?? Infinity)) return;
    this.#kernel.journal.record({ kind: 'throttle', functionName: fn.name });
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
      status: 429,
      fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
    });
  }

  /** Invokes once. Time stands still meanwhile, unless the function sleeps or waits for a reply that is late. @throws AwsError TooManyRequestsException */
  async invoke(request: InvocationRequest): Promise<InvocationResult> {
    const { fn } = request.target;
    this.checkCapacity(fn);
    const shift = this.#kernel.workers.begin();
    this.#running.set(fn.name, (this.#running.get(fn.name) ?? 0) + 1);
    try {
      const result = await this.#run(request, shift);
      this.#record(request, result);
      return result;
    } finally {
      this.#running.set(fn.name, (this.#running.get(fn.name) ?? 1) - 1);
      shift.end();
    }
  }

  retire(version: FunctionVersion): void {
    this.#pool.retire(version);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #run(request: InvocationRequest, shift: Shift): Promise<InvocationResult> {
    const { requestId, target } = request;
    const { version } = target;
    const { revisionId } = version;
    const warm = this.#pool.acquire(version);
    const startedAt = this.#kernel.clock.now();
    const log: string[] = [];
    const platform = (line: string) => {
      log.push(line);
      warm.log.writePlatform(line);
    };
    platform(`START RequestId: ${requestId} Version: ${version.version}`);
    shift.assign(warm.environment.accessKeyId, warm.environment);
    const cancelTimeout = this.#kernel.clock.after(version.settings.Timeout * 1000, () => {
      shift.resume();
      warm.environment.timeOut();
    });
    const outcome = await warm.environment.invoke(
      this.#message(request, warm.log.stream),
      realTimeLimit(version.settings.Timeout),
      shift,
    );
    cancelTimeout();
    shift.resume();
    // At its end and not as they come: lines and API calls arrive by two ways, of which either may be the faster.
    for (const line of outcome.lines) warm.log.write(line);
    log.push(...outcome.lines);
    const error = errorOf(outcome, requestId, version.settings.Timeout);
    if (outcome.kind === 'timed-out') {
      platform(
        `${this.#kernel.clock.date().toISOString()} ${requestId} ${timedOut(version.settings.Timeout)}`,
      );
    }
    platform(`END RequestId: ${requestId}`);
    platform(reportLine(requestId, version.settings.MemorySize, this.#kernel.clock.now() - startedAt));
    this.#pool.giveBack(version, warm, version.revisionId === revisionId);
    const payload =
      outcome.kind === 'returned' && error === undefined ? outcome.payload : JSON.stringify(error);
    return { requestId, version: version.version, payload, log, ...(error && { error }) };
  }

  #message({ requestId, payload, target }: InvocationRequest, logStream: string) {
    const { version } = target;
    return {
      kind: 'invoke' as const,
      payload,
      // Attempts at one request are not the same chance: a token drawn twice would stand for two payloads.
      chance: `${requestId} ${++this.#invocations}`,
      deadline: this.#kernel.clock.now() + version.settings.Timeout * 1000,
      context: {
        awsRequestId: requestId,
        callbackWaitsForEmptyEventLoop: true,
        functionName: version.functionName,
        functionVersion: version.version,
        invokedFunctionArn: target.invokedArn,
        logGroupName: logGroupOf(version),
        logStreamName: logStream,
        memoryLimitInMB: String(version.settings.MemorySize),
      },
    };
  }

  #record(request: InvocationRequest, result: InvocationResult): void {
    const { error, payload } = result;
    this.#kernel.journal.record({
      kind: 'invocation',
      functionName: request.target.fn.name,
      requestId: result.requestId,
      outcome: outcomeName(request, result),
      ...(request.execution !== undefined && { execution: request.execution }),
      ...(request.eventId !== undefined && { eventId: request.eventId }),
      ...(request.acceptedAt !== undefined && { waited: this.#kernel.clock.now() - request.acceptedAt }),
      ...(error && { error: `${error.errorType}: ${error.errorMessage}` }),
      payload: JSON.parse(request.payload) as unknown,
      ...(error === undefined && { result: JSON.parse(payload) as unknown }),
    });
  }
}

function realTimeLimit(timeout: number): number {
  return Math.min(Math.max(timeout * 1000, REAL_TIME_LIMITS.least), REAL_TIME_LIMITS.most);
}

function outcomeName(
  { execution }: InvocationRequest,
  { error, payload }: InvocationResult,
): 'succeeded' | 'failed' | 'timed-out' | 'suspended' {
  if (error !== undefined) return error.errorType === 'Sandbox.Timedout' ? 'timed-out' : 'failed';
  if (execution === undefined) return 'succeeded';
  const { Status } = (JSON.parse(payload) ?? {}) as { Status?: string };
  return Status === 'PENDING' ? 'suspended' : Status === 'SUCCEEDED' ? 'succeeded' : 'failed';
}

/** The error that Lambda reports, with the request's id where Lambda puts it. */
function errorOf(outcome: InvocationOutcome, requestId: string, timeout: number): RuntimeError | undefined {
  switch (outcome.kind) {
    case 'returned':
      return outcome.payload.length > RESPONSE_LIMIT ? tooLarge(outcome.payload.length) : undefined;
    case 'threw':
      return outcome.error;
    case 'timed-out':
      return withRequest(outcome.error, requestId, `Error: ${timedOut(timeout)}`);
    case 'crashed':
      return outcome.error.errorType === 'Runtime.ExitError'
        ? withRequest(outcome.error, requestId, outcome.error.errorMessage)
        : outcome.error;
  }
}

function timedOut(timeout: number): string {
  return `Task timed out after ${timeout.toFixed(2)} seconds`;
}

function withRequest(error: RuntimeError, requestId: string, message: string): RuntimeError {
  return { ...error, errorMessage: `RequestId: ${requestId} ${message}` };
}

function tooLarge(size: number): RuntimeError {
  return {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`,
    trace: [],
  };
}

/** An invocation takes no virtual time but that of late replies and of sleep; the shortest that Lambda bills is a millisecond. */
function reportLine(requestId: string, memory: number, milliseconds: number): string {
  const billed = Math.max(1, milliseconds);
  return (
    `REPORT RequestId: ${requestId}\tDuration: ${billed.toFixed(2)} ms\tBilled Duration: ${billed} ms` +
    `\tMemory Size: ${memory} MB\tMax Memory Used: ${memory} MB`
  );
}
