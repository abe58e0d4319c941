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
} from './messages.ts';
import { sendOneAtATime } from './one-at-a-time.ts';
import { withoutShortWaits } from './short-timers.ts';
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

/** Turns of the event loop in which what has arrived is read, thought about and asked on: a new connection takes some. */
const SETTLING_TURNS = 8;

/** Resolves when the handler has had its turns, and so can only be waiting for something from outside. */
async function settled(turn: (next: () => void) => unknown): Promise<void> {
  for (let turns = 0; turns < SETTLING_TURNS; turns++) await new Promise<void>((resolve) => turn(resolve));
}

function crash(thrown: unknown, errorType: string): void {
  tell({ kind: 'crashed', error: runtimeError(thrown, errorType) });
  process.exit(128);
}

async function main(): Promise<void> {
  globalThis.Date = virtualDate(now);
  const sendNext = sendOneAtATime();
  traceFromTaskRoot(data.folder);
  const reseed = seedChance(data.seed);
  if (data.isDurable) globalThis.setTimeout = withoutShortWaits(globalThis.setTimeout);
  captureOutput(now, data.jsonLogs, (line) => tell({ kind: 'log', line }));
  process.on('uncaughtException', (error) => crash(error, 'Runtime.UncaughtException'));
  process.on('unhandledRejection', (reason) => crash(reason, 'Runtime.UnhandledPromiseRejection'));
  try {
    const handler = await load();
    const turn = setImmediate;
    parentPort?.on('message', (message: InvokeMessage | SettleMessage) => {
      if (message.kind === 'settle') {
        if (message.isLate && sendNext()) tell({ kind: 'settled', waits: false });
        else void settled(turn).then(() => tell({ kind: 'settled', waits: true }));
        return;
      }
      reseed(message.chance);
      void invoke(handler, message).then(tell);
    });
    tell({ kind: 'ready' });
  } catch (error) {
    tell({ kind: 'crashed', error: initError(error) });
    process.exit(1);
  }
}

void main();
