import { Logger } from '@aws-lambda-powertools/logger';
import type { Table } from '../shared/aws/dynamodb-table.ts';
import { sqsOutbox } from '../shared/aws/sqs-outbox.ts';
import type { Outbox } from '../shared/ports/index.ts';

/** The outbox of a function, which says in the log of what story it could not wake the delivery. */
export function functionOutbox(table: Table, queueUrl: string, logger = new Logger()): Outbox {
  return sqsOutbox(table, queueUrl, undefined, (story, error) =>
    logger.warn('the delivery of a story was not woken: reconcile finds it', { story, error }),
  );
}
