import type { AlarmHistoryItem, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Cancel, Instant } from '../../../kernel/index.ts';
import type { MetricQueries } from '../metric-queries.ts';
import type { AlarmRule } from './composite-rule.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What an alarm's state is, why, and since when. */
export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON; absent where CloudWatch gives none. */
  readonly reasonData?: string;
  readonly at: Instant;
}

export type MissingData = 'missing' | 'notBreaching' | 'breaching' | 'ignore';

export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

interface AlarmBase {
  readonly name: string;
  readonly arn: string;
  description?: string;
  actionsEnabled: boolean;
  okActions: readonly string[];
  alarmActions: readonly string[];
  insufficientDataActions: readonly string[];
  configuredAt: Instant;
  state: AlarmState;
  /** Newest first; the last of them only. */
  readonly history: AlarmHistoryItem[];
}

/** An alarm on a metric or on metric math. */
export interface MetricAlarm extends AlarmBase {
  readonly kind: 'metric';
  settings: MetricSettings;
  /** The newest value that was evaluated: what step scaling policies are told. */
  lastValue?: number;
}

export interface MetricSettings {
  /** All queries; one of them, `watched`, is what the threshold is compared with. */
  readonly queries: MetricQueries;
  readonly watched: string;
  /** As EventBridge's events and Lambda's show them. */
  readonly metrics: readonly MetricDataQuery[];
  /** Set for an alarm on one metric: how DescribeAlarms shows it. */
  readonly single?: SingleMetric;
  /** Milliseconds. */
  readonly period: number;
  /** N of "M out of N". */
  readonly evaluationPeriods: number;
  /** M of "M out of N". */
  readonly datapointsToAlarm: number;
  /** Whether the M was given, as DescribeAlarms shows it. */
  readonly isDatapointsToAlarmSet: boolean;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly missingData: MissingData;
  readonly isMissingDataSet: boolean;
}

/** The metric of an alarm as PutMetricAlarm was given it. */
export interface SingleMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly statistic: string;
  readonly unit?: string;
}

/** An alarm on other alarms. */
export interface CompositeAlarm extends AlarmBase {
  readonly kind: 'composite';
  rule: AlarmRule;
  ruleText: string;
  suppressor?: Suppressor;
  /** Why actions are held back, while they are. */
  suppressedBy?: 'Alarm' | 'WaitPeriod' | 'ExtensionPeriod';
  /** Undoes the end of the wait or extension period. */
  cancelSuppression?: Cancel;
}

/** An alarm in whose ALARM state a composite alarm's actions are held back. */
export interface Suppressor {
  readonly alarm: string;
  /** Milliseconds. */
  readonly waitPeriod: number;
  readonly extensionPeriod: number;
}

export type Alarm = MetricAlarm | CompositeAlarm;

/** What the alarm does in a state. */
export function actionsOf(alarm: Alarm, state: StateValue): readonly string[] {
  switch (state) {
    case 'OK':
      return alarm.okActions;
    case 'ALARM':
      return alarm.alarmActions;
    case 'INSUFFICIENT_DATA':
      return alarm.insufficientDataActions;
  }
}
