import type { Cancel, Kernel, Principal } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import type { Message, SqsService } from '../../sqs/index.ts';
import type { Invocations } from '../invocations.ts';
import type { EventSourceMapping } from './mappings.ts';
import { filterable, reportedFailures, sqsRecord } from './records.ts';

/** The most that one receive gives. */
const RECEIVE_LIMIT = 10;

/** Works off one queue: takes batches as messages become visible, and has the function run on each. */
export class QueuePoller {
  readonly #kernel: Kernel;
  readonly #sqs: SqsService;
  readonly #invocations: Invocations;
  readonly #mapping: EventSourceMapping;
  #forget: Cancel | undefined;
  #cancelPoll: Cancel | undefined;

  constructor(kernel: Kernel, sqs: SqsService, invocations: Invocations, mapping: EventSourceMapping) {
    this.#kernel = kernel;
    this.#sqs = sqs;
    this.#invocations = invocations;
    this.#mapping = mapping;
  }

  start(): void {
    this.stop();
    this.#forget = this.#sqs.onVisible(this.#mapping.queueArn, () => this.#schedule());
    this.#schedule();
  }

  stop(): void {
    this.#forget?.();
    this.#cancelPoll?.();
    this.#forget = undefined;
    this.#cancelPoll = undefined;
  }

  /** The next poll: when the batch has had its time to fill, or at once when it is full. */
  #schedule(): void {
    const { queueArn, batchSize, batchingWindow } = this.#mapping;
    const visible = this.#sqs.depth(queueArn)?.visible ?? 0;
    if (visible === 0) return;
    const isFull = visible >= batchSize;
    if (this.#cancelPoll !== undefined && !isFull) return;
    this.#cancelPoll?.();
    const wait = isFull ? 0 : batchingWindow * 1000;
    // Not awaited: time has to pass for a durable function to end.
    this.#cancelPoll = this.#kernel.clock.after(wait, () => void this.#poll());
  }

  /** One batch. Batches follow one another, so that a run is the same run every time. */
  async #poll(): Promise<void> {
    this.#cancelPoll = undefined;
    if (this.#sqs.depth(this.#mapping.queueArn) === undefined) return;
    const batch = this.#accepted(this.#receive());
    if (batch.length > 0) await this.#process(batch);
    if (this.#forget !== undefined) this.#schedule();
  }

  #receive(): Message[] {
    const { queueArn, batchSize } = this.#mapping;
    const batch: Message[] = [];
    while (batch.length < batchSize) {
      const received = this.#sqs.receive(queueArn, Math.min(batchSize - batch.length, RECEIVE_LIMIT));
      if (received.length === 0) break;
      batch.push(...received);
    }
    return batch;
  }

  /** Messages that pass the filters; the others are deleted, as Lambda does. */
  #accepted(batch: readonly Message[]): Message[] {
    const { filters, queueArn } = this.#mapping;
    if (filters.length === 0) return [...batch];
    const passes = (message: Message) => {
      const event = filterable(sqsRecord(message, queueArn, this.#kernel.account.region));
      return filters.some(({ pattern }) => pattern(event));
    };
    this.#delete(batch.filter((message) => !passes(message)));
    return batch.filter(passes);
  }

  async #process(batch: readonly Message[]): Promise<void> {
    const { queueArn, functionArn } = this.#mapping;
    const Records = batch.map((message) => sqsRecord(message, queueArn, this.#kernel.account.region));
    try {
      const result = await this.#invocations.invokeSync({
        functionName: functionArn,
        payload: JSON.stringify({ Records }),
        from: MAPPING,
      });
      if (result.error === undefined) this.#settle(batch, result.payload);
      else this.#record('failed', `${result.error.errorType}: ${result.error.errorMessage}`);
    } catch (error) {
      // Throttled, or gone: the messages come back after their visibility timeout.
      if (!(error instanceof AwsError)) throw error;
      this.#record('failed', `${error.code}: ${error.message}`);
    }
  }

  #settle(batch: readonly Message[], payload: string): void {
    const failed = this.#mapping.reportsItemFailures
      ? reportedFailures(payload, new Set(batch.map(({ id }) => id)))
      : new Set<string>();
    if (failed === undefined) {
      this.#record('failed', 'The function reported failures that are not of the batch.');
      return;
    }
    this.#delete(batch.filter(({ id }) => !failed.has(id)));
    if (failed.size === 0) this.#record('delivered', undefined);
    else this.#record('failed', `${failed.size} of ${batch.length} messages failed`);
  }

  #delete(messages: readonly Message[]): void {
    for (const { receiptHandle } of messages) this.#sqs.delete(this.#mapping.queueArn, receiptHandle ?? '');
  }

  #record(outcome: 'delivered' | 'failed', reason: string | undefined): void {
    const { queueArn, functionArn } = this.#mapping;
    this.#kernel.journal.record({
      kind: 'delivery',
      from: queueArn,
      to: functionArn,
      outcome,
      ...(reason !== undefined && { reason }),
    });
  }
}

/** A mapping belongs to the function's owner: it needs no permission to invoke it. */
const MAPPING: Principal = { kind: 'account' };
