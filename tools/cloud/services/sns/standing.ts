import type { SNS } from '@aws-sdk/client-sns';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that SNS has here. */
export const standing = {
  AddPermission: 'real',
  ConfirmSubscription: 'real',
  CreateTopic: 'real',
  DeleteTopic: 'real',
  GetSubscriptionAttributes: 'real',
  GetTopicAttributes: 'real',
  ListSubscriptions: 'real',
  ListSubscriptionsByTopic: 'real',
  ListTagsForResource: 'record',
  ListTopics: 'real',
  Publish: 'real',
  PublishBatch: 'real',
  RemovePermission: 'real',
  SetSubscriptionAttributes: 'real',
  SetTopicAttributes: 'real',
  Subscribe: 'real',
  TagResource: 'record',
  Unsubscribe: 'real',
  UntagResource: 'real',
} satisfies StandingOf<SNS>;
