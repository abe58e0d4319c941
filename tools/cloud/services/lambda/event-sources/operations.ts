import type {
  CreateEventSourceMappingCommandInput,
  FilterCriteria,
  Lambda,
  UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import { PatternError } from '../../../delivery/pattern/filters.ts';
import { parsePattern } from '../../../delivery/pattern/pattern.ts';
import type { Kernel, Operations } from '../../../kernel/index.ts';
import { page } from '../../../kernel/index.ts';
import { executionRole } from '../destinations.ts';
import { SYNCHRONOUS_LIMIT } from '../durable/runner.ts';
import type { Functions, ResolvedFunction } from '../functions.ts';
import type { Invocations } from '../invocations.ts';
import type { LambdaPorts } from '../ports.ts';
import { invalid } from '../settings.ts';
import type { EventSourceMapping } from './mappings.ts';
import { describeMapping, EventSourceMappings } from './mappings.ts';
import { QueuePoller } from './poller.ts';

interface Parts {
  readonly functions: Functions;
  readonly invocations: Invocations;
  readonly on: Pick<LambdaPorts, 'sqs' | 'authorize'>;
}

type Input = CreateEventSourceMappingCommandInput | UpdateEventSourceMappingCommandInput;

/** Queues that functions work off. */
export function eventSourceOperations(kernel: Kernel, { functions, invocations, on }: Parts) {
  const mappings = new EventSourceMappings(kernel);
  const pollers = new Map<EventSourceMapping, QueuePoller>();

  const put = (mapping: EventSourceMapping) => {
    const poller = pollers.get(mapping) ?? new QueuePoller(kernel, on.sqs, invocations, mapping);
    pollers.set(mapping, poller);
    if (mapping.isEnabled) poller.start();
    else poller.stop();
    return describeMapping(mapping);
  };

  return {
    CreateEventSourceMapping: (input) => {
      const target = functions.resolve(input.FunctionName);
      const queueArn = input.EventSourceArn ?? '';
      checkSource(queueArn, target, on);
      const settings = changed({ ...DEFAULTS, queueArn, functionArn: target.invokedArn }, input);
      return put(mappings.add(settings));
    },

    UpdateEventSourceMapping: (input) => {
      const mapping = mappings.get(input.UUID);
      if (input.FunctionName !== undefined) {
        mapping.functionArn = functions.resolve(input.FunctionName).invokedArn;
      }
      Object.assign(mapping, changed(mapping, input), { modifiedAt: kernel.clock.date() });
      return put(mapping);
    },

    DeleteEventSourceMapping: (input) => {
      const mapping = mappings.get(input.UUID);
      pollers.get(mapping)?.stop();
      pollers.delete(mapping);
      mappings.delete(mapping);
      return describeMapping(mapping, 'Deleting');
    },

    GetEventSourceMapping: (input) => describeMapping(mappings.get(input.UUID)),

    ListEventSourceMappings: (input) => {
      const functionArn = input.FunctionName && functions.resolve(input.FunctionName).invokedArn;
      const all = mappings
        .all()
        .filter(
          (mapping) =>
            (functionArn === undefined || mapping.functionArn === functionArn) &&
            (input.EventSourceArn === undefined || mapping.queueArn === input.EventSourceArn),
        );
      const { items, nextToken } = page(
        all,
        input.Marker,
        input.MaxItems ?? 100,
        'InvalidParameterValueException',
      );
      return {
        EventSourceMappings: items.map((mapping) => describeMapping(mapping)),
        ...(nextToken !== undefined && { NextMarker: nextToken }),
      };
    },
  } satisfies Operations<Lambda>;
}

type Settings = Omit<EventSourceMapping, 'id' | 'arn' | 'modifiedAt'>;

const DEFAULTS = {
  batchSize: 10,
  batchingWindow: 0,
  reportsItemFailures: false,
  filters: [],
  isEnabled: true,
} satisfies Partial<Settings>;

function changed(before: Settings, input: Input): Settings {
  const after: Settings = {
    ...before,
    batchSize: input.BatchSize ?? before.batchSize,
    batchingWindow: input.MaximumBatchingWindowInSeconds ?? before.batchingWindow,
    reportsItemFailures:
      input.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? before.reportsItemFailures,
    filters: input.FilterCriteria === undefined ? before.filters : filtersOf(input.FilterCriteria),
    isEnabled: input.Enabled ?? before.isEnabled,
  };
  const maximumConcurrency = input.ScalingConfig?.MaximumConcurrency;
  if (maximumConcurrency !== undefined) after.maximumConcurrency = maximumConcurrency;
  checkBatching(after);
  return after;
}

function checkBatching({ batchSize, batchingWindow, queueArn }: Settings): void {
  if (queueArn.endsWith('.fifo') && batchSize > 10) {
    throw invalid('BatchSize must be between 1 and 10 for a FIFO queue.');
  }
  if (batchSize > 10 && batchingWindow === 0) {
    throw invalid(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
}

function filtersOf({ Filters = [] }: FilterCriteria): EventSourceMapping['filters'] {
  return Filters.map(({ Pattern: text = '' }) => {
    try {
      return { text, pattern: parsePattern(text) };
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw invalid(`Invalid filter pattern definition. ${error.message}`);
    }
  });
}

/** What Lambda makes sure of before it polls a queue for a function. */
function checkSource(queueArn: string, target: ResolvedFunction, on: Parts['on']): void {
  if (!queueArn.includes(':sqs:')) throw invalid(`The local cloud polls SQS queues only, not ${queueArn}.`);
  if (on.sqs.depth(queueArn) === undefined) {
    throw invalid(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    );
  }
  const role = executionRole(target);
  for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    if (on.authorize(role, `sqs:${action}`, queueArn)) continue;
    throw invalid(`The provided execution role does not have permissions to call ${action} on SQS`);
  }
  const { Timeout, DurableConfig } = target.version.settings;
  const visibility = on.sqs.visibilityTimeout(queueArn);
  if (visibility < Timeout) {
    throw invalid(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${Timeout} seconds`,
    );
  }
  if ((DurableConfig?.ExecutionTimeout ?? 0) > SYNCHRONOUS_LIMIT) {
    throw invalid(
      'A durable function with an ExecutionTimeout of more than 15 minutes cannot have an event source mapping.',
    );
  }
}
