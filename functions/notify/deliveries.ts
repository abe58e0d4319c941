import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { Messages } from '../../shared/aws/sqs-messages.ts';
import type { Seconds } from '../../shared/domain/index.ts';
import type { NotifyPorts } from '../../shared/workflows/notify.ts';
import { tellStory } from '../../shared/workflows/notify.ts';
import { busy, measured } from '../../shared/workflows/outcome.ts';
import type { Observer, Work } from '../observe.ts';

const bodySchema = z.object({ storyId: z.string().min(1) });

/** The longest pause between two attempts where nobody says how long it is to be. */
const LONGEST_PAUSE: Seconds = 15 * 60;

/**
 * Delivers the stories that a batch of messages names. A message whose story is not told everywhere comes back: at
 * the time a channel asked for, and later each time; after its last chance SQS puts it into the dead-letter queue.
 */
export async function deliverAll(
  { Records }: SQSEvent,
  on: NotifyPorts,
  messages: Messages,
  observer: Observer,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of Records) {
    const isTold = await deliver(record, on, messages, observer).catch((error: unknown) => {
      observer.failed(error);
      return false;
    });
    if (!isTold) batchItemFailures.push({ itemIdentifier: record.messageId });
  }
  return { batchItemFailures };
}

async function deliver(
  record: SQSRecord,
  on: NotifyPorts,
  messages: Messages,
  observer: Observer,
): Promise<boolean> {
  const { storyId } = bodySchema.parse(JSON.parse(record.body));
  const outcome = await tellStory(storyId, on);
  const event: Work = { kind: 'story', id: storyId };
  if (outcome.kind !== 'postponed') {
    observer.ended(event, outcome);
    return true;
  }
  observer.ended(event, measured(busy(outcome.detail), outcome.measures ?? []));
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  await messages.comeBack(record.receiptHandle, Math.max(outcome.after, pauseAfter(attempt)));
  return false;
}

/** Twice as long after each attempt, up to a quarter of an hour. */
function pauseAfter(attempt: number): Seconds {
  return Math.min(LONGEST_PAUSE, 10 * 2 ** Math.min(attempt, 10));
}
