/** Which queries of GetMetricData tell of a signal, and how its samples are made of their answers. */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Group, MetricExpression, MetricSource, Seconds, Signal } from '../domain/index.ts';
import { isServing, periodOf, unitsOf } from '../domain/index.ts';

/** A time series made of one query, or of several whose values add up. */
export interface Asked {
  readonly queries: readonly MetricDataQuery[];
  /** Ids of the queries whose values add up; the others are only referred to. */
  readonly sum: readonly string[];
  /** What a value is multiplied by. */
  readonly times: number;
  /** A period counts what some of the sources have, others being silent when nothing happens. */
  readonly isPartial?: boolean;
}

/** What is asked for the sake of one signal. */
export interface SignalQueries {
  readonly value?: Asked;
  readonly total?: Asked;
  /** How many values were reported in each period. */
  readonly reports?: Asked;
}

/**
 * @param id      begins the ids of the signal's queries
 * @param period  seconds between two samples; sums are given for the signal's own period, whatever this is
 */
export function queriesOf(signal: Signal, group: Group, id: string, period: Seconds): SignalQueries {
  const { metric } = signal;
  const ask = new Asking(id, period, periodOf(signal) / period);
  if (metric === 'cpu') return cpuQueries(ask, group);
  if (metric === 'alb-requests-per-target') return requestQueries(ask, group);
  switch (metric.kind) {
    case 'alb-latency':
      return latencyQueries(ask, group, metric.statistic);
    case 'sqs-backlog':
      return ofFleet(ask.sumOf('t', backlogSources(metric.queue)), group);
    case 'cloudwatch': {
      const asked = ask.sumOf('v', [filledIn(metric, group)]);
      return metric.of === 'fleet' ? ofFleet(asked, group) : { value: asked };
    }
    case 'expression': {
      const asked = ask.expression('v', metric, group);
      return metric.of === 'fleet' ? ofFleet(asked, group) : { value: asked };
    }
  }
}

/** CPU of one instance. Basic monitoring has a value in five minutes, so that no shorter period has one of each. */
export function cpuOfInstance(id: string, instance: string): Asked {
  const cpu = { namespace: 'AWS/EC2', name: 'CPUUtilization', statistic: 'Average' };
  return new Asking(id, CPU_PERIOD, 1).sumOf('v', [{ ...cpu, dimensions: { InstanceId: instance } }]);
}

/** Seconds between two values of {@link cpuOfInstance}. */
export const CPU_PERIOD: Seconds = 300;

/** Requests that reach a target group, in the mean of its targets. */
export function requestsPerTarget(id: string, targetGroupArn: string, period: Seconds): Asked {
  return new Asking(id, period, 1).sumOf('v', [perTarget(targetGroupArn)]);
}

/** Healthy targets of a target group, behind whichever Application Load Balancer. */
export function healthyHosts(id: string, targetGroupArn: string, period: Seconds): Asked {
  const search = balancerSearch('HealthyHostCount', [targetGroupArn], 'Maximum', period);
  return new Asking(id, period, 1).math('v', [`SUM(${search})`], false);
}

/** Composes queries under one prefix. */
class Asking {
  readonly period: Seconds;
  readonly #id: string;
  /** What sums over `period` are multiplied by to be those over the signal's own. */
  readonly #share: number;

  constructor(id: string, period: Seconds, share: number) {
    this.#id = id;
    this.period = period;
    this.#share = share;
  }

  sumOf(part: string, sources: readonly MetricSource[]): Asked {
    const queries = sources.map((source, index) => this.#query(`${this.#id}${part}${index}`, source));
    return {
      queries,
      sum: queries.map(({ Id = '' }) => Id),
      times: sources.some(({ statistic }) => ADDS_UP.has(statistic)) ? this.#share : 1,
    };
  }

  math(part: string, expressions: readonly string[], addsUp: boolean): Asked {
    const queries = expressions.map((Expression, index) => ({
      Id: `${this.#id}${part}${index}`,
      Expression,
    }));
    return { queries, sum: queries.map(({ Id }) => Id), times: addsUp ? this.#share : 1 };
  }

  /** An expression's metrics keep the ids it calls them by: it has a prefix put before each of them. */
  expression(part: string, { expression, metrics }: MetricExpression, group: Group): Asked {
    const ids = new Map(Object.keys(metrics).map((id, index) => [id, `${this.#id}m${index}`]));
    const hidden = Object.entries(metrics).flatMap(([id, source]) =>
      this.#operand(ids.get(id) ?? id, filledIn(source, group)),
    );
    const Id = `${this.#id}${part}`;
    const Expression = renamed(placed(expression, group), ids);
    return { queries: [...hidden, { Id, Expression, Period: this.period }], sum: [Id], times: 1 };
  }

  #operand(id: string, source: MetricSource): MetricDataQuery[] {
    if (this.#share === 1 || !ADDS_UP.has(source.statistic))
      return [{ ...this.#query(id, source), ReturnData: false }];
    return [
      { ...this.#query(`${id}raw`, source), ReturnData: false },
      { Id: id, Expression: `${id}raw * ${this.#share}`, ReturnData: false },
    ];
  }

  #query(id: string, { namespace, name, dimensions, statistic }: MetricSource): MetricDataQuery {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    return {
      Id: id,
      MetricStat: {
        Metric: { Namespace: namespace, MetricName: name, Dimensions },
        Period: this.period,
        Stat: statistic,
      },
    };
  }
}

/** Statistics that grow with the period they are taken over. */
const ADDS_UP = new Set(['Sum', 'SampleCount']);

/** Names in metric math that are not within quotes. */
const NAMES = /"[^"]*"|'[^']*'|\b[a-z]\w*\b/g;

function renamed(expression: string, ids: ReadonlyMap<string, string>): string {
  return expression.replace(NAMES, (word) => ids.get(word) ?? word);
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html */
function cpuQueries(ask: Asking, { name }: Group): SignalQueries {
  const cpu = (statistic: string) => ({
    namespace: 'AWS/EC2',
    name: 'CPUUtilization',
    dimensions: { AutoScalingGroupName: name },
    statistic,
  });
  return { value: ask.sumOf('v', [cpu('Average')]), reports: ask.sumOf('n', [cpu('SampleCount')]) };
}

/**
 * What several target groups send to an instance adds up. Their whole is counted by balancer and target group: which
 * balancer stands before a group is searched for, so that nothing else has to be asked.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
function requestQueries(ask: Asking, group: Group): SignalQueries {
  const { targetGroupArns } = group;
  if (targetGroupArns.length === 0) return {};
  const totals = targetGroupArns.map(
    (arn) => `SUM(${balancerSearch('RequestCount', [arn], 'Sum', ask.period)})`,
  );
  const routed = ask.math('t', totals, true);
  if (group.loadBalancers === undefined)
    return { value: ask.sumOf('v', targetGroupArns.map(perTarget)), total: routed };
  const turnedAway = ask.sumOf('w', group.loadBalancers.map(unserved));
  const all: Asked = {
    queries: [...routed.queries, ...turnedAway.queries],
    sum: [...routed.sum, ...turnedAway.sum],
    times: routed.times,
    isPartial: true,
  };
  return { value: all, total: all };
}

/**
 * Without a target that could be chosen, a balancer answers by itself, and counts no request: only its own answers tell
 * that somebody has asked. It counts them for all of its target groups together.
 */
function unserved(loadBalancer: string): MetricSource {
  return {
    namespace: 'AWS/ApplicationELB',
    name: 'HTTPCode_ELB_503_Count',
    dimensions: { LoadBalancer: loadBalancer },
    statistic: 'Sum',
  };
}

/** The slowest of the target groups speaks for the fleet. */
function latencyQueries(ask: Asking, { targetGroupArns }: Group, statistic: string): SignalQueries {
  if (targetGroupArns.length === 0) return {};
  const search = balancerSearch('TargetResponseTime', targetGroupArns, statistic, ask.period);
  return { value: ask.math('v', [`MAX(${search})`], false) };
}

function balancerSearch(metric: string, arns: readonly string[], statistic: string, period: Seconds): string {
  const terms = `MetricName="${metric}" TargetGroup=${anyOf(arns)}`;
  return `SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} ${terms}', '${statistic}', ${period})`;
}

/** None is written as an empty name, which no target group has. */
function anyOf(targetGroupArns: readonly string[]): string {
  const names = targetGroupArns.length === 0 ? [''] : targetGroupArns.map(targetGroupOf);
  return `(${names.map((name) => `"${name}"`).join(' OR ')})`;
}

function perTarget(arn: string): MetricSource {
  return {
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCountPerTarget',
    dimensions: { TargetGroup: targetGroupOf(arn) },
    statistic: 'Sum',
  };
}

/** How metrics name a target group: the part of its ARN that begins with `targetgroup/`. */
function targetGroupOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
function backlogSources(queue: string): MetricSource[] {
  return ['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible'].map((name) => ({
    namespace: 'AWS/SQS',
    name,
    dimensions: { QueueName: queue },
    statistic: 'Average',
  }));
}

/** A fleet's whole, and the share of it that each of its instances has now. */
function ofFleet(total: Asked, { instances }: Group): SignalQueries {
  const serving = unitsOf(instances.filter(isServing));
  return { total, value: { ...total, times: total.times / Math.max(1, serving) } };
}

function filledIn(source: MetricSource, group: Group): MetricSource {
  const dimensions = Object.entries(source.dimensions).map(([name, value]) => [name, placed(value, group)]);
  return { ...source, dimensions: Object.fromEntries(dimensions) as Record<string, string> };
}

/** `{target-groups}` stands for all of them, as a SEARCH has it. */
function placed(text: string, { name, targetGroupArns }: Group): string {
  const [arn] = targetGroupArns;
  return text
    .replaceAll('{group}', name)
    .replaceAll('{target-groups}', anyOf(targetGroupArns))
    .replaceAll('{target-group}', arn === undefined ? '' : targetGroupOf(arn));
}
