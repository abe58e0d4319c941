import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Seconds } from '../domain/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';

/** Messages that are being worked on. */
export interface Messages {
  /** The message comes back after so many seconds instead of its queue's visibility timeout. */
  comeBack(receiptHandle: string, after: Seconds): Promise<void>;
}

/** SQS keeps a message from view for twelve hours at most, counted from when it was received. */
const LONGEST: Seconds = 12 * 60 * 60 - 60;

export function sqsMessages(queueUrl: string, client = new SQSClient(CLIENT_OPTIONS)): Messages {
  return {
    comeBack: async (receiptHandle, after) => {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.min(LONGEST, Math.ceil(after)),
        }),
      );
    },
  };
}
