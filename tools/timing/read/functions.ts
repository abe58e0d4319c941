import type { Resource, Template } from '../../templates/model.ts';
import { resourcesNamedIn } from '../../templates/intrinsics.ts';
import { numberAt, resourcesOf, textAt } from '../../templates/template.ts';
import type { FunctionClocks, QueueClocks } from '../model.ts';

/** Functions by their logical ids. A timeout that is not given is 3 seconds. */
export function readFunctions(template: Template): ReadonlyMap<string, FunctionClocks> {
  const all = resourcesOf(template, 'AWS::Lambda::Function').map(({ id, properties }) => ({
    id,
    timeout: numberAt(template, properties, ['Timeout'], 3),
    executionTimeout: numberAt(template, properties, ['DurableConfig', 'ExecutionTimeout'], undefined),
  }));
  return new Map(all.map((clocks) => [clocks.id, clocks]));
}

/** The function of this project that is deployed under a name of its own: `evenkeel-dev-admit` is `admit`. */
export function functionNamed(
  name: string,
  template: Template,
  functions: ReadonlyMap<string, FunctionClocks>,
): FunctionClocks | undefined {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(({ properties }) =>
    textAt(template, properties, ['FunctionName'])?.endsWith(`-${name}`),
  );
  return found && functions.get(found.id);
}

/** The function that a value means: itself, or by its version or alias. */
export function functionIn(
  value: unknown,
  template: Template,
  functions: ReadonlyMap<string, FunctionClocks>,
): FunctionClocks | undefined {
  let pending = resourcesNamedIn(value, template);
  for (let hops = 0; hops < 3; hops++) {
    for (const id of pending) if (functions.has(id)) return functions.get(id);
    pending = pending.flatMap((id) => resourcesNamedIn(qualified(template.resources.get(id)), template));
  }
  return undefined;
}

/** An alias names its function, and so does a version. */
function qualified(resource: Resource | undefined): unknown {
  const isQualifier = resource?.type === 'AWS::Lambda::Alias' || resource?.type === 'AWS::Lambda::Version';
  return isQualifier ? resource.properties.FunctionName : undefined;
}

/**
 * Queues, with what reads them. AWS hides a message for 30 seconds and keeps it four days where nothing else is said:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export function readQueues(
  template: Template,
  functions: ReadonlyMap<string, FunctionClocks>,
): readonly QueueClocks[] {
  const resources = resourcesOf(template, 'AWS::SQS::Queue');
  const plain = new Map(resources.map((queue) => [queue.id, plainQueue(queue, template, functions)]));
  return resources.map(({ id, properties }) => {
    const own = plain.get(id) ?? { id, visibility: undefined, retention: undefined, readers: [] };
    const target = resourcesNamedIn(properties.RedrivePolicy, template)[0];
    const deadLetters = target === undefined ? undefined : plain.get(target);
    return { ...own, ...(deadLetters && { deadLetters }) };
  });
}

function plainQueue(
  { id, properties }: Resource,
  template: Template,
  functions: ReadonlyMap<string, FunctionClocks>,
): QueueClocks {
  const readers = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
    const { EventSourceArn: source, FunctionName: name } = mapping.properties;
    const reader = functionIn(name, template, functions);
    if (reader === undefined || !resourcesNamedIn(source, template).includes(id)) return [];
    const batchWindow = numberAt(template, mapping.properties, ['MaximumBatchingWindowInSeconds'], 0);
    return [{ function: reader, batchWindow }];
  });
  return {
    id,
    visibility: numberAt(template, properties, ['VisibilityTimeout'], 30),
    retention: numberAt(template, properties, ['MessageRetentionPeriod'], 345_600),
    readers,
  };
}
