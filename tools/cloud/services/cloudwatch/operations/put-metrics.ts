import type { CloudWatch, MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { Instant, Kernel, Operations } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import { dimensionsOf } from '../metric-reader.ts';
import type { MetricStore, StatisticSet } from '../metric-store.ts';
import { single } from '../metric-store.ts';

const DAY = 86_400_000;
const MOST_AHEAD = 2 * 3_600_000;
const MOST_DATA = 1000;

/** Metrics that applications put. */
export function putMetricOperations(kernel: Kernel, store: MetricStore) {
  return {
    PutMetricData: (input) => {
      const { Namespace: namespace = '', MetricData: data = [], EntityMetricData: entities = [] } = input;
      const all = [...data, ...entities.flatMap((entity) => entity.MetricData ?? [])];
      if (namespace.startsWith('AWS/')) {
        throw invalid(`The value ${namespace} for parameter Namespace is invalid.`);
      }
      if (all.length > MOST_DATA) {
        throw invalid(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
      }
      const read = all.map((datum) => ({ datum, at: instantOf(kernel, datum), samples: samplesOf(datum) }));
      for (const { datum, at, samples } of read) putDatum(store, namespace, datum, at, samples);
      return {};
    },
  } satisfies Operations<CloudWatch>;
}

function putDatum(
  store: MetricStore,
  namespace: string,
  datum: MetricDatum,
  at: Instant,
  samples: readonly StatisticSet[],
): void {
  const { MetricName: name = '', Unit: unit = 'None' } = datum;
  const dimensions = dimensionsOf(datum.Dimensions ?? []);
  const isFine = datum.StorageResolution === 1;
  for (const sample of samples) {
    if (isFine) store.putHighResolution(namespace, name, dimensions, at, sample, unit);
    else store.put(namespace, name, dimensions, at, sample, unit);
  }
}

/** CloudWatch takes data from two weeks ago up to two hours ahead. */
function instantOf(kernel: Kernel, { Timestamp: timestamp }: MetricDatum): Instant {
  const now = kernel.clock.now();
  const at = timestamp?.getTime() ?? now;
  if (at < now - 14 * DAY || at > now + MOST_AHEAD) {
    throw invalid(
      'The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.',
    );
  }
  return at;
}

function samplesOf(datum: MetricDatum): StatisticSet[] {
  const { Value: value, Values: values, Counts: counts, StatisticValues: statistics } = datum;
  if (statistics !== undefined) {
    const { Sum: sum = 0, SampleCount: count = 0, Minimum: min = 0, Maximum: max = 0 } = statistics;
    if (count <= 0)
      throw invalid('The parameter MetricData.member.1.StatisticValues.SampleCount must be greater than 0.');
    return [checked({ sum, count, min, max })];
  }
  if (value !== undefined) return [checked(single(value))];
  if (values === undefined) {
    throw new AwsError(
      'MissingParameter',
      'At least one of the parameters Value, Values or StatisticValues must be specified.',
    );
  }
  if (counts !== undefined && counts.length !== values.length) {
    throw invalid(
      'The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
    );
  }
  return values.map((one, index) => {
    const count = counts?.[index] ?? 1;
    return checked({ sum: one * count, count, min: one, max: one });
  });
}

function checked(sample: StatisticSet): StatisticSet {
  if (Object.values(sample).every(Number.isFinite)) return sample;
  throw invalid('The value NaN for parameter MetricData.member.1.Value is invalid.');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
