import type {
  BatchResultErrorEntry,
  PublishBatchRequestEntry,
  PublishBatchResultEntry,
  SNS,
} from '@aws-sdk/client-sns';
import type { Kernel, Operations } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import type { Publication } from '../publication.ts';
import { contentOf, sizeOf } from '../publication.ts';
import type { Publisher } from '../publisher.ts';
import type { Topic, Topics } from '../topics.ts';
import { invalid } from '../topics.ts';

const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;

/** Publish and PublishBatch. */
export function publishOperations(kernel: Kernel, topics: Topics, publisher: Publisher) {
  return {
    Publish: (input, call) => {
      if (input.PhoneNumber !== undefined) {
        throw new AwsError('NotImplemented', 'The local cloud sends no text messages.', { status: 501 });
      }
      const topic = topics.get(input.TopicArn ?? input.TargetArn);
      publisher.checkAccess(topic, call.principal);
      return { MessageId: publishTo(kernel, publisher, topic, input) };
    },
    PublishBatch: (input, call) => {
      const topic = topics.get(input.TopicArn);
      publisher.checkAccess(topic, call.principal);
      const entries = input.PublishBatchRequestEntries ?? [];
      checkBatch(entries);
      const results = entries.map((entry) => publishEntry(kernel, publisher, topic, entry));
      return {
        Successful: results.flatMap((result) => ('Code' in result ? [] : [result])),
        Failed: results.flatMap((result) => ('Code' in result ? [result] : [])),
      };
    },
  } satisfies Operations<SNS>;
}

function publishEntry(
  kernel: Kernel,
  publisher: Publisher,
  topic: Topic,
  entry: PublishBatchRequestEntry,
): PublishBatchResultEntry | BatchResultErrorEntry {
  const Id = entry.Id ?? '';
  try {
    return { Id, MessageId: publishTo(kernel, publisher, topic, entry) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Id, Code: error.code, Message: error.message, SenderFault: true };
  }
}

/**
 * Publishes once.
 *
 * @returns the message's id
 * @throws AwsError InvalidParameter, InvalidParameterValue
 */
export function publishTo(
  kernel: Kernel,
  publisher: Publisher,
  topic: Topic,
  publication: Publication,
  eventId?: string,
): string {
  const content = contentOf(publication);
  const id = kernel.ids.uuid();
  const timestamp = kernel.clock.date().toISOString();
  publisher.publish({ ...content, id, topic, timestamp, ...(eventId !== undefined && { eventId }) });
  return id;
}

function checkBatch(entries: readonly PublishBatchRequestEntry[]): void {
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  }
  if (entries.some(({ Id = '' }) => !/^[\w-]{1,80}$/.test(Id))) throw invalid('Id');
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES) {
    throw new AwsError(
      'BatchRequestTooLong',
      'The length of all the batch messages put together is more than the limit.',
    );
  }
}
