import { parsePolicy } from '../../iam/policy.ts';
import { AwsError } from '../../kernel/index.ts';

/** A queue's settings, in the words and units of the API: all values are text, all times in seconds. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** Ranges of CreateQueue's API reference. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const TEXTS = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

/** Whether a queue may have an attribute of this name. */
export function isSetting(name: string): boolean {
  return Object.hasOwn(RANGES, name) || TEXTS.has(name);
}

const DEFAULTS: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
};

/** A new queue's attributes. @throws AwsError InvalidAttributeName, InvalidAttributeValue */
export function newAttributes(
  name: string,
  given: Readonly<Record<string, string | undefined>>,
): QueueAttributes {
  const isFifo = given.FifoQueue === 'true';
  if (isFifo !== name.endsWith('.fifo')) {
    throw new AwsError(
      'InvalidParameterValue',
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  }
  const fifo = isFifo
    ? { ContentBasedDeduplication: 'false', DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' }
    : {};
  return changedAttributes({ ...DEFAULTS, ...fifo }, given);
}

/** Attributes after SetQueueAttributes; an empty text resets one. @throws AwsError as {@link newAttributes} */
export function changedAttributes(
  before: QueueAttributes,
  given: Readonly<Record<string, string | undefined>>,
): QueueAttributes {
  for (const [name, value = ''] of Object.entries(given)) checkAttribute(name, value);
  const merged = Object.entries({ ...before, ...given }).flatMap(([name, value]) => {
    const kept = value === undefined || value === '' ? DEFAULTS[name] : value;
    return kept === undefined ? [] : [[name, kept] as const];
  });
  const after = Object.fromEntries(merged);
  // A queue has one kind of encryption at most.
  return after.KmsMasterKeyId === undefined ? after : { ...after, SqsManagedSseEnabled: 'false' };
}

/** `{"deadLetterTargetArn": …, "maxReceiveCount": 3}`, the count as number or text. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export function redrivePolicy(attributes: QueueAttributes): RedrivePolicy | undefined {
  if (attributes.RedrivePolicy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = parsed('RedrivePolicy', attributes.RedrivePolicy);
  return { deadLetterTargetArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
}

/** Whether a queue lets `source` use it as its dead-letter queue. */
export function allowsRedriveFrom(attributes: QueueAttributes, source: string): boolean {
  if (attributes.RedriveAllowPolicy === undefined) return true;
  const { redrivePermission, sourceQueueArns } = parsed('RedriveAllowPolicy', attributes.RedriveAllowPolicy);
  if (redrivePermission === 'byQueue')
    return Array.isArray(sourceQueueArns) && sourceQueueArns.includes(source);
  return redrivePermission === 'allowAll';
}

function checkAttribute(name: string, value: string): void {
  const range = RANGES[name];
  if (range === undefined && !TEXTS.has(name)) {
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  if (value === '') return;
  if (range !== undefined) checkNumber(name, value, range);
  else if (name === 'RedrivePolicy') checkRedrivePolicy(value);
  else if (name === 'Policy') checkPolicy(value);
  else if (name === 'RedriveAllowPolicy') parsed(name, value);
}

function checkNumber(name: string, value: string, [least, most]: readonly [number, number]): void {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most) throw invalidValue(name, value);
}

function checkPolicy(value: string): void {
  try {
    parsePolicy(value, 'resource');
  } catch (error) {
    if (error instanceof AwsError) throw invalidValue('Policy', value);
    throw error;
  }
}

function checkRedrivePolicy(value: string): void {
  const { deadLetterTargetArn, maxReceiveCount } = parsed('RedrivePolicy', value);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidValue('RedrivePolicy', value);
  }
}

function parsed(name: string, value: string): Record<string, unknown> {
  try {
    const object = JSON.parse(value) as unknown;
    if (typeof object === 'object' && object !== null) return object as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw invalidValue(name, value);
}

function invalidValue(name: string, value: string): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}. Reason: ${value}`);
}
