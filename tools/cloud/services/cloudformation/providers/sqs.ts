import type { Tag } from '@aws-sdk/client-cloudformation';
import { arn } from '../../../kernel/index.ts';
import type { Made, ProviderContext } from './provider.ts';
import { attributeText, deleted, mergedTags, provider, tagMap } from './provider.ts';
import { retagQueue } from './tagging.ts';

/** Properties that are queue attributes of the same name. */
const ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
] as const;

type Queue = Partial<Record<(typeof ATTRIBUTES)[number], unknown>> & {
  readonly QueueName?: string;
  readonly Tags?: Tag[];
};

export const queue = provider<Queue>({
  properties: [...ATTRIBUTES, 'QueueName', 'Tags'],
  retag: retagQueue,
  async create(wanted, context) {
    const fifo = wanted.FifoQueue === true ? '.fifo' : '';
    const name = wanted.QueueName ?? `${context.physicalName(75)}${fifo}`;
    const { QueueUrl: url = '' } = await context.api.sqs.CreateQueue({
      QueueName: name,
      Attributes: attributesOf(wanted),
      tags: tagMap(mergedTags(wanted.Tags, context)),
    });
    return made(url, context);
  },
  async update(url, wanted, before, context) {
    const removed = ATTRIBUTES.filter((name) => before[name] !== undefined && wanted[name] === undefined);
    const Attributes = { ...Object.fromEntries(removed.map((name) => [name, ''])), ...attributesOf(wanted) };
    await context.api.sqs.SetQueueAttributes({ QueueUrl: url, Attributes });
    return made(url, context);
  },
  async delete(url, _wanted, { api }) {
    await deleted(api.sqs.DeleteQueue({ QueueUrl: url }));
  },
});

function attributesOf(wanted: Queue): Record<string, string> {
  return Object.fromEntries(
    ATTRIBUTES.flatMap((name) => {
      const value = wanted[name];
      if (value === undefined || (name === 'FifoQueue' && value === false)) return [];
      return [[name, attributeText(value)]];
    }),
  );
}

function made(url: string, { account }: ProviderContext): Made {
  const name = url.slice(url.lastIndexOf('/') + 1);
  return { id: url, attributes: { Arn: arn(account, 'sqs', name), QueueName: name, QueueUrl: url } };
}

interface QueuePolicy {
  readonly Queues: string[];
  readonly PolicyDocument: unknown;
}

export const queuePolicy = provider<QueuePolicy>({
  properties: ['Queues', 'PolicyDocument'],
  async create(wanted, context) {
    const id = context.physicalName(80);
    context.announce(id);
    await setPolicy(wanted.Queues, JSON.stringify(wanted.PolicyDocument), context);
    return { id, attributes: { Id: id } };
  },
  async update(id, wanted, before, context) {
    await setPolicy(wanted.Queues, JSON.stringify(wanted.PolicyDocument), context);
    const left = before.Queues.filter((url) => !wanted.Queues.includes(url));
    await deleted(setPolicy(left, '', context));
    return { id, attributes: { Id: id } };
  },
  async delete(_id, wanted, context) {
    await deleted(setPolicy(wanted.Queues, '', context));
  },
});

async function setPolicy(urls: readonly string[], policy: string, { api }: ProviderContext): Promise<void> {
  for (const url of urls) await api.sqs.SetQueueAttributes({ QueueUrl: url, Attributes: { Policy: policy } });
}
