import type { SQS } from '@aws-sdk/client-sqs';
import type { Call, Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import { changedAttributes, isSetting } from './attributes.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

const PAGE = 1000;
const INVALID = 'InvalidParameterValue';

/** Queues themselves: create, find, change, tag, empty, delete. */
export function queueOperations(kernel: Kernel, queues: Queues) {
  return { ...lifecycle(kernel, queues), ...settings(kernel, queues), ...tagging(queues) };
}

/** Clients use a queue's URL as their endpoint: it has to be the one by which they came. */
function urlOf(kernel: Kernel, queue: Queue, call: Call): string {
  return `${call.endpoint}/${kernel.account.id}/${queue.name}`;
}

function lifecycle(kernel: Kernel, queues: Queues) {
  return {
    CreateQueue: (input, call) => {
      const queue = queues.create(input.QueueName ?? '', input.Attributes ?? {}, input.tags ?? {});
      return { QueueUrl: urlOf(kernel, queue, call) };
    },

    DeleteQueue: (input) => {
      queues.delete(queues.byUrl(input.QueueUrl));
      return {};
    },

    GetQueueUrl: (input, call) => ({ QueueUrl: urlOf(kernel, queues.named(input.QueueName), call) }),

    ListQueues: (input, call) => {
      const all = queues.all().filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ''));
      const { items, nextToken } = page(all, input.NextToken, input.MaxResults ?? PAGE, INVALID);
      return {
        QueueUrls: items.map((queue) => urlOf(kernel, queue, call)),
        ...(nextToken !== undefined && { NextToken: nextToken }),
      };
    },

    ListDeadLetterSourceQueues: (input, call) => {
      const all = queues.sourcesOf(queues.byUrl(input.QueueUrl));
      const { items, nextToken } = page(all, input.NextToken, input.MaxResults ?? PAGE, INVALID);
      return {
        queueUrls: items.map((queue) => urlOf(kernel, queue, call)),
        ...(nextToken !== undefined && { NextToken: nextToken }),
      };
    },

    PurgeQueue: (input) => {
      queues.byUrl(input.QueueUrl).purge();
      return {};
    },

    StartMessageMoveTask: (input) => {
      const source = queues.byArn(input.SourceArn ?? '');
      if (source === undefined) {
        throw new AwsError(
          'ResourceNotFoundException',
          "The resource that you specified for the SourceArn parameter doesn't exist.",
        );
      }
      moveMessages(queues, source, input.DestinationArn);
      return { TaskHandle: kernel.ids.uuid() };
    },
  } satisfies Operations<SQS>;
}

/** Moves dead letters back to where they came from, or to one queue. */
function moveMessages(queues: Queues, source: Queue, destinationArn: string | undefined): void {
  const [first] = queues.sourcesOf(source);
  if (first === undefined) {
    throw new AwsError('UnsupportedOperation', 'Source queue must be configured as a Dead Letter Queue.');
  }
  for (const message of source.drain()) {
    const target = queues.byArn(destinationArn ?? message.deadLetterSource ?? '') ?? first;
    target.takeOver({ ...message, receiveCount: 0 }, source);
  }
}

function settings(kernel: Kernel, queues: Queues) {
  return {
    SetQueueAttributes: (input) => {
      const queue = queues.byUrl(input.QueueUrl);
      const attributes = changedAttributes(queue.attributes, input.Attributes ?? {});
      queues.checkRedrive(queue.arn, attributes);
      queue.attributes = attributes;
      queue.modifiedAt = kernel.clock.now();
      return {};
    },

    GetQueueAttributes: (input) => {
      const all = describedAttributes(queues.byUrl(input.QueueUrl));
      const asked = new Set<string>(input.AttributeNames);
      const unknown = [...asked].find((name) => name !== 'All' && !(name in all) && !isSetting(name));
      if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
      const chosen = Object.entries(all).filter(([name]) => asked.has('All') || asked.has(name));
      return { Attributes: Object.fromEntries(chosen) };
    },
  } satisfies Operations<SQS>;
}

function describedAttributes(queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.depth();
  const seconds = (instant: number) => String(Math.floor(instant / 1000));
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

function tagging(queues: Queues) {
  return {
    TagQueue: (input) => {
      const queue = queues.byUrl(input.QueueUrl);
      queue.tags = { ...queue.tags, ...input.Tags };
      return {};
    },

    UntagQueue: (input) => {
      const queue = queues.byUrl(input.QueueUrl);
      const removed = new Set(input.TagKeys);
      queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !removed.has(key)));
      return {};
    },

    ListQueueTags: (input) => ({ Tags: queues.byUrl(input.QueueUrl).tags }),
  } satisfies Operations<SQS>;
}
