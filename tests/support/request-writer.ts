import { createRequire } from 'node:module';

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
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkClient {
  send(command: object): Promise<unknown>;
  destroy(): void;
}

const load = createRequire(import.meta.url);

/** The SDK warns of inputs that only a test would send. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Nobody is to be told.
}

class Caught extends Error {
  readonly request: SdkRequest;

  constructor(request: SdkRequest) {
    super('caught');
    this.request = request;
  }
}

/** Lets SDK clients write requests, which are caught before they are sent. */
export class RequestWriter {
  readonly #clients = new Map<string, SdkClient>();

  /** @returns undefined for what the client itself refuses to write */
  async write(client: string, operation: string, input: unknown): Promise<WrittenRequest | undefined> {
    const exported = load(client) as Readonly<Record<string, new (input: unknown) => object>>;
    const Command = exported[`${operation}Command`];
    if (Command === undefined) throw new Error(`${client} has no ${operation}`);
    try {
      await this.#client(client, exported).send(new Command(input));
    } catch (error) {
      return error instanceof Caught ? written(error.request) : undefined;
    }
    throw new Error('A request was sent');
  }

  destroy(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  #client(name: string, exported: Readonly<Record<string, new (input: unknown) => object>>): SdkClient {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const className = Object.keys(exported).find((key) => /^[A-Z].*Client$/.test(key)) ?? '';
    const Client = exported[className] as unknown as new (options: object) => SdkClient;
    const client = new Client({
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      forcePathStyle: true,
      disableHostPrefix: true,
      useQueueUrlAsEndpoint: false,
      logger: SILENT,
      requestHandler: {
        handle: (request: SdkRequest) => Promise.reject(new Caught(request)),
        destroy: () => undefined,
      },
    });
    this.#clients.set(name, client);
    return client;
  }
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
