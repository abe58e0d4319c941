import type { Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { QueueAttributes } from './attributes.ts';
import { allowsRedriveFrom, newAttributes, redrivePolicy } from './attributes.ts';
import type { Message } from './message.ts';
import { Queue } from './queue.ts';

/** All queues of the account, by name. */
export class Queues {
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, Queue>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * A new queue, or the one that stands already with the same attributes.
   *
   * @throws AwsError QueueNameExists when it stands with others
   */
  create(
    name: string,
    given: Readonly<Record<string, string | undefined>>,
    tags: Record<string, string>,
  ): Queue {
    if (!/^[\w-]{1,80}$/.test(name.replace(/\.fifo$/, ''))) {
      throw new AwsError(
        'InvalidParameterValue',
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    const attributes = newAttributes(name, given);
    const known = this.#byName.get(name);
    if (known !== undefined) return sameQueue(known, given);
    const queueArn = arn(this.#kernel.account, 'sqs', name);
    this.checkRedrive(queueArn, attributes);
    const queue = new Queue(this.#kernel, { name, arn: queueArn, attributes }, (message, from, to) =>
      this.#moveToDeadLetters(message, from, to),
    );
    queue.tags = tags;
    this.#byName.set(name, queue);
    return queue;
  }

  /** @throws AwsError when the dead-letter queue is not there, of the other kind, or does not admit the source */
  checkRedrive(source: string, attributes: QueueAttributes): void {
    const policy = redrivePolicy(attributes);
    if (policy === undefined) return;
    const target = this.byArn(policy.deadLetterTargetArn);
    const reason =
      target === undefined
        ? 'Dead letter target does not exist.'
        : target.isFifo !== (attributes.FifoQueue === 'true')
          ? 'Dead-letter queue must be same type of queue as the source.'
          : allowsRedriveFrom(target.attributes, source)
            ? undefined
            : 'Queue does not have permission to use the dead-letter queue.';
    if (reason === undefined) return;
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${attributes.RedrivePolicy ?? ''} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
    );
  }

  /** @throws AwsError QueueDoesNotExist */
  byUrl(url: string | undefined): Queue {
    return this.named(url?.split('/').at(-1));
  }

  /** @throws AwsError QueueDoesNotExist */
  named(name: string | undefined): Queue {
    const queue = this.#byName.get(name ?? '');
    if (queue !== undefined) return queue;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  byArn(queueArn: string): Queue | undefined {
    const queue = this.#byName.get(queueArn.split(':').at(-1) ?? '');
    return queue?.arn === queueArn ? queue : undefined;
  }

  delete(queue: Queue): void {
    queue.purge();
    this.#byName.delete(queue.name);
  }

  all(): Queue[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Queues whose dead letters go to this one. */
  sourcesOf(queue: Queue): Queue[] {
    return this.all().filter(
      ({ attributes }) => redrivePolicy(attributes)?.deadLetterTargetArn === queue.arn,
    );
  }

  #moveToDeadLetters(message: Message, from: Queue, to: string): boolean {
    const target = this.byArn(to);
    if (target === undefined) return false;
    target.takeOver(message, from);
    this.#kernel.journal.record({
      kind: 'delivery',
      from: from.arn,
      to,
      outcome: 'dead-letter',
      reason: `received ${message.receiveCount} times`,
    });
    return true;
  }
}

function sameQueue(queue: Queue, given: Readonly<Record<string, string | undefined>>): Queue {
  for (const [name, value] of Object.entries(given)) {
    if (queue.attributes[name] === value) continue;
    throw new AwsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${name}`,
    );
  }
  return queue;
}
