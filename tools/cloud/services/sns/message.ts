import type { Kernel } from '../../kernel/index.ts';
import type { MessageAttributes } from '../../delivery/index.ts';
import type { Protocol, Subscription } from './subscriptions.ts';
import type { Topic } from './topics.ts';

/** A message as it was published. */
export interface Message {
  readonly id: string;
  readonly topic: Topic;
  readonly subject?: string;
  /** The text for each protocol: the same for all unless MessageStructure was `json`. */
  readonly textFor: (protocol: Protocol) => string;
  readonly attributes: MessageAttributes;
  /** `2026-07-01T07:00:00.000Z` */
  readonly timestamp: string;
  /** Id of the event that led to it, if any. */
  readonly eventId?: string;
}

/** Messages of the local cloud are not signed: SNS's key is AWS's own. */
const SIGNATURE = 'TG9jYWwgY2xvdWQ6IG5vdCBzaWduZWQ=';

/** The fields that notifications share, in the order in which SNS writes them. */
function commonFields(message: Message, subscription: Subscription) {
  return {
    Type: 'Notification',
    MessageId: message.id,
    TopicArn: message.topic.arn,
    ...(message.subject !== undefined && { Subject: message.subject }),
    Message: message.textFor(subscription.protocol),
    Timestamp: message.timestamp,
    SignatureVersion: message.topic.attributes.get('SignatureVersion') ?? '1',
    Signature: SIGNATURE,
  };
}

/** What an SQS queue, an HTTP endpoint and `email-json` get. */
export function notificationJson(kernel: Kernel, message: Message, subscription: Subscription): string {
  const attributes = attributeFields(message.attributes);
  return JSON.stringify({
    ...commonFields(message, subscription),
    SigningCertURL: certificateUrl(kernel),
    UnsubscribeURL: unsubscribeUrl(kernel, subscription),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  });
}

/** The event of a Lambda function. */
export function lambdaEvent(kernel: Kernel, message: Message, subscription: Subscription): string {
  const { Type, MessageId, TopicArn, ...content } = commonFields(message, subscription);
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type,
          MessageId,
          TopicArn,
          Subject: null,
          ...content,
          SigningCertUrl: certificateUrl(kernel),
          UnsubscribeUrl: unsubscribeUrl(kernel, subscription),
          MessageAttributes: attributeFields(message.attributes),
        },
      },
    ],
  });
}

/** What an HTTP endpoint gets before it is confirmed. */
export function confirmationJson(kernel: Kernel, subscription: Subscription, id: string): string {
  const { topic, token } = subscription;
  return JSON.stringify({
    Type: 'SubscriptionConfirmation',
    MessageId: id,
    Token: token,
    TopicArn: topic.arn,
    Message: `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: confirmUrl(kernel, subscription),
    Timestamp: kernel.clock.date().toISOString(),
    SignatureVersion: topic.attributes.get('SignatureVersion') ?? '1',
    Signature: SIGNATURE,
    SigningCertURL: certificateUrl(kernel),
  });
}

export function confirmUrl(kernel: Kernel, { topic, token }: Subscription): string {
  return `${host(kernel)}/?Action=ConfirmSubscription&TopicArn=${topic.arn}&Token=${token}`;
}

function attributeFields(attributes: MessageAttributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        Type: DataType,
        Value: BinaryValue === undefined ? StringValue : Buffer.from(BinaryValue).toString('base64'),
      },
    ]),
  );
}

function host({ account }: Kernel): string {
  return `https://sns.${account.region}.amazonaws.com`;
}

function certificateUrl(kernel: Kernel): string {
  return `${host(kernel)}/SimpleNotificationService-00000000000000000000000000000000.pem`;
}

function unsubscribeUrl(kernel: Kernel, subscription: Subscription): string {
  return `${host(kernel)}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;
}
