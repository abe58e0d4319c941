import type { SQS } from '@aws-sdk/client-sqs';
import type { Authorize, Delivery } from '../../delivery/index.ts';
import type { Cancel, Kernel, Operations, Principal, Service } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { MayUseKey } from '../kms/key-use.ts';
import type { Message, Outgoing } from './message.ts';
import { messageOperations } from './message-operations.ts';
import { queueOperations } from './queue-operations.ts';
import type { QueueFlow } from './flow.ts';
import type { Queue, QueueDepth } from './queue.ts';
import { Queues } from './queues.ts';
import { checkKey, SENDING } from './key.ts';
import { checkOutgoing, senderIdOf } from './sending.ts';
import { standing } from './standing.ts';

export { systemAttributes } from './message-operations.ts';
export type { Message, Outgoing } from './message.ts';
export { attributesMd5, md5 } from './message.ts';
export type { QueueDepth } from './queue.ts';

export interface SqsPorts {
  readonly delivery: Delivery;
  readonly authorize: Authorize;
  readonly mayUseKey: MayUseKey;
}

/** Amazon SQS, as other services use it. */
export interface SqsService extends Service {
  /**
   * Sends as `from`: a service by the queue's policy, a role by its own.
   *
   * @throws AwsError QueueDoesNotExist, AccessDenied, and what SendMessage refuses
   */
  readonly send: (queueArn: string, outgoing: Outgoing, from: Principal) => Message;
  /** As ReceiveMessage, without waiting. @throws AwsError QueueDoesNotExist */
  readonly receive: (queueArn: string, limit: number) => Message[];
  readonly delete: (queueArn: string, receiptHandle: string) => void;
  /** A queue's messages have become visible. Undefined when there is no such queue. */
  readonly onVisible: (queueArn: string, listener: () => void) => Cancel | undefined;
  /** Undefined when there is no such queue. */
  readonly depth: (queueArn: string) => QueueDepth | undefined;
  /** Seconds. @throws AwsError QueueDoesNotExist */
  readonly visibilityTimeout: (queueArn: string) => number;
  /** How many messages each queue holds, by its name. */
  readonly depths: () => ReadonlyMap<string, QueueDepth>;
  /** The same, with what has gone through each since this was last asked. */
  readonly measured: () => ReadonlyMap<string, QueueDepth & QueueFlow>;
}

/** Amazon Simple Queue Service: standard and FIFO queues. */
export function createSqs(kernel: Kernel, on: SqsPorts): SqsService {
  const queues = new Queues(kernel);
  const operations = {
    ...queueOperations(kernel, queues),
    ...messageOperations(kernel, queues, on.mayUseKey),
  } satisfies Operations<SQS>;

  const existing = (queueArn: string): Queue => {
    const queue = queues.byArn(queueArn);
    if (queue === undefined)
      throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${queueArn}`);
    return queue;
  };
  const send: SqsService['send'] = (queueArn, outgoing, from) => {
    const queue = existing(queueArn);
    checkSender(on, queue, from);
    checkKey(on.mayUseKey, queue, from, SENDING);
    checkOutgoing(queue, outgoing);
    return queue.send(outgoing, senderIdOf(from));
  };
  on.delivery.register('sqs', (queueArn, { body, attributes, groupId, from }) => {
    send(
      queueArn,
      { body, ...(attributes && { attributes }), ...(groupId !== undefined && { groupId }) },
      from,
    );
  });

  return {
    client: '@aws-sdk/client-sqs',
    standing,
    operations,
    waiting: new Set(['ReceiveMessage']),
    send,
    receive: (queueArn, limit) => existing(queueArn).receive(limit),
    delete: (queueArn, receiptHandle) => existing(queueArn).delete(receiptHandle),
    onVisible: (queueArn, listener) => queues.byArn(queueArn)?.onVisible(listener),
    depth: (queueArn) => queues.byArn(queueArn)?.depth(),
    visibilityTimeout: (queueArn) => Number(existing(queueArn).attributes.VisibilityTimeout),
    depths: () => new Map(queues.all().map((queue) => [queue.name, queue.depth()])),
    measured: () =>
      new Map(queues.all().map((queue) => [queue.name, { ...queue.depth(), ...queue.takeFlow() }])),
  };
}

/** @throws AwsError AccessDenied to senders whom neither the queue's policy nor their own admit */
function checkSender({ authorize }: SqsPorts, queue: Queue, from: Principal): void {
  const action = 'sqs:SendMessage';
  if (authorize(from, action, queue.arn)) return;
  const sender = from.kind === 'service' ? `${from.service} for ${from.sourceArn}` : 'The role';
  throw new AwsError(
    'AccessDenied',
    `${sender} is not authorized to perform: ${action} on resource: ${queue.arn}`,
    { status: 403 },
  );
}
