import { createRequire } from 'node:module';
import type { WrittenRequest } from './caught-requests.ts';
import { catchRequests, Caught } from './caught-requests.ts';

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
      return error instanceof Caught ? error.request : undefined;
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
    });
    catchRequests(client);
    this.#clients.set(name, client);
    return client;
  }
}
