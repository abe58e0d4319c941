import type { CloudWatch, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
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
import { standing } from './standing.ts';
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
  const putting = putAlarmOperations({ kernel, alarms, composites, evaluator, tags });
  const managing = manageAlarmOperations(kernel, alarms, tags);
  return {
    client: '@aws-sdk/client-cloudwatch',
    standing,
    operations: {
      ...putMetricOperations(kernel, metrics),
      ...getMetricOperations(metrics, reader, () => clock.now()),
      ...putting,
      ...describeAlarmOperations(alarms),
      ...managing,
      ...dashboardOperations(kernel),
    } satisfies Operations<CloudWatch>,
    readsOfNow: () => {
      const now = clock.now();
      const past = new MetricReader(metrics, { now: () => now }, ingestionDelay);
      const { GetMetricData, GetMetricStatistics } = getMetricOperations(metrics, past, () => now);
      return { ...describeAlarmOperations(alarms.copy()), GetMetricData, GetMetricStatistics };
    },
    /** Where services put their own metrics. */
    metrics,
    /** Alarms by name, for services that keep or watch some. */
    alarms: {
      /** Undefined where there is none. */
      state: (name: string) => alarms.find(name)?.state.value,
      /** The newest value that a metric alarm was evaluated with. */
      lastValue: (name: string) => {
        const alarm = alarms.find(name);
        return alarm?.kind === 'metric' ? alarm.lastValue : undefined;
      },
      /** @throws AwsError as PutMetricAlarm does */
      put: (alarm: PutMetricAlarmCommandInput) => void putting.PutMetricAlarm(alarm),
      /** Those that are gone already are passed over. */
      delete: (names: readonly string[]) => {
        managing.DeleteAlarms({ AlarmNames: names.filter((name) => alarms.find(name) !== undefined) });
      },
    },
  };
}
