/**
 * The inside of an execution environment: a thread that loads one function's code and runs its handler, as the
 * Node.js runtime of Lambda does. It is started by environment.ts.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { seedChance } from './chance.ts';
import { captureOutput, setRequestId } from './capture-output.ts';
import type {
  EnvironmentData,
  EnvironmentMessage,
  InvokeMessage,
  RuntimeError,
  SettleMessage,
  WakeMessage,
} from './messages.ts';
import { Line } from './one-at-a-time.ts';
import { patienceBy } from './pulse.ts';
import { withoutShortWaits } from './short-timers.ts';
import { Sleep } from './sleep.ts';
import { SleepingTimers, useSetTimeout } from './sleeping-timers.ts';
import { traceFromTaskRoot } from './task-root.ts';
import { virtualDate } from './virtual-date.ts';

type Callback = (error?: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;

const data = workerData as EnvironmentData;
const time = new BigInt64Array(data.sharedNow);
const now = () => Number(Atomics.load(time, 0));

function tell(message: EnvironmentMessage): void {
  parentPort?.postMessage(message);
}

function runtimeError(thrown: unknown, errorType?: string): RuntimeError {
  if (!(thrown instanceof Error)) {
    return { errorType: errorType ?? typeof thrown, errorMessage: String(thrown), trace: [] };
  }
  return {
    errorType: errorType ?? thrown.name,
    errorMessage: errorType === undefined ? thrown.message : `${thrown.name}: ${thrown.message}`,
    trace: (thrown.stack ?? '').split('\n'),
  };
}

/** `src/scale.handler` → the file `src/scale` with one of the endings that Lambda looks for. */
function moduleFile(path: string): string | undefined {
  return ['.js', '.mjs', '.cjs'].map((ending) => path + ending).find((file) => existsSync(file));
}

async function load(): Promise<Handler> {
  const dot = data.handler.lastIndexOf('.');
  const [path, name] = [data.handler.slice(0, dot), data.handler.slice(dot + 1)];
  const file = moduleFile(join(data.folder, path));
  if (file === undefined) {
    throw Object.assign(new Error(`Cannot find module '${path}'`), { code: 'ERR_MODULE_NOT_FOUND' });
  }
  const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const fallback = exported.default as Record<string, unknown> | undefined;
  const handler = exported[name] ?? fallback?.[name];
  if (typeof handler === 'function') return handler as Handler;
  throw Object.assign(new Error(`${data.handler} is undefined or not exported`), { code: 'NO_HANDLER' });
}

function initError(thrown: unknown): RuntimeError {
  const code = (thrown as { code?: unknown } | null)?.code;
  if (code === 'NO_HANDLER') {
    return { ...runtimeError(thrown), errorType: 'Runtime.HandlerNotFound' };
  }
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return runtimeError(thrown, 'Runtime.ImportModuleError');
  }
  if (thrown instanceof SyntaxError) return runtimeError(thrown, 'Runtime.UserCodeSyntaxError');
  return runtimeError(thrown);
}

/** Calls the handler: one that takes three parameters answers by its callback, any other by what it returns. */
function call(handler: Handler, event: unknown, context: unknown): unknown {
  if (handler.length < 3) return handler(event, context, () => undefined);
  return new Promise((resolve, reject) => {
    void handler(event, context, (error, result) => {
      if (error === undefined || error === null) resolve(result);
      else reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
    });
  });
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<EnvironmentMessage> {
  setRequestId(message.context.awsRequestId);
  const context = { ...message.context, getRemainingTimeInMillis: () => message.deadline - now() };
  try {
    const result = await call(handler, JSON.parse(message.payload), context);
    // In a list, what JSON has no form for becomes null, as it does in Lambda.
    return { kind: 'returned', payload: JSON.stringify([result]).slice(1, -1) };
  } catch (error) {
    const reported = runtimeError(error);
    process.stderr.write(
      `${new Date().toISOString()}\t${message.context.awsRequestId}\tERROR\tInvoke Error\t${JSON.stringify(reported)}\n`,
    );
    return { kind: 'threw', error: reported };
  }
}

/** The function's requests and timers, taken in hand; and what finds that it only waits for the latter. */
function takeInHand() {
  const patience = patienceBy(data.sharedPulse);
  const line = new Line(patience, () => sleep.stir());
  line.takeOver();
  const timers: SleepingTimers = new SleepingTimers(
    now,
    () => sleep.keepsTimers,
    () => sleep.stir(),
  );
  const sleep: Sleep = new Sleep({
    timers,
    line,
    patience,
    sleep: (milliseconds) => tell({ kind: 'sleeps', milliseconds }),
  });
  const sleeping = timers.over(globalThis.setTimeout);
  useSetTimeout(data.isDurable ? withoutShortWaits(sleeping) : sleeping);
  return { line, sleep };
}

function crash(thrown: unknown, errorType: string): void {
  tell({ kind: 'crashed', error: runtimeError(thrown, errorType) });
  process.exit(128);
}

async function main(): Promise<void> {
  globalThis.Date = virtualDate(now);
  const { line, sleep } = takeInHand();
  traceFromTaskRoot(data.folder);
  const reseed = seedChance(data.seed);
  captureOutput(now, data.jsonLogs, (line) => tell({ kind: 'log', line }));
  process.on('uncaughtException', (error) => crash(error, 'Runtime.UncaughtException'));
  process.on('unhandledRejection', (reason) => crash(reason, 'Runtime.UnhandledPromiseRejection'));
  try {
    const handler = await load();
    let woken = Promise.resolve();
    parentPort?.on('message', (message: InvokeMessage | SettleMessage | WakeMessage) => {
      if (message.kind === 'settle') {
        const { number, newest } = message;
        if (newest === 'work') line.takesTime();
        if (newest === 'late-reply' && line.nextOfLate()) tell({ kind: 'settled', number, waits: false });
        else
          void woken.then(() => sleep.settled()).then(() => tell({ kind: 'settled', number, waits: true }));
        return;
      }
      if (message.kind === 'wake') {
        woken = sleep.wake(message.slept);
        return;
      }
      reseed(message.chance);
      sleep.begin();
      void invoke(handler, message).then(async (ending) => {
        await sleep.end();
        tell(ending);
      });
    });
    tell({ kind: 'ready' });
  } catch (error) {
    tell({ kind: 'crashed', error: initError(error) });
    process.exit(1);
  }
}

void main();
