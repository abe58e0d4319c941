import type { SNS } from '@aws-sdk/client-sns';
import type { SQS } from '@aws-sdk/client-sqs';
import type { STS } from '@aws-sdk/client-sts';
import type { NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

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
  // Whoever moves messages also takes them from the one queue and sends them to the other.
  StartMessageMoveTask: ({ SourceArn = '*', DestinationArn }) => [
    SourceArn,
    ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
      action,
      resource: SourceArn,
    })),
    ...(DestinationArn === undefined ? [] : [{ action: 'sqs:SendMessage', resource: DestinationArn }]),
  ],
};

interface OfTopic {
  readonly TopicArn?: string | undefined;
}

const ofTopic = ({ TopicArn = '*' }: OfTopic) => [TopicArn];

interface OfSubscription {
  readonly SubscriptionArn?: string | undefined;
}

/** Actions on a subscription are asked for on its topic: what its ARN begins with. */
const ofSubscription = ({ SubscriptionArn = '*' }: OfSubscription) => [
  SubscriptionArn.split(':').slice(0, 6).join(':'),
];

interface OfArn {
  readonly ResourceArn?: string | undefined;
}

const ofArn = ({ ResourceArn = '*' }: OfArn) => [ResourceArn];

export const snsNeeds: NeedsOf<SNS> = {
  ...same(
    ofTopic,
    'AddPermission',
    'ConfirmSubscription',
    'DeleteTopic',
    'GetTopicAttributes',
    'ListSubscriptionsByTopic',
    'PublishBatch',
    'RemovePermission',
    'SetTopicAttributes',
  ),
  ...same(ofSubscription, 'GetSubscriptionAttributes', 'SetSubscriptionAttributes', 'Unsubscribe'),
  ...same(ofArn, 'ListTagsForResource', 'TagResource', 'UntagResource'),
  Subscribe: ({ TopicArn = '*', Endpoint, Protocol }) => [
    { resource: TopicArn, context: keys({ 'sns:endpoint': Endpoint, 'sns:protocol': Protocol }) },
  ],
  CreateTopic: ({ Name = '' }, scope) => [named(scope, 'sns', Name)],
  Publish: ({ TopicArn, TargetArn }) => [TopicArn ?? TargetArn ?? '*'],
};

export const stsNeeds: NeedsOf<STS> = {
  AssumeRole: ({ RoleArn = '*', RoleSessionName, ExternalId, SourceIdentity }) => [
    {
      resource: RoleArn,
      context: keys({
        'sts:rolesessionname': RoleSessionName,
        'sts:externalid': ExternalId,
        'sts:sourceidentity': SourceIdentity,
      }),
    },
  ],
};
