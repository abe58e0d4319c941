import type { Cancel, Instant, Kernel } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { returnOf } from '../../weather/delivery/fates.ts';
import type { QueueAttributes } from './attributes.ts';
import { redrivePolicy } from './attributes.ts';
import { deduplicationIdOf, Duplicates } from './deduplication.ts';
import type { QueueFlow } from './flow.ts';
import { FlowCount } from './flow.ts';
import type { Message, Outgoing } from './message.ts';
import { messageIdOf, newReceiptHandle } from './receipt.ts';

/** How many messages a queue holds, in CloudWatch's distinction. */
export interface QueueDepth {
  readonly visible: number;
  /** Received and neither deleted nor visible again. */
  readonly inFlight: number;
  readonly delayed: number;
  /** Milliseconds since the oldest message was sent. */
  readonly oldestAge: number;
}

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
  readonly #duplicates = new Duplicates();
  readonly #listeners = new Set<() => void>();
  readonly #flow = new FlowCount();
  #sequence = 0;

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
    const duplicateKey = this.isFifo ? deduplicationIdOf(outgoing, this.attributes) : undefined;
    const now = this.#kernel.clock.now();
    const known = duplicateKey === undefined ? undefined : this.#duplicates.find(duplicateKey, now);
    if (known !== undefined) return known;
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
    if (duplicateKey !== undefined) this.#duplicates.remember(duplicateKey, message, now);
    this.#flow.add({ sent: 1, sentBytes: Buffer.byteLength(message.body) });
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
      message.receiptHandle = newReceiptHandle(message.id, this.#kernel.ids.uuid());
      this.#hideUntil(message, now + visibilityTimeout * 1000);
      received.push(message);
    }
    this.#flow.add({ received: received.length });
    return received;
  }

  /** Deletes what a receiver has worked off. A handle that has run out deletes nothing, and is no error. */
  delete(receiptHandle: string): void {
    const message = this.#byHandle(receiptHandle);
    if (message === undefined) return;
    this.#flow.add({ deleted: 1 });
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
    this.#flow.add({ emptyReceives: 1 });
  }

  /** What has gone through since this was last asked. */
  takeFlow(): QueueFlow {
    return this.#flow.take();
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
    const message = this.#messages.get(messageIdOf(receiptHandle));
    return message?.receiptHandle === receiptHandle ? message : undefined;
  }

  #dropExpired(): void {
    const since = this.#kernel.clock.now() - Number(this.attributes.MessageRetentionPeriod) * 1000;
    for (const message of this.#messages.values()) {
      if (message.sentAt >= since) return;
      this.#remove(message);
    }
  }
}
