import type { MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { AwsError, validationError } from '../../../kernel/index.ts';
import { MetricQueries } from '../metric-queries.ts';
import type { Comparison, MetricSettings, MissingData, SingleMetric } from './alarm.ts';

const COMPARISONS: readonly Comparison[] = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];
const MISSING: readonly MissingData[] = ['missing', 'notBreaching', 'breaching', 'ignore'];
const DAY = 86_400_000;

/**
 * Reads what PutMetricAlarm says of the metric and its evaluation.
 *
 * @param id  the id that CloudWatch gives the query of an alarm on one metric
 * @throws AwsError ValidationError; NotImplemented for an anomaly detection band
 */
export function metricSettings(input: PutMetricAlarmCommandInput, id: string): MetricSettings {
  refuseBands(input);
  if (input.Threshold === undefined) throw validationError('Threshold is required.');
  const single = input.MetricName === undefined ? undefined : singleMetric(input);
  if ((single === undefined) === (input.Metrics === undefined)) {
    throw validationError('Exactly one of MetricName and Metrics must be specified');
  }
  const metrics = single === undefined ? (input.Metrics ?? []) : [singleQuery(single, input.Period ?? 0)];
  const queries = new MetricQueries(metrics);
  if (queries.isSearching) throw validationError('SEARCH is not supported on Metric Alarms.');
  const watched = watchedId(metrics);
  const evaluationPeriods = input.EvaluationPeriods ?? 0;
  const datapointsToAlarm = input.DatapointsToAlarm ?? evaluationPeriods;
  const period = queries.periodOf(watched);
  checkPeriods(period, evaluationPeriods, datapointsToAlarm);
  const missingData = input.TreatMissingData ?? 'missing';
  return {
    queries,
    watched,
    metrics: single === undefined ? metrics : metrics.map((query) => ({ ...query, Id: id })),
    ...(single && { single }),
    period,
    evaluationPeriods,
    datapointsToAlarm,
    isDatapointsToAlarmSet: input.DatapointsToAlarm !== undefined,
    comparison: oneOf('ComparisonOperator', COMPARISONS, input.ComparisonOperator),
    threshold: input.Threshold,
    missingData: oneOf('TreatMissingData', MISSING, missingData),
    isMissingDataSet: input.TreatMissingData !== undefined,
  };
}

/** What an anomaly detection band is learnt from, and how, is not published. */
function refuseBands({
  ThresholdMetricId,
  ComparisonOperator: comparison,
  Metrics = [],
}: PutMetricAlarmCommandInput): void {
  const usesBand =
    ThresholdMetricId !== undefined ||
    /UpperThreshold|LowerThreshold/.test(comparison ?? '') ||
    Metrics.some(({ Expression = '' }) => /ANOMALY_DETECTION_BAND/.test(Expression));
  if (!usesBand) return;
  throw new AwsError(
    'NotImplemented',
    'The local cloud has no anomaly detection bands. Use a static Threshold, or metric math against an earlier or related metric that you put yourself.',
    { status: 501 },
  );
}

function singleMetric(input: PutMetricAlarmCommandInput): SingleMetric {
  const { MetricName: name = '', Namespace: namespace, Statistic: statistic } = input;
  if (namespace === undefined) throw validationError('Namespace is required with MetricName');
  if (input.Period === undefined) throw validationError('Period is required with MetricName');
  const dimensions = (input.Dimensions ?? []).map(({ Name = '', Value = '' }) => ({ Name, Value }));
  return {
    namespace,
    name,
    dimensions,
    // Percentiles and their kin are refused, by name, when the query is read.
    statistic: statistic ?? input.ExtendedStatistic ?? '',
    ...(input.Unit !== undefined && { unit: input.Unit }),
  };
}

function singleQuery(single: SingleMetric, period: number): MetricDataQuery {
  const { namespace, name, dimensions, statistic, unit } = single;
  return {
    Id: 'm1',
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: name, Dimensions: [...dimensions] },
      Period: period,
      Stat: statistic,
      ...(unit !== undefined && { Unit: unit as NonNullable<PutMetricAlarmCommandInput['Unit']> }),
    },
    ReturnData: true,
  };
}

function watchedId(metrics: readonly MetricDataQuery[]): string {
  const watched = metrics.filter((query) => query.ReturnData !== false);
  const [first, ...others] = watched;
  if (first?.Id === undefined || others.length > 0) {
    throw validationError('Exactly one element of the metrics list should return data.');
  }
  return first.Id;
}

function checkPeriods(period: number, evaluationPeriods: number, datapointsToAlarm: number): void {
  if (period % 60_000 !== 0 && ![10_000, 20_000, 30_000].includes(period)) {
    throw validationError('Metrics list contains a period that is neither 10, 20, 30 nor a multiple of 60.');
  }
  if (datapointsToAlarm > evaluationPeriods) {
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods');
  }
  const longest = period >= 3_600_000 ? 7 * DAY : DAY;
  if (period * evaluationPeriods > longest) {
    throw validationError(
      longest === DAY
        ? 'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).'
        : 'Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800).',
    );
  }
}

function oneOf<Value extends string>(
  name: string,
  allowed: readonly Value[],
  value: string | undefined,
): Value {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw validationError(`${name} ${value ?? ''} is not one of ${allowed.join(', ')}`);
}
