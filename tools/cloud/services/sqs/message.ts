import { createHash } from 'node:crypto';
import type { MessageAttributes } from '../../delivery/index.ts';
import type { Cancel, Instant } from '../../kernel/index.ts';

/** A message in a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** Id of the principal that sent it. */
  readonly senderId: string;
  readonly sentAt: Instant;
  /** Position in the order of a FIFO queue. */
  readonly sequenceNumber: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** ARN of the queue it was moved from. */
  readonly deadLetterSource?: string;

  /** When it can be received: after its delay, or the last receiver's visibility timeout. */
  visibleAt: Instant;
  receiveCount: number;
  firstReceivedAt?: Instant;
  /** The last receiver's. */
  receiptHandle?: string;
  /** It was deleted, and came back. */
  isReturned?: boolean;
  /** The event that makes it visible. */
  cancelVisible?: Cancel;
}

/** What is sent. */
export interface Outgoing {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  /** Seconds; without it, the queue's own. */
  readonly delay?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

export function md5(text: string | Uint8Array): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The digest that clients check: by name, of each attribute's name, type and value, each after its length in four
 * bytes ("Calculating the MD5 message digest for message attributes", SQS Developer Guide).
 */
export function attributesMd5(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (value: string | Uint8Array) => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    add(name);
    add(DataType);
    const isBinary = DataType.startsWith('Binary');
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add((isBinary ? BinaryValue : StringValue) ?? '');
  }
  return hash.digest('hex');
}
