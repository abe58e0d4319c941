import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { Subscribers } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';

/**
 * The email subscriptions of a topic. One that waits to be confirmed has a word in place of its ARN
 * (`PendingConfirmation`), and is forgotten after two days: what is missing is no better than what is pending.
 */
export function snsSubscribers(topicArn: string, client = new SNSClient(CLIENT_OPTIONS)): Subscribers {
  return {
    confirmed: async () => {
      const addresses: string[] = [];
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
        { client },
        { TopicArn: topicArn },
      )) {
        for (const { Protocol, SubscriptionArn = '', Endpoint = '' } of Subscriptions)
          if (Protocol === 'email' && SubscriptionArn.startsWith('arn:')) addresses.push(Endpoint);
      }
      return addresses;
    },
  };
}
