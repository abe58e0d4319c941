import type { ClientRequest } from 'node:http';
import http from 'node:http';

/** What each agent hands its requests to; known to every library that brings an agent of its own. */
interface Agent {
  addRequest: (this: Agent, request: ClientRequest, ...options: unknown[]) => void;
}

/** Real milliseconds that a request waits for an answer to the one before it. */
const LONGEST_WAIT = 5000;
/** Real milliseconds that it waits for the rest of that answer, whose reader may itself wait for this request. */
const LONGEST_READ = 100;

/**
 * Sends this thread's requests one at a time, in the order in which they are made, whichever client makes them.
 *
 * Calls that run side by side (`Promise.all`) would otherwise reach the cloud by several sockets, in an order that
 * differs from run to run, and be answered in it: what the cloud draws ids for first, and what the function does
 * next, would follow the machine's mood. The limits only keep a function from waiting for itself.
 *
 * @returns what lets the next request go although the one before is not answered, whose reply waits for the cloud's
 *   time; it says whether there was one
 */
export function sendOneAtATime(): () => boolean {
  const agent = http.Agent.prototype as unknown as Agent;
  const { addRequest } = agent;
  const waiting: (() => void)[] = [];
  /** The request that the next one waits for. */
  let sent: ClientRequest | undefined;
  const next = () => {
    sent = undefined;
    const send = waiting.shift();
    send?.();
    return send !== undefined;
  };
  agent.addRequest = function (this: Agent, request, ...options) {
    const send = () => {
      sent = request;
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
  return next;
}

function whenAnswered(request: ClientRequest, go: () => void): void {
  if (request.destroyed) {
    go();
    return;
  }
  let timer = setTimeout(done, LONGEST_WAIT);
  const onResponse = () => {
    clearTimeout(timer);
    timer = setTimeout(done, LONGEST_READ);
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
