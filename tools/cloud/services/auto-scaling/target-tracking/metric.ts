import type {
  CustomizedMetricSpecification,
  TargetTrackingConfiguration,
} from '@aws-sdk/client-auto-scaling';
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { validationError } from '../../../kernel/index.ts';
import type { Group } from '../model.ts';

/** The part of an alarm that says what it watches. */
export type WatchedMetric = Pick<
  PutMetricAlarmCommandInput,
  'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic' | 'Unit' | 'Period' | 'Metrics'
>;

const MINUTE = 60;

/**
 * The metric that a configuration tracks.
 *
 * @throws AwsError ValidationError
 */
export function trackedMetric(group: Group, configuration: TargetTrackingConfiguration): WatchedMetric {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } =
    configuration;
  if ((predefined === undefined) === (customized === undefined)) {
    throw validationError(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.',
    );
  }
  if (customized !== undefined) return customizedMetric(customized);
  return predefinedMetric(group, predefined?.PredefinedMetricType ?? '', predefined?.ResourceLabel);
}

/** AWS's own metrics: API reference, PredefinedMetricSpecification. */
function predefinedMetric(group: Group, type: string, label: string | undefined): WatchedMetric {
  if (type === 'ALBRequestCountPerTarget') return requestCount(group, label);
  const name = OF_INSTANCES[type];
  if (name === undefined) throw validationError(`PredefinedMetricType ${type} is not valid.`);
  if (label !== undefined)
    throw validationError(`A resource label cannot be specified for the metric ${type}.`);
  return {
    Namespace: 'AWS/EC2',
    MetricName: name,
    Dimensions: [{ Name: 'AutoScalingGroupName', Value: group.name }],
    Statistic: 'Average',
    Period: MINUTE,
  };
}

const OF_INSTANCES: Readonly<Record<string, string>> = {
  ASGAverageCPUUtilization: 'CPUUtilization',
  ASGAverageNetworkIn: 'NetworkIn',
  ASGAverageNetworkOut: 'NetworkOut',
};

/** `app/my-alb/778d41231b141a0f/targetgroup/my-alb-target-group/943f017f100becff` */
const RESOURCE_LABEL = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/;

function requestCount(group: Group, label: string | undefined): WatchedMetric {
  const [, loadBalancer, targetGroup] = RESOURCE_LABEL.exec(label ?? '') ?? [];
  if (loadBalancer === undefined || targetGroup === undefined) {
    throw validationError(
      'ALBRequestCountPerTarget needs a resource label of the form app/<load-balancer-name>/<load-balancer-id>/targetgroup/<target-group-name>/<target-group-id>.',
    );
  }
  const isAttached = [...group.targetGroups].some((arn) => arn.endsWith(`:${targetGroup}`));
  if (!isAttached) {
    throw validationError(
      `The target group of the resource label ${label} is not attached to the Auto Scaling group.`,
    );
  }
  return {
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'RequestCountPerTarget',
    Dimensions: [
      { Name: 'TargetGroup', Value: targetGroup },
      { Name: 'LoadBalancer', Value: loadBalancer },
    ],
    Statistic: 'Sum',
    Period: MINUTE,
  };
}

function customizedMetric(specification: CustomizedMetricSpecification): WatchedMetric {
  const { Metrics, MetricName, Namespace, Statistic, Dimensions, Unit, Period } = specification;
  if (Metrics !== undefined) {
    if (MetricName !== undefined || Namespace !== undefined)
      throw validationError('A customized metric is either one metric or metric math, not both.');
    return { Metrics: Metrics.map(withPeriod) as NonNullable<WatchedMetric['Metrics']> };
  }
  if (MetricName === undefined || Namespace === undefined || Statistic === undefined) {
    throw validationError('A customized metric must have MetricName, Namespace and Statistic.');
  }
  return {
    MetricName,
    Namespace,
    Statistic,
    Dimensions: Dimensions ?? [],
    Period: Period ?? MINUTE,
    ...(Unit === undefined ? {} : { Unit: Unit as NonNullable<WatchedMetric['Unit']> }),
  };
}

type Query = NonNullable<CustomizedMetricSpecification['Metrics']>[number];

/** Target tracking's queries may leave the period out; alarms' may not. */
function withPeriod({ MetricStat, ...query }: Query): Query {
  return MetricStat === undefined
    ? query
    : { ...query, MetricStat: { ...MetricStat, Period: MetricStat.Period ?? MINUTE } };
}
