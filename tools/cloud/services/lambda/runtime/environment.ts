import { Worker } from 'node:worker_threads';
import type { EnvironmentData, EnvironmentMessage, InvokeMessage, RuntimeError } from './messages.ts';

/** How an invocation ended. */
export type InvocationOutcome =
  | { readonly kind: 'returned'; readonly payload: string }
  /** The handler failed; the environment lives on. */
  | { readonly kind: 'threw'; readonly error: RuntimeError }
  /** The environment ended: it crashed, could not load the code, or took too long. */
  | { readonly kind: 'crashed' | 'timed-out'; readonly error: RuntimeError };

export interface EnvironmentSpec extends EnvironmentData {
  /** The whole of the function's `process.env`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
}

/** Milliseconds of real time that code may take to load. */
const INIT_LIMIT = 30_000;

/** One execution environment: a thread that holds a function's loaded code and runs one invocation at a time. */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  #onLine: (line: string) => void = () => undefined;
  readonly #loaded: Promise<void>;
  #hasLoaded: () => void = () => undefined;
  #settle: ((outcome: InvocationOutcome) => void) | undefined;
  #ended: RuntimeError | undefined;

  constructor(spec: EnvironmentSpec) {
    const { sharedNow, folder, handler, jsonLogs, isDurable } = spec;
    this.#loaded = new Promise((resolve) => {
      this.#hasLoaded = resolve;
    });
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { sharedNow, folder, handler, jsonLogs, isDurable } satisfies EnvironmentData,
      env: spec.variables,
      // Whatever loaders the cloud itself runs under are none of the function's.
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: spec.memoryMegabytes },
    });
    this.#worker.on('message', (message: EnvironmentMessage) => this.#receive(message));
    this.#worker.on('error', (error) => this.#end(threadError(error)));
    this.#worker.on('exit', (code) => this.#end(exitError(code)));
  }

  /** Whether it can run another invocation. */
  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /**
   * Runs the handler once, when the code has loaded. Loading has a time limit of its own, as in Lambda.
   *
   * @param onLine        each line of output
   * @param realTimeLimit milliseconds of real time, after which the thread is ended
   */
  async invoke(
    message: InvokeMessage,
    onLine: (line: string) => void,
    realTimeLimit: number,
  ): Promise<InvocationOutcome> {
    if (this.#ended !== undefined) return { kind: 'crashed', error: this.#ended };
    this.#onLine = onLine;
    const ended = new Promise<InvocationOutcome>((resolve) => {
      this.#settle = resolve;
    });
    let watchdog = setTimeout(() => this.#timeOut(), INIT_LIMIT);
    this.#worker.postMessage(message);
    try {
      await Promise.race([this.#loaded, ended]);
      clearTimeout(watchdog);
      watchdog = setTimeout(() => this.#timeOut(), realTimeLimit);
      return await ended;
    } finally {
      clearTimeout(watchdog);
      this.#settle = undefined;
    }
  }

  async close(): Promise<void> {
    this.#ended ??= exitError(0);
    await this.#worker.terminate();
  }

  #receive(message: EnvironmentMessage): void {
    if (message.kind === 'log') this.#onLine(message.line);
    else if (message.kind === 'crashed') this.#end(message.error);
    else if (message.kind === 'ready') this.#hasLoaded();
    else this.#settle?.(message);
  }

  #end(error: RuntimeError): void {
    this.#ended ??= error;
    this.#settle?.({ kind: 'crashed', error: this.#ended });
  }

  #timeOut(): void {
    const error = { errorType: 'Sandbox.Timedout', errorMessage: '', trace: [] };
    this.#ended ??= error;
    this.#settle?.({ kind: 'timed-out', error });
    void this.#worker.terminate();
  }
}

function exitError(code: number): RuntimeError {
  const errorMessage =
    code === 0
      ? 'Error: Runtime exited without providing a reason'
      : `Error: Runtime exited with error: exit status ${code}`;
  return { errorType: 'Runtime.ExitError', errorMessage, trace: [] };
}

function threadError(error: unknown): RuntimeError {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: 'Error: Runtime exited with error: signal: killed',
      trace: [],
    };
  }
  return { errorType: 'Runtime.ExitError', errorMessage: message, trace: [] };
}
