import { AwsError } from '../kernel/index.ts';

/** A request to one of the cloud's own paths, under `/_cloud/`. */
export interface RouteRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The body as JSON, undefined if there is none. @throws AwsError 400 when it is not JSON */
  readonly json: () => unknown;
  /** Lets virtual milliseconds pass before the reply. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Lets time pass until the work is done. */
  readonly without: <Result>(work: Promise<Result>) => Promise<Result>;
}

export interface RouteReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes and text go out as they are, anything else as JSON. */
  readonly body?: unknown;
}

export type RouteHandler = (request: RouteRequest) => RouteReply | Promise<RouteReply>;

const PREFIX = '/_cloud/';

/** What the cloud answers besides AWS's APIs: the sandbox's mailbox, webhooks, controls. */
export class CloudRoutes {
  readonly #handlers = new Map<string, RouteHandler>();

  /**
   * Adds a handler for a path and all below it that no longer path has been added for.
   *
   * @param path begins with `/_cloud/`
   */
  add(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, handler: RouteHandler): void {
    if (!path.startsWith(PREFIX)) throw new Error(`${path} does not begin with ${PREFIX}`);
    this.#handlers.set(`${method} ${path}`, handler);
  }

  isFor(path: string): boolean {
    return path.startsWith(PREFIX);
  }

  async answer(request: RouteRequest): Promise<Required<RouteReply>> {
    try {
      const { status = 200, headers = {}, body } = (await this.#find(request)?.(request)) ?? { status: 404 };
      return { status, headers, body };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return {
        status: error.status ?? 400,
        headers: {},
        body: { error: error.code, message: error.message },
      };
    }
  }

  #find({ method, path }: RouteRequest): RouteHandler | undefined {
    for (let end = path.length; end > PREFIX.length - 1; end = path.lastIndexOf('/', end - 1)) {
      const handler = this.#handlers.get(`${method} ${path.slice(0, end)}`);
      if (handler !== undefined) return handler;
    }
    return undefined;
  }
}

export function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('BadRequest', 'The body is not JSON.');
  }
}
