import type { IncomingMessage } from 'node:http';

/** A plain HTTP request to an address of the cloud's networks, as a forward proxy gets it. */
export interface ProxyRequest {
  readonly method: string;
  /** Absolute: `http://10.0.1.5:80/ready` */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface ProxyReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Answers for whoever lives at the address, or says why nobody does. */
export type Proxy = (
  request: ProxyRequest,
) => ProxyReply | ConnectionFailure | Promise<ProxyReply | ConnectionFailure>;

/** The code Node would give the client's socket. */
export type ConnectionFailure = 'ECONNREFUSED' | 'ETIMEDOUT' | 'ECONNRESET' | 'EHOSTUNREACH';

const ERROR_HEADER = 'x-evenkeel-proxy-error';

/** Clients of a proxy name the whole URL as their target (RFC 9112, 3.2.2). */
export function isProxied(target: string | undefined): boolean {
  return target?.startsWith('http://') ?? false;
}

/** Hands a request on; a failed connection becomes 502 with its code in `x-evenkeel-proxy-error`. */
export async function throughProxy(
  proxy: Proxy | undefined,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<ProxyReply> {
  const { method = 'GET', url = '', headers } = incoming;
  if (!URL.canParse(url)) return { status: 400, headers: {}, body: '' };
  const reply = (await proxy?.({ method, url: new URL(url), headers, body })) ?? 'ECONNREFUSED';
  if (typeof reply !== 'string') return reply;
  return { status: 502, headers: { [ERROR_HEADER]: reply }, body: '' };
}
