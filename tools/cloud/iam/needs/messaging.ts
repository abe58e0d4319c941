import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { SNS } from '@aws-sdk/client-sns';
import type { SQS } from '@aws-sdk/client-sqs';
import type { STS } from '@aws-sdk/client-sts';
import type { NeedsOf, Scope } from './need.ts';
import { named, same } from './need.ts';

interface OfQueue {
  readonly QueueUrl?: string | undefined;
}

/** The last part of a queue's URL is its name. */
const ofQueue = ({ QueueUrl = '' }: OfQueue, scope: Scope) => [
  named(scope, 'sqs', QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)),
];

export const sqsNeeds: NeedsOf<SQS> = {
  ...same(
    ofQueue,
    'ChangeMessageVisibility',
    'ChangeMessageVisibilityBatch',
    'DeleteMessage',
    'DeleteMessageBatch',
    'DeleteQueue',
    'GetQueueAttributes',
    'ListDeadLetterSourceQueues',
    'ListQueueTags',
    'PurgeQueue',
    'ReceiveMessage',
    'SendMessage',
    'SendMessageBatch',
    'SetQueueAttributes',
    'TagQueue',
    'UntagQueue',
  ),
  ...same(
    ({ QueueName = '' }: { readonly QueueName?: string | undefined }, scope: Scope) => [
      named(scope, 'sqs', QueueName),
    ],
    'CreateQueue',
    'GetQueueUrl',
  ),
};

interface OfTopic {
  readonly TopicArn?: string | undefined;
}

const ofTopic = ({ TopicArn = '*' }: OfTopic) => [TopicArn];

export const snsNeeds: NeedsOf<SNS> = {
  ...same(
    ofTopic,
    'DeleteTopic',
    'GetTopicAttributes',
    'ListSubscriptionsByTopic',
    'PublishBatch',
    'SetTopicAttributes',
    'Subscribe',
  ),
  CreateTopic: ({ Name = '' }, scope) => [named(scope, 'sns', Name)],
  Publish: ({ TopicArn, TargetArn }) => [TopicArn ?? TargetArn ?? '*'],
};

export const eventBridgeNeeds: NeedsOf<EventBridge> = {
  PutEvents: ({ Entries = [] }, scope) => {
    const buses = new Set(Entries.map(({ EventBusName = 'default' }) => EventBusName));
    return [...buses].map((bus) =>
      bus.startsWith('arn:') ? bus : named(scope, 'events', `event-bus/${bus}`),
    );
  },
};

export const stsNeeds: NeedsOf<STS> = {
  AssumeRole: ({ RoleArn = '*' }) => [RoleArn],
};
