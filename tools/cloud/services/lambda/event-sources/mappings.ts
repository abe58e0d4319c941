import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { Pattern } from '../../../delivery/pattern/pattern.ts';
import type { Kernel } from '../../../kernel/index.ts';
import { arn, AwsError } from '../../../kernel/index.ts';

/** A queue that a function works off. */
export interface EventSourceMapping {
  readonly id: string;
  readonly arn: string;
  readonly queueArn: string;
  /** As it was named: by a version or alias, or not. */
  functionArn: string;
  batchSize: number;
  /** Seconds to wait for a batch to fill. */
  batchingWindow: number;
  reportsItemFailures: boolean;
  /** A message is taken when any of them matches, or there is none. */
  filters: readonly { readonly text: string; readonly pattern: Pattern }[];
  maximumConcurrency?: number;
  isEnabled: boolean;
  modifiedAt: Date;
}

/** All event source mappings of the account, by id. */
export class EventSourceMappings {
  readonly #kernel: Kernel;
  readonly #byId = new Map<string, EventSourceMapping>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @throws AwsError ResourceConflictException when the function works off the queue already */
  add(settings: Omit<EventSourceMapping, 'id' | 'arn' | 'modifiedAt'>): EventSourceMapping {
    for (const { queueArn, functionArn, id } of this.#byId.values()) {
      if (queueArn !== settings.queueArn || functionArn !== settings.functionArn) continue;
      throw new AwsError(
        'ResourceConflictException',
        `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${functionArn} ") already exists. Please update or delete the existing mapping with UUID ${id}`,
      );
    }
    const id = this.#kernel.ids.uuid();
    const mapping = {
      ...settings,
      id,
      arn: arn(this.#kernel.account, 'lambda', `event-source-mapping:${id}`),
      modifiedAt: this.#kernel.clock.date(),
    };
    this.#byId.set(id, mapping);
    return mapping;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(id: string | undefined): EventSourceMapping {
    const mapping = this.#byId.get(id ?? '');
    if (mapping !== undefined) return mapping;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
  }

  delete(mapping: EventSourceMapping): void {
    this.#byId.delete(mapping.id);
  }

  all(): EventSourceMapping[] {
    return [...this.#byId.values()];
  }
}

/** A mapping as the API describes it. */
export function describeMapping(
  mapping: EventSourceMapping,
  state?: string,
): EventSourceMappingConfiguration {
  const { maximumConcurrency, filters } = mapping;
  return {
    UUID: mapping.id,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.queueArn,
    FunctionArn: mapping.functionArn,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.batchingWindow,
    FunctionResponseTypes: mapping.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    State: state ?? (mapping.isEnabled ? 'Enabled' : 'Disabled'),
    StateTransitionReason: 'USER_INITIATED',
    LastModified: mapping.modifiedAt,
    ...(filters.length > 0 && {
      FilterCriteria: { Filters: filters.map(({ text }) => ({ Pattern: text })) },
    }),
    ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
  };
}
