import type { Instant } from '../../../kernel/index.ts';
import type { AlarmState, MetricAlarm, StateValue } from './alarm.ts';
import { COMPARISONS } from './comparison.ts';
import { alarmTime } from './notices.ts';

/** A datapoint that an alarm was evaluated with. */
export interface Datapoint {
  readonly at: Instant;
  /** NaN when it is missing. */
  readonly value: number;
}

/** The state that an evaluation led to, explained in CloudWatch's words. */
export function explained(
  alarm: MetricAlarm,
  value: StateValue,
  datapoints: readonly Datapoint[],
  at: Instant,
): AlarmState {
  return {
    value,
    at,
    reason: reasonOf(alarm, value, datapoints),
    reasonData: JSON.stringify(reasonData(alarm, datapoints, at)),
  };
}

function reasonOf(alarm: MetricAlarm, value: StateValue, datapoints: readonly Datapoint[]): string {
  const { settings } = alarm;
  const periods = settings.evaluationPeriods;
  const real = datapoints.filter((datapoint) => !Number.isNaN(datapoint.value)).slice(-periods);
  if (value === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${counted(periods, 'datapoint')} ${periods === 1 ? 'was' : 'were'} unknown.`;
  }
  if (real.length === 0) {
    const treatment = settings.missingData === 'breaching' ? 'Breaching' : 'NonBreaching';
    return `Threshold Crossed: no datapoints were received for ${counted(periods, 'period')} and ${counted(periods, 'missing datapoint')} ${periods === 1 ? 'was' : 'were'} treated as [${treatment}].`;
  }
  const { breaches, words } = COMPARISONS[settings.comparison];
  const isAlarm = value === 'ALARM';
  const shown = real
    .filter((datapoint) => breaches(datapoint.value, settings.threshold) === isAlarm)
    .toReversed();
  const list = shown.map(({ value: one, at }) => `${decimal(one)} (${shortTime(at)})`).join(', ');
  const outOf =
    periods === 1
      ? counted(shown.length, 'datapoint')
      : `${shown.length} out of the last ${periods} datapoints`;
  const were = shown.length === 1 ? 'was' : 'were';
  const not = isAlarm ? '' : ' not';
  const comparison = `${words} the threshold (${decimal(settings.threshold)})`;
  const transition = isAlarm
    ? ` (minimum ${counted(settings.datapointsToAlarm, 'datapoint')} for OK -> ALARM transition)`
    : ` (minimum ${counted(periods - settings.datapointsToAlarm + 1, 'datapoint')} for ALARM -> OK transition)`;
  return `Threshold Crossed: ${outOf} [${list}] ${were}${not} ${comparison}${periods === 1 ? '' : transition}.`;
}

function reasonData(alarm: MetricAlarm, datapoints: readonly Datapoint[], at: Instant) {
  const { settings } = alarm;
  const real = datapoints.filter(({ value }) => !Number.isNaN(value));
  const recent = real.slice(-settings.evaluationPeriods);
  return {
    version: '1.0',
    queryDate: alarmTime(at),
    ...(recent[0] && { startDate: alarmTime(recent[0].at) }),
    ...(settings.single && { statistic: settings.single.statistic }),
    ...(settings.single?.unit !== undefined && { unit: settings.single.unit }),
    period: settings.period / 1000,
    recentDatapoints: recent.map(({ value }) => value),
    threshold: settings.threshold,
    evaluatedDatapoints: datapoints.toReversed().map(({ value, at: start }) => ({
      timestamp: alarmTime(start),
      ...(Number.isNaN(value) ? {} : { value }),
    })),
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `81` → `81.0`, as Java writes numbers. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `22/11/26 03:00:00` */
function shortTime(at: Instant): string {
  const [, year = '', month = '', day = '', time = ''] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]+)/.exec(new Date(at).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}
