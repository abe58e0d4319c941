import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import type { Snapshot, SnapshotSource } from './snapshot.ts';

const FILES = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/app.js', ['app.js', 'text/javascript; charset=utf-8']],
  ['/style.css', ['style.css', 'text/css; charset=utf-8']],
] as const);

/** How often a page is brought up to date, milliseconds: often enough to look live. */
const INTERVAL = 250;

/** How long whoever watches has to take in how a run has ended, milliseconds. */
const LAST_WORD = 500;

export interface Page {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the live page on 127.0.0.1.
 * @throws UsageError when the port is in use
 */
export async function servePage(port: number, source: SnapshotSource): Promise<Page> {
  const streams = new Set<() => void>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    if (path === '/stream') stream(response, source, streams);
    else void sendFile(path, response);
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), LAST_WORD);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        // How it ended is seen also by whoever watches a run that ends by itself.
        for (const sendLast of streams) sendLast();
        server.closeIdleConnections();
      }),
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isUsed = error.code === 'EADDRINUSE';
      reject(
        isUsed
          ? new UsageError(`--port ${port} is in use: give another, or none to take any that is free`)
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const file = FILES.get(path as '/');
  if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.\n');
    return;
  }
  const [name, type] = file;
  response.writeHead(200, { 'content-type': type }).end(await readFile(join(import.meta.dirname, name)));
}

/** Server-sent events: all that has happened first, then what is new. */
function stream(response: ServerResponse, source: SnapshotSource, streams: Set<() => void>): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'close',
  });
  const reader = source.reader();
  const send = (snapshot: Snapshot) => response.write(`data: ${JSON.stringify(snapshot)}\n\n`);
  send(reader());
  const timer = setInterval(() => send(reader()), INTERVAL);
  const sendLast = () => response.end(`data: ${JSON.stringify(reader())}\n\n`);
  streams.add(sendLast);
  response.on('close', () => {
    clearInterval(timer);
    streams.delete(sendLast);
  });
}
