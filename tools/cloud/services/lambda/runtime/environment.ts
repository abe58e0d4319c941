import { Worker } from 'node:worker_threads';
import type { Kernel, Outside, Shift, WaitsFor } from '../../../kernel/index.ts';
import type {
  EnvironmentData,
  EnvironmentMessage,
  InvokeMessage,
  RuntimeError,
  SettleMessage,
  WakeMessage,
} from './messages.ts';

/** How an invocation ended, and what the function wrote until then, a line an entry. */
export type InvocationOutcome = Ending & { readonly lines: readonly string[] };

type Ending =
  | { readonly kind: 'returned'; readonly payload: string }
  /** The handler failed; the environment lives on. */
  | { readonly kind: 'threw'; readonly error: RuntimeError }
  /** The environment ended: it crashed, could not load the code, or took too long. */
  | { readonly kind: 'crashed' | 'timed-out'; readonly error: RuntimeError };

/** What an invocation comes to next. */
type Turn = Ending | Extract<EnvironmentMessage, { kind: 'sleeps' }>;

export interface EnvironmentSpec extends EnvironmentData {
  /** The whole of the function's `process.env`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
}

interface RealTimeLimit {
  readonly realTimeLimit: number;
  readonly isWaiting: () => boolean;
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
  readonly #clock: Kernel['clock'];
  #worker: Worker | undefined;
  /** The thread's end while nothing runs in it. */
  readonly #exit = Promise.withResolvers<null>();
  #isAlive = true;
  /** Written and not yet handed on; what comes after an invocation's end belongs to the next one, as in Lambda. */
  #lines: string[] = [];
  readonly #loaded: Promise<void>;
  #hasLoaded: () => void = () => undefined;
  #settle: ((turn: Turn) => void) | undefined;
  /** What an invocation has come to, and nobody has asked for yet. */
  #turns: Turn[] = [];
  #isRunning = false;
  #ended: RuntimeError | undefined;
  readonly #onSettled = new Map<number, (waits: boolean) => void>();
  #settles = 0;

  constructor(spec: EnvironmentSpec, { outside, clock }: Pick<Kernel, 'outside' | 'clock'>) {
    this.#spec = spec;
    this.#outside = outside;
    this.#clock = clock;
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
    const { sharedNow, sharedPulse, folder, handler, jsonLogs, isDurable, seed } = spec;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: {
        sharedNow,
        sharedPulse,
        folder,
        handler,
        jsonLogs,
        isDurable,
        seed,
      } satisfies EnvironmentData,
      env: spec.variables,
      // Whatever loaders the cloud itself runs under are none of the function's.
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: spec.memoryMegabytes },
    });
    worker.on('message', (message: EnvironmentMessage) => this.#receive(message));
    worker.on('error', (error) => this.#end({ kind: 'crashed', error: this.#ended ?? threadError(error) }));
    worker.on('exit', (code) => this.#end({ kind: 'crashed', error: this.#ended ?? exitError(code) }));
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
   * Runs the handler once, when the code has loaded. Loading has a time limit of its own, as in Lambda. While the
   * handler sleeps, time passes.
   *
   * @param realTimeLimit milliseconds of real time, after which the thread is ended, unless it waits for the cloud
   */
  async invoke(message: InvokeMessage, realTimeLimit: number, shift: Shift): Promise<InvocationOutcome> {
    const limit = { realTimeLimit, isWaiting: () => shift.isResting };
    const key = `invocation ${message.context.awsRequestId}`;
    const next = (go: () => Promise<Turn>) =>
      this.#outside.ask<Turn & { readonly lines: readonly string[] }>({
        key,
        ask: async () => ({ ...(await go()), lines: this.#takeLines() }),
        // The cloud was killed, and the function with it.
        ifLost: () => ({ kind: 'crashed', error: exitError(0), lines: [] }),
      });
    const lines: string[] = [];
    this.#isRunning = true;
    this.#turns = [];
    let turn = await next(() => this.#run(message, limit));
    while (turn.kind === 'sleeps') {
      lines.push(...turn.lines);
      shift.sleep(turn.milliseconds, () => this.#wake(true));
      turn = await next(() => this.#watched(this.#nextTurn(), limit));
    }
    this.#isRunning = false;
    if (turn.kind === 'crashed' || turn.kind === 'timed-out') this.#isAlive = false;
    return { ...turn, lines: [...lines, ...turn.lines] };
  }

  #takeLines(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  async #run(message: InvokeMessage, limit: RealTimeLimit): Promise<Turn> {
    if (this.#ended !== undefined) return { kind: 'crashed', error: this.#ended };
    const turn = this.#nextTurn();
    const watchdog = setTimeout(() => this.timeOut(), INIT_LIMIT);
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
    await Promise.race([this.#loaded, turn]);
    clearTimeout(watchdog);
    return this.#watched(turn, limit);
  }

  #wake(slept: boolean): void {
    this.#worker?.postMessage({ kind: 'wake', slept } satisfies WakeMessage);
  }

  #nextTurn(): Promise<Turn> {
    const turn = this.#turns.shift();
    if (turn !== undefined) return Promise.resolve(turn);
    return new Promise((resolve) => {
      this.#settle = (turn) => {
        this.#settle = undefined;
        resolve(turn);
      };
    });
  }

  async #watched(turn: Promise<Turn>, { realTimeLimit, isWaiting }: RealTimeLimit): Promise<Turn> {
    let watchdog: NodeJS.Timeout | undefined;
    const watch = () => {
      watchdog = setTimeout(() => (isWaiting() ? watch() : this.timeOut()), realTimeLimit);
    };
    watch();
    try {
      return await turn;
    } finally {
      clearTimeout(watchdog);
    }
  }

  /** Resolves once the handler does nothing but wait for what it has asked for, or has ended. `newest`: as a Labour of the kernel has it. */
  settled(newest?: WaitsFor): Promise<boolean> {
    const worker = this.#worker;
    if (worker === undefined || this.#ended !== undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const number = ++this.#settles;
      this.#onSettled.set(number, resolve);
      worker.postMessage({ kind: 'settle', number, newest } satisfies SettleMessage);
    });
  }

  /** Ends an invocation that has taken too long, and the thread with it. */
  timeOut(): void {
    const error = { errorType: 'Sandbox.Timedout', errorMessage: '', trace: [] };
    this.#end({ kind: 'timed-out', error });
    void this.#worker?.terminate();
  }

  async close(): Promise<void> {
    this.#isAlive = false;
    this.#ended ??= exitError(0);
    await this.#worker?.terminate();
  }

  #receive(message: EnvironmentMessage): void {
    if (message.kind === 'log') this.#lines.push(message.line);
    else if (message.kind === 'crashed') this.#end({ kind: 'crashed', error: message.error });
    else if (message.kind === 'ready') this.#hasLoaded();
    else if (message.kind === 'settled') this.#hasSettled(message);
    else if (message.kind === 'sleeps') this.#letSleep(message);
    else this.#take(message);
  }

  /** A time that nobody moves wakes nobody. */
  #letSleep(message: Extract<Turn, { kind: 'sleeps' }>): void {
    if (this.#clock.isMoved) this.#take(message);
    else this.#wake(false);
  }

  #take(turn: Turn): void {
    if (this.#settle === undefined) this.#turns.push(turn);
    else this.#settle(turn);
  }

  #end(ending: Extract<Ending, { error: RuntimeError }>): void {
    this.#ended ??= ending.error;
    if (this.#isRunning) this.#take(ending);
    else this.#exit.resolve(null);
    this.#tellSettled();
  }

  #hasSettled({ number, waits }: Extract<EnvironmentMessage, { kind: 'settled' }>): void {
    this.#onSettled.get(number)?.(waits);
    this.#onSettled.delete(number);
  }

  #tellSettled(): void {
    for (const settled of this.#onSettled.values()) settled(true);
    this.#onSettled.clear();
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
