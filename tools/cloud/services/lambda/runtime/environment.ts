import { Worker } from 'node:worker_threads';
import type { Outside } from '../../../kernel/index.ts';
import type {
  EnvironmentData,
  EnvironmentMessage,
  InvokeMessage,
  RuntimeError,
  SettleMessage,
} from './messages.ts';

/** How an invocation ended, and what the function wrote until then, a line an entry. */
export type InvocationOutcome = Ending & { readonly lines: readonly string[] };

type Ending =
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

/**
 * One execution environment: a thread that holds a function's loaded code and runs one invocation at a time. The
 * thread starts with the first invocation that is really run: one that is only played again needs none.
 */
export class ExecutionEnvironment {
  readonly #spec: EnvironmentSpec;
  readonly #outside: Outside;
  #worker: Worker | undefined;
  /** The thread's end while nothing runs in it. */
  readonly #exit = Promise.withResolvers<null>();
  #isAlive = true;
  /** Written and not yet handed on; what comes after an invocation's end belongs to the next one, as in Lambda. */
  #lines: string[] = [];
  readonly #loaded: Promise<void>;
  #hasLoaded: () => void = () => undefined;
  #settle: ((ending: Ending) => void) | undefined;
  #ended: RuntimeError | undefined;
  #onSettled: ((waits: boolean) => void)[] = [];

  constructor(spec: EnvironmentSpec, outside: Outside) {
    this.#spec = spec;
    this.#outside = outside;
    this.#loaded = new Promise((resolve) => {
      this.#hasLoaded = resolve;
    });
    const exited = outside.ask({ key: `environment ${spec.seed}`, ask: () => this.#exit.promise });
    void exited.then(() => {
      this.#isAlive = false;
    });
  }

  #start(): Worker {
    const spec = this.#spec;
    const { sharedNow, folder, handler, jsonLogs, isDurable, seed } = spec;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { sharedNow, folder, handler, jsonLogs, isDurable, seed } satisfies EnvironmentData,
      env: spec.variables,
      // Whatever loaders the cloud itself runs under are none of the function's.
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: spec.memoryMegabytes },
    });
    worker.on('message', (message: EnvironmentMessage) => this.#receive(message));
    worker.on('error', (error) => this.#end(threadError(error)));
    worker.on('exit', (code) => this.#end(exitError(code)));
    return worker;
  }

  /** By which key its requests are known. */
  get accessKeyId(): string {
    return this.#spec.variables.AWS_ACCESS_KEY_ID ?? '';
  }

  /** Whether it can run another invocation. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /**
   * Runs the handler once, when the code has loaded. Loading has a time limit of its own, as in Lambda.
   *
   * @param realTimeLimit milliseconds of real time, after which the thread is ended, unless it waits for the cloud
   * @param isWaiting     whether it does
   */
  async invoke(
    message: InvokeMessage,
    realTimeLimit: number,
    isWaiting: () => boolean,
  ): Promise<InvocationOutcome> {
    const outcome = await this.#outside.ask<InvocationOutcome>({
      key: `invocation ${message.context.awsRequestId}`,
      ask: async () => {
        const ending = await this.#run(message, realTimeLimit, isWaiting);
        const lines = this.#lines;
        this.#lines = [];
        return { ...ending, lines };
      },
      // The cloud was killed, and the function with it.
      ifLost: () => ({ kind: 'crashed', error: exitError(0), lines: [] }),
    });
    if (outcome.kind === 'crashed' || outcome.kind === 'timed-out') this.#isAlive = false;
    return outcome;
  }

  async #run(message: InvokeMessage, realTimeLimit: number, isWaiting: () => boolean): Promise<Ending> {
    if (this.#ended !== undefined) return { kind: 'crashed', error: this.#ended };
    const ended = new Promise<Ending>((resolve) => {
      this.#settle = resolve;
    });
    let watchdog = setTimeout(() => this.timeOut(), INIT_LIMIT);
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
    try {
      await Promise.race([this.#loaded, ended]);
      clearTimeout(watchdog);
      const watch = () => {
        watchdog = setTimeout(() => (isWaiting() ? watch() : this.timeOut()), realTimeLimit);
      };
      watch();
      return await ended;
    } finally {
      clearTimeout(watchdog);
      this.#settle = undefined;
    }
  }

  /** Resolves once the handler does nothing but wait for what it has asked for, or has ended. `isLate`: as a Labour of the kernel has it. */
  settled(isLate: boolean): Promise<boolean> {
    const worker = this.#worker;
    if (worker === undefined || this.#ended !== undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.#onSettled.push(resolve);
      worker.postMessage({ kind: 'settle', isLate } satisfies SettleMessage);
    });
  }

  /** Ends an invocation that has taken too long, and the thread with it. */
  timeOut(): void {
    const error = { errorType: 'Sandbox.Timedout', errorMessage: '', trace: [] };
    this.#ended ??= error;
    this.#settle?.({ kind: 'timed-out', error });
    this.#tellSettled();
    void this.#worker?.terminate();
  }

  async close(): Promise<void> {
    this.#isAlive = false;
    this.#ended ??= exitError(0);
    await this.#worker?.terminate();
  }

  #receive(message: EnvironmentMessage): void {
    if (message.kind === 'log') this.#lines.push(message.line);
    else if (message.kind === 'crashed') this.#end(message.error);
    else if (message.kind === 'ready') this.#hasLoaded();
    else if (message.kind === 'settled') this.#onSettled.shift()?.(message.waits);
    else this.#settle?.(message);
  }

  #end(error: RuntimeError): void {
    this.#ended ??= error;
    if (this.#settle === undefined) this.#exit.resolve(null);
    else this.#settle({ kind: 'crashed', error: this.#ended });
    this.#tellSettled();
  }

  #tellSettled(): void {
    for (const settled of this.#onSettled.splice(0)) settled(true);
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
