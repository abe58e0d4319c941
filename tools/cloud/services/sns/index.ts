import type { SNS } from '@aws-sdk/client-sns';
import type { Authorize, Courier, Delivery } from '../../delivery/index.ts';
import type { Kernel, Operations } from '../../kernel/index.ts';
import type { MayUseKey } from '../kms/key-use.ts';
import { Mailbox } from './mailbox.ts';
import { confirmationJson, confirmUrl } from './message.ts';
import { publishOperations, publishTo } from './operations/publish.ts';
import { subscriptionOperations } from './operations/subscriptions.ts';
import { permissionOperations, topicOperations } from './operations/topics.ts';
import { Publisher } from './publisher.ts';
import { standing } from './standing.ts';
import type { Subscription } from './subscriptions.ts';
import { Subscriptions } from './subscriptions.ts';
import { Topics } from './topics.ts';
import { postTo } from './webhook.ts';

export type SnsService = ReturnType<typeof createSns>;

export interface SnsOptions {
  /** Whether people follow the link in a confirmation email by themselves. Default `automatic`. */
  readonly confirmEmail?: 'automatic' | 'manual';
}

/** Amazon SNS: topics, subscriptions, and the mailbox where emails end up. */
export function createSns(
  kernel: Kernel,
  on: { courier: Courier; delivery: Delivery; authorize: Authorize; mayUseKey: MayUseKey },
  { confirmEmail = 'automatic' }: SnsOptions = {},
) {
  const topics = new Topics(kernel);
  const subscriptions = new Subscriptions(kernel);
  const mailbox = new Mailbox(kernel);
  const publisher = new Publisher(kernel, { subscriptions, mailbox, ...on });
  const askToConfirm = confirmation(kernel, on.courier, mailbox, confirmEmail === 'automatic');
  on.delivery.register('sns', (topicArn, parcel) => {
    const topic = topics.get(topicArn);
    publisher.checkAccess(topic, parcel.from);
    const publication = {
      Message: parcel.body,
      Subject: parcel.subject,
      MessageAttributes: parcel.attributes,
    };
    publishTo(kernel, publisher, topic, publication, parcel.eventId);
  });
  return {
    client: '@aws-sdk/client-sns',
    standing,
    operations: {
      ...topicOperations(kernel, topics, subscriptions),
      ...permissionOperations(topics),
      ...subscriptionOperations(kernel, topics, subscriptions, askToConfirm),
      ...publishOperations(kernel, topics, publisher),
    } satisfies Operations<SNS>,
    mailbox,
  };
}

/** Asks a new endpoint, as an event of its own, whether it wants the topic's messages. */
function confirmation(kernel: Kernel, courier: Courier, mailbox: Mailbox, isAutomatic: boolean) {
  return (subscription: Subscription): void => {
    const { protocol, topic, endpoint } = subscription;
    const isEmail = protocol === 'email' || protocol === 'email-json';
    const messageId = kernel.ids.uuid();
    const body = isEmail
      ? invitation(kernel, subscription)
      : confirmationJson(kernel, subscription, messageId);
    const ask = () =>
      isEmail
        ? mailbox.receive(endpoint, 'AWS Notification - Subscription Confirmation', body)
        : postTo(kernel, subscription, { type: 'SubscriptionConfirmation', messageId, body, isRaw: false });
    courier.send({
      sender: topic.arn,
      target: endpoint,
      parcel: { body, from: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topic.arn } },
      retry: { attempts: 3, maximumAge: 3_600_000, pause: () => 20_000 },
      attempt: async () => {
        await ask();
        if (isEmail && isAutomatic) subscription.isConfirmed = true;
      },
    });
  };
}

function invitation(kernel: Kernel, subscription: Subscription): string {
  return `You have chosen to subscribe to the topic:\n${subscription.topic.arn}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\nConfirm subscription: ${confirmUrl(kernel, subscription)}\n`;
}
