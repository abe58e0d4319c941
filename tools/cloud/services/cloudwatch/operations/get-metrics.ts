import type {
  CloudWatch,
  GetMetricDataCommandInput,
  GetMetricStatisticsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import type { Operations } from '../../../kernel/index.ts';
import { AwsError, page, validationError } from '../../../kernel/index.ts';
import type { Series } from '../math/values.ts';
import { MetricQueries } from '../metric-queries.ts';
import type { Grid, MetricReader } from '../metric-reader.ts';
import { metricStat } from '../metric-reader.ts';
import type { Metric, MetricStore } from '../metric-store.ts';

const MINUTE = 60_000;
/** API reference: 100,800 datapoints a call of GetMetricData, 1,440 of GetMetricStatistics. */
const MOST_DATAPOINTS = 100_800;
const MOST_STATISTICS = 1440;
/** ListMetrics knows metrics that had data in the last two weeks, or three hours on request. */
const LISTED_FOR = 14 * 86_400_000;
const RECENT = 3 * 3_600_000;

/** Reading metrics. */
export function getMetricOperations(store: MetricStore, reader: MetricReader, now: () => number) {
  return {
    GetMetricData: (input) => getMetricData(input, reader),
    GetMetricStatistics: (input) => getMetricStatistics(input, reader),
    ListMetrics: (input) => {
      const since = now() - (input.RecentlyActive === 'PT3H' ? RECENT : LISTED_FOR);
      const wanted = [...store.all()].filter(
        (metric) =>
          metric.lastPut >= since &&
          (input.Namespace ?? metric.namespace) === metric.namespace &&
          (input.MetricName ?? metric.name) === metric.name &&
          (input.Dimensions ?? []).every(({ Name = '', Value }) => hasDimension(metric, Name, Value)),
      );
      const { items, nextToken } = page(wanted, input.NextToken, 500);
      const Metrics = items.map((metric) => ({
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
      }));
      return { Metrics, ...(nextToken && { NextToken: nextToken }) };
    },
  } satisfies Operations<CloudWatch>;
}

function hasDimension({ dimensions }: Metric, name: string, value: string | undefined): boolean {
  const actual = Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
  return actual !== undefined && (value === undefined || value === actual);
}

function getMetricData(input: GetMetricDataCommandInput, reader: MetricReader) {
  const asked = input.MetricDataQueries ?? [];
  const queries = new MetricQueries(asked);
  const [start, end] = timeRange(input.StartTime, input.EndTime);
  const isDescending = input.ScanBy !== 'TimestampAscending';
  const results = asked
    .filter((query) => query.ReturnData !== false)
    .flatMap(({ Id: id = '' }) => {
      const grid = gridBetween(start, end, queries.periodOf(id));
      return queries
        .read(id, grid, reader)
        .map((series) => ({ id, ...datapoints(series, grid, isDescending) }));
    });
  const share = Math.max(
    1,
    Math.floor((input.MaxDatapoints ?? MOST_DATAPOINTS) / Math.max(1, results.length)),
  );
  const offset = Number(input.NextToken ?? 0);
  if (!Number.isInteger(offset) || offset < 0)
    throw new AwsError('InvalidNextToken', 'The token is invalid.');
  const isMore = results.some(({ values }) => values.length > offset + share);
  return {
    MetricDataResults: results.map(({ id, label, values, times }) => ({
      Id: id,
      Label: label,
      Timestamps: times.slice(offset, offset + share),
      Values: values.slice(offset, offset + share),
      StatusCode: values.length > offset + share ? ('PartialData' as const) : ('Complete' as const),
    })),
    Messages: [],
    ...(isMore && { NextToken: String(offset + share) }),
  };
}

function timeRange(start: Date | undefined, end: Date | undefined): [number, number] {
  if (start === undefined || end === undefined) throw validationError('StartTime and EndTime are required.');
  if (start >= end) {
    throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  }
  return [start.getTime(), end.getTime()];
}

/** Whole periods of the epoch: the start is rounded down, the end is exclusive. */
function gridBetween(start: number, end: number, period: number): Grid {
  const first = Math.floor(start / period) * period;
  const length = Math.ceil((end - first) / period);
  if (length > MOST_DATAPOINTS)
    throw validationError(`You have requested up to ${length} datapoints, too many.`);
  return { start: first, period, length };
}

function datapoints({ label, values }: Series, grid: Grid, isDescending: boolean) {
  const present = values.flatMap((value, index) =>
    Number.isNaN(value) ? [] : [{ value, time: new Date(grid.start + index * grid.period) }],
  );
  if (isDescending) present.reverse();
  return { label, values: present.map(({ value }) => value), times: present.map(({ time }) => time) };
}

/** Periods count from StartTime, rounded down to the minute. */
function getMetricStatistics(input: GetMetricStatisticsCommandInput, reader: MetricReader) {
  const statistics = input.Statistics ?? [];
  const names = [...statistics, ...(input.ExtendedStatistics ?? [])];
  if (names.length === 0) {
    throw new AwsError('InvalidParameterCombination', 'Must specify either Statistics or ExtendedStatistics');
  }
  const [start, end] = timeRange(input.StartTime, input.EndTime);
  const period = (input.Period ?? 60) * 1000;
  const step = Math.min(period, MINUTE);
  const first = Math.floor(start / step) * step;
  const grid = { start: first, period, length: Math.ceil((end - first) / period) };
  if (grid.length > MOST_STATISTICS) {
    throw new AwsError(
      'InvalidParameterCombination',
      `You have requested up to ${grid.length} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  const columns = names.map((name) => ({
    name,
    values: reader.read(metricStat({ ...input, Stat: name }), grid),
  }));
  const Datapoints = (columns[0]?.values ?? []).flatMap((present, index) => {
    if (Number.isNaN(present)) return [];
    const of = (some: readonly string[]) =>
      Object.fromEntries(
        columns.flatMap(({ name, values }) => (some.includes(name) ? [[name, values[index] ?? NaN]] : [])),
      );
    const extended = of(input.ExtendedStatistics ?? []);
    return [
      {
        Timestamp: new Date(grid.start + index * period),
        ...of(statistics),
        ...(Object.keys(extended).length > 0 && { ExtendedStatistics: extended }),
        Unit: input.Unit ?? ('None' as const),
      },
    ];
  });
  return { Label: input.MetricName ?? '', Datapoints };
}
