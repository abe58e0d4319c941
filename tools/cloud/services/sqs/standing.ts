import type { SQS } from '@aws-sdk/client-sqs';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that SQS has here. */
export const standing = {
  ChangeMessageVisibility: 'real',
  ChangeMessageVisibilityBatch: 'real',
  CreateQueue: 'real',
  DeleteMessage: 'real',
  DeleteMessageBatch: 'real',
  DeleteQueue: 'real',
  GetQueueAttributes: 'real',
  GetQueueUrl: 'real',
  ListDeadLetterSourceQueues: 'real',
  ListQueueTags: 'record',
  ListQueues: 'real',
  PurgeQueue: 'real',
  ReceiveMessage: 'real',
  SendMessage: 'real',
  SendMessageBatch: 'real',
  SetQueueAttributes: 'real',
  StartMessageMoveTask: 'real',
  TagQueue: 'record',
  UntagQueue: 'real',
} satisfies StandingOf<SQS>;
