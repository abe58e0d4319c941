import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { Courier } from '../../delivery/index.ts';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AlarmActions } from './alarms/actions.ts';
import { Alarms } from './alarms/alarms.ts';
import { Composites } from './alarms/composites.ts';
import { AlarmEvaluator } from './alarms/evaluator.ts';
import { MetricReader } from './metric-reader.ts';
import { MetricStore } from './metric-store.ts';
import { dashboardOperations } from './operations/dashboards.ts';
import { describeAlarmOperations } from './operations/describe-alarms.ts';
import { getMetricOperations } from './operations/get-metrics.ts';
import { manageAlarmOperations } from './operations/manage-alarms.ts';
import { putAlarmOperations } from './operations/put-alarms.ts';
import { putMetricOperations } from './operations/put-metrics.ts';
import { Tags } from './tags.ts';

export type CloudWatchService = ReturnType<typeof createCloudWatch>;

export interface CloudWatchOptions {
  /** Milliseconds from the end of a minute until its values are seen. Default one minute. */
  readonly ingestionDelay?: number;
}

/** Amazon CloudWatch: metrics, metric math, alarms and dashboards. */
export function createCloudWatch(
  kernel: Kernel,
  on: { courier: Courier; metrics?: MetricStore },
  { ingestionDelay = 60_000 }: CloudWatchOptions = {},
) {
  const { clock } = kernel;
  const metrics = on.metrics ?? new MetricStore();
  const reader = new MetricReader(metrics, clock, ingestionDelay);
  const actions = new AlarmActions(kernel, on.courier);
  const alarms = new Alarms(kernel, actions);
  const evaluator = new AlarmEvaluator(clock, { alarms, actions, reader });
  const composites = new Composites(kernel, alarms, actions);
  const tags = new Tags();
  return {
    client: '@aws-sdk/client-cloudwatch',
    operations: {
      ...putMetricOperations(kernel, metrics),
      ...getMetricOperations(metrics, reader, () => clock.now()),
      ...putAlarmOperations({ kernel, alarms, composites, evaluator, tags }),
      ...describeAlarmOperations(alarms),
      ...manageAlarmOperations(kernel, alarms, tags),
      ...dashboardOperations(kernel),
    } satisfies Operations<CloudWatch>,
    /** Where services put their own metrics. */
    metrics,
    /** State of an alarm, by name or ARN; undefined where there is none. */
    alarmState: (nameOrArn: string) => alarms.find(nameOrArn)?.state.value,
  };
}
