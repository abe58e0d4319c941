import type { Instant, Kernel, Principal } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';
import { deliveryArrivals } from '../weather/delivery/fates.ts';
import type { Delivery } from './delivery.ts';
import type { MessageAttributes, Parcel } from './parcel.ts';

/** How often and for how long a delivery that failed is tried again. */
export interface RetryPolicy {
  readonly attempts: number;
  /** Milliseconds since the first attempt. */
  readonly maximumAge: number;
  /** Milliseconds before the n-th retry, counted from 1. */
  readonly pause: (retry: number) => number;
}

/** Why a delivery was given up. */
export interface Failure {
  readonly error: AwsError;
  /** Attempts after the first. */
  readonly retries: number;
  /** Set when retries were exhausted, absent when there was no point in any. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

/** A parcel on its way, and what becomes of it when it cannot be delivered. */
export interface Consignment {
  /** The rule, schedule, topic or alarm: an ARN. */
  readonly sender: string;
  readonly target: string;
  readonly parcel: Parcel;
  readonly retry: RetryPolicy;
  readonly deadLetter?: DeadLetterQueue;
  /** The role that the sender acts as, if any: its policies then decide, not those of the target. */
  readonly roleArn?: string;
  /** The body of the n-th attempt, counted from 1, where it is not the same each time. */
  readonly bodyOf?: (attempt: number) => string;
  /** What is done to deliver, when it is not {@link Delivery.deliver}. */
  readonly attempt?: () => void | Promise<void>;
}

/**
 * The principal that a service is when it acts as a role, on behalf of a rule or schedule.
 *
 * @throws AwsError when the role does not exist or does not trust the service
 */
export type AssumeRole = (roleArn: string, service: string, sourceArn: string) => Principal;

/** The queue that gets what could not be delivered. */
export interface DeadLetterQueue {
  readonly queueArn: string;
  /** What the message's attributes say about the failure. */
  readonly attributes: (failure: Failure) => MessageAttributes;
  /** The message's body; without it, the parcel's own. */
  readonly body?: (failure: Failure) => string;
}

/**
 * Delivers parcels, each as an event of its own on the clock, with retries, a dead-letter queue, and an entry in
 * the journal whatever comes of it.
 */
export class Courier {
  readonly #kernel: Kernel;
  readonly #delivery: Delivery;
  readonly #assumeRole: AssumeRole;

  constructor(kernel: Kernel, delivery: Delivery, assumeRole: AssumeRole) {
    this.#kernel = kernel;
    this.#delivery = delivery;
    this.#assumeRole = assumeRole;
  }

  send(consignment: Consignment): void {
    const { sender, target, parcel } = consignment;
    const startedAt = this.#kernel.clock.now();
    for (const delay of deliveryArrivals(this.#kernel, { sender, target, body: parcel.body }))
      this.#kernel.clock.after(delay, () => this.#attempt(consignment, startedAt, 0));
  }

  async #attempt(consignment: Consignment, startedAt: Instant, retries: number): Promise<void> {
    try {
      if (consignment.attempt !== undefined) await consignment.attempt();
      else await this.#deliver(consignment, consignment.target, parcelOf(consignment, retries));
      this.#record(consignment, consignment.target, 'delivered');
    } catch (error) {
      // Anything else is a defect of the cloud itself: it must not pass for a failed delivery.
      if (!(error instanceof AwsError)) throw error;
      await this.#failed(consignment, startedAt, { error, retries });
    }
  }

  /** Hands a parcel over, as the consignment's role if it has one. */
  async #deliver({ roleArn, sender }: Consignment, target: string, parcel: Parcel): Promise<void> {
    const { from } = parcel;
    const isRole = roleArn !== undefined && from.kind === 'service';
    const as = isRole ? this.#assumeRole(roleArn, from.service, sender) : from;
    await this.#delivery.deliver(target, { ...parcel, from: as });
  }

  async #failed(consignment: Consignment, startedAt: Instant, failure: Failure): Promise<void> {
    const { retry } = consignment;
    this.#record(consignment, consignment.target, 'failed', failure.error);
    if (!isRetryable(failure.error)) return this.#giveUp(consignment, failure);
    if (failure.retries >= retry.attempts) {
      return this.#giveUp(consignment, { ...failure, exhausted: 'MaximumRetryAttempts' });
    }
    const next = failure.retries + 1;
    const pause = retry.pause(next);
    if (this.#kernel.clock.now() + pause - startedAt > retry.maximumAge) {
      return this.#giveUp(consignment, { ...failure, exhausted: 'MaximumEventAgeInSeconds' });
    }
    this.#kernel.clock.after(pause, () => this.#attempt(consignment, startedAt, next));
  }

  async #giveUp(consignment: Consignment, failure: Failure): Promise<void> {
    const { deadLetter, parcel } = consignment;
    if (deadLetter === undefined) {
      this.#record(consignment, consignment.target, 'dropped', failure.error);
      return;
    }
    const { eventId } = parcel;
    try {
      await this.#deliver(consignment, deadLetter.queueArn, {
        body: deadLetter.body?.(failure) ?? parcel.body,
        from: parcel.from,
        attributes: deadLetter.attributes(failure),
        ...(eventId === undefined ? {} : { eventId }),
      });
      this.#record(consignment, deadLetter.queueArn, 'dead-letter', failure.error);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#record(consignment, deadLetter.queueArn, 'dropped', error);
    }
  }

  #record(
    { sender, parcel }: Consignment,
    to: string,
    outcome: 'delivered' | 'failed' | 'dead-letter' | 'dropped',
    error?: AwsError,
  ): void {
    this.#kernel.journal.record({
      kind: 'delivery',
      from: sender,
      to,
      outcome,
      ...(parcel.eventId === undefined ? {} : { eventId: parcel.eventId }),
      ...(error === undefined ? {} : { reason: reason(error), ...(isRefusal(error) && { isRefused: true }) }),
    });
  }
}

function parcelOf({ parcel, bodyOf }: Consignment, retries: number): Parcel {
  return bodyOf === undefined ? parcel : { ...parcel, body: bodyOf(retries + 1) };
}

/**
 * EventBridge's default of 185 retries in 24 hours with exponential back-off: pauses double from a second to eight
 * minutes, of which 24 hours hold about 185. Half of each pause is chance.
 */
export function exponentialPause(random: () => number): RetryPolicy['pause'] {
  return (retry) => Math.min(1000 * 2 ** (retry - 1), 480_000) * (0.5 + random() / 2);
}

/**
 * Missing permissions and missing resources are not tried again: EventBridge User Guide, "Event retry policy and
 * using dead-letter queues"; SNS Developer Guide, "Message delivery retries".
 */
function isRetryable(error: AwsError): boolean {
  const status = error.status ?? 400;
  return (status >= 500 && status !== 501) || status === 429 || /Throttl|TooManyRequests/.test(error.code);
}

/** The codes that EventBridge and EventBridge Scheduler put on dead letters. */
export function deadLetterCode(error: AwsError): string {
  if (isRefusal(error)) return 'NO_PERMISSIONS';
  if (/NotFound|NonExistent|DoesNotExist/.test(error.code)) return 'NO_RESOURCE';
  if (/Throttl|TooManyRequests/.test(error.code)) return 'THROTTLING';
  return (error.status ?? 400) >= 500 ? 'INTERNAL_ERROR' : 'SDK_CLIENT_ERROR';
}

export function isRefusal(error: AwsError): boolean {
  return /AccessDenied|AuthorizationError|NotAuthorized|UnauthorizedOperation/i.test(error.code);
}

function reason(error: AwsError): string {
  return `${error.code}: ${error.message}`;
}

/** A message attribute of type String. */
export function text(value: string): { DataType: string; StringValue: string } {
  return { DataType: 'String', StringValue: value };
}

/** A message attribute of type Number. */
export function number(value: number): { DataType: string; StringValue: string } {
  return { DataType: 'Number', StringValue: String(value) };
}
