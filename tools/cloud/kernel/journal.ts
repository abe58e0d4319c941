import type { Instant } from './clock.ts';
import type { Principal } from './service.ts';

/** Something that happened in the cloud, as an outside observer could have seen it. */
export type Entry =
  | { kind: 'api-call'; action: string; principal: Principal; input: unknown; error?: string }
  /** `because` in AWS's words: `because no identity-based policy allows the sqs:SendMessage action`. */
  | { kind: 'access-denied'; principal: Principal; action: string; resource: string; because: string }
  | {
      kind: 'event';
      id: string;
      source: string;
      detailType: string;
      detail: Readonly<Record<string, unknown>>;
    }
  /** An event or message on its way to a target: `eventId` is the id of the event it came from, if any. */
  | {
      kind: 'delivery';
      from: string;
      to: string;
      eventId?: string;
      outcome: 'delivered' | 'failed' | 'dead-letter' | 'dropped';
      reason?: string;
      /** The sender is not allowed to send: a policy is missing, and time mends nothing. */
      isRefused?: true;
    }
  | { kind: 'alarm'; name: string; from: string; to: string; reason: string }
  | {
      kind: 'invocation';
      functionName: string;
      requestId: string;
      outcome: 'succeeded' | 'failed' | 'timed-out' | 'suspended';
      /** Set for a durable function: the execution this invocation is a part of. */
      execution?: string;
      /** The event or schedule that it answers, as its `delivery` names it. */
      eventId?: string;
      /** Milliseconds that an asynchronous invocation has waited for this attempt. */
      waited?: number;
      error?: string;
      payload: unknown;
      result?: unknown;
    }
  /** An invocation that found the function's reserved concurrency used up. */
  | { kind: 'throttle'; functionName: string }
  | {
      kind: 'durable-execution';
      functionName: string;
      execution: string;
      status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED';
    }
  | { kind: 'log'; group: string; line: string }
  | {
      kind: 'capacity';
      group: string;
      min: number;
      max: number;
      desired: number;
      /** What changed it, in Auto Scaling's words: `SetDesiredCapacity`, `scheduled action nightly`. */
      cause: string;
    }
  /** An instance's state changed; `lifecycle` is the group's view of it, absent outside a group. */
  | {
      kind: 'instance';
      id: string;
      group?: string;
      zone: string;
      image: string;
      state: string;
      lifecycle?: string;
      isProtected?: boolean;
      cause?: string;
    }
  | {
      kind: 'lifecycle-action';
      token: string;
      group: string;
      hook: string;
      instance: string;
      transition: string;
      phase: 'started' | 'heartbeat' | 'completed' | 'expired' | 'refused';
      result?: string;
    }
  | { kind: 'instance-refresh'; group: string; id: string; status: string; percent: number; reason?: string }
  | { kind: 'target'; targetGroup: string; target: string; state: string; reason?: string }
  /** One minute of traffic at a target group, or at a group without a load balancer; load in requests a second. */
  | {
      kind: 'traffic';
      targetGroup?: string;
      group?: string;
      requests: number;
      failed: number;
      load: number;
      servingInstances: number;
      latencySeconds: number;
    }
  | { kind: 'email'; to: string; subject: string; body: string }
  | { kind: 'webhook'; url: string; body: unknown; status: number }
  /** An entry of the weather's plan: it begins, strikes something, ends. */
  | {
      kind: 'weather';
      id: string;
      weather: string;
      phase: 'begins' | 'strikes' | 'ends';
      what?: string;
      /** The call that was struck, by IAM's name. */
      action?: string;
    }
  | { kind: 'stack'; stack: string; resource: string; type: string; status: string; reason?: string };

export type JournalEntry = Entry & { readonly at: Instant };

export type Observer = (entry: JournalEntry) => void;

/** Tells observers what happens, in order. It keeps nothing: a month of a fleet is many millions of entries. */
export class Journal {
  readonly #observers: Observer[] = [];
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  record(entry: Entry): void {
    const dated = { ...entry, at: this.#now() };
    for (const observer of this.#observers) observer(dated);
  }

  observe(observer: Observer): void {
    this.#observers.push(observer);
  }
}
