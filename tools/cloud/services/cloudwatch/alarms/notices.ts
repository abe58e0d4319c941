import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Account, Instant } from '../../../kernel/index.ts';
import { dimensionsOf } from '../metric-reader.ts';
import type { Alarm, AlarmState, MetricAlarm } from './alarm.ts';

/** CloudWatch writes instants as `2026-07-01T07:00:00.000+0000`. */
export function alarmTime(at: Instant): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

/** A state as events show it. */
function stateFields({ value, reason, reasonData, at }: AlarmState) {
  return { value, reason, ...(reasonData !== undefined && { reasonData }), timestamp: alarmTime(at) };
}

function suppressionFields(alarm: Alarm) {
  if (alarm.kind === 'metric' || alarm.suppressedBy === undefined) return {};
  return {
    actionsSuppressedBy: alarm.suppressedBy,
    actionsSuppressedReason: `Actions suppressed by ${alarm.suppressedBy}`,
  };
}

function configurationFields(alarm: Alarm) {
  const description = alarm.description === undefined ? {} : { description: alarm.description };
  if (alarm.kind === 'metric') return { ...description, metrics: alarm.settings.metrics.map(metricFields) };
  const { suppressor } = alarm;
  return {
    ...description,
    alarmRule: alarm.ruleText,
    ...(suppressor && {
      actionsSuppressor: suppressor.alarm,
      actionsSuppressorWaitPeriod: suppressor.waitPeriod / 1000,
      actionsSuppressorExtensionPeriod: suppressor.extensionPeriod / 1000,
    }),
  };
}

function metricFields(query: MetricDataQuery) {
  const { Id, Expression, Label, MetricStat, ReturnData = true } = query;
  const metric = MetricStat?.Metric;
  return {
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat && {
      metricStat: {
        metric: {
          namespace: metric?.Namespace,
          name: metric?.MetricName,
          dimensions: dimensionsOf(metric?.Dimensions ?? []),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
        ...(MetricStat.Unit !== undefined && { unit: MetricStat.Unit }),
      },
    }),
    returnData: ReturnData,
  };
}

/** The detail of `CloudWatch Alarm State Change`: EventBridge, "Alarm events and EventBridge". */
export function eventDetail(alarm: Alarm, previous: AlarmState): Readonly<Record<string, unknown>> {
  return {
    alarmName: alarm.name,
    configuration: configurationFields(alarm),
    previousState: stateFields(previous),
    state: { ...stateFields(alarm.state), ...suppressionFields(alarm) },
  };
}

/** The event of a Lambda function that is an alarm's action: CloudWatch User Guide, "Invoke a Lambda function". */
export function lambdaEvent(alarm: Alarm, previous: AlarmState, { id, region }: Account): string {
  return JSON.stringify({
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: id,
    time: alarmTime(alarm.state.at),
    region,
    alarmData: {
      alarmName: alarm.name,
      state: { ...stateFields(alarm.state), ...suppressionFields(alarm) },
      previousState: stateFields(previous),
      configuration: configurationFields(alarm),
    },
  });
}

/** Subject of an alarm's message to a topic: `ALARM: "cpu-high" in EU (Frankfurt)`. */
export function topicSubject(alarm: Alarm, { region }: Account): string {
  return `${alarm.state.value}: "${alarm.name}" in ${regionName(region)}`.slice(0, 100);
}

/** An alarm's message to a topic. */
export function topicMessage(alarm: Alarm, previous: AlarmState, { id, region }: Account): string {
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: id,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configuredAt),
    NewStateValue: alarm.state.value,
    NewStateReason: alarm.state.reason,
    StateChangeTime: alarmTime(alarm.state.at),
    Region: regionName(region),
    AlarmArn: alarm.arn,
    OldStateValue: previous.value,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    ...(alarm.kind === 'metric' ? { Trigger: triggerFields(alarm) } : { AlarmRule: alarm.ruleText }),
  });
}

function triggerFields({ settings }: MetricAlarm) {
  const { single } = settings;
  const evaluation = {
    Period: settings.period / 1000,
    EvaluationPeriods: settings.evaluationPeriods,
    ...(settings.isDatapointsToAlarmSet && { DatapointsToAlarm: settings.datapointsToAlarm }),
    ComparisonOperator: settings.comparison,
    Threshold: settings.threshold,
    TreatMissingData: settings.isMissingDataSet ? settings.missingData : '',
    EvaluateLowSampleCountPercentile: '',
  };
  if (single === undefined) return { ...evaluation, Metrics: settings.metrics.map(triggerMetric) };
  return {
    MetricName: single.name,
    Namespace: single.namespace,
    StatisticType: 'Statistic',
    Statistic: single.statistic.toUpperCase(),
    Unit: single.unit ?? null,
    Dimensions: single.dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    ...evaluation,
  };
}

function triggerMetric({ Id, Expression, Label, MetricStat, ReturnData = true }: MetricDataQuery) {
  const metric = MetricStat?.Metric;
  return {
    ...(Expression !== undefined && { Expression }),
    Id,
    ...(Label !== undefined && { Label }),
    ...(MetricStat && {
      MetricStat: {
        Metric: {
          Dimensions: (metric?.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
          MetricName: metric?.MetricName,
          Namespace: metric?.Namespace,
        },
        Period: MetricStat.Period,
        Stat: MetricStat.Stat,
      },
    }),
    ReturnData,
  };
}

const REGIONS: Readonly<Record<string, string>> = {
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-north-1': 'EU (Stockholm)',
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
};

function regionName(region: string): string {
  return REGIONS[region] ?? region;
}
