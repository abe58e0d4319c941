import type { Cancel, Instant, Kernel } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { returnOf } from '../../weather/delivery/fates.ts';
import type { QueueAttributes } from './attributes.ts';
import { redrivePolicy } from './attributes.ts';
import type { Message, Outgoing } from './message.ts';
import { md5 } from './message.ts';

/** How many messages a queue holds, in CloudWatch's distinction. */
export interface QueueDepth {
  readonly visible: number;
  /** Received and neither deleted nor visible again. */
  readonly inFlight: number;
  readonly delayed: number;
  /** Milliseconds since the oldest message was sent. */
  readonly oldestAge: number;
}

/** What has gone through a queue, in CloudWatch's distinction. */
export interface QueueFlow {
  readonly sent: number;
  /** Bytes of what was sent. */
  readonly sentBytes: number;
  readonly received: number;
  readonly deleted: number;
  /** Receives that came back with nothing. */
  readonly emptyReceives: number;
}

const STILL: QueueFlow = { sent: 0, sentBytes: 0, received: 0, deleted: 0, emptyReceives: 0 };

const DEDUPLICATION_INTERVAL = 300_000;

/** What a receipt handle says in base64: the message's id and the receipt's. */
const HANDLE = /^([\da-f-]{36}) [\da-f-]{36}$/;

/** One queue and its messages. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Instant;
  modifiedAt: Instant;
  attributes: QueueAttributes;
  tags: Record<string, string>;

  readonly #kernel: Kernel;
  /** Takes what was received too often; false when there is nobody to take it. */
  readonly #moveToDeadLetters: (message: Message, from: Queue, to: string) => boolean;
  /** In the order in which they were sent. */
  readonly #messages = new Map<string, Message>();
  readonly #duplicates = new Map<string, { readonly message: Message; readonly until: Instant }>();
  readonly #listeners = new Set<() => void>();
  #sequence = 0;
  #flow = STILL;

  constructor(
    kernel: Kernel,
    of: { readonly name: string; readonly arn: string; readonly attributes: QueueAttributes },
    moveToDeadLetters: (message: Message, from: Queue, to: string) => boolean,
  ) {
    this.#kernel = kernel;
    this.name = of.name;
    this.arn = of.arn;
    this.attributes = of.attributes;
    this.tags = {};
    this.createdAt = kernel.clock.now();
    this.modifiedAt = this.createdAt;
    this.#moveToDeadLetters = moveToDeadLetters;
  }

  get isFifo(): boolean {
    return this.attributes.FifoQueue === 'true';
  }

  /** Takes a message in; a FIFO queue answers a duplicate with the message it has already. */
  send(outgoing: Outgoing, senderId: string): Message {
    const duplicateKey = this.isFifo ? this.#deduplicationId(outgoing) : undefined;
    const now = this.#kernel.clock.now();
    const known = duplicateKey === undefined ? undefined : this.#duplicates.get(duplicateKey);
    if (known !== undefined && known.until > now) return known.message;
    const delay = (outgoing.delay ?? Number(this.attributes.DelaySeconds)) * 1000;
    const message: Message = {
      id: this.#kernel.ids.uuid(),
      body: outgoing.body,
      attributes: outgoing.attributes ?? {},
      senderId,
      sentAt: now,
      sequenceNumber: String(++this.#sequence).padStart(20, '0'),
      ...(outgoing.groupId !== undefined && { groupId: outgoing.groupId }),
      ...(duplicateKey !== undefined && { deduplicationId: duplicateKey }),
      visibleAt: now + delay,
      receiveCount: 0,
    };
    if (duplicateKey !== undefined) this.#rememberDuplicate(duplicateKey, message, now);
    this.#count({ sent: 1, sentBytes: Buffer.byteLength(message.body) });
    this.#add(message);
    return message;
  }

  /** Takes over a message of another queue, as it was sent. */
  takeOver(message: Message, from: Queue): void {
    const { firstReceivedAt: _first, receiptHandle: _receipt, cancelVisible: _cancel, ...kept } = message;
    this.#add({
      ...kept,
      sequenceNumber: String(++this.#sequence).padStart(20, '0'),
      deadLetterSource: from.arn,
      visibleAt: this.#kernel.clock.now(),
    });
  }

  /**
   * Hands out up to `limit` messages and hides them; what was received too often goes to the dead-letter queue.
   *
   * @param visibilityTimeout seconds; without it, the queue's own
   */
  receive(limit: number, visibilityTimeout = Number(this.attributes.VisibilityTimeout)): Message[] {
    this.#dropExpired();
    const now = this.#kernel.clock.now();
    const received: Message[] = [];
    for (const message of this.#receivable(now)) {
      if (received.length >= limit) break;
      if (this.#isExhausted(message)) continue;
      message.receiveCount++;
      message.firstReceivedAt ??= now;
      message.receiptHandle = Buffer.from(`${message.id} ${this.#kernel.ids.uuid()}`).toString('base64');
      this.#hideUntil(message, now + visibilityTimeout * 1000);
      received.push(message);
    }
    this.#count({ received: received.length });
    return received;
  }

  /** Deletes what a receiver has worked off. A handle that has run out deletes nothing, and is no error. */
  delete(receiptHandle: string): void {
    const message = this.#byHandle(receiptHandle);
    if (message === undefined) return;
    this.#count({ deleted: 1 });
    const back = this.#returnOf(message);
    if (back === undefined) this.#remove(message);
    else this.#bringBack(message, back);
  }

  /** A copy that a server has not deleted comes back, once; FIFO queues deliver exactly once. */
  #returnOf(message: Message): number | undefined {
    if (this.isFifo || message.isReturned === true) return undefined;
    return returnOf(this.#kernel, { queue: this.name, messageId: message.id });
  }

  #bringBack(message: Message, milliseconds: number): void {
    message.isReturned = true;
    delete message.receiptHandle;
    this.#hideUntil(message, this.#kernel.clock.now() + milliseconds);
    if (milliseconds === 0) this.#announce();
  }

  /** @throws AwsError MessageNotInflight when the message is visible again or deleted */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.#byHandle(receiptHandle);
    const now = this.#kernel.clock.now();
    if (message === undefined || message.visibleAt <= now) {
      throw new AwsError('MessageNotInflight', `The message referred to isn't in flight.`);
    }
    this.#hideUntil(message, now + seconds * 1000);
    if (seconds === 0) this.#announce();
  }

  purge(): void {
    for (const message of [...this.#messages.values()]) this.#remove(message);
  }

  /** Takes out everything, in order: for a move back to the source. */
  drain(): Message[] {
    const all = [...this.#messages.values()];
    this.purge();
    return all;
  }

  depth(): QueueDepth {
    this.#dropExpired();
    const now = this.#kernel.clock.now();
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const { visibleAt, receiptHandle } of this.#messages.values()) {
      if (visibleAt <= now) counts.visible++;
      else if (receiptHandle === undefined) counts.delayed++;
      else counts.inFlight++;
    }
    const [oldest] = this.#messages.values();
    return { ...counts, oldestAge: oldest === undefined ? 0 : now - oldest.sentAt };
  }

  /** A receive has come to its end with nothing. */
  noteEmptyReceive(): void {
    this.#count({ emptyReceives: 1 });
  }

  /** What has gone through since this was last asked. */
  takeFlow(): QueueFlow {
    const flow = this.#flow;
    this.#flow = STILL;
    return flow;
  }

  #count(more: Partial<QueueFlow>): void {
    const { sent, sentBytes, received, deleted, emptyReceives } = this.#flow;
    this.#flow = {
      sent: sent + (more.sent ?? 0),
      sentBytes: sentBytes + (more.sentBytes ?? 0),
      received: received + (more.received ?? 0),
      deleted: deleted + (more.deleted ?? 0),
      emptyReceives: emptyReceives + (more.emptyReceives ?? 0),
    };
  }

  /** Whether a receive would find something. */
  hasVisible(): boolean {
    const [first] = this.#receivable(this.#kernel.clock.now());
    return first !== undefined;
  }

  /** Tells whenever a message has become visible. */
  onVisible(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Visible messages in order; in a FIFO queue, none of a group of which an earlier one is hidden. */
  *#receivable(now: Instant): Generator<Message> {
    const blocked = new Set<string | undefined>();
    for (const message of this.#messages.values()) {
      const isBlocked = this.isFifo && blocked.has(message.groupId);
      if (message.visibleAt <= now && !isBlocked) yield message;
      else blocked.add(message.groupId);
    }
  }

  #isExhausted(message: Message): boolean {
    const policy = redrivePolicy(this.attributes);
    if (policy === undefined || message.receiveCount < policy.maxReceiveCount) return false;
    if (!this.#moveToDeadLetters(message, this, policy.deadLetterTargetArn)) return false;
    this.#remove(message);
    return true;
  }

  #add(message: Message): void {
    this.#messages.set(message.id, message);
    if (message.visibleAt > this.#kernel.clock.now()) this.#hideUntil(message, message.visibleAt);
    else this.#announce();
  }

  #hideUntil(message: Message, instant: Instant): void {
    message.cancelVisible?.();
    message.visibleAt = instant;
    if (instant > this.#kernel.clock.now()) {
      message.cancelVisible = this.#kernel.clock.at(instant, () => this.#announce());
    }
  }

  #remove(message: Message): void {
    message.cancelVisible?.();
    this.#messages.delete(message.id);
    // What stood behind it in its group may be received now.
    if (this.isFifo && this.hasVisible()) this.#announce();
  }

  #announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** @throws AwsError ReceiptHandleIsInvalid for what was never a handle; one that has run out finds nothing */
  #byHandle(receiptHandle: string): Message | undefined {
    const [, id = ''] = HANDLE.exec(Buffer.from(receiptHandle, 'base64').toString()) ?? [];
    if (id === '') {
      throw new AwsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    const message = this.#messages.get(id);
    return message?.receiptHandle === receiptHandle ? message : undefined;
  }

  #dropExpired(): void {
    const since = this.#kernel.clock.now() - Number(this.attributes.MessageRetentionPeriod) * 1000;
    for (const message of this.#messages.values()) {
      if (message.sentAt >= since) return;
      this.#remove(message);
    }
  }

  #deduplicationId({ deduplicationId, body }: Outgoing): string {
    if (deduplicationId !== undefined) return deduplicationId;
    if (this.attributes.ContentBasedDeduplication === 'true') return md5(body);
    throw new AwsError(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }

  #rememberDuplicate(key: string, message: Message, now: Instant): void {
    for (const [old, { until }] of this.#duplicates) {
      if (until > now) break;
      this.#duplicates.delete(old);
    }
    this.#duplicates.set(key, { message, until: now + DEDUPLICATION_INTERVAL });
  }
}
