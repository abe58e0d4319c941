import { UsageError } from '../../usage-error.ts';
import type { MinuteTrace } from './minute-trace.ts';

/** How many instances the 99.5th percentile of a load needs, where nobody says what an instance can carry. */
export const USUAL_FLEET = 60;

/**
 * The capacity of an instance with which the 99.5th percentile of a load needs so many instances: what a file counts
 * then does not matter, only its form, and loads can be compared with each other. The rare peaks above stay above.
 *
 * @throws UsageError for a load that is nothing throughout
 */
export function capacityFor({ name, load }: MinuteTrace, instances: number, usefulShare: number): number {
  const sorted = load.toSorted();
  const percentile = sorted[Math.floor(0.995 * (sorted.length - 1))] ?? 0;
  const reference = percentile > 0 ? percentile : (sorted.at(-1) ?? 0);
  if (reference === 0) throw new UsageError(`${name} has no load above 0: give --capacity, or another trace`);
  return reference / (instances * usefulShare);
}
