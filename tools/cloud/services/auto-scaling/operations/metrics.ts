import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { groupMetrics } from '../metrics.ts';

/** Which group metrics are published. */
export function metricOperations(engine: Engine) {
  return {
    EnableMetricsCollection: ({ AutoScalingGroupName, Metrics, Granularity }) => {
      const group = engine.groups.get(AutoScalingGroupName);
      if (Granularity !== '1Minute') throw validationError('Valid metrics granularity type is: [1Minute].');
      for (const metric of named(Metrics)) group.metrics.add(metric);
      return {};
    },
    DisableMetricsCollection: ({ AutoScalingGroupName, Metrics }) => {
      const group = engine.groups.get(AutoScalingGroupName);
      for (const metric of named(Metrics)) group.metrics.delete(metric);
      return {};
    },
    DescribeMetricCollectionTypes: () => ({
      Metrics: groupMetrics.map((Metric) => ({ Metric })),
      Granularities: [{ Granularity: '1Minute' }],
    }),
  } satisfies Operations<AutoScaling>;
}

/** All metrics where none is named. @throws AwsError ValidationError for an unknown one */
function named(metrics: readonly string[] = []): readonly string[] {
  const unknown = metrics.find((metric) => !groupMetrics.includes(metric));
  if (unknown !== undefined) throw validationError(`"${unknown}" is not a valid metric type.`);
  return metrics.length === 0 ? groupMetrics : metrics;
}
