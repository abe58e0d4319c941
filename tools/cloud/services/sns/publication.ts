import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { MessageAttribute, MessageAttributes } from '../../delivery/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Message } from './message.ts';
import type { Protocol } from './subscriptions.ts';
import { invalid } from './topics.ts';

/** What Publish and an entry of PublishBatch have in common. */
export interface Publication {
  readonly Message?: string | undefined;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>> | undefined;
}

const MOST_BYTES = 256 * 1024;

/**
 * Checks what is to be published.
 *
 * @throws AwsError InvalidParameter, InvalidParameterValue
 */
export function contentOf(publication: Publication): Pick<Message, 'subject' | 'textFor' | 'attributes'> {
  const { Message: message = '', Subject: subject } = publication;
  if (message === '') throw invalid('Empty message');
  if (sizeOf(publication) > MOST_BYTES) throw invalid('Message too long');
  if (subject !== undefined) checkSubject(subject);
  const { MessageStructure: structure } = publication;
  if (structure !== undefined && structure !== 'json') throw invalid('MessageStructure');
  return {
    textFor: structure === 'json' ? structured(message) : () => message,
    attributes: attributesOf(publication.MessageAttributes ?? {}),
    ...(subject !== undefined && { subject }),
  };
}

/** Bytes of message and attributes, as the limit counts them. */
export function sizeOf({ Message: message = '', MessageAttributes: attributes = {} }: Publication): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(message),
  );
}

/** Up to 100 characters of ASCII on one line, beginning with a letter, a digit or punctuation: SNS API, Publish. */
function checkSubject(subject: string): void {
  if (!/^[!-~][ -~]{0,99}$/.test(subject)) throw invalid('Subject');
}

/** MessageStructure `json`: a text for each protocol, `default` for the others. */
function structured(message: string): (protocol: Protocol) => string {
  const texts = parseTexts(message);
  const fallback = texts.default;
  if (typeof fallback !== 'string') {
    throw invalid('Message Structure - No default entry in JSON message body');
  }
  return (protocol) => {
    const own = texts[protocol];
    return typeof own === 'string' ? own : fallback;
  };
}

function parseTexts(message: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(message);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // Refused below.
  }
  throw invalid('Message Structure - JSON message body failed to parse');
}

function attributesOf(attributes: Readonly<Record<string, MessageAttributeValue>>): MessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, attributeOf(name, value)]),
  );
}

function attributeOf(name: string, attribute: MessageAttributeValue): MessageAttribute {
  const { DataType = '', StringValue, BinaryValue } = attribute;
  if (!/^(String(\.Array)?|Number|Binary)(\.[\w.-]+)?$/.test(DataType)) {
    throw badAttribute(name, `of type '${DataType}' is not supported.`);
  }
  if (DataType.startsWith('Binary')) {
    if (BinaryValue === undefined) throw badAttribute(name, 'must contain a non-empty binary value.');
    return { DataType, BinaryValue };
  }
  if (StringValue === undefined || StringValue === '') {
    throw badAttribute(name, 'must contain a non-empty message attribute value.');
  }
  return { DataType, StringValue };
}

function badAttribute(name: string, problem: string): AwsError {
  return new AwsError('InvalidParameterValue', `The message attribute '${name}' ${problem}`);
}
