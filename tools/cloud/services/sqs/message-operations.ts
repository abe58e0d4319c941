import type {
  Message as MessageOutput,
  ReceiveMessageCommandInput,
  SendMessageBatchRequestEntry,
  SQS,
} from '@aws-sdk/client-sqs';
import type { MessageAttributes } from '../../delivery/index.ts';
import type { Call, Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { MayUseKey } from '../kms/key-use.ts';
import { eachOf } from './batch.ts';
import { checkKey, RECEIVING, SENDING } from './key.ts';
import type { Message } from './message.ts';
import { attributesMd5, md5 } from './message.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { checkOutgoing, senderIdOf } from './sending.ts';

type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** Messages: send, receive, hide, delete. */
export function messageOperations(kernel: Kernel, queues: Queues, mayUseKey: MayUseKey) {
  return { ...sending(queues, mayUseKey), ...receiving(kernel, queues, mayUseKey) };
}

function sending(queues: Queues, mayUseKey: MayUseKey) {
  return {
    SendMessage: (input, call) => {
      const queue = queues.byUrl(input.QueueUrl);
      checkKey(mayUseKey, queue, call.principal, SENDING);
      return sent(send(queue, input, call));
    },

    SendMessageBatch: (input, call) => {
      const queue = queues.byUrl(input.QueueUrl);
      checkKey(mayUseKey, queue, call.principal, SENDING);
      return eachOf(input.Entries, (entry) => sent(send(queue, entry, call)));
    },
  } satisfies Operations<SQS>;
}

function send(queue: Queue, entry: Entry, call: Call): Message {
  const outgoing = {
    body: entry.MessageBody ?? '',
    attributes: attributesOf(entry.MessageAttributes),
    ...(entry.DelaySeconds !== undefined && { delay: entry.DelaySeconds }),
    ...(entry.MessageGroupId !== undefined && { groupId: entry.MessageGroupId }),
    ...(entry.MessageDeduplicationId !== undefined && { deduplicationId: entry.MessageDeduplicationId }),
  };
  checkOutgoing(queue, outgoing);
  return queue.send(outgoing, senderIdOf(call.principal));
}

/** The caller's attributes without what the type allows and nobody sends. */
function attributesOf(given: Entry['MessageAttributes']): MessageAttributes {
  const entries = Object.entries(given ?? {}).map(([name, { DataType = '', StringValue, BinaryValue }]) => [
    name,
    {
      DataType,
      ...(StringValue !== undefined && { StringValue }),
      ...(BinaryValue !== undefined && { BinaryValue }),
    },
  ]);
  return Object.fromEntries(entries) as MessageAttributes;
}

function sent(message: Message) {
  const digest = attributesMd5(message.attributes);
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(message.body),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
    ...(message.groupId !== undefined && { SequenceNumber: message.sequenceNumber }),
  };
}

function receiving(kernel: Kernel, queues: Queues, mayUseKey: MayUseKey) {
  return {
    ReceiveMessage: async (input, call) => {
      const queue = queues.byUrl(input.QueueUrl);
      checkKey(mayUseKey, queue, call.principal, RECEIVING);
      const limit = input.MaxNumberOfMessages ?? 1;
      if (limit < 1 || limit > 10) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${limit} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
        );
      }
      const wait = input.WaitTimeSeconds ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds);
      const messages = await receiveWithin(kernel, queue, wait, () =>
        queue.receive(limit, input.VisibilityTimeout),
      );
      if (messages.length === 0) queue.noteEmptyReceive();
      return messages.length === 0 ? {} : { Messages: messages.map((message) => received(message, input)) };
    },

    DeleteMessage: (input) => {
      queues.byUrl(input.QueueUrl).delete(input.ReceiptHandle ?? '');
      return {};
    },

    DeleteMessageBatch: (input) => {
      const queue = queues.byUrl(input.QueueUrl);
      return eachOf(input.Entries, ({ ReceiptHandle }) => {
        queue.delete(ReceiptHandle ?? '');
        return {};
      });
    },

    ChangeMessageVisibility: (input) => {
      queues.byUrl(input.QueueUrl).changeVisibility(input.ReceiptHandle ?? '', input.VisibilityTimeout ?? 0);
      return {};
    },

    ChangeMessageVisibilityBatch: (input) => {
      const queue = queues.byUrl(input.QueueUrl);
      return eachOf(input.Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
        queue.changeVisibility(ReceiptHandle ?? '', VisibilityTimeout ?? 0);
        return {};
      });
    },
  } satisfies Operations<SQS>;
}

/** What a receive finds at once, or within some virtual seconds. */
async function receiveWithin(
  kernel: Kernel,
  queue: Queue,
  seconds: number,
  receive: () => Message[],
): Promise<Message[]> {
  const found = receive();
  if (found.length > 0 || seconds === 0) return found;
  return new Promise((resolve) => {
    const finish = (messages: Message[]) => {
      forget();
      cancel();
      resolve(messages);
    };
    const forget = queue.onVisible(() => {
      const messages = receive();
      if (messages.length > 0) finish(messages);
    });
    const cancel = kernel.clock.after(seconds * 1000, () => finish([]));
  });
}

function received(message: Message, input: ReceiveMessageCommandInput): MessageOutput {
  const wanted = chosen(systemAttributes(message), [
    ...(input.MessageSystemAttributeNames ?? []),
    ...formerNames(input),
  ]);
  const attributes = chosen(message.attributes, input.MessageAttributeNames ?? []);
  const digest = attributesMd5(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(wanted).length > 0 && { Attributes: wanted }),
    ...(digest !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: digest }),
  };
}

/** Clients from before MessageSystemAttributeNames ask by AttributeNames. */
function formerNames({ AttributeNames = [] }: { readonly AttributeNames?: readonly string[] | undefined }) {
  return AttributeNames;
}

/** The attributes that a receiver asks for: by name, by prefix (`x.*`), or all of them. */
function chosen<Value>(
  all: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> {
  const matches = (name: string) =>
    names.some(
      (asked) =>
        asked === 'All' || asked === name || (asked.endsWith('.*') && name.startsWith(asked.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(all).filter(([name]) => matches(name)));
}

/** What SQS itself says of a message. Instants in milliseconds. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.groupId !== undefined && {
      MessageGroupId: message.groupId,
      SequenceNumber: message.sequenceNumber,
    }),
    ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
    ...(message.deadLetterSource !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}
