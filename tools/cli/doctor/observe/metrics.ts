import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { WINDOW_MINUTES, type Answers, type ControlPlane } from '../picture.ts';
import type { Clients } from './clients.ts';

const MINUTE = 60;

const COUNTS = {
  e502: 'HTTPCode_ELB_502_Count',
  e503: 'HTTPCode_ELB_503_Count',
  e504: 'HTTPCode_ELB_504_Count',
  connections: 'TargetConnectionErrorCount',
  requests: 'RequestCount',
} as const;

/** What an Application Load Balancer has answered of late; a network one answers nothing itself, and counts nothing. */
export async function answersOf(clients: Clients, arn: string, now: number): Promise<Answers> {
  const dimension = arn.slice(arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);
  const query = (id: string, name: string, stat: string) =>
    queryFor(id, 'AWS/ApplicationELB', name, { Name: 'LoadBalancer', Value: dimension }, stat);
  const values = await valuesOf(
    clients,
    [
      ...Object.entries(COUNTS).map(([id, name]) => query(id, name, 'Sum')),
      query('slowest', 'TargetResponseTime', 'Maximum'),
    ],
    now,
  );
  const slowest = values.get('slowest') ?? [];
  return {
    502: sum(values.get('e502')),
    503: sum(values.get('e503')),
    504: sum(values.get('e504')),
    connectionErrors: sum(values.get('connections')),
    requests: sum(values.get('requests')),
    slowestSeconds: slowest.length === 0 ? undefined : Math.max(...slowest),
  };
}

/** Which functions failed or were throttled of late. */
export async function failuresOf(
  clients: Clients,
  functions: readonly string[],
  now: number,
): Promise<ControlPlane['failures']> {
  const queries = functions.flatMap((fn, index) =>
    ['Errors', 'Throttles'].map((name) =>
      queryFor(
        `${name.toLowerCase()}${index}`,
        'AWS/Lambda',
        name,
        { Name: 'FunctionName', Value: fn },
        'Sum',
      ),
    ),
  );
  const values = queries.length === 0 ? new Map<string, number[]>() : await valuesOf(clients, queries, now);
  return functions
    .map((fn, index) => ({
      fn,
      errors: sum(values.get(`errors${index}`)),
      throttles: sum(values.get(`throttles${index}`)),
    }))
    .filter(({ errors, throttles }) => errors + throttles > 0);
}

/** The values of the window, minute by minute, by the queries' ids. */
async function valuesOf(
  { cloudWatch }: Clients,
  queries: readonly MetricDataQuery[],
  now: number,
): Promise<Map<string, number[]>> {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - WINDOW_MINUTES * MINUTE * 1000),
      EndTime: new Date(now),
      MetricDataQueries: [...queries],
    }),
  );
  return new Map(MetricDataResults.map(({ Id = '', Values = [] }) => [Id, Values]));
}

function queryFor(
  id: string,
  namespace: string,
  name: string,
  dimension: { Name: string; Value: string },
  stat: string,
): MetricDataQuery {
  const Metric = { Namespace: namespace, MetricName: name, Dimensions: [dimension] };
  return { Id: id, MetricStat: { Metric, Period: MINUTE, Stat: stat } };
}

function sum(values: readonly number[] = []): number {
  return values.reduce((total, value) => total + value, 0);
}
