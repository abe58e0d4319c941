import * as z from 'zod';
import type { Skip } from '../shared/domain/index.ts';
import { skip } from '../shared/domain/index.ts';
import type { WireMessage } from './wire.ts';

/** A message taken out of its transport, or why that was not possible. */
export type Unwrapped = { readonly message: WireMessage } | Skip;

/** More transports in one another than any wiring has (SNS in SQS is two) is a payload made to hurt. */
const MAX_DEPTH = 4;

const snsRecord = z.object({ Sns: z.object({ Message: z.string() }) });
const sqsRecord = z.object({ body: z.string() });
/** What SNS puts into a queue without raw delivery, and posts to HTTP endpoints. */
const snsEnvelope = z.object({ Type: z.literal('Notification'), Message: z.string() });
const batch = z.object({ Records: z.array(z.unknown()) });
const plainObject = z.record(z.string(), z.unknown());

/**
 * The messages in a payload, freed from SNS and SQS. A bare message is a batch of one.
 *
 * @param payload what Lambda gave the function
 * @returns one entry for each record, in their order
 */
export function unwrap(payload: unknown, depth = 0): readonly Unwrapped[] {
  if (depth > MAX_DEPTH) return [skip('INVALID_EVENT', 'too many envelopes in one another')];
  const records = batch.safeParse(payload);
  if (records.success) return records.data.Records.flatMap((record) => fromRecord(record, depth));
  const envelope = snsEnvelope.safeParse(payload);
  if (envelope.success) return fromText(envelope.data.Message, depth);
  const message = plainObject.safeParse(payload);
  return [message.success ? { message: message.data } : skip('INVALID_EVENT', 'not a JSON object')];
}

function fromRecord(record: unknown, depth: number): readonly Unwrapped[] {
  const sns = snsRecord.safeParse(record);
  if (sns.success) return fromText(sns.data.Sns.Message, depth);
  const sqs = sqsRecord.safeParse(record);
  if (sqs.success) return fromText(sqs.data.body, depth);
  return [skip('INVALID_EVENT', 'a record that is neither of SNS nor of SQS')];
}

function fromText(text: string, depth: number): readonly Unwrapped[] {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return [skip('INVALID_EVENT', `not JSON: ${text.slice(0, 80)}`)];
  }
  return unwrap(payload, depth + 1);
}
