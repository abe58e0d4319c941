import type { MetricStat, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Fleet, Signal } from '../../../shared/domain/index.ts';
import { alarmName } from '../../../shared/domain/index.ts';

/** Where a group's signals are measured. */
export interface Measured {
  readonly name: string;
  readonly targetGroups: readonly string[];
}

type Alarm = PutMetricAlarmInput & { AlarmName: string };

/** Below this share of its target, a signal says that there is more than is needed. */
const LOW_SHARE = 0.85;

/**
 * The alarms of a fleet's signals, as infra/alarms/ has them for the base infrastructure's group: high ones for each
 * signal; a low one on requests, or where none are counted on what there is, since in is decided by all signals at once.
 */
export function alarmsOf(fleet: Fleet, group: Measured, stage: string): Alarm[] {
  const { signals } = fleet.scaling;
  const named = (signal: string, side: 'high' | 'low') =>
    alarmName({ stage, fleet: fleet.name, signal, side });
  const shrinking = signals.find(({ metric }) => metric === 'alb-requests-per-target') ?? signals[0];
  return [
    ...signals.map((signal) => highAlarm(signal, metricOf(signal, group), named(signal.name, 'high'))),
    ...(shrinking === undefined
      ? []
      : [lowAlarm(shrinking, metricOf(shrinking, group), named(shrinking.name, 'low'))]),
  ];
}

function highAlarm({ target, name }: Signal, { Metric, Stat, Period }: MetricStat, AlarmName: string): Alarm {
  return {
    AlarmName,
    AlarmDescription: `${name}: each instance has more than it should`,
    Namespace: Metric?.Namespace,
    MetricName: Metric?.MetricName,
    Dimensions: Metric?.Dimensions,
    Statistic: Stat === 'Sum' ? 'Sum' : 'Average',
    Period,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: target,
    TreatMissingData: 'ignore',
  };
}

function lowAlarm({ target, name }: Signal, stat: MetricStat, AlarmName: string): Alarm {
  return {
    AlarmName,
    AlarmDescription: `${name}: each instance has had less than it should, for a while`,
    Metrics: [
      { Id: 'signal', ReturnData: false, MetricStat: stat },
      { Id: 'share', Expression: `signal / ${target}`, Label: 'Share of the target', ReturnData: true },
    ],
    EvaluationPeriods: 10,
    DatapointsToAlarm: 10,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: LOW_SHARE,
    TreatMissingData: 'ignore',
  };
}

function metricOf({ metric }: Signal, { name, targetGroups: [targetGroup] }: Measured): MetricStat {
  if (metric === 'cpu')
    return {
      Metric: {
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Dimensions: [{ Name: 'AutoScalingGroupName', Value: name }],
      },
      Stat: 'Average',
      Period: 60,
    };
  return {
    Metric: {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCountPerTarget',
      Dimensions: [{ Name: 'TargetGroup', Value: targetGroup ?? '' }],
    },
    Stat: 'Sum',
    Period: 60,
  };
}
