import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { errors } from 'undici';
import { toClient } from './headers.ts';
import type { Backend } from './targets.ts';

/** How a forwarded request ended. */
export interface Forwarded {
  /** The target has begun to answer. */
  readonly onAnswer: (status: number) => void;
  /** It did not: with what the load balancer answers in its place. */
  readonly onFailure: (status: 400 | 502 | 504, hadConnection: boolean) => void;
  /** The answer was cut off in the middle. */
  readonly onCut: () => void;
}

/**
 * Passes a request on to a target, once: whatever fails, it is not tried again, as an ALB does not.
 *
 * @param headers what the target gets
 * @param idleMs  real milliseconds without a byte, after which the load balancer gives up
 * @returns gives the exchange up, as when the client has left
 */
export function forward(
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
  { headers, idleMs, on }: { readonly headers: string[]; readonly idleMs: number; readonly on: Forwarded },
): (() => void) | undefined {
  // It would wait for ten seconds for a connection that nothing will come of: those of the cloud's time stand still.
  if (!backend.isReachable) {
    on.onFailure(504, false);
    return undefined;
  }
  const { pool } = backend;
  if (pool === undefined) {
    on.onFailure(502, false);
    return undefined;
  }
  const handler = new Handler(response, on);
  pool.dispatch(
    {
      path: request.url ?? '/',
      method: request.method ?? 'GET',
      headers,
      body: hasBody(request) ? request : null,
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
    },
    handler,
  );
  return () => handler.giveUp();
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

class Handler implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  readonly #on: Forwarded;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;

  constructor(response: ServerResponse, on: Forwarded) {
    this.#response = response;
    this.#on = on;
  }

  giveUp(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.abort(new Error('the client has left'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('the client has left'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _: unknown,
    message?: string,
  ): void {
    // Interim answers (100, 103) are the target's own affair.
    if (status < 200) return;
    this.#on.onAnswer(status);
    this.#response.sendDate = false;
    this.#response.writeHead(status, message, toClient(textsOf(controller.rawHeaders)));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#isOver = true;
    this.#response.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.#response.headersSent) this.#on.onFailure(statusOf(error), !isOfConnecting(error));
    else {
      this.#on.onCut();
      this.#response.destroy();
    }
  }
}

/**
 * What clients are told when a target did not answer: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
function statusOf(error: Error): 400 | 502 | 504 {
  if (error instanceof errors.InvalidArgumentError) return 400;
  const isTooLate =
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError;
  return isTooLate ? 504 : 502;
}

function isOfConnecting(error: Error): boolean {
  return (
    error instanceof errors.ConnectTimeoutError || (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
  );
}

function textsOf(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
}
