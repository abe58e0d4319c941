import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, paginateListQueues } from '@aws-sdk/client-sqs';
import type { ControlPlane } from '../picture.ts';
import type { Clients } from './clients.ts';
import { failuresOf } from './metrics.ts';

/** What the names of Evenkeel's functions and queues begin with. */
const PREFIX = 'evenkeel-';

/** How Evenkeel itself does. */
export async function controlPlaneOf(clients: Clients, now: number): Promise<ControlPlane> {
  return {
    deadLetters: await deadLettersOf(clients),
    failures: await failuresOf(clients, await functionsOf(clients), now),
  };
}

async function functionsOf({ lambda }: Clients): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListFunctions({ client: lambda }, {}))
    names.push(...(page.Functions ?? []).flatMap(({ FunctionName }) => FunctionName ?? []));
  return names.filter((name) => name.startsWith(PREFIX));
}

async function deadLettersOf({ sqs }: Clients): Promise<ControlPlane['deadLetters']> {
  const urls: string[] = [];
  for await (const page of paginateListQueues({ client: sqs }, { QueueNamePrefix: PREFIX, MaxResults: 1000 }))
    urls.push(...(page.QueueUrls ?? []));
  const depths = await Promise.all(
    urls
      .filter((url) => /dead-?letter|dlq/i.test(url))
      .map(async (queue) => ({ queue, messages: await depthOf({ sqs }, queue) })),
  );
  return depths.filter(({ messages }) => messages > 0);
}

async function depthOf({ sqs }: Pick<Clients, 'sqs'>, QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}
