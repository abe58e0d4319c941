import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Queues } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isQueueMissing } from './errors.ts';

/** Queues of work, by the API of SQS. What it counts is approximate, and right after a minute or so. */
export function sqsQueues(client = new SQSClient(CLIENT_OPTIONS)): Queues {
  return {
    inFlight: async (name) => {
      try {
        const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
        const AttributeNames = ['ApproximateNumberOfMessagesNotVisible'] as const;
        const { Attributes } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
        );
        return Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? NaN);
      } catch (error) {
        if (isQueueMissing(error)) return undefined;
        throw error;
      }
    },
  };
}
