import type { MetricSource, ScalingStep, Signal, SignalMetric } from '../domain/index.ts';
import type { FleetEntry } from './schema/index.ts';

type SignalEntry = FleetEntry['scaling']['signals'][string];
type SourceEntry = Pick<SignalEntry, 'namespace' | 'name' | 'dimensions' | 'statistic'>;

/** A signal of fleets.yml, whose keys its schema has checked. */
export function signalOf(name: string, entry: SignalEntry): Signal {
  const { target, useful = 'learn', period, missing, activation } = entry;
  const watched = {
    name,
    metric: metricOf(entry),
    ...(period === undefined ? {} : { period }),
    ...(missing === undefined ? {} : { missing }),
    ...(activation === undefined ? {} : { activation }),
  };
  if (target === undefined) return { ...watched, useful };
  const { steps } = entry;
  return { ...watched, target, ...(steps === undefined ? {} : { steps: steps.map(stepOf) }) };
}

function stepOf({ above, add, below = 0, take }: NonNullable<SignalEntry['steps']>[number]): ScalingStep {
  return above !== undefined && add !== undefined
    ? { side: 'above', by: above, change: add }
    : { side: 'below', by: below, change: take ?? { instances: 1 } };
}

function metricOf(entry: SignalEntry): SignalMetric {
  const { metric, of = 'instance' } = entry;
  switch (metric) {
    case 'alb-latency':
      return { kind: metric, statistic: entry.statistic ?? 'p95' };
    case 'sqs-backlog':
      return { kind: metric, queue: entry.queue ?? '' };
    case 'cloudwatch':
      return { kind: metric, of, ...sourceOf(entry) };
    case 'expression': {
      const { expression = '', metrics = {} } = entry;
      const sources = Object.entries(metrics).map(([id, source]) => [id, sourceOf(source)] as const);
      return { kind: metric, of, expression, metrics: Object.fromEntries(sources) };
    }
    default:
      return metric;
  }
}

function sourceOf({
  namespace = '',
  name = '',
  dimensions = {},
  statistic = 'Average',
}: SourceEntry): MetricSource {
  return { namespace, name, dimensions, statistic };
}
