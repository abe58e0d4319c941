import type { ClientRequest } from 'node:http';
import http from 'node:http';
import type { Patience } from './pulse.ts';

/** What each agent hands its requests to; known to every library that brings an agent of its own. */
interface Agent {
  addRequest: (this: Agent, request: ClientRequest, ...options: unknown[]) => void;
}

/** Milliseconds after which a request that has no answer yet may have run into a time limit of the function's. */
const SILENCE = 1000;
/** Milliseconds that a request waits for an answer to the one before it. */
const LONGEST_WAIT = 5000;
/** Milliseconds that it waits for the rest of that answer, whose reader may itself wait for this request. */
const LONGEST_READ = 100;

/** The request that the next one waits for. */
interface Sent {
  readonly request: ClientRequest;
  readonly at: number;
  /** The next one is about to be sent. */
  isAnswered: boolean;
  /** Time has to pass for its answer, as for that of a long poll. */
  takesTime: boolean;
}

/**
 * Sends this thread's requests one at a time, in the order in which they are made, whichever client makes them.
 *
 * Calls that run side by side (`Promise.all`) would otherwise reach the cloud by several sockets, in an order that
 * differs from run to run, and be answered in it: what the cloud draws ids for first, and what the function does
 * next, would follow the machine's mood. The limits only keep a function from waiting for itself.
 */
export class Line {
  readonly #patience: Patience;
  readonly #onAnswered: () => void;
  readonly #waiting: (() => void)[] = [];
  readonly #late = new Set<ClientRequest>();
  #sent: Sent | undefined;
  #frozen: PromiseWithResolvers<void> | undefined;

  /**
   * @param patience   by which all limits are measured
   * @param onAnswered called when a request has been answered, and none waits
   */
  constructor(patience: Patience, onAnswered: () => void) {
    this.#patience = patience;
    this.#onAnswered = onAnswered;
  }

  /** Has all requests of Node's clients stand in it. */
  takeOver(): void {
    const agent = http.Agent.prototype as unknown as Agent;
    const { addRequest } = agent;
    const enqueue = (request: ClientRequest, add: () => void) => this.#enqueue(request, add);
    agent.addRequest = function (this: Agent, request, ...options) {
      enqueue(request, () => addRequest.call(this, request, ...options));
    };
  }

  /**
   * The reply to the last request waits for the cloud's time: lets the next one go.
   *
   * @returns whether there was one
   */
  nextOfLate(): boolean {
    const request = this.#sent?.request;
    if (request !== undefined) {
      this.#late.add(request);
      request.once('close', () => this.#late.delete(request));
    }
    return this.#next();
  }

  /** How many requests wait for the cloud's time. */
  get late(): number {
    return this.#late.size + (this.#sent?.takesTime === true ? 1 : 0);
  }

  /** The last request takes the cloud's time for what it does, as a long poll: the next one waits nevertheless. */
  takesTime(): void {
    if (this.#sent !== undefined) this.#sent.takesTime = true;
    this.#frozen?.resolve();
  }

  /** Whether a request waits for an answer, and not for so long that the function may run into its own time limit. */
  get isMoving(): boolean {
    const sent = this.#sent;
    if (sent === undefined) return false;
    return sent.isAnswered || (!sent.takesTime && this.#patience.now() - sent.at < SILENCE);
  }

  /**
   * Sends nothing more until {@link thaw}. Resolves once the cloud has dealt with all that was sent, but for what takes
   * its time.
   */
  freeze(): Promise<void> {
    this.#frozen = Promise.withResolvers();
    if (this.#sent === undefined || this.#sent.takesTime) this.#frozen.resolve();
    return this.#frozen.promise;
  }

  /** Sends what was asked for in the meantime, first of all. */
  thaw(): void {
    this.#frozen = undefined;
    if (this.#sent === undefined) this.#waiting.shift()?.();
  }

  #enqueue(request: ClientRequest, add: () => void): void {
    const send = () => {
      const sent = { request, at: this.#patience.now(), isAnswered: false, takesTime: false };
      this.#sent = sent;
      add();
      whenAnswered(request, this.#patience, () => {
        sent.isAnswered = true;
        // What reads the answer has its turn before anyone else is answered.
        setImmediate(() => {
          if (this.#sent === sent) this.#next();
        });
      });
    };
    if (this.#sent === undefined && this.#frozen === undefined) send();
    else this.#waiting.push(send);
  }

  #next(): boolean {
    this.#sent = undefined;
    this.#frozen?.resolve();
    const send = this.#frozen === undefined ? this.#waiting.shift() : undefined;
    send?.();
    if (send === undefined) this.#onAnswered();
    return send !== undefined;
  }
}

function whenAnswered(request: ClientRequest, patience: Patience, go: () => void): void {
  if (request.destroyed) {
    go();
    return;
  }
  let cancel = patience.after(LONGEST_WAIT, done);
  const onResponse = () => {
    cancel();
    cancel = patience.after(LONGEST_READ, done);
  };
  request.once('close', done);
  request.once('response', onResponse);
  function done(): void {
    cancel();
    request.off('close', done);
    request.off('response', onResponse);
    go();
  }
}
