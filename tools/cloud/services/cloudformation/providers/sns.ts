import type { Tag } from '@aws-sdk/client-cloudformation';
import { isSame } from '../engine/replacement.ts';
import type { Made, ProviderContext } from './provider.ts';
import { attributeText, deleted, mergedTags, provider } from './provider.ts';
import { retagTopic } from './tagging.ts';

/** Properties that are topic attributes of the same name. */
const TOPIC_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DisplayName',
  'FifoTopic',
  'KmsMasterKeyId',
  'SignatureVersion',
  'TracingConfig',
] as const;

interface InlineSubscription {
  readonly Endpoint: string;
  readonly Protocol: string;
}

type Topic = Partial<Record<(typeof TOPIC_ATTRIBUTES)[number], unknown>> & {
  readonly TopicName?: string;
  readonly Subscription?: InlineSubscription[];
  readonly Tags?: Tag[];
};

export const topic = provider<Topic>({
  properties: [...TOPIC_ATTRIBUTES, 'TopicName', 'Subscription', 'Tags'],
  retag: retagTopic,
  async create(wanted, context) {
    const fifo = wanted.FifoTopic === true ? '.fifo' : '';
    const { TopicArn: arn = '' } = await context.api.sns.CreateTopic({
      Name: wanted.TopicName ?? `${context.physicalName(251)}${fifo}`,
      Attributes: texts(wanted, TOPIC_ATTRIBUTES),
      Tags: mergedTags(wanted.Tags, context),
    });
    context.announce(arn);
    for (const subscription of wanted.Subscription ?? []) await subscribe(arn, subscription, context);
    return made(arn);
  },
  async update(arn, wanted, before, context) {
    const attributes = { ...texts(wanted, TOPIC_ATTRIBUTES) };
    for (const name of TOPIC_ATTRIBUTES) {
      if (isSame(wanted[name], before[name])) continue;
      const AttributeValue = attributes[name] ?? '';
      await context.api.sns.SetTopicAttributes({ TopicArn: arn, AttributeName: name, AttributeValue });
    }
    await changeSubscriptions(arn, wanted.Subscription ?? [], before.Subscription ?? [], context);
    return made(arn);
  },
  async delete(arn, _wanted, { api }) {
    await deleted(api.sns.DeleteTopic({ TopicArn: arn }));
  },
});

async function subscribe(arn: string, { Endpoint, Protocol }: InlineSubscription, { api }: ProviderContext) {
  await api.sns.Subscribe({ TopicArn: arn, Protocol, Endpoint, ReturnSubscriptionArn: true });
}

async function changeSubscriptions(
  arn: string,
  wanted: readonly InlineSubscription[],
  before: readonly InlineSubscription[],
  context: ProviderContext,
): Promise<void> {
  const { sns } = context.api;
  const { Subscriptions: existing = [] } = await sns.ListSubscriptionsByTopic({ TopicArn: arn });
  for (const old of before) {
    if (wanted.some((one) => isSame(one, old))) continue;
    const found = existing.find((one) => one.Endpoint === old.Endpoint && one.Protocol === old.Protocol);
    if (found !== undefined) await deleted(sns.Unsubscribe({ SubscriptionArn: found.SubscriptionArn }));
  }
  for (const one of wanted) {
    if (!before.some((old) => isSame(one, old))) await subscribe(arn, one, context);
  }
}

function made(arn: string): Made {
  const name = arn.slice(arn.lastIndexOf(':') + 1);
  return { id: arn, attributes: { TopicArn: arn, TopicName: name } };
}

/** Properties as the attributes that the API wants: texts, structures as JSON. */
function texts<Name extends string>(
  wanted: Partial<Record<Name, unknown>>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const entries = names.flatMap((name) => {
    const value: unknown = wanted[name];
    if (value === undefined) return [];
    return [[name, attributeText(value)]];
  });
  return Object.fromEntries(entries) as Partial<Record<Name, string>>;
}

const SUBSCRIPTION_ATTRIBUTES = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'SubscriptionRoleArn',
] as const;

type Subscription = Partial<Record<(typeof SUBSCRIPTION_ATTRIBUTES)[number], unknown>> & {
  readonly TopicArn: string;
  readonly Protocol: string;
  readonly Endpoint?: string;
};

export const subscription = provider<Subscription>({
  properties: [...SUBSCRIPTION_ATTRIBUTES, 'TopicArn', 'Protocol', 'Endpoint'],
  async create(wanted, { api }) {
    const { SubscriptionArn: arn = '' } = await api.sns.Subscribe({
      TopicArn: wanted.TopicArn,
      Protocol: wanted.Protocol,
      Endpoint: wanted.Endpoint,
      Attributes: texts(wanted, SUBSCRIPTION_ATTRIBUTES),
      ReturnSubscriptionArn: true,
    });
    return { id: arn, attributes: { Arn: arn } };
  },
  async update(arn, wanted, before, { api }) {
    const attributes = texts(wanted, SUBSCRIPTION_ATTRIBUTES);
    for (const name of SUBSCRIPTION_ATTRIBUTES) {
      if (isSame(wanted[name], before[name])) continue;
      const change = { SubscriptionArn: arn, AttributeName: name, AttributeValue: attributes[name] };
      await api.sns.SetSubscriptionAttributes(change);
    }
    return { id: arn, attributes: { Arn: arn } };
  },
  async delete(arn, _wanted, { api }) {
    await deleted(api.sns.Unsubscribe({ SubscriptionArn: arn }));
  },
});

interface TopicPolicy {
  readonly Topics: string[];
  readonly PolicyDocument: unknown;
}

export const topicPolicy = provider<TopicPolicy>({
  properties: ['Topics', 'PolicyDocument'],
  async create(wanted, context) {
    const id = context.physicalName(80);
    context.announce(id);
    await setPolicy(wanted.Topics, wanted.PolicyDocument, context);
    return { id, attributes: { Id: id } };
  },
  async update(id, wanted, _before, context) {
    await setPolicy(wanted.Topics, wanted.PolicyDocument, context);
    return { id, attributes: { Id: id } };
  },
  async delete(_id, wanted, context) {
    await deleted(setPolicy(wanted.Topics, ownerPolicy(context), context));
  },
});

async function setPolicy(arns: readonly string[], policy: unknown, { api }: ProviderContext): Promise<void> {
  for (const arn of arns) {
    const AttributeValue = JSON.stringify(policy);
    await api.sns.SetTopicAttributes({ TopicArn: arn, AttributeName: 'Policy', AttributeValue });
  }
}

/** What a topic's policy is before anyone sets one: the account may do everything. */
function ownerPolicy({ account }: ProviderContext): unknown {
  return {
    Version: '2008-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:Subscribe', 'SNS:Publish'],
        Resource: '*',
        Condition: { StringEquals: { 'AWS:SourceOwner': account.id } },
      },
    ],
  };
}
