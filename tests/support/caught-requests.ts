/** A request as an SDK client would send it. */
export interface WrittenRequest {
  readonly method: string;
  /** With the query, percent-encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Send = (args: { readonly request: SdkRequest }) => Promise<never>;

interface SdkClient {
  readonly middlewareStack: {
    add(
      middleware: (next: unknown, context: { readonly commandName?: string }) => Send,
      options: { readonly step: 'finalizeRequest'; readonly priority: 'low'; readonly name: string },
    ): void;
  };
}

/** What a call of a client fails with whose requests are caught. */
export class Caught extends Error {
  /** `DescribeInstances` */
  readonly operation: string;
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly request: WrittenRequest;

  constructor(operation: string, request: SdkRequest) {
    super('caught');
    const { protocol, hostname, port = 80 } = request;
    this.operation = operation;
    this.endpoint = `${protocol}//${hostname}:${port}`;
    this.request = written(request);
  }
}

/**
 * Lets a client write and sign its requests, and keeps it from sending them: each of its calls fails from now on, with
 * what it would have sent as {@link Caught}.
 */
export function catchRequests(client: object): void {
  (client as SdkClient).middlewareStack.add(
    (_next, { commandName = '' }) =>
      ({ request }) =>
        Promise.reject(new Caught(commandName.replace(/Command$/, ''), request)),
    { step: 'finalizeRequest', priority: 'low', name: 'catchRequests' },
  );
}

function written({ method, path, query = {}, headers, body }: SdkRequest): WrittenRequest {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly string[]) : [value as string | null]).map((one) =>
      one === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(one)}`,
    ),
  );
  return {
    method,
    target: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    headers,
    body: bytesOf(body),
  };
}

function bytesOf(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (!(body instanceof Uint8Array)) return Buffer.alloc(0);
  // Not Buffer.from(body): the SDK's own arrays complain when they are asked whether they are texts.
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
