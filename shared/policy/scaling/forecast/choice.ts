import type { Misses } from './misses.ts';
import type { Outlook } from './outlook.ts';

/** What capacity is chosen from. Instances, and log-demand by `logOf`. */
export interface Options {
  readonly outlook: Outlook;
  readonly misses: Misses;
  /** What a violation minute is worth, in instance-minutes. */
  readonly price: number;
  readonly lowest: number;
  readonly highest: number;
  /** The log-demand that so many instances can carry. */
  readonly logOf: (instances: number) => number;
}

/** Of large fleets not each number of instances is tried, but each by a 60th. */
const FINENESS = 60;

/**
 * The number of instances that costs least: themselves, and the violations that they leave. It is the newsvendor's
 * problem, with one price for all hours, so that capacity is where it prevents most for its money.
 */
export function cheapest({ outlook, misses, price, lowest, highest, logOf }: Options): number {
  let best = lowest;
  let least = Infinity;
  let instances = lowest;
  // More instances than the least cost so far cannot cost less, whatever they prevent.
  while (instances <= highest && instances < least) {
    const missed = misses.above((logOf(instances) - outlook.location) / outlook.spread);
    const cost = instances + price * missed;
    if (cost < least) {
      best = instances;
      least = cost;
    }
    instances += Math.max(1, Math.floor(instances / FINENESS));
  }
  return best;
}
