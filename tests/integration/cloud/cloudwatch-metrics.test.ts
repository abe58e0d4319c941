import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { World } from './messaging-world.ts';
import { MINUTE, newWorld, START } from './messaging-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

/** Puts one value for each minute from the start; undefined leaves a minute out. */
async function putMinutes(name: string, values: readonly (number | undefined)[]): Promise<void> {
  await world.cloudwatch.putMetricData({
    Namespace: 'Shop',
    MetricData: values.flatMap((Value, minute) =>
      Value === undefined ? [] : [{ MetricName: name, Value, Timestamp: new Date(START + minute * MINUTE) }],
    ),
  });
}

function metric(Id: string, name: string, Stat = 'Sum', Period = 60): MetricDataQuery {
  return { Id, MetricStat: { Metric: { Namespace: 'Shop', MetricName: name }, Stat, Period } };
}

async function read(
  queries: MetricDataQuery[],
  minutes = 10,
): Promise<Record<string, (number | undefined)[]>> {
  const { MetricDataResults = [] } = await world.cloudwatch.getMetricData({
    StartTime: new Date(START),
    EndTime: new Date(START + minutes * MINUTE),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: queries,
  });
  return Object.fromEntries(MetricDataResults.map(({ Id = '', Values = [] }) => [Id, Values]));
}

describe('metric data', () => {
  it('is seen a minute after its minute has ended', async () => {
    await putMinutes('orders', [5]);
    await world.pass(2 * MINUTE - 1);
    expect(await read([metric('m', 'orders')])).toEqual({ m: [] });
    await world.pass(1);
    expect(await read([metric('m', 'orders')])).toEqual({ m: [5] });
  });

  it('comes as values, arrays of values with counts, and statistics', async () => {
    await world.cloudwatch.putMetricData({
      Namespace: 'Shop',
      MetricData: [
        { MetricName: 'time', Value: 1 },
        { MetricName: 'time', Values: [2, 10], Counts: [3, 1] },
        { MetricName: 'time', StatisticValues: { Sum: 12, SampleCount: 2, Minimum: -1, Maximum: 13 } },
      ],
    });
    await world.pass(5 * MINUTE);
    const statistics = ['Sum', 'SampleCount', 'Minimum', 'Maximum', 'Average'];
    const queries = statistics.map((stat) => metric(stat.toLowerCase(), 'time', stat));
    expect(await read(queries)).toEqual({
      sum: [29],
      samplecount: [7],
      minimum: [-1],
      maximum: [13],
      average: [29 / 7],
    });
  });

  it('adds up over longer periods, newest first unless asked otherwise', async () => {
    await putMinutes('orders', [1, 2, 3, undefined, 5, 6, 7]);
    await world.pass(20 * MINUTE);
    const { MetricDataResults } = await world.cloudwatch.getMetricData({
      StartTime: new Date(START),
      EndTime: new Date(START + 10 * MINUTE),
      MetricDataQueries: [metric('m', 'orders', 'Sum', 300)],
    });
    expect(MetricDataResults?.[0]?.Values).toEqual([13, 11]);
    expect(MetricDataResults?.[0]?.Timestamps).toEqual([new Date(START + 5 * MINUTE), new Date(START)]);
  });

  it('comes in pages', async () => {
    await putMinutes('orders', [1, 2, 3]);
    await world.pass(20 * MINUTE);
    const ask = (NextToken?: string) =>
      world.cloudwatch.getMetricData({
        StartTime: new Date(START),
        EndTime: new Date(START + 10 * MINUTE),
        ScanBy: 'TimestampAscending',
        MaxDatapoints: 2,
        MetricDataQueries: [metric('m', 'orders')],
        ...(NextToken !== undefined && { NextToken }),
      });
    const first = await ask();
    expect(first.MetricDataResults?.[0]).toMatchObject({ Values: [1, 2], StatusCode: 'PartialData' });
    const second = await ask(first.NextToken);
    expect(second.MetricDataResults?.[0]).toMatchObject({ Values: [3], StatusCode: 'Complete' });
    expect(second.NextToken).toBeUndefined();
  });

  it('has one-second datapoints where they were asked for', async () => {
    await world.cloudwatch.putMetricData({
      Namespace: 'Shop',
      MetricData: [0, 4, 12].map((second) => ({
        MetricName: 'fast',
        Value: second,
        StorageResolution: 1,
        Timestamp: new Date(START + second * 1000),
      })),
    });
    await world.pass(5 * MINUTE);
    expect(await read([metric('m', 'fast', 'Sum', 10), metric('n', 'fast')])).toEqual({
      m: [4, 12],
      n: [16],
    });
  });

  it.each([
    [
      'AWS’s own namespace',
      { Namespace: 'AWS/EC2', MetricData: [{ MetricName: 'm', Value: 1 }] },
      'Namespace is invalid',
    ],
    [
      'a time long past',
      { Namespace: 'Shop', MetricData: [{ MetricName: 'm', Value: 1, Timestamp: new Date(0) }] },
      'past two weeks',
    ],
    ['no value', { Namespace: 'Shop', MetricData: [{ MetricName: 'm' }] }, 'must be specified'],
  ])('is refused with %s', async (_case, input, message) => {
    await expect(world.cloudwatch.putMetricData(input)).rejects.toThrow(message);
  });
});

describe('metrics are listed', () => {
  it('by namespace, name and dimensions', async () => {
    await world.cloudwatch.putMetricData({
      Namespace: 'Shop',
      MetricData: ['a', 'b'].map((Value) => ({
        MetricName: 'm',
        Value: 1,
        Dimensions: [{ Name: 'till', Value }],
      })),
    });
    const { Metrics } = await world.cloudwatch.listMetrics({
      Namespace: 'Shop',
      Dimensions: [{ Name: 'till', Value: 'b' }],
    });
    expect(Metrics).toEqual([
      { Namespace: 'Shop', MetricName: 'm', Dimensions: [{ Name: 'till', Value: 'b' }] },
    ]);
  });
});

describe('metric math', () => {
  beforeEach(async () => {
    await putMinutes('a', [1, 2, undefined, 4, 0]);
    await putMinutes('b', [2, 2, 2, undefined, 0]);
    await world.pass(30 * MINUTE);
  });

  const hidden = [metric('m1', 'a'), metric('m2', 'b')].map((query) => ({ ...query, ReturnData: false }));
  const valuesOf = async (Expression: string) => {
    const { e = [] } = await read([...hidden, { Id: 'e', Expression }], 5);
    return e;
  };

  it.each([
    ['m1 + m2 * 2', [5, 6, 0]],
    ['-(m1 - m2)', [1, 0, 0]],
    ['m1 / m2', [0.5, 1]],
    ['SUM([m1, m2])', [3, 4, 2, 4, 0]],
    ['MAX(METRICS())', [2, 2, 2, 4, 0]],
    ['AVG(METRICS("m1"))', [1, 2, 4, 0]],
    ['FILL(m1, 0) + FILL(m2, REPEAT)', [3, 4, 2, 6, 0]],
    ['FILL(m1, LINEAR)', [1, 2, 3, 4, 0]],
    ['IF(m1 >= 2, m1, 0)', [0, 2, 4, 0]],
    ['IF(m1 > 1 AND m2 > 1, 1, 0)', [0, 1, 0]],
    ['m1 / SUM(m1) * 7', [1, 2, 4, 0]],
    ['RATE(m1) * PERIOD(m1)', [1, 1, -4]],
    ['DIFF(m1)', [1, 2, -4]],
    ['RUNNING_SUM(m1)', [1, 3, 7, 7]],
    ['m1 ^ 2', [1, 4, 16, 0]],
  ])('evaluates %s', async (expression, values) => {
    expect(await valuesOf(expression)).toEqual(values);
  });

  it.each([
    ['ANOMALY_DETECTION_BAND(m1, 2)', 'ANOMALY_DETECTION_BAND'],
    ["SEARCH('{Shop orders', 'Sum')", "Invalid SEARCH expression '{Shop orders'"],
    ["SEARCH('{Shop} (orders', 'Sum')", 'Invalid SEARCH expression'],
    ["SEARCH('', 'Sum')", 'Invalid SEARCH expression'],
    ["SEARCH('{Shop} orders')", 'SEARCH takes a search and a statistic'],
    ['m1 + ', 'Parse error'],
    ['m9 + 1', 'Unknown id m9'],
    ['e + 1', 'refers to itself'],
    ['SUM(m1)', 'does not return a time series'],
  ])('refuses %s and says why', async (expression, message) => {
    await expect(valuesOf(expression)).rejects.toThrow(message);
  });

  it('refuses statistics that it does not keep', async () => {
    await expect(read([metric('m', 'a', 'tm99')])).rejects.toThrow('no statistic tm99');
  });
});

describe('percentiles', () => {
  const times = (values: readonly number[], at = START) =>
    world.cloudwatch.putMetricData({
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'time', Values: [...values], Timestamp: new Date(at) }],
    });
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

  it('are of all values of a period, to one percent', async () => {
    await times(hundred.slice(0, 50));
    await times(hundred.slice(50), START + MINUTE);
    await world.pass(5 * MINUTE);
    const at = async (statistic: string) => (await read([metric('m', 'time', statistic, 300)], 5)).m?.[0];
    for (const percent of [1, 50, 90, 99.5])
      expect(Math.abs(((await at(`p${percent}`)) ?? 0) / Math.ceil(percent) - 1)).toBeLessThan(0.011);
    expect(await at('p100')).toBe(100);
  });

  it('of one value are that value', async () => {
    await times([-3]);
    await world.pass(5 * MINUTE);
    expect(await read([metric('m', 'time', 'p90')])).toEqual({ m: [-3] });
  });

  it('know no values of statistic sets, unless these are all alike', async () => {
    const sets = [
      { Sum: 6, SampleCount: 2, Minimum: 3, Maximum: 3 },
      { Sum: 6, SampleCount: 2, Minimum: 1, Maximum: 5 },
    ];
    await world.cloudwatch.putMetricData({
      Namespace: 'Shop',
      MetricData: sets.map((StatisticValues, minute) => ({
        MetricName: 'time',
        StatisticValues,
        Timestamp: new Date(START + minute * MINUTE),
      })),
    });
    await world.pass(5 * MINUTE);
    expect(await read([metric('m', 'time', 'p90')])).toEqual({ m: [3] });
  });

  it('come as extended statistics too', async () => {
    await times([1, 2, 3]);
    await world.pass(5 * MINUTE);
    const { Datapoints } = await world.cloudwatch.getMetricStatistics({
      Namespace: 'Shop',
      MetricName: 'time',
      StartTime: new Date(START),
      EndTime: new Date(START + MINUTE),
      Period: 60,
      Statistics: ['Maximum'],
      ExtendedStatistics: ['p100'],
    });
    expect(Datapoints).toMatchObject([{ Maximum: 3, ExtendedStatistics: { p100: 3 } }]);
  });
});

describe('a search', () => {
  const put = async (
    Namespace: string,
    MetricName: string,
    dimensions: Record<string, string>,
    Value: number,
  ) =>
    world.cloudwatch.putMetricData({
      Namespace,
      MetricData: [
        {
          MetricName,
          Value,
          Timestamp: new Date(START),
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
      ],
    });

  beforeEach(async () => {
    await put('Shop', 'OrderCount', { till: 'front-1', floor: 'one' }, 1);
    await put('Shop', 'OrderCount', { till: 'back-2', floor: 'one' }, 2);
    await put('Shop', 'OrderCount', { till: 'front-1' }, 4);
    await put('Shop', 'Refunds', { till: 'back-2', floor: 'one' }, 8);
    await put('Bank', 'OrderCount', { till: 'front-1', floor: 'one' }, 16);
    await world.pass(10 * MINUTE);
  });

  const found = async (search: string) => {
    const Expression = `SEARCH('${search}', 'Sum', 60)`;
    const { MetricDataResults = [] } = await world.cloudwatch.getMetricData({
      StartTime: new Date(START),
      EndTime: new Date(START + MINUTE),
      MetricDataQueries: [{ Id: 'e', Expression }],
    });
    return MetricDataResults.flatMap(({ Values = [] }) => Values).sort((one, other) => one - other);
  };

  it.each([
    ['{Shop,till,floor} MetricName="OrderCount"', [1, 2]],
    ['{Shop,floor,till}', [1, 2, 8]],
    ['{Shop,till}', [4]],
    ['{Shop}', []],
    ['MetricName="OrderCount"', [1, 2, 4, 16]],
    ['MetricName="Order"', []],
    ['MetricName=order', [1, 2, 4, 16]],
    ['Namespace="Shop" till="front-1"', [1, 4]],
    ['{Shop,till,floor} till=("back-2" OR "none")', [2, 8]],
    ['{Shop,till,floor} front OR Refunds', [1, 8]],
    ['{Shop,till,floor} OrderCount AND NOT back', [1]],
    ['{Shop,till,floor} NOT (front OR refunds)', [2]],
    ['{"Shop", till, "floor"} count', [1, 2]],
  ])('finds %s', async (search, values) => {
    expect(await found(search)).toEqual(values);
  });

  it('can be added up', async () => {
    const Expression = `SUM(SEARCH('{Shop,till,floor} MetricName="OrderCount"', 'Sum', 60))`;
    expect(await read([{ Id: 'e', Expression }], 1)).toEqual({ e: [3] });
    const none = `SUM(SEARCH('{Shop,till,floor} MetricName="none"', 'Sum', 60))`;
    expect(await read([{ Id: 'e', Expression: none }], 1)).toEqual({ e: [] });
  });

  it('is refused by alarms', async () => {
    await expect(
      world.cloudwatch.putMetricAlarm({
        AlarmName: 'a',
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Metrics: [{ Id: 'e', Expression: "SUM(SEARCH('{Shop,till}', 'Sum', 60))" }],
      }),
    ).rejects.toThrow('SEARCH is not supported on Metric Alarms');
  });
});

describe('metric statistics', () => {
  it('count their periods from the start time', async () => {
    await putMinutes('orders', [1, 2, 3, 4]);
    await world.pass(20 * MINUTE);
    const { Datapoints = [] } = await world.cloudwatch.getMetricStatistics({
      Namespace: 'Shop',
      MetricName: 'orders',
      StartTime: new Date(START + MINUTE),
      EndTime: new Date(START + 5 * MINUTE),
      Period: 120,
      Statistics: ['Sum', 'Maximum'],
    });
    expect(Datapoints.map(({ Timestamp, Sum, Maximum }) => ({ Timestamp, Sum, Maximum }))).toEqual([
      { Timestamp: new Date(START + MINUTE), Sum: 5, Maximum: 3 },
      { Timestamp: new Date(START + 3 * MINUTE), Sum: 4, Maximum: 4 },
    ]);
  });
});

describe('dashboards', () => {
  it('are kept until they are deleted', async () => {
    await world.cloudwatch.putDashboard({ DashboardName: 'shop', DashboardBody: '{"widgets":[]}' });
    expect((await world.cloudwatch.getDashboard({ DashboardName: 'shop' })).DashboardBody).toBe(
      '{"widgets":[]}',
    );
    await world.cloudwatch.deleteDashboards({ DashboardNames: ['shop'] });
    await expect(world.cloudwatch.getDashboard({ DashboardName: 'shop' })).rejects.toThrow('does not exist');
  });
});
