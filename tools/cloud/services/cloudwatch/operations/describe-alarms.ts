import type { CloudWatch, DescribeAlarmsCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Operations } from '../../../kernel/index.ts';
import { page } from '../../../kernel/index.ts';
import type { Alarm, CompositeAlarm, MetricAlarm } from '../alarms/alarm.ts';
import type { Alarms } from '../alarms/alarms.ts';
import { childrenOf, nameOf } from '../alarms/composite-rule.ts';

/** Showing alarms. */
export function describeAlarmOperations(alarms: Alarms) {
  return {
    DescribeAlarms: (input) => {
      const types = input.AlarmTypes ?? ['MetricAlarm'];
      const wanted = selected(alarms, input).filter((alarm) => types.includes(typeOf(alarm)));
      const { items, nextToken } = page(wanted, input.NextToken, input.MaxRecords ?? 50);
      return {
        MetricAlarms: items.flatMap((alarm) => (alarm.kind === 'metric' ? [describeMetric(alarm)] : [])),
        CompositeAlarms: items.flatMap((alarm) =>
          alarm.kind === 'composite' ? [describeComposite(alarm)] : [],
        ),
        ...(nextToken && { NextToken: nextToken }),
      };
    },
    DescribeAlarmsForMetric: (input) => {
      const dimensions = dimensionKey(input.Dimensions ?? []);
      const found = [...alarms.all()].filter(
        (alarm): alarm is MetricAlarm =>
          alarm.kind === 'metric' &&
          alarm.settings.single?.name === input.MetricName &&
          alarm.settings.single?.namespace === input.Namespace &&
          dimensionKey(alarm.settings.single?.dimensions ?? []) === dimensions &&
          (input.Period === undefined || alarm.settings.period === input.Period * 1000) &&
          (input.Statistic === undefined || alarm.settings.single?.statistic === input.Statistic),
      );
      return { MetricAlarms: found.map(describeMetric) };
    },
    DescribeAlarmHistory: (input) => {
      const types = input.AlarmTypes ?? ['MetricAlarm', 'CompositeAlarm'];
      const items = [...alarms.all()]
        .filter((alarm) => (input.AlarmName ?? alarm.name) === alarm.name && types.includes(typeOf(alarm)))
        .flatMap((alarm) => alarm.history)
        .filter((item) => (input.HistoryItemType ?? item.HistoryItemType) === item.HistoryItemType)
        .filter(({ Timestamp: at }) => at !== undefined && isBetween(at, input.StartDate, input.EndDate))
        .sort((a, b) => (b.Timestamp?.getTime() ?? 0) - (a.Timestamp?.getTime() ?? 0));
      const ordered = input.ScanBy === 'TimestampAscending' ? items.reverse() : items;
      const { items: shown, nextToken } = page(ordered, input.NextToken, input.MaxRecords ?? 100);
      return { AlarmHistoryItems: shown, ...(nextToken && { NextToken: nextToken }) };
    },
  } satisfies Operations<CloudWatch>;
}

function isBetween(at: Date, start: Date | undefined, end: Date | undefined): boolean {
  return (start === undefined || at >= start) && (end === undefined || at <= end);
}

function typeOf(alarm: Alarm): 'MetricAlarm' | 'CompositeAlarm' {
  return alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
}

function selected(alarms: Alarms, input: DescribeAlarmsCommandInput): Alarm[] {
  const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state, ActionPrefix: action } = input;
  return [...alarms.all()]
    .filter((alarm) => names === undefined || names.length === 0 || names.includes(alarm.name))
    .filter((alarm) => alarm.name.startsWith(prefix ?? ''))
    .filter((alarm) => state === undefined || alarm.state.value === state)
    .filter((alarm) => action === undefined || allActions(alarm).some((one) => one.startsWith(action)))
    .filter((alarm) => isRelated(alarms, alarm, input))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isRelated(alarms: Alarms, alarm: Alarm, input: DescribeAlarmsCommandInput): boolean {
  const { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child } = input;
  const isChild = (of: Alarm | undefined, name: string) =>
    of?.kind === 'composite' && childrenOf(of.rule).includes(name);
  return (
    (parent === undefined || isChild(alarms.find(parent), alarm.name)) &&
    (child === undefined || isChild(alarm, nameOf(child)))
  );
}

function allActions(alarm: Alarm): readonly string[] {
  return [...alarm.okActions, ...alarm.alarmActions, ...alarm.insufficientDataActions];
}

function describeCommon(alarm: Alarm) {
  const { state } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...(alarm.description !== undefined && { AlarmDescription: alarm.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.okActions],
    AlarmActions: [...alarm.alarmActions],
    InsufficientDataActions: [...alarm.insufficientDataActions],
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.at),
    StateTransitionedTimestamp: new Date(state.at),
  };
}

function describeMetric(alarm: MetricAlarm) {
  const { settings } = alarm;
  return {
    ...describeCommon(alarm),
    ...describedMetric(settings),
    EvaluationPeriods: settings.evaluationPeriods,
    ...(settings.isDatapointsToAlarmSet && { DatapointsToAlarm: settings.datapointsToAlarm }),
    Threshold: settings.threshold,
    ComparisonOperator: settings.comparison,
    ...(settings.isMissingDataSet && { TreatMissingData: settings.missingData }),
  };
}

function describedMetric({ single, metrics, period }: MetricAlarm['settings']) {
  if (single === undefined) return { Metrics: [...metrics], Dimensions: [] };
  return {
    Namespace: single.namespace,
    MetricName: single.name,
    Dimensions: [...single.dimensions],
    Period: period / 1000,
    // Only the plain statistics are kept, and read as such.
    Statistic: single.statistic as 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount',
    ...(metrics[0]?.MetricStat?.Unit !== undefined && { Unit: metrics[0].MetricStat.Unit }),
  };
}

function describeComposite(alarm: CompositeAlarm) {
  const { suppressor, suppressedBy } = alarm;
  return {
    ...describeCommon(alarm),
    AlarmRule: alarm.ruleText,
    ...(suppressor && {
      ActionsSuppressor: suppressor.alarm,
      ActionsSuppressorWaitPeriod: suppressor.waitPeriod / 1000,
      ActionsSuppressorExtensionPeriod: suppressor.extensionPeriod / 1000,
    }),
    ...(suppressedBy && {
      ActionsSuppressedBy: suppressedBy,
      ActionsSuppressedReason: `Actions suppressed by ${suppressedBy}`,
    }),
  };
}

function dimensionKey(
  dimensions: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[],
): string {
  return dimensions
    .map(({ Name = '', Value = '' }) => `${Name}=${Value}`)
    .sort()
    .join('\n');
}
