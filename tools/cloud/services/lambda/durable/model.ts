import type { ErrorObject, Event, ExecutionStatus, Operation } from '@aws-sdk/client-lambda';
import type { Cancel, Ids, Instant } from '../../../kernel/index.ts';
import type { ResolvedFunction } from '../functions.ts';

/** What a durable execution is started with. */
export interface DurableStart {
  /** Qualified: an execution is pinned to a version. */
  readonly target: ResolvedFunction;
  /** JSON. */
  readonly payload: string;
  readonly requestId: string;
  readonly isSynchronous: boolean;
  readonly name?: string;
  readonly eventId?: string;
}

/** One durable execution: a run of a function over as many invocations as it takes. */
export interface DurableExecution {
  readonly arn: string;
  readonly name: string;
  readonly start: DurableStart;
  readonly startedAt: Instant;

  status: ExecutionStatus;
  endedAt?: Instant;
  /** JSON. */
  result?: string;
  error?: ErrorObject;

  /** By id, in the order of their start; the first is the execution itself. */
  readonly operations: Map<string, Operation>;
  /** Ids of operations that changed since the function was last told of them. */
  readonly untold: Set<string>;
  /** What ends an operation by itself: the end of a wait, a retry's turn, a callback's timeouts. */
  readonly timers: Map<string, Cancel>;
  /** Seconds between heartbeats, by callback operation. */
  readonly heartbeats: Map<string, number>;
  readonly history: Event[];

  checkpointToken: string;
  /** The last checkpoint, to be answered alike when its request is repeated. */
  lastCheckpoint?: { readonly clientToken: string; readonly operations: readonly Operation[] };
  isInvoking: boolean;
  /** Something ended while the function ran, so that it may have suspended for what is over already. */
  hasNews: boolean;
  /** The next invocation is on the clock. */
  isScheduled: boolean;
  /** Invocations in a row that crashed. */
  crashes: number;
  readonly whenEnded: ((execution: DurableExecution) => void)[];
}

export const EXECUTION_ID = 'execution';

/** Lambda's tokens are Base64: its own model refuses others. */
export function newCheckpointToken(ids: Ids): string {
  return Buffer.from(ids.uuid()).toString('base64');
}
