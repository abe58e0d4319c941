import { validationError } from '../../kernel/index.ts';
import type { StatisticSet } from './metric-series.ts';

/** A statistic's value of a set of values. */
export type Statistic = (set: StatisticSet) => number;

const STATISTICS: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/**
 * The statistic of a name. Percentiles, trimmed means and their kin need every value, which is not kept.
 *
 * @throws AwsError ValidationError
 */
export function statisticOf(name: string): Statistic {
  const statistic = STATISTICS[name];
  if (statistic !== undefined) return statistic;
  throw validationError(
    `The local cloud has no statistic ${name}: it knows ${Object.keys(STATISTICS).join(', ')}.`,
  );
}
