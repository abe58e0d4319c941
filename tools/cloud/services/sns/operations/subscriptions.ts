import type { SNS } from '@aws-sdk/client-sns';
import type { Kernel, Operations } from '../../../kernel/index.ts';
import { page } from '../../../kernel/index.ts';
import type { Subscription, Subscriptions } from '../subscriptions.ts';
import type { Topics } from '../topics.ts';

const PENDING = 'pending confirmation';

/** Subscriptions; `askToConfirm` is told of each that its endpoint must confirm. */
export function subscriptionOperations(
  kernel: Kernel,
  topics: Topics,
  subscriptions: Subscriptions,
  askToConfirm: (subscription: Subscription) => void,
) {
  return {
    Subscribe: (input) => {
      const topic = topics.get(input.TopicArn);
      const { Protocol = '', Endpoint = '', Attributes = {} } = input;
      const { subscription } = subscriptions.add(topic, Protocol, Endpoint, Attributes);
      if (!subscription.isConfirmed) askToConfirm(subscription);
      const isTold = subscription.isConfirmed || input.ReturnSubscriptionArn === true;
      return { SubscriptionArn: isTold ? subscription.arn : PENDING };
    },
    ConfirmSubscription: (input) => ({
      SubscriptionArn: subscriptions.confirm(topics.get(input.TopicArn), input.Token ?? '').arn,
    }),
    Unsubscribe: (input) => {
      subscriptions.remove(input.SubscriptionArn ?? '');
      return {};
    },
    ListSubscriptions: (input) => listed(kernel, subscriptions.all(), input.NextToken),
    ListSubscriptionsByTopic: (input) =>
      listed(kernel, subscriptions.ofTopic(topics.get(input.TopicArn)), input.NextToken),
    GetSubscriptionAttributes: (input) => {
      const subscription = subscriptions.get(input.SubscriptionArn);
      return { Attributes: attributesOf(kernel, subscription) };
    },
    SetSubscriptionAttributes: (input) => {
      const subscription = subscriptions.get(input.SubscriptionArn);
      subscriptions.setAttribute(subscription, input.AttributeName ?? '', input.AttributeValue);
      return {};
    },
  } satisfies Operations<SNS>;
}

function listed(kernel: Kernel, subscriptions: readonly Subscription[], token: string | undefined) {
  const { items, nextToken } = page(subscriptions, token, 100);
  return {
    Subscriptions: items.map(({ arn, isConfirmed, topic, protocol, endpoint }) => ({
      SubscriptionArn: isConfirmed ? arn : 'PendingConfirmation',
      Owner: kernel.account.id,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topic.arn,
    })),
    ...(nextToken && { NextToken: nextToken }),
  };
}

function attributesOf({ account }: Kernel, subscription: Subscription): Record<string, string> {
  return {
    SubscriptionArn: subscription.arn,
    TopicArn: subscription.topic.arn,
    Owner: account.id,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    PendingConfirmation: String(!subscription.isConfirmed),
    ConfirmationWasAuthenticated: String(subscription.isConfirmed),
    RawMessageDelivery: 'false',
    ...(subscription.attributes.has('FilterPolicy') && { FilterPolicyScope: 'MessageAttributes' }),
    ...Object.fromEntries(subscription.attributes),
  };
}
