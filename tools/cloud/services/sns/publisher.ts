import type { Kernel, Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Authorize, Consignment, Courier, Parcel, RetryPolicy } from '../../delivery/index.ts';
import type { MayUseKey } from '../kms/key-use.ts';
import type { Mailbox } from './mailbox.ts';
import type { Message } from './message.ts';
import { lambdaEvent, notificationJson } from './message.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';
import { ownerKeys } from './topic-policy.ts';
import type { Topic } from './topics.ts';
import { postTo } from './webhook.ts';

const DAY = 86_400_000;

/**
 * SNS Developer Guide, "Message delivery retries": 100,015 times in 23 days for AWS's own endpoints, here with the
 * twenty seconds of its later phases; three times, twenty seconds apart, for HTTP.
 */
const RETRY_AWS: RetryPolicy = { attempts: 100_015, maximumAge: 23 * DAY, pause: () => 20_000 };
const RETRY_HTTP: RetryPolicy = { attempts: 3, maximumAge: DAY, pause: () => 20_000 };

/** What is needed of an encrypted topic's key: SNS Developer Guide, "Key management". */
const KEY_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

/** Sends what is published to those who subscribe. */
export class Publisher {
  readonly #kernel: Kernel;
  readonly #authorize: Authorize;
  readonly #subscriptions: Subscriptions;
  readonly #courier: Courier;
  readonly #mailbox: Mailbox;
  readonly #mayUseKey: MayUseKey;

  constructor(
    kernel: Kernel,
    on: {
      authorize: Authorize;
      subscriptions: Subscriptions;
      courier: Courier;
      mailbox: Mailbox;
      mayUseKey: MayUseKey;
    },
  ) {
    this.#kernel = kernel;
    this.#authorize = on.authorize;
    this.#subscriptions = on.subscriptions;
    this.#courier = on.courier;
    this.#mailbox = on.mailbox;
    this.#mayUseKey = on.mayUseKey;
  }

  /**
   * Whether a principal may publish, as far as the topic has a say: roles have been asked for their own policies.
   *
   * @throws AwsError AuthorizationError when the topic's policy does not admit the service; KMSAccessDenied when the
   *   topic is encrypted and the key may not be used
   */
  checkAccess(topic: Topic, from: Principal): void {
    this.#checkPolicy(topic, from);
    const key = topic.attributes.get('KmsMasterKeyId');
    if (key === undefined || key === '' || this.#mayUseKey(key, from, topic.arn, KEY_ACTIONS)) return;
    throw new AwsError(
      'KMSAccessDenied',
      `User is not authorized to perform: kms:GenerateDataKey on the key ${key} of topic ${topic.arn}`,
      { status: 403 },
    );
  }

  #checkPolicy(topic: Topic, from: Principal): void {
    if (from.kind !== 'service') return;
    const owner = ownerKeys(from.service, this.#kernel.account.id);
    if (this.#authorize(from, 'sns:Publish', topic.arn, owner)) return;
    throw new AwsError(
      'AuthorizationError',
      `${from.service} is not authorized to perform: SNS:Publish on resource: ${topic.arn} because no resource-based policy allows the SNS:Publish action`,
      { status: 403 },
    );
  }

  /** Sends a message to every confirmed subscription whose filter lets it pass. */
  publish(message: Message): void {
    for (const subscription of this.#subscriptions.ofTopic(message.topic)) {
      const isWanted = subscription.filter(message.textFor(subscription.protocol), message.attributes);
      if (subscription.isConfirmed && isWanted) this.#courier.send(this.#consignment(message, subscription));
    }
  }

  #consignment(message: Message, subscription: Subscription): Consignment {
    const { topic, endpoint, protocol, deadLetterQueue } = subscription;
    const parcel = this.#parcel(message, subscription);
    const attempt = this.#attempt(message, subscription, parcel);
    return {
      sender: topic.arn,
      target: endpoint,
      parcel,
      retry: protocol === 'lambda' || protocol === 'sqs' ? RETRY_AWS : RETRY_HTTP,
      ...(attempt && { attempt }),
      ...(deadLetterQueue !== undefined && {
        deadLetter: { queueArn: deadLetterQueue, attributes: () => parcel.attributes ?? {} },
      }),
    };
  }

  #parcel(message: Message, subscription: Subscription): Parcel {
    const { protocol, attributes } = subscription;
    const isRaw = attributes.get('RawMessageDelivery') === 'true';
    const from = { kind: 'service', service: 'sns.amazonaws.com', sourceArn: message.topic.arn } as const;
    const common = { from, ...(message.eventId !== undefined && { eventId: message.eventId }) };
    if (protocol === 'lambda') return { ...common, body: lambdaEvent(this.#kernel, message, subscription) };
    if (protocol === 'email') return { ...common, body: message.textFor('email') };
    if (isRaw && protocol !== 'email-json') {
      return { ...common, body: message.textFor(protocol), attributes: message.attributes };
    }
    return { ...common, body: notificationJson(this.#kernel, message, subscription) };
  }

  /** How protocols deliver that lead out of the cloud. */
  #attempt(
    message: Message,
    subscription: Subscription,
    { body }: Parcel,
  ): (() => void | Promise<void>) | undefined {
    const { protocol, endpoint, attributes } = subscription;
    switch (protocol) {
      case 'lambda':
      case 'sqs':
        return undefined;
      case 'email':
      case 'email-json': {
        const subject = message.subject ?? 'AWS Notification Message';
        return () => this.#mailbox.receive(endpoint, subject, body);
      }
      case 'http':
      case 'https': {
        const isRaw = attributes.get('RawMessageDelivery') === 'true';
        const post = { type: 'Notification', messageId: message.id, body, isRaw } as const;
        return () => postTo(this.#kernel, subscription, post);
      }
    }
  }
}
