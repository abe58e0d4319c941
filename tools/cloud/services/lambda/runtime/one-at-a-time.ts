import type { ClientRequest } from 'node:http';
import http from 'node:http';

/** What each agent hands its requests to; known to every library that brings an agent of its own. */
interface Agent {
  addRequest: (this: Agent, request: ClientRequest, ...options: unknown[]) => void;
}

/** Real milliseconds after which a request that has no answer yet may have run into a time limit of the function's. */
const SILENCE = 1000;
/** Real milliseconds that a request waits for an answer to the one before it. */
const LONGEST_WAIT = 5000;
/** Real milliseconds that it waits for the rest of that answer, whose reader may itself wait for this request. */
const LONGEST_READ = 100;

/** The machine's, whatever the function's timers become. */
const { setTimeout, clearTimeout } = globalThis;

export interface Line {
  /**
   * The reply to the last request waits for the cloud's time: lets the next one go.
   *
   * @returns whether there was one
   */
  readonly next: () => boolean;
  /** How many requests wait for such a reply. */
  readonly late: () => number;
  /** Whether a request waits for an answer, and not for so long that the function may run into its own time limit. */
  readonly isMoving: () => boolean;
}

/**
 * Sends this thread's requests one at a time, in the order in which they are made, whichever client makes them.
 *
 * Calls that run side by side (`Promise.all`) would otherwise reach the cloud by several sockets, in an order that
 * differs from run to run, and be answered in it: what the cloud draws ids for first, and what the function does
 * next, would follow the machine's mood. The limits only keep a function from waiting for itself.
 *
 * @param onAnswered called when a request has been answered, and none waits
 */
export function sendOneAtATime(onAnswered: () => void): Line {
  const agent = http.Agent.prototype as unknown as Agent;
  const { addRequest } = agent;
  const waiting: (() => void)[] = [];
  /** The request that the next one waits for. */
  let sent: ClientRequest | undefined;
  let sentAt = 0;
  const late = new Set<ClientRequest>();
  const next = () => {
    sent = undefined;
    const send = waiting.shift();
    send?.();
    if (send === undefined) onAnswered();
    return send !== undefined;
  };
  agent.addRequest = function (this: Agent, request, ...options) {
    const send = () => {
      sent = request;
      sentAt = performance.now();
      addRequest.call(this, request, ...options);
      // What reads the answer has its turn before anyone else is answered.
      whenAnswered(request, () =>
        setImmediate(() => {
          if (sent === request) next();
        }),
      );
    };
    if (sent === undefined) send();
    else waiting.push(send);
  };
  const nextOfLate = () => {
    if (sent !== undefined) {
      const request = sent;
      late.add(request);
      request.once('close', () => late.delete(request));
    }
    return next();
  };
  return {
    next: nextOfLate,
    late: () => late.size,
    isMoving: () => sent !== undefined && performance.now() - sentAt < SILENCE,
  };
}

function whenAnswered(request: ClientRequest, go: () => void): void {
  if (request.destroyed) {
    go();
    return;
  }
  let timer = setTimeout(done, LONGEST_WAIT).unref();
  const onResponse = () => {
    clearTimeout(timer);
    timer = setTimeout(done, LONGEST_READ).unref();
  };
  request.once('close', done);
  request.once('response', onResponse);
  function done(): void {
    clearTimeout(timer);
    request.off('close', done);
    request.off('response', onResponse);
    go();
  }
}
