import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { Group, Instant, Seconds, Signal } from '../domain/index.ts';
import { MINUTE, SECOND } from '../domain/index.ts';
import type { Metrics, Sample } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';

/** CloudWatch's metrics, minute by minute. */
export function cloudWatchMetrics(client = new CloudWatchClient(CLIENT_OPTIONS)): Metrics {
  const results = async (
    queries: MetricDataQuery[],
    last: Seconds,
    now: Instant,
  ): Promise<MetricDataResult[]> => {
    if (queries.length === 0) return [];
    // Only minutes that are over: the one that runs would count for less than it will be.
    const end = Math.floor(now / MINUTE) * MINUTE;
    const input = {
      MetricDataQueries: queries,
      StartTime: new Date(end - last * SECOND),
      EndTime: new Date(end),
      ScanBy: 'TimestampAscending' as const,
    };
    const found: MetricDataResult[] = [];
    for await (const page of paginateGetMetricData({ client }, input))
      found.push(...(page.MetricDataResults ?? []));
    return found;
  };
  return {
    read: async (group, signals, last, now) => {
      const asked = signals.map((signal, index) => ({ signal, queries: queriesOf(signal, index, group) }));
      const data = await results(
        asked.flatMap(({ queries }) => queries),
        last,
        now,
      );
      return new Map(
        asked.map(({ signal, queries }) => {
          const ids = new Set(queries.map(({ Id }) => Id));
          return [signal.name, summedByMinute(data.filter(({ Id }) => ids.has(Id)))];
        }),
      );
    },
    requestsPerTarget: async (targetGroupArn, last, now) => {
      const samples = summedByMinute(await results([requestsQuery('requests', targetGroupArn)], last, now));
      return samples.length === 0 ? undefined : samples.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

/** One query for each source of a signal; what several target groups send to an instance adds up. */
function queriesOf(signal: Signal, index: number, group: Group): MetricDataQuery[] {
  if (signal.metric === 'cpu') return [cpuQuery(`s${index}`, group.name)];
  return group.targetGroupArns.map((arn, part) => requestsQuery(`s${index}_${part}`, arn));
}

function cpuQuery(id: string, group: string): MetricDataQuery {
  return query(id, 'AWS/EC2', 'CPUUtilization', 'Average', { Name: 'AutoScalingGroupName', Value: group });
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
function requestsQuery(id: string, targetGroupArn: string): MetricDataQuery {
  // The dimension is the part of the ARN that begins with `targetgroup/`.
  const dimension = targetGroupArn.slice(targetGroupArn.lastIndexOf(':') + 1);
  return query(id, 'AWS/ApplicationELB', 'RequestCountPerTarget', 'Sum', {
    Name: 'TargetGroup',
    Value: dimension,
  });
}

function query(
  id: string,
  namespace: string,
  metric: string,
  statistic: string,
  dimension: { Name: string; Value: string },
): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: metric, Dimensions: [dimension] },
      Period: MINUTE / SECOND,
      Stat: statistic,
    },
  };
}

/**
 * The sources of a signal added up minute by minute. A minute that one of them lacks is absent: less than all of
 * the load would look like little load.
 */
function summedByMinute(results: readonly MetricDataResult[]): readonly Sample[] {
  const sources = new Set(results.map(({ Id }) => Id)).size;
  const byMinute = new Map<Instant, { value: number; sources: number }>();
  for (const { Timestamps = [], Values = [] } of results) {
    Timestamps.forEach((timestamp, index) => {
      const at = timestamp.getTime();
      const sum = byMinute.get(at) ?? { value: 0, sources: 0 };
      byMinute.set(at, { value: sum.value + (Values[index] ?? 0), sources: sum.sources + 1 });
    });
  }
  return [...byMinute]
    .filter(([, sum]) => sum.sources === sources)
    .map(([at, { value }]) => ({ at, value }))
    .sort((one, other) => one.at - other.at);
}
