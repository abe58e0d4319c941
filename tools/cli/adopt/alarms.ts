import type { MetricStat, PutMetricAlarmInput, Statistic } from '@aws-sdk/client-cloudwatch';
import type { Fleet, Signal } from '../../../shared/domain/index.ts';
import { alarmName, isTarget, levelOf, periodOf } from '../../../shared/domain/index.ts';

/** Where a group's signals are measured. */
export interface Measured {
  readonly name: string;
  readonly targetGroups: readonly string[];
}

/** A signal, and the value above which an instance has more than it should. */
interface Level {
  readonly signal: Signal;
  readonly level: number;
  readonly metric: MetricStat;
}

type Alarm = PutMetricAlarmInput & { AlarmName: string };

/**
 * Below which share of its level a signal says that there is more than is needed. Capacity that looks ahead keeps
 * head-room by itself: half of what an instance can carry is news there, and nothing before.
 */
const LOW_SHARE = { target: 0.85, useful: 0.5 } as const;

/**
 * The alarms of a fleet's signals, as infra/alarms/ has them for the base infrastructure's group: high ones for each
 * signal; a low one on requests, or where none are counted on what there is, since in is decided by all signals at once.
 */
export function alarmsOf(fleet: Fleet, group: Measured, stage: string): Alarm[] {
  // What an instance carries may still have to be learnt: the minute's evaluation stands in for such an alarm, too.
  const levels = fleet.scaling.signals.flatMap((signal) => {
    const [level, metric] = [levelOf(signal), metricOf(signal, group)];
    return level === undefined || metric === undefined ? [] : [{ signal, level, metric }];
  });
  const named = (signal: string, side: 'high' | 'low') =>
    alarmName({ stage, fleet: fleet.name, signal, side });
  const shrinking =
    levels.find(({ signal: { metric } }) => metric === 'alb-requests-per-target') ?? levels[0];
  return [
    ...levels.map((level) => highAlarm(level, named(level.signal.name, 'high'))),
    ...(shrinking === undefined ? [] : [lowAlarm(shrinking, named(shrinking.signal.name, 'low'))]),
  ];
}

function highAlarm({ level, signal: { name }, metric }: Level, AlarmName: string): Alarm {
  const { Metric, Stat, Period } = metric;
  return {
    AlarmName,
    AlarmDescription: `${name}: each instance has more than it should`,
    Namespace: Metric?.Namespace,
    MetricName: Metric?.MetricName,
    Dimensions: Metric?.Dimensions,
    ...(isPlain(Stat) ? { Statistic: Stat } : { ExtendedStatistic: Stat }),
    Period,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: level,
    TreatMissingData: 'ignore',
  };
}

function lowAlarm({ level, signal, metric }: Level, AlarmName: string): Alarm {
  const { name } = signal;
  return {
    AlarmName,
    AlarmDescription: `${name}: each instance has had less than it should, for a while`,
    Metrics: [
      { Id: 'signal', ReturnData: false, MetricStat: metric },
      { Id: 'share', Expression: `signal / ${level}`, Label: 'Share of what it should be', ReturnData: true },
    ],
    EvaluationPeriods: 10,
    DatapointsToAlarm: 10,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: LOW_SHARE[isTarget(signal) ? 'target' : 'useful'],
    TreatMissingData: 'ignore',
  };
}

/**
 * What an alarm can watch: one metric that has the signal's value for each instance. A share of a whole, metric math, and
 * a latency whose load balancer has to be searched for have none: the minute's evaluation stands in for such an alarm.
 */
function metricOf(signal: Signal, { name, targetGroups: [targetGroup] }: Measured): MetricStat | undefined {
  const { metric } = signal;
  if (metric === 'cpu')
    return statistic('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: name }, 'Average', 60);
  if (metric === 'alb-requests-per-target') {
    const dimensions = { TargetGroup: targetGroup ?? '' };
    return statistic('AWS/ApplicationELB', 'RequestCountPerTarget', dimensions, 'Sum', 60);
  }
  if (metric.kind !== 'cloudwatch' || metric.of === 'fleet') return undefined;
  const dimensions = Object.entries(metric.dimensions).map(([key, value]) => [
    key,
    value.replaceAll('{group}', name).replaceAll('{target-group}', targetGroup ?? ''),
  ]);
  return statistic(
    metric.namespace,
    metric.name,
    Object.fromEntries(dimensions) as Record<string, string>,
    metric.statistic,
    periodOf(signal),
  );
}

function statistic(
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
  Stat: string,
  Period: number,
): MetricStat {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Metric: { Namespace, MetricName, Dimensions }, Stat, Period };
}

function isPlain(stat: string | undefined): stat is Statistic {
  return ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'].includes(stat ?? '');
}
