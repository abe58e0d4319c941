import type { SQSBatchResponse, SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import type { MessageAttributes } from '../../../delivery/index.ts';
import type { Message } from '../../sqs/index.ts';
import { attributesMd5, md5, systemAttributes } from '../../sqs/index.ts';

/** A message as a function gets it ("Using Lambda with Amazon SQS", example event). */
export function sqsRecord(message: Message, queueArn: string, region: string): SQSRecord {
  const digest = attributesMd5(message.attributes);
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle ?? '',
    body: message.body,
    attributes: systemAttributes(message) as unknown as SQSRecord['attributes'],
    messageAttributes: recordAttributes(message.attributes),
    md5OfBody: md5(message.body),
    ...(digest !== undefined && { md5OfMessageAttributes: digest }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

function recordAttributes(attributes: MessageAttributes): SQSMessageAttributes {
  const entries = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    {
      ...(StringValue !== undefined && { stringValue: StringValue }),
      ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
      stringListValues: [],
      binaryListValues: [],
      dataType: DataType,
    },
  ]);
  return Object.fromEntries(entries) as SQSMessageAttributes;
}

/**
 * Ids of the messages that a function reports as failed.
 *
 * @param payload what it returned, as JSON
 * @returns undefined when the whole batch counts as failed, because the report makes no sense: an id that is
 *   empty or not of the batch, a list that is none ("Implementing partial batch responses")
 */
export function reportedFailures(
  payload: string,
  sent: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  const response = JSON.parse(payload) as Partial<SQSBatchResponse> | null;
  if (typeof response !== 'object') return undefined;
  const failures: unknown = response?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map(
    (failure) => (failure as { itemIdentifier?: string } | null)?.itemIdentifier ?? '',
  );
  return ids.every((id) => sent.has(id)) ? new Set(ids) : undefined;
}

/** What a filter's pattern is matched against: the body as JSON where it is JSON, else as text. */
export function filterable(record: SQSRecord): Record<string, unknown> {
  return { ...record, body: parsed(record.body) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
