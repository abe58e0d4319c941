import type { Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import { checkPolicy, defaultPolicy } from './topic-policy.ts';

/** A topic with its attributes, all texts, and its tags. */
export interface Topic {
  readonly name: string;
  readonly arn: string;
  /** Policy, DisplayName, KmsMasterKeyId, …: those that SetTopicAttributes sets. */
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
}

const SETTABLE = new Set([
  'Policy',
  'DisplayName',
  'DeliveryPolicy',
  'KmsMasterKeyId',
  'SignatureVersion',
  'TracingConfig',
]);
/** Delivery status logging: kept and shown, without effect. */
const FEEDBACK = /^(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)Feedback(RoleArn|SampleRate)$/;

/** The account's topics, by ARN. */
export class Topics {
  readonly #kernel: Kernel;
  readonly #byArn = new Map<string, Topic>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Makes a topic, or answers the one that has the name and does not differ.
   *
   * @throws AwsError InvalidParameter
   */
  create(
    name: string,
    attributes: Readonly<Record<string, string>>,
    tags: ReadonlyMap<string, string>,
  ): Topic {
    checkName(name, attributes);
    const topicArn = arn(this.#kernel.account, 'sns', name);
    const known = this.#byArn.get(topicArn);
    if (known !== undefined) return same(known, attributes, tags);
    const topic: Topic = { name, arn: topicArn, attributes: new Map(), tags: new Map(tags) };
    for (const [attribute, value] of Object.entries(attributes)) {
      if (attribute !== 'FifoTopic') this.setAttribute(topic, attribute, value);
    }
    this.#byArn.set(topicArn, topic);
    return topic;
  }

  /** @throws AwsError NotFound */
  get(topicArn: string | undefined): Topic {
    const topic = this.#byArn.get(topicArn ?? '');
    if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist');
    return topic;
  }

  delete(topicArn: string): void {
    this.#byArn.delete(topicArn);
  }

  all(): Topic[] {
    return [...this.#byArn.values()];
  }

  /** @throws AwsError InvalidParameter for an attribute that SNS does not have */
  setAttribute(topic: Topic, name: string, value: string): void {
    if (!SETTABLE.has(name) && !FEEDBACK.test(name)) throw invalid('AttributeName');
    if (name === 'Policy') checkPolicy(value);
    topic.attributes.set(name, value);
  }

  policyOf(topic: Topic): string {
    return topic.attributes.get('Policy') ?? defaultPolicy(topic.arn, this.#kernel.account.id);
  }
}

export function invalid(parameter: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${parameter}`);
}

function checkName(name: string, attributes: Readonly<Record<string, string>>): void {
  if (name.endsWith('.fifo') || attributes.FifoTopic === 'true') {
    throw new AwsError('NotImplemented', 'The local cloud has no FIFO topics.', { status: 501 });
  }
  if (!/^[\w-]{1,256}$/.test(name)) throw invalid('Topic Name');
}

function same(
  topic: Topic,
  attributes: Readonly<Record<string, string>>,
  tags: ReadonlyMap<string, string>,
): Topic {
  const differs = Object.entries(attributes).some(
    ([name, value]) => name !== 'FifoTopic' && topic.attributes.get(name) !== value,
  );
  if (differs) {
    throw new AwsError(
      'InvalidParameter',
      'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
    );
  }
  if ([...tags].some(([key, value]) => topic.tags.get(key) !== value)) {
    throw new AwsError(
      'InvalidParameter',
      'Invalid parameter: Tags Reason: Topic already exists with different tags',
    );
  }
  return topic;
}
