import type { ServiceEvent } from '../../../kernel/index.ts';
import type { DurableExecution } from './model.ts';

/** The event that Lambda puts on the default bus ("Monitoring durable functions", EventBridge status change events). */
export function statusChange(execution: DurableExecution): ServiceEvent {
  const iso = (instant: number) => new Date(instant).toISOString();
  return {
    source: 'aws.lambda',
    detailType: 'Durable Execution Status Change',
    resources: [],
    detail: {
      version: '1',
      durableExecutionArn: execution.arn,
      durableExecutionName: execution.name,
      functionArn: execution.start.target.version.arn,
      status: execution.status,
      startTimestamp: iso(execution.startedAt),
      ...(execution.endedAt !== undefined && { endTimestamp: iso(execution.endedAt) }),
    },
  };
}
