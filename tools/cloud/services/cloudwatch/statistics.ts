import { validationError } from '../../kernel/index.ts';
import type { StatisticSet } from './metric-series.ts';
import { percentile } from './spread.ts';

/** A statistic's value of a set of values. */
export interface Statistic {
  (set: StatisticSet): number;
  /** It looks at how the values are spread. */
  readonly needsSpread?: boolean;
}

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

const STATISTICS: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/**
 * The statistic of a name. Percentiles are of the last hours only; trimmed means and their kin need every value, which is
 * not kept.
 *
 * @throws AwsError ValidationError
 */
export function statisticOf(name: string): Statistic {
  const statistic = STATISTICS[name];
  if (statistic !== undefined) return statistic;
  const percent = PERCENTILE.exec(name)?.[1];
  if (percent !== undefined) {
    const of = (set: StatisticSet) => percentile(set, Number(percent));
    return Object.assign(of, { needsSpread: true });
  }
  throw validationError(
    `The local cloud has no statistic ${name}: it knows ${Object.keys(STATISTICS).join(', ')} and percentiles.`,
  );
}
