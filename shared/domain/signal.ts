import type { Amount } from './disruption.ts';
import type { Seconds } from './time.ts';

/** How a CloudWatch statistic is written: `Average`, `Sum`, `p95` … */
export type Statistic = string;

/**
 * What a signal watches. Values are per instance, as AWS reports them, or of the whole fleet:
 * - `alb-requests-per-target`: requests a minute that an Application Load Balancer sends to each target
 * - `cpu`: percent of each instance
 */
export type SignalMetric =
  'alb-requests-per-target' | 'cpu' | AlbLatency | SqsBacklog | CloudWatchMetric | MetricExpression;

/** Seconds that targets take to answer their Application Load Balancer. */
export interface AlbLatency {
  readonly kind: 'alb-latency';
  readonly statistic: Statistic;
}

/** Messages in a queue of SQS, waiting and in flight; the fleet's, shared out to its instances. */
export interface SqsBacklog {
  readonly kind: 'sqs-backlog';
  readonly queue: string;
}

/** Any metric of CloudWatch. */
export interface CloudWatchMetric extends MetricSource {
  readonly kind: 'cloudwatch';
  readonly of: MeasuredOf;
}

/** Any metric-math expression over metrics of CloudWatch. */
export interface MetricExpression {
  readonly kind: 'expression';
  readonly expression: string;
  /** By the ids that the expression calls them. */
  readonly metrics: Readonly<Record<string, MetricSource>>;
  readonly of: MeasuredOf;
}

/** `{group}` and `{target-group}` in a dimension's value stand for the names of the fleet's own. */
export interface MetricSource {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
}

/** Whether a metric tells of one instance, in the mean, or of all of them together. */
export type MeasuredOf = 'instance' | 'fleet';

/**
 * What minutes without a value mean. `hold`: the load is unknown, and capacity does not fall; `zero`: there was nothing
 * to count; `ignore`: the other signals decide.
 */
export type MissingData = 'hold' | 'zero' | 'ignore';

interface Watched {
  readonly name: string;
  readonly metric: SignalMetric;
  /** Between two values; 60 without. */
  readonly period?: Seconds;
  /** `hold` without. */
  readonly missing?: MissingData;
  /** Below so much of the whole fleet's load the signal asks for no instance at all. */
  readonly activation?: number;
}

/** What to add or take once a signal is off its target by such a share of it, or more. */
export interface ScalingStep {
  readonly side: 'above' | 'below';
  readonly by: number;
  readonly change: Amount;
}

/** A metric with the value it should have on each instance: capacity follows it in proportion. */
export interface TargetSignal extends Watched {
  readonly target: number;
  /** Changes by the size of the breach, in place of the proportion. */
  readonly steps?: readonly ScalingStep[];
}

/**
 * A metric with the most that one instance can usefully carry: capacity is found so that no more than the budgeted
 * share of minutes exceeds it. `learn`: found in the metrics themselves.
 */
export interface UsefulSignal extends Watched {
  readonly useful: number | 'learn';
}

export type Signal = TargetSignal | UsefulSignal;

export type SignalKind = Extract<SignalMetric, string> | Exclude<SignalMetric, string>['kind'];

export function kindOf({ metric }: Pick<Signal, 'metric'>): SignalKind {
  return typeof metric === 'string' ? metric : metric.kind;
}

export function periodOf({ period }: Pick<Signal, 'period'>): Seconds {
  return period ?? 60;
}

/** Whether a signal's metric tells of the whole fleet, so that it is there even without any instance. */
export function isOfFleet({ metric }: Pick<Signal, 'metric'>): boolean {
  if (typeof metric === 'string') return false;
  return metric.kind === 'sqs-backlog' || ('of' in metric && metric.of === 'fleet');
}

/**
 * Whether a signal asks for a first instance by what load balancers answer themselves: where none is there, it is the only
 * sign of a request.
 */
export function wakesByRequests({ metric, activation }: Pick<Signal, 'metric' | 'activation'>): boolean {
  return metric === 'alb-requests-per-target' && activation !== undefined;
}

/**
 * Whether an alarm can watch a signal: one metric, known by name, that has its value for each instance. A share of a
 * whole, metric math, and a latency whose load balancer has to be searched for have none.
 */
export function canAlarm(signal: Pick<Signal, 'metric'>): boolean {
  return typeof signal.metric === 'string' || (signal.metric.kind === 'cloudwatch' && !isOfFleet(signal));
}

export function isTarget(signal: Signal): signal is TargetSignal {
  return 'target' in signal;
}

export function isUseful(signal: Signal): signal is UsefulSignal {
  return 'useful' in signal;
}

/** Above which value an instance has more than it should; undefined as long as that is still to be learnt. */
export function levelOf(signal: Signal): number | undefined {
  if (isTarget(signal)) return signal.target;
  return signal.useful === 'learn' ? undefined : signal.useful;
}
