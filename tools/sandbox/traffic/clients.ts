/**
 * The visitors of the scenario `traffic`, as a process of its own: sends what the run says is due, and tells what became
 * of it. `node clients.ts http://127.0.0.1:PORT`, on Node's channel between processes.
 */
import { crc32 } from 'node:zlib';
import { Pool, WebSocket, type Dispatcher } from 'undici';
import { PAGE, UPLOAD } from './page.ts';
import {
  CONVERSATION_SECONDS,
  KINDS,
  SLOW_SECONDS,
  type Ended,
  type Failure,
  type Kind,
  type Tick,
  type Told,
} from './protocol.ts';

/** How many quick requests are under way at once. */
const AT_ONCE = 64;
/** How often something is said in a conversation, in milliseconds of the cloud's time. */
const SAID_EVERY = 3000;

const url = process.argv[2] ?? '';
const kept = new Pool(url, { connections: AT_ONCE, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
/** For requests whose connections are used once, or for long. */
const single = new Pool(url, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const receipt = `${UPLOAD.length} ${crc32(UPLOAD)}`;

let now = 0;
let event = '';
let isLast = false;
let underWay = 0;
let quick = 0;
let begun = 0;
let failures: Omit<Failure, 'endedAt'>[] = [];
let counts = new Map<string, { event: string; kind: Kind; total: number; failed: number }>();
const due: Kind[] = [];
const conversations = new Set<Conversation>();

process.on('message', (tick: Tick) => {
  ({ now, event, isLast } = tick);
  for (const kind of KINDS)
    for (let count = tick.due[kind]; count > 0; count--)
      if (kind === 'slow' || kind === 'websocket') begin(kind);
      else due.push(kind);
  for (const conversation of conversations) conversation.goOn();
  beginQuick();
  tell();
});

function tell(): void {
  const ended: Ended[] = [...counts.values()];
  const isOver = isLast && underWay === 0 && due.length === 0;
  const told: Told = {
    begun,
    ended,
    failures: failures.map((of) => ({ ...of, endedAt: now })),
    isLast: isOver,
  };
  begun = 0;
  failures = [];
  counts = new Map();
  process.send?.(told, undefined, undefined, () => {
    if (isOver) process.exit();
  });
}

function beginQuick(): void {
  while (quick < AT_ONCE) {
    const kind = due.shift();
    if (kind === undefined) return;
    quick++;
    begin(kind);
  }
}

function begin(kind: Kind): void {
  begun++;
  underWay++;
  const of = { event, kind, begunAt: now };
  const end = (problem?: string) => ended(of, problem);
  if (kind === 'page') ask(kept, { path: '/', method: 'GET' }, PAGE, end);
  else if (kind === 'connection') ask(single, { path: '/', method: 'GET', reset: true }, PAGE, end);
  else if (kind === 'upload') ask(kept, { path: '/upload', method: 'POST', body: UPLOAD }, receipt, end);
  else if (kind === 'slow') ask(single, { path: `/slow?seconds=${SLOW_SECONDS}`, method: 'GET' }, PAGE, end);
  else new Conversation(end);
}

function ended(of: { event: string; kind: Kind; begunAt: number }, problem: string | undefined): void {
  underWay--;
  const key = `${of.event} ${of.kind}`;
  const count = counts.get(key) ?? { event: of.event, kind: of.kind, total: 0, failed: 0 };
  counts.set(key, count);
  count.total++;
  if (problem !== undefined) {
    count.failed++;
    failures.push({ ...of, problem });
  }
  if (of.kind === 'slow' || of.kind === 'websocket') return;
  quick--;
  beginQuick();
}

/** One request, never a second one for it. */
function ask(
  pool: Pool,
  options: Dispatcher.DispatchOptions,
  expected: string,
  end: (problem?: string) => void,
): void {
  let status = 0;
  let body = '';
  pool.dispatch(options, {
    onRequestStart: () => undefined,
    onResponseStart: (_, answered) => {
      status = answered;
    },
    onResponseData: (_, chunk) => {
      body += chunk.toString('latin1');
    },
    onResponseEnd: () => {
      if (status !== 200) end(String(status));
      else end(body === expected ? undefined : 'another answer than it should be');
    },
    onResponseError: (_, error) => end(error.message),
  });
}

/** A WebSocket on which something is said every few seconds, and said back. It fails unless the client ends it. */
class Conversation {
  readonly #socket = new WebSocket(`${url.replace('http:', 'ws:')}/echo`);
  readonly #until = now + CONVERSATION_SECONDS * 1000;
  #next = now;
  #sent = 0;
  #heard = 0;

  constructor(end: (problem?: string) => void) {
    conversations.add(this);
    this.#socket.addEventListener('message', ({ data }) => {
      if (data === `number ${this.#heard}`) this.#heard++;
    });
    this.#socket.addEventListener('close', ({ code, wasClean }) => {
      conversations.delete(this);
      const isWhole = wasClean && now >= this.#until && this.#heard === this.#sent;
      end(isWhole ? undefined : `hung up on with ${code}, ${this.#heard} of ${this.#sent} answered`);
    });
    // A close follows.
    this.#socket.addEventListener('error', () => undefined);
  }

  goOn(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    // What was said last has to be answered before the end.
    if (now >= this.#until && this.#heard === this.#sent) this.#socket.close(1000);
    else if (now >= this.#next && now < this.#until) {
      this.#next = now + SAID_EVERY;
      this.#socket.send(`number ${this.#sent++}`);
    }
  }
}

process.on('disconnect', () => process.exit());
