import type { SNS, Tag } from '@aws-sdk/client-sns';
import type { Kernel, Operations } from '../../../kernel/index.ts';
import { page } from '../../../kernel/index.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { Topic, Topics } from '../topics.ts';
import { invalid } from '../topics.ts';

const PAGE = 100;

interface PolicyDocument {
  Statement: { Sid?: string }[];
}

/** Topics, their attributes and tags. */
export function topicOperations(kernel: Kernel, topics: Topics, subscriptions: Subscriptions) {
  return {
    CreateTopic: (input) => {
      const topic = topics.create(input.Name ?? '', input.Attributes ?? {}, tagMap(input.Tags ?? []));
      return { TopicArn: topic.arn };
    },
    DeleteTopic: (input) => {
      const gone = subscriptions.all().filter(({ topic }) => topic.arn === input.TopicArn);
      for (const subscription of gone) subscriptions.remove(subscription.arn);
      topics.delete(input.TopicArn ?? '');
      return {};
    },
    ListTopics: (input) => {
      const { items, nextToken } = page(topics.all(), input.NextToken, PAGE);
      return {
        Topics: items.map((topic) => ({ TopicArn: topic.arn })),
        ...(nextToken && { NextToken: nextToken }),
      };
    },
    GetTopicAttributes: (input) => {
      const topic = topics.get(input.TopicArn);
      return { Attributes: attributesOf(kernel, topics, subscriptions, topic) };
    },
    SetTopicAttributes: (input) => {
      topics.setAttribute(topics.get(input.TopicArn), input.AttributeName ?? '', input.AttributeValue ?? '');
      return {};
    },
    TagResource: (input) => {
      const { tags } = topics.get(input.ResourceArn);
      for (const [key, value] of tagMap(input.Tags ?? [])) tags.set(key, value);
      return {};
    },
    UntagResource: (input) => {
      const { tags } = topics.get(input.ResourceArn);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input) => ({
      Tags: [...topics.get(input.ResourceArn).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  } satisfies Operations<SNS>;
}

/** Statements of a topic's policy, one by one. */
export function permissionOperations(topics: Topics) {
  return {
    AddPermission: (input) => {
      const topic = topics.get(input.TopicArn);
      const policy = JSON.parse(topics.policyOf(topic)) as PolicyDocument;
      const statement = {
        Sid: input.Label ?? '',
        Effect: 'Allow',
        Principal: { AWS: (input.AWSAccountId ?? []).map((id) => `arn:aws:iam::${id}:root`) },
        Action: (input.ActionName ?? []).map((name) => `SNS:${name}`),
        Resource: topic.arn,
      };
      if (policy.Statement.some(({ Sid }) => Sid === statement.Sid))
        throw invalid('Statement already exists');
      setPolicy(topics, topic, { ...policy, Statement: [...policy.Statement, statement] });
      return {};
    },
    RemovePermission: (input) => {
      const topic = topics.get(input.TopicArn);
      const policy = JSON.parse(topics.policyOf(topic)) as PolicyDocument;
      const left = policy.Statement.filter(({ Sid }) => Sid !== input.Label);
      setPolicy(topics, topic, { ...policy, Statement: left });
      return {};
    },
  } satisfies Operations<SNS>;
}

function setPolicy(topics: Topics, topic: Topic, policy: PolicyDocument): void {
  topics.setAttribute(topic, 'Policy', JSON.stringify(policy));
}

function tagMap(tags: readonly Tag[]): Map<string, string> {
  return new Map(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

function attributesOf(
  kernel: Kernel,
  topics: Topics,
  subscriptions: Subscriptions,
  topic: Topic,
): Record<string, string> {
  const own = subscriptions.ofTopic(topic);
  const confirmed = own.filter((subscription) => subscription.isConfirmed).length;
  return {
    TopicArn: topic.arn,
    Owner: kernel.account.id,
    DisplayName: '',
    ...Object.fromEntries(topic.attributes),
    Policy: topics.policyOf(topic),
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(own.length - confirmed),
    SubscriptionsDeleted: '0',
  };
}
