import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';

/** A plain HTTP request to an address of the cloud's networks. */
export interface ProxyRequest {
  readonly method: string;
  /** Absolute: `http://10.0.1.5:80/ready` */
  readonly url: URL;
  readonly body: Buffer;
}

export interface ProxyReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The code Node would give the client's socket. */
export type ConnectionFailure = 'ECONNREFUSED' | 'ETIMEDOUT' | 'EHOSTUNREACH';

/** The networks behind the proxy. */
export interface Proxy {
  /**
   * Why there is no connection, or undefined when there is one.
   *
   * @param network where the client is: the user name it gave the proxy, '' for none
   */
  connect(network: string, host: string, port: number): ConnectionFailure | undefined;
  /** Asked only where {@link connect} has let the client in. */
  request(request: ProxyRequest): ProxyReply | Promise<ProxyReply>;
}

const ERROR_HEADER = 'x-evenkeel-proxy-error';

/** Clients of a proxy name the whole URL as their target (RFC 9112, 3.2.2). */
export function isProxied(target: string | undefined): boolean {
  return target?.startsWith('http://') ?? false;
}

/** Hands a request on; a failed connection becomes 502 with its code in `x-evenkeel-proxy-error`. */
export async function throughProxy(
  proxy: Proxy,
  incoming: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: Buffer,
): Promise<ProxyReply> {
  const { method = 'GET', url: target = '' } = incoming;
  if (!URL.canParse(target)) return { status: 400, headers: {}, body: '' };
  const url = new URL(target);
  const failure = proxy.connect(networkOf(incoming), url.hostname, portOf(url));
  if (failure !== undefined) return { status: 502, headers: { [ERROR_HEADER]: failure }, body: '' };
  return proxy.request({ method, url, body });
}

async function tunnelled(proxy: Proxy, method = 'GET', target: string, body: Buffer): Promise<ProxyReply> {
  if (!URL.canParse(target)) return { status: 400, headers: {}, body: '' };
  return proxy.request({ method, url: new URL(target), body });
}

function portOf(url: URL): number {
  return url.port === '' ? 80 : Number(url.port);
}

/** `Basic` credentials with a network for the user's name; the password does not matter. */
function networkOf(incoming: Pick<IncomingMessage, 'headers'>): string {
  const encoded = /^Basic (.+)$/.exec(incoming.headers['proxy-authorization'] ?? '')?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString().split(':')[0] ?? '';
}

/**
 * Serves tunnels (CONNECT), which is what `fetch` uses even for plain HTTP: what comes through one is HTTP to the
 * address the tunnel leads to.
 */
export function serveTunnels(server: Server, proxy: Proxy): void {
  const targets = new WeakMap<object, string>();
  const inner = createServer((request, response) => {
    const target = `http://${targets.get(request.socket) ?? ''}${request.url ?? '/'}`;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void tunnelled(proxy, request.method, target, Buffer.concat(chunks)).then(({ status, headers, body }) =>
        response.writeHead(status, headers).end(body),
      );
    });
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    // Whoever resets a tunnel must not take the cloud along.
    socket.on('error', () => socket.destroy());
    const [host = '', port = '80'] = (request.url ?? '').split(':');
    const failure = proxy.connect(networkOf(request), host, Number(port));
    if (failure !== undefined) {
      socket.end(`HTTP/1.1 502 Bad Gateway\r\n${ERROR_HEADER}: ${failure}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    targets.set(socket, `${host}:${port}`);
    inner.emit('connection', socket);
  });
}
