import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** The hash that the SDK's signer asks for. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('not needed');
  }
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Sending {
  readonly service: string;
  readonly keys: Keys;
  /** What the signer's clock shows. */
  readonly at: number;
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is sent in place of the body that was signed. */
  readonly sentBody?: string;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

function signer({ service, keys }: Sending): SignatureV4 {
  return new SignatureV4({
    service,
    region: 'eu-central-1',
    credentials: keys,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
}

function requestOf(
  endpoint: string,
  { method = 'POST', path = '/', query = {}, headers = {}, body }: Sending,
) {
  const { hostname, port, host } = new URL(endpoint);
  return {
    method,
    protocol: 'http:',
    hostname,
    port: Number(port),
    path,
    query,
    headers: { host, ...headers },
    ...(body !== undefined && { body }),
  };
}

/** Sends a request signed by the SDK's own signer, at any instant and with any keys. */
export async function signedFetch(endpoint: string, sending: Sending): Promise<Reply> {
  const signed = await signer(sending).sign(requestOf(endpoint, sending), {
    signingDate: new Date(sending.at),
  });
  const query = new URLSearchParams(sending.query).toString();
  const { host: _host, ...headers } = signed.headers;
  const reply = await fetch(`${endpoint}${sending.path ?? '/'}${query === '' ? '' : `?${query}`}`, {
    method: signed.method,
    headers,
    ...(sending.body !== undefined && { body: sending.sentBody ?? sending.body }),
  });
  return { status: reply.status, text: await reply.text(), headers: reply.headers };
}

/** A URL that holds for some seconds, for whoever has it. */
export async function presigned(endpoint: string, sending: Sending, expiresIn: number): Promise<string> {
  const options = { signingDate: new Date(sending.at), expiresIn };
  const { query = {} } = await signer(sending).presign(requestOf(endpoint, sending), options);
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `${endpoint}${sending.path ?? '/'}?${text.join('&')}`;
}
