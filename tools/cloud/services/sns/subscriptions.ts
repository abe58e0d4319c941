import type { Kernel } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { MessageFilter } from './filter-policy.ts';
import { parseFilterPolicy } from './filter-policy.ts';
import type { Topic } from './topics.ts';
import { invalid } from './topics.ts';

export type Protocol = 'email' | 'email-json' | 'lambda' | 'sqs' | 'http' | 'https';

/** An endpoint of a topic. Before it is confirmed, nothing is sent to it but the question whether it wants to be. */
export interface Subscription {
  readonly arn: string;
  readonly topic: Topic;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy, … */
  readonly attributes: Map<string, string>;
  isConfirmed: boolean;
  readonly token: string;
  filter: MessageFilter;
  /** Queue of the RedrivePolicy. */
  deadLetterQueue?: string;
}

const PROTOCOLS: readonly string[] = ['email', 'email-json', 'lambda', 'sqs', 'http', 'https'];
const SETTABLE = new Set([
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'DeliveryPolicy',
]);
const CONFIRMED_AT_ONCE: readonly Protocol[] = ['lambda', 'sqs'];

/** The account's subscriptions, by ARN. */
export class Subscriptions {
  readonly #kernel: Kernel;
  readonly #byArn = new Map<string, Subscription>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Subscribes, or answers the subscription that this endpoint of the topic already has.
   *
   * @throws AwsError InvalidParameter
   */
  add(
    topic: Topic,
    protocol: string,
    endpoint: string,
    attributes: Readonly<Record<string, string>>,
  ): { subscription: Subscription; isNew: boolean } {
    const checked = checkProtocol(protocol);
    checkEndpoint(checked, endpoint);
    const known = this.ofTopic(topic).find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (known !== undefined) return { subscription: known, isNew: false };
    const subscription: Subscription = {
      arn: `${topic.arn}:${this.#kernel.ids.uuid()}`,
      topic,
      protocol: checked,
      endpoint,
      attributes: new Map(),
      isConfirmed: CONFIRMED_AT_ONCE.includes(checked),
      token: this.#kernel.ids.hex(64),
      filter: () => true,
    };
    this.#setAll(subscription, attributes);
    this.#byArn.set(subscription.arn, subscription);
    return { subscription, isNew: true };
  }

  /** @throws AwsError NotFound */
  get(subscriptionArn: string | undefined): Subscription {
    const subscription = this.#byArn.get(subscriptionArn ?? '');
    if (subscription === undefined) throw new AwsError('NotFound', 'Subscription does not exist');
    return subscription;
  }

  all(): Subscription[] {
    return [...this.#byArn.values()];
  }

  ofTopic(topic: Topic): Subscription[] {
    return this.all().filter((subscription) => subscription.topic === topic);
  }

  /** @throws AwsError InvalidParameter for a token that confirms nothing */
  confirm(topic: Topic, token: string): Subscription {
    const subscription = this.ofTopic(topic).find((one) => one.token === token);
    if (subscription === undefined) throw invalid('Token');
    subscription.isConfirmed = true;
    return subscription;
  }

  remove(subscriptionArn: string): void {
    this.#byArn.delete(subscriptionArn);
  }

  /** @throws AwsError InvalidParameter */
  setAttribute(subscription: Subscription, name: string, value: string | undefined): void {
    this.#setAll(subscription, { [name]: value ?? '' });
  }

  #setAll(subscription: Subscription, attributes: Readonly<Record<string, string>>): void {
    const settings = new Map(subscription.attributes);
    for (const [name, value] of Object.entries(attributes)) {
      if (!SETTABLE.has(name)) throw invalid('AttributeName');
      if (value === '') settings.delete(name);
      else settings.set(name, value);
    }
    const scope = settings.get('FilterPolicyScope') ?? 'MessageAttributes';
    if (scope !== 'MessageAttributes' && scope !== 'MessageBody') throw invalid('FilterPolicyScope');
    const filter = parseFilterPolicy(settings.get('FilterPolicy') ?? '{}', scope);
    const deadLetterQueue = redriveQueue(settings.get('RedrivePolicy'));
    subscription.filter = filter;
    if (deadLetterQueue === undefined) delete subscription.deadLetterQueue;
    else subscription.deadLetterQueue = deadLetterQueue;
    subscription.attributes.clear();
    for (const [name, value] of settings) subscription.attributes.set(name, value);
  }
}

function checkProtocol(protocol: string): Protocol {
  if (isProtocol(protocol)) return protocol;
  if (['sms', 'application', 'firehose'].includes(protocol)) {
    throw new AwsError('NotImplemented', `The local cloud does not deliver by ${protocol}.`, { status: 501 });
  }
  throw new AwsError(
    'InvalidParameter',
    `Invalid parameter: Does not support this protocol string: ${protocol}`,
  );
}

function isProtocol(protocol: string): protocol is Protocol {
  return PROTOCOLS.includes(protocol);
}

function checkEndpoint(protocol: Protocol, endpoint: string): void {
  const isFit = {
    email: () => /^[^@\s]+@[^@\s]+$/.test(endpoint),
    'email-json': () => /^[^@\s]+@[^@\s]+$/.test(endpoint),
    lambda: () => /^arn:aws:lambda:/.test(endpoint),
    sqs: () => /^arn:aws:sqs:/.test(endpoint),
    http: () => isUrl(endpoint, 'http:'),
    https: () => isUrl(endpoint, 'https:'),
  }[protocol]();
  if (!isFit) throw new AwsError('InvalidParameter', `Invalid parameter: Endpoint`);
  if ((protocol === 'http' || protocol === 'https') && !isLoopback(new URL(endpoint).hostname)) {
    throw new AwsError(
      'InvalidParameter',
      'Invalid parameter: Unreachable Endpoint: the local cloud posts to this machine only',
    );
  }
}

function isUrl(text: string, protocol: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === protocol;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function redriveQueue(policy: string | undefined): string | undefined {
  if (policy === undefined) return undefined;
  try {
    const { deadLetterTargetArn } = JSON.parse(policy) as { deadLetterTargetArn?: unknown };
    if (typeof deadLetterTargetArn === 'string' && deadLetterTargetArn.startsWith('arn:aws:sqs:')) {
      return deadLetterTargetArn;
    }
  } catch {
    // Refused below, like any other text that is no redrive policy.
  }
  throw new AwsError('InvalidParameter', 'Invalid parameter: RedrivePolicy: deadLetterTargetArn is invalid');
}
