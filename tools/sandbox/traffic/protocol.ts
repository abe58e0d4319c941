/** What a client can want. */
export const KINDS = ['page', 'connection', 'upload', 'slow', 'websocket'] as const;

/**
 * `page`: a page, on a connection that is kept for more; `connection`: a page, on a connection of its own; `upload`: 64
 * KiB and what they came to; `slow`: a page that takes half a minute; `websocket`: a conversation of half a minute.
 */
export type Kind = (typeof KINDS)[number];

export type Counts = Record<Kind, number>;

export interface Tally {
  readonly total: number;
  readonly failed: number;
}

/** From the run to the clients: time has gone on, and so many requests are due. */
export interface Tick {
  /** The cloud's time, milliseconds since the epoch. */
  readonly now: number;
  /** What is going on: requests that begin now count as its. */
  readonly event: string;
  readonly due: Counts;
  /** None are due any more: the clients finish what is under way, tell it, and end. */
  readonly isLast: boolean;
}

/** From the clients to the run: what there is to say since the last time. */
export interface Told {
  readonly begun: number;
  readonly ended: readonly Ended[];
  readonly failures: readonly Failure[];
  readonly isLast: boolean;
}

/** So many requests of one kind, begun during one event, have ended. */
export interface Ended {
  readonly event: string;
  readonly kind: Kind;
  readonly total: number;
  readonly failed: number;
}

/** A request that got no answer, an error, or a wrong answer. */
export interface Failure {
  readonly event: string;
  readonly kind: Kind;
  /** When it began, a tick too early at most, and when it ended, a tick too late at most, in the cloud's time. */
  readonly begunAt: number;
  readonly endedAt: number;
  readonly problem: string;
}

/** How long a slow request and a conversation take, in seconds of the cloud's time. */
export const SLOW_SECONDS = 30;
export const CONVERSATION_SECONDS = 30;

export function noCounts(): Counts {
  return { page: 0, connection: 0, upload: 0, slow: 0, websocket: 0 };
}
