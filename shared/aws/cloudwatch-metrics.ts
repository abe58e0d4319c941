import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { Group, Instant, Seconds, Signal } from '../domain/index.ts';
import { isServing, MINUTE, periodOf, SECOND } from '../domain/index.ts';
import type { Metrics, Sample } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import type { Asked, SignalQueries } from './signal-queries.ts';
import { CPU_PERIOD, cpuOfInstance, healthyHosts, queriesOf, requestsPerTarget } from './signal-queries.ts';

/** The most queries of one call. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;

/** CloudWatch's metrics, period by period. */
export function cloudWatchMetrics(client = new CloudWatchClient(CLIENT_OPTIONS)): Metrics {
  return {
    read: async (group, signals, last, now) => {
      const asked = signals.map((signal, index) => ({
        signal,
        period: periodOf(signal),
        queries: queriesOf(signal, group, `s${index}`, periodOf(signal)),
      }));
      const end = Math.max(...asked.map(({ period }) => wholePeriods(now, period)), 0);
      const series = await seriesOf(client, queriesIn(asked), { start: end - last * SECOND, end });
      return new Map(
        asked.map(({ signal, period, queries }) => [
          signal.name,
          samplesOf(queries, series).filter(({ at }) => isOver(at, period, now)),
        ]),
      );
    },
    history: async (group, signals, since, period, now) => {
      const asked = signals.map((signal, index) => ({
        signal,
        queries: queriesOf(signal, group, `s${index}`, period),
      }));
      const end = wholePeriods(now, period);
      const series = await seriesOf(client, queriesIn(asked), { start: wholePeriods(since, period), end });
      return new Map(
        asked.map(({ signal, queries }) => [signal.name, withWholeFleet(samplesOf(queries, series), group)]),
      );
    },
    busyness: (instances, now) => busyness(client, instances, now),
    requestsPerTarget: async (targetGroupArn, last, now) => {
      const asked = requestsPerTarget('requests', targetGroupArn, MINUTE / SECOND);
      const end = wholePeriods(now, MINUTE / SECOND);
      const series = await seriesOf(client, [asked.queries], { start: end - last * SECOND, end });
      const values = [...added(asked, series).values()];
      if (values.length > 0) return values.reduce((sum, value) => sum + value, 0);
      return (await isReportedOn(client, targetGroupArn, now)) ? 0 : undefined;
    },
  };
}

const HOUR: Seconds = 3600;
const DAY: Seconds = 24 * HOUR;

/**
 * Whether a load balancer has reported anything of a target group within a day. Of minutes without a request it reports
 * nothing, not zero, so that silence alone does not tell "no requests" from "no such metric".
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
async function isReportedOn(
  client: CloudWatchClient,
  targetGroupArn: string,
  now: Instant,
): Promise<boolean> {
  const asked = healthyHosts('hosts', targetGroupArn, HOUR);
  const range = { start: wholePeriods(now, HOUR) - DAY * SECOND, end: now };
  return added(asked, await seriesOf(client, [asked.queries], range)).size > 0;
}

/** How close two percentages of CPU are to say the same. */
const AS_BUSY = 5;

async function busyness(client: CloudWatchClient, instances: readonly string[], now: Instant) {
  const asked = instances.map((instance, index) => ({ instance, cpu: cpuOfInstance(`i${index}`, instance) }));
  // A value may come a period late, and the period that runs says the most of now.
  const start = wholePeriods(now, CPU_PERIOD) - 2 * CPU_PERIOD * SECOND;
  const series = await seriesOf(
    client,
    asked.map(({ cpu }) => cpu.queries),
    { start, end: now },
  );
  return new Map(
    asked.flatMap(({ instance, cpu }): [string, number][] => {
      const newest = [...added(cpu, series)].reduce<[Instant, number] | undefined>(
        (found, value) => (found === undefined || value[0] > found[0] ? value : found),
        undefined,
      );
      return newest === undefined ? [] : [[instance, Math.round(newest[1] / AS_BUSY) * AS_BUSY]];
    }),
  );
}

interface AskedSignal {
  readonly signal: Signal;
  readonly queries: SignalQueries;
}

/** The queries of each signal, each once; those of one signal may refer to each other, and stay together. */
function queriesIn(asked: readonly AskedSignal[]): MetricDataQuery[][] {
  return asked.map(({ queries: { value, total, reports } }) => {
    const queries = [value, total, reports].flatMap((one) => one?.queries ?? []);
    return [...new Map(queries.map((query) => [query.Id, query])).values()];
  });
}

type Series = ReadonlyMap<string, ReadonlyMap<Instant, number>>;

/** The values of every query by its id, asked in as few calls as there can be. */
async function seriesOf(
  client: CloudWatchClient,
  queries: readonly (readonly MetricDataQuery[])[],
  { start, end }: { readonly start: Instant; readonly end: Instant },
): Promise<Series> {
  const series = new Map<string, Map<Instant, number>>();
  if (start >= end) return series;
  for (const MetricDataQueries of callsOf(queries)) {
    const input = {
      MetricDataQueries,
      StartTime: new Date(start),
      EndTime: new Date(end),
      ScanBy: 'TimestampAscending' as const,
    };
    for await (const page of paginateGetMetricData({ client }, input))
      for (const result of page.MetricDataResults ?? []) collect(result, series);
  }
  return series;
}

function callsOf(queries: readonly (readonly MetricDataQuery[])[]): MetricDataQuery[][] {
  const calls: MetricDataQuery[][] = [];
  for (const together of queries) {
    if (together.length === 0) continue;
    const call = calls.at(-1);
    if (call === undefined || call.length + together.length > MOST_QUERIES) calls.push([...together]);
    else call.push(...together);
  }
  return calls;
}

function collect(
  { Id = '', Timestamps = [], Values = [] }: MetricDataResult,
  into: Map<string, Map<Instant, number>>,
): void {
  const values = into.get(Id) ?? new Map<Instant, number>();
  into.set(Id, values);
  Timestamps.forEach((timestamp, index) => {
    const value = Values[index];
    if (value !== undefined) values.set(timestamp.getTime(), value);
  });
}

function samplesOf({ value, total, reports }: SignalQueries, series: Series): Sample[] {
  if (value === undefined) return [];
  const [totals, counts] = [total && added(total, series), reports && added(reports, series)];
  return [...added(value, series)]
    .map(([at, value]) => {
      const reports = counts?.get(at);
      const total = totals?.get(at) ?? (reports === undefined ? undefined : value * reports);
      return {
        at,
        value,
        ...(total === undefined ? {} : { total }),
        ...(reports === undefined ? {} : { reports }),
      };
    })
    .sort((one, other) => one.at - other.at);
}

/**
 * The sources of a series added up, period by period. A period that one of them lacks is absent: less than all of the
 * load would look like little load; unless they are silent when there is nothing to tell.
 */
function added({ sum, times, isPartial = false }: Asked, series: Series): ReadonlyMap<Instant, number> {
  if (isPartial) return addedWhereKnown(sum, times, series);
  const [first, ...others] = sum.map((id) => series.get(id) ?? new Map<Instant, number>());
  const values = new Map<Instant, number>();
  for (const [at, value] of first ?? []) {
    const rest = others.map((other) => other.get(at));
    if (rest.every((other) => other !== undefined))
      values.set(at, rest.reduce((all, other) => all + other, value) * times);
  }
  return values;
}

function addedWhereKnown(
  sum: readonly string[],
  times: number,
  series: Series,
): ReadonlyMap<Instant, number> {
  const values = new Map<Instant, number>();
  for (const [at, value] of sum.flatMap((id) => [...(series.get(id) ?? [])]))
    values.set(at, (values.get(at) ?? 0) + value * times);
  return values;
}

/** Only periods that are over: the one that runs would count for less than it will be. */
function wholePeriods(now: Instant, period: Seconds): Instant {
  return Math.floor(now / (period * SECOND)) * period * SECOND;
}

function isOver(at: Instant, period: Seconds, now: Instant): boolean {
  return at + period * SECOND <= now;
}

/**
 * How many instances there were is not kept, but follows from how many values they have reported: each one a minute, or
 * one in five without detailed monitoring. Which of the two it is shows in the newest period, whose instances are known.
 */
function withWholeFleet(samples: readonly Sample[], { instances }: Group): readonly Sample[] {
  const newest = samples.at(-1)?.reports;
  if (newest === undefined) return samples;
  const shown = newest / Math.max(1, instances.filter(isServing).length);
  const minutesEach = shown < Math.sqrt(1 / 5) ? 5 : 1;
  return samples.map((sample) => {
    const reports = (sample.reports ?? 0) * minutesEach;
    return { ...sample, total: sample.value * reports, reports };
  });
}
