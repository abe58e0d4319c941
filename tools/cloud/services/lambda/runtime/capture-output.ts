import { format } from 'node:util';

let requestId = 'undefined';

/** Log lines that follow belong to this invocation. */
export function setRequestId(id: string): void {
  requestId = id;
}

const LEVELS = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };

/**
 * Sends what the function writes to `onLine`: `console` in the form of Lambda's Node.js runtime (time, request,
 * level, message, between tabs, or as JSON), and the process's own output as it is.
 */
export function captureOutput(now: () => number, asJson: boolean, onLine: (line: string) => void): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    Object.assign(console, {
      [method]: (...parts: unknown[]) => {
        const timestamp = new Date(now()).toISOString();
        const message = format(...parts);
        onLine(
          asJson
            ? JSON.stringify({ timestamp, level, requestId, message })
            : `${timestamp}\t${requestId}\t${level}\t${message}`,
        );
      },
    });
  }
  for (const stream of [process.stdout, process.stderr]) stream.write = lineWriter(onLine);
}

type Written = (error?: Error | null) => void;

/** A `write` that hands on whole lines and keeps the rest for the next one. */
function lineWriter(onLine: (line: string) => void): typeof process.stdout.write {
  let rest = '';
  return (chunk: Uint8Array | string, encoding?: BufferEncoding | Written, written?: Written) => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
    const done = typeof encoding === 'function' ? encoding : written;
    if (done !== undefined) process.nextTick(done);
    return true;
  };
}
