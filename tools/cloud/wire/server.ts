import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Instant, Kernel } from '../kernel/index.ts';
import { ConnectionCut } from '../weather/calls/call-weather.ts';
import { readBody, undoChunks } from './body.ts';
import { MalformedValue } from './codec/text.ts';
import type { Dispatcher } from './dispatcher.ts';
import { Hold } from './hold.ts';
import type { WireReply, WireRequest } from './protocols/exchange.ts';
import type { Proxy, ProxyReply } from './proxy.ts';
import { isProxied, serveTunnels, throughProxy } from './proxy.ts';
import type { RequestIds } from './request-ids.ts';
import type { CloudRoutes } from './routes.ts';
import { jsonOf } from './routes.ts';
import { credentialIn, readSignature } from './signature/read.ts';
import { pathStyle } from './virtual-host.ts';

export interface WireParts {
  readonly kernel: Kernel;
  /** The time by which those sign who do not see the cloud's. */
  readonly machineTime: () => Instant;
  readonly requestIds: RequestIds;
  readonly dispatcher: Dispatcher;
  readonly routes: CloudRoutes;
  /** What requests with an absolute target go to. */
  readonly proxy: Proxy;
  /** Requests wait for it. Without it, none has to. */
  readonly ready?: Promise<void>;
}

/** A request with its whole body. */
export interface Received {
  readonly method: string;
  readonly url: string;
  /** Each value of each header, by the header's name in lower case. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Buffer;
  /** The machine's time when it came. */
  readonly machineTime: Instant;
}

export interface Wire {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  /** Answers a request that was taken before, for nobody but the state that it leaves behind. */
  readonly playAgain: (received: Received) => Promise<void>;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1. Time stands still from a request's first byte until its reply is written.
 *
 * @param port 0 takes a free one
 */
export async function listen(parts: WireParts, port: number): Promise<Wire> {
  let endpoint = '';
  const server = createServer((request, response) => {
    void serve(parts, endpoint, request, response);
  });
  serveTunnels(server, parts.proxy);
  server.keepAliveTimeout = 0;
  const sockets = openSockets(server);
  await listening(server, port);
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    playAgain: (received) => playAgain(parts, endpoint, received),
    close: () => closed(server, sockets),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

/** Node forgets the sockets of tunnels, and would wait for them when it closes. */
function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}

function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

async function serve(
  parts: WireParts,
  endpoint: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await parts.ready;
  const { clock, outside } = parts.kernel;
  const hold = new Hold(clock);
  response.on('finish', () => hold.release());
  response.on('close', () => hold.release());
  try {
    const { method = 'GET', url = '/', headersDistinct: headers } = incoming;
    const body = await readBody(incoming);
    const received = { method, url, headers, body, machineTime: parts.machineTime() };
    outside.take({ kind: 'request', ...received });
    const reply = await answer(parts, endpoint, hold, received);
    await outside.kept();
    send(parts, response, reply);
  } catch (error) {
    if (error instanceof ConnectionCut) {
      response.destroy();
      return;
    }
    // The client went away while it sent its body, or something failed that no protocol has words for.
    if (incoming.destroyed && !incoming.complete) return;
    process.stderr.write(`The cloud could not answer ${incoming.method} ${incoming.url}: ${String(error)}\n`);
    send(parts, response, { status: 500, headers: {}, body: '' });
  }
}

async function playAgain(parts: WireParts, endpoint: string, received: Received): Promise<void> {
  const hold = new Hold(parts.kernel.clock);
  try {
    await answer(parts, endpoint, hold, received);
  } catch {
    // It failed then as well, and said so.
  } finally {
    hold.release();
  }
}

async function answer(
  { kernel, requestIds, dispatcher, routes, proxy }: WireParts,
  endpoint: string,
  hold: Hold,
  received: Received,
): Promise<WireReply | ProxyReply> {
  if (isProxied(received.url))
    return throughProxy(proxy, { ...received, headers: joined(received.headers) }, received.body);
  const request = wireRequest(requestIds, received);
  if ('status' in request) return request;
  if (!routes.isFor(request.path)) return dispatcher.answer(request, endpoint, hold);
  hold.belongsTo(kernel.workers.request(undefined));
  const reply = await routes.answer({
    ...request,
    json: () => jsonOf(request.body),
    wait: (milliseconds) => hold.wait(milliseconds),
    without: (work) => hold.without(work),
  });
  return plainReply(reply);
}

function wireRequest(requestIds: RequestIds, received: Received): WireRequest | WireReply {
  const { method, url: target, machineTime } = received;
  const [path, queryText] = splitTarget(target);
  try {
    const { body, headers, chunked } = undoChunks(joined(received.headers), received.body);
    const query = new URLSearchParams(queryText);
    return {
      id: requestIds.next(credentialIn(readSignature({ headers, query }))?.accessKeyId ?? ''),
      method,
      path: pathStyle(headers.host, path),
      query,
      headers,
      body,
      sent: { method, target, headers: received.headers, chunked, machineTime },
    };
  } catch (error) {
    if (!(error instanceof MalformedValue)) throw error;
    return { status: 400, headers: { 'content-type': 'text/plain' }, body: error.message };
  }
}

/** Headers as most of the cloud reads them: one value each. */
function joined(headers: Received['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values?.join(', ') ?? '']),
  );
}

/** Path and query, as they came: a URL object would resolve the dots that are allowed in S3's keys. */
function splitTarget(target: string): [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function plainReply({
  status,
  headers,
  body,
}: {
  status: number;
  headers: object;
  body: unknown;
}): WireReply {
  if (body === undefined) return { status, headers: { ...headers }, body: '' };
  if (typeof body === 'string' || body instanceof Uint8Array)
    return { status, headers: { ...headers }, body };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function send({ kernel }: WireParts, response: ServerResponse, reply: WireReply | ProxyReply): void {
  if (response.destroyed) return;
  const { body } = reply;
  response.writeHead(reply.status, {
    date: kernel.clock.date().toUTCString(),
    'content-length': Buffer.byteLength(body),
    ...reply.headers,
  });
  // Text goes out in one piece with the head, bytes would be a second one.
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
