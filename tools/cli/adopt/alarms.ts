import type { MetricStat, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Fleet, Signal } from '../../../shared/domain/index.ts';
import { alarmName, levelOf } from '../../../shared/domain/index.ts';

/** Where a group's signals are measured. */
export interface Measured {
  readonly name: string;
  readonly targetGroups: readonly string[];
}

/** A signal, and the value above which an instance has more than it should. */
interface Level {
  readonly signal: Signal;
  readonly level: number;
}

type Alarm = PutMetricAlarmInput & { AlarmName: string };

/** Below this share of its target, a signal says that there is more than is needed. */
const LOW_SHARE = 0.85;

/**
 * The alarms of a fleet's signals, as infra/alarms/ has them for the base infrastructure's group: high ones for each
 * signal; a low one on requests, or where none are counted on what there is, since in is decided by all signals at once.
 */
export function alarmsOf(fleet: Fleet, group: Measured, stage: string): Alarm[] {
  // What an instance carries may still have to be learnt: the minute's evaluation stands in for such an alarm.
  const levels = fleet.scaling.signals.flatMap((signal) => {
    const level = levelOf(signal);
    return level === undefined ? [] : [{ signal, level }];
  });
  const named = (signal: string, side: 'high' | 'low') =>
    alarmName({ stage, fleet: fleet.name, signal, side });
  const shrinking =
    levels.find(({ signal: { metric } }) => metric === 'alb-requests-per-target') ?? levels[0];
  return [
    ...levels.map((level) =>
      highAlarm(level, metricOf(level.signal, group), named(level.signal.name, 'high')),
    ),
    ...(shrinking === undefined
      ? []
      : [lowAlarm(shrinking, metricOf(shrinking.signal, group), named(shrinking.signal.name, 'low'))]),
  ];
}

function highAlarm(
  { level, signal: { name } }: Level,
  { Metric, Stat, Period }: MetricStat,
  AlarmName: string,
): Alarm {
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
    Threshold: level,
    TreatMissingData: 'ignore',
  };
}

function lowAlarm({ level, signal: { name } }: Level, stat: MetricStat, AlarmName: string): Alarm {
  return {
    AlarmName,
    AlarmDescription: `${name}: each instance has had less than it should, for a while`,
    Metrics: [
      { Id: 'signal', ReturnData: false, MetricStat: stat },
      { Id: 'share', Expression: `signal / ${level}`, Label: 'Share of the target', ReturnData: true },
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
