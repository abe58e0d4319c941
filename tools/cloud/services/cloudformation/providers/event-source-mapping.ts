import type { CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { arn, AwsError } from '../../../kernel/index.ts';
import type { ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider, tagMap } from './provider.ts';

type Mapping = Omit<CreateEventSourceMappingCommandInput, 'Tags'> & { readonly Tags?: Tag[] };

export const eventSourceMapping = provider<Mapping>({
  properties: [
    'EventSourceArn',
    'FunctionName',
    'Enabled',
    'BatchSize',
    'MaximumBatchingWindowInSeconds',
    'FunctionResponseTypes',
    'FilterCriteria',
    'ScalingConfig',
    'Tags',
  ],
  async create({ Tags: tags, ...wanted }, context) {
    const created = await context.api.lambda.CreateEventSourceMapping({
      ...wanted,
      Tags: tagMap(mergedTags(tags, context)),
    });
    const id = created.UUID ?? '';
    context.announce(id);
    await settled(id, context);
    return made(id, context);
  },
  async update(id, { Tags: _tags, EventSourceArn: _source, ...wanted }, _before, context) {
    await context.api.lambda.UpdateEventSourceMapping({ ...wanted, UUID: id });
    await settled(id, context);
    return made(id, context);
  },
  async delete(id, _wanted, context) {
    await deleted(context.api.lambda.DeleteEventSourceMapping({ UUID: id }));
    await context.waitUntil(async () => (await stateOf(id, context)) === undefined);
  },
});

async function settled(id: string, context: ProviderContext): Promise<void> {
  await context.waitUntil(async () => {
    const state = await stateOf(id, context);
    return state === 'Enabled' || state === 'Disabled';
  });
}

async function stateOf(id: string, { api }: ProviderContext): Promise<string | undefined> {
  try {
    return (await api.lambda.GetEventSourceMapping({ UUID: id })).State;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function made(id: string, context: ProviderContext) {
  return { id, attributes: { Id: id, EventSourceMappingArn: mappingArn(id, context) } };
}

function mappingArn(id: string, { account }: ProviderContext): string {
  return arn(account, 'lambda', `event-source-mapping:${id}`);
}
