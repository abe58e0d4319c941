import type { StatisticSet } from './metric-series.ts';

/** How many values there were of each size: sizes are told apart to one percent. */
export type Spread = Map<number, number>;

const STEP = Math.log(1.01);
/** Sizes nearer to zero than this are zero. */
const LEAST = 1e-9;
const ZERO = Math.round(Math.log(LEAST) / STEP);

/**
 * Adds a set's values, where they are known: each by itself, or all of them alike.
 *
 * @returns false where they are not, so that CloudWatch has no percentile of them either
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Percentiles
 */
export function addTo(spread: Spread, { count, min, max, each }: StatisticSet): boolean {
  if (each !== undefined) for (const [value, times] of each) addValue(spread, value, times);
  else if (min === max || count === 1) addValue(spread, min, count);
  else return false;
  return true;
}

/** Adds one value, so many times. */
export function addValue(spread: Spread, value: number, times: number): void {
  const size = sizeOf(value);
  spread.set(size, (spread.get(size) ?? 0) + times);
}

/** @returns null as soon as one of the two is not known */
export function merged(into: Spread, other: Spread | undefined): Spread | null {
  if (other === undefined) return null;
  for (const [size, times] of other) into.set(size, (into.get(size) ?? 0) + times);
  return into;
}

/** Whole numbers for sizes, below zero mirrored, in the order of the values. */
function sizeOf(value: number): number {
  const above = Math.max(1, Math.round(Math.log(Math.max(LEAST, Math.abs(value))) / STEP) - ZERO);
  if (Math.abs(value) < LEAST) return 0;
  return value > 0 ? above : -above;
}

function valueOf(size: number): number {
  return size === 0 ? 0 : Math.sign(size) * Math.exp((Math.abs(size) + ZERO) * STEP);
}

/** The value that so many of a hundred are not above, never outside of what there was. */
export function percentile({ spread, count, min, max }: StatisticSet, percent: number): number {
  if (min === max || count === 1) return min;
  if (spread === undefined) return NaN;
  if (percent === 100) return max;
  const rank = (percent / 100) * count;
  let passed = 0;
  for (const [size, times] of [...spread].sort(([one], [other]) => one - other)) {
    passed += times;
    if (passed >= rank - 1e-9) return Math.min(max, Math.max(min, valueOf(size)));
  }
  return max;
}
