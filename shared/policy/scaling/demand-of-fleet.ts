/**
 * Demand, not utilisation: what the whole fleet was asked for in a minute, whoever was there to serve it. A value per
 * instance halves when capacity doubles; demand does not, and can be compared with what it was yesterday.
 */
import type { Instant, Signal } from '../../domain/index.ts';
import { MINUTE, periodOf, SECOND } from '../../domain/index.ts';
import { isMeasure } from './demand.ts';
import type { Capacity, TimedValue } from './world.ts';

/** One minute of a fleet under load. */
export interface FleetMinute {
  readonly at: Instant;
  /** The whole fleet's, in the signal's unit; undefined where the sample is no measure. */
  readonly demand: number | undefined;
  /** Units of capacity that shared it; a part of one for an instance that came or went during the minute. */
  readonly inService: number;
  /** The instances were busy to their limit: there may have been more to do than they could show. */
  readonly isAtLeast: boolean;
}

/** Who shared a minute's load. */
export type Sharing = Pick<Capacity, 'serving' | 'moves'>;

/** Percent of CPU from which on its figure says less and less of what waits for it, and where it says nothing more. */
const SATURATED = { from: 90, to: 100 };
/**
 * By how much demand is taken to be above what saturated instances show, for each minute that they have been: the
 * bound grows by multiplication, since the figure itself cannot grow; after four minutes what it asks for is more than a doubling.
 */
const GROWTH = { aMinute: 0.25, minutes: 4 };

/**
 * The demand of each minute of a signal.
 *
 * @param samples   the signal's last minutes, oldest first
 * @param capacity  as it is now, with those who came and went since
 */
export function demandsOfFleet(
  signal: Signal,
  samples: readonly TimedValue[],
  capacity: Sharing,
): readonly FleetMinute[] {
  let bound = 1;
  let last: Instant | undefined;
  return minutesOf(signal, samples).map((sample) => {
    const depth = saturation(signal, sample.value);
    const isNext = last !== undefined && sample.at - last <= GROWTH.minutes * MINUTE;
    bound = depth === 0 ? 1 : Math.min((isNext ? bound : 1) * (1 + GROWTH.aMinute * depth), MOST);
    last = sample.at;
    return minuteOf(signal, sample, capacity, bound);
  });
}

/** Samples of seconds made whole minutes, by their mean; one that lacks any of them is absent. */
function minutesOf(signal: Signal, samples: readonly TimedValue[]): readonly TimedValue[] {
  const each = (periodOf(signal) * SECOND) / MINUTE;
  if (each >= 1) return samples;
  const minutes = Map.groupBy(samples, ({ at }) => Math.floor(at / MINUTE) * MINUTE);
  return [...minutes].flatMap(([at, parts]) => {
    if (parts.length * each < 1) return [];
    const totals = parts.flatMap(({ total }) => (total === undefined ? [] : [total]));
    const whole = totals.length === parts.length ? { total: mean(totals) } : {};
    return [{ at, value: mean(parts.map(({ value }) => value)), ...whole }];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The demand of one minute, of which nothing came before. */
export function demandOfFleet(signal: Signal, sample: TimedValue, capacity: Sharing): FleetMinute {
  return minuteOf(signal, sample, capacity, 1 + GROWTH.aMinute * saturation(signal, sample.value));
}

const MOST = (1 + GROWTH.aMinute) ** GROWTH.minutes;

function minuteOf(signal: Signal, sample: TimedValue, capacity: Sharing, bound: number): FleetMinute {
  const { at } = sample;
  const inService = inServiceAt(capacity, at);
  const shown = isMeasure(sample.value) ? shownBy(signal, sample, inService) : undefined;
  if (shown === undefined) return { at, demand: undefined, inService, isAtLeast: false };
  return { at, demand: shown * bound, inService, isAtLeast: bound > 1 };
}

/** @returns the units that served during the minute from `at` on, in the mean */
export function inServiceAt({ serving, moves = [] }: Sharing, at: Instant): number {
  let inService = serving;
  // What an instance has changed since is undone for the part of the minute that went before.
  for (const move of moves) {
    if (move.at > at) inService -= move.units * Math.min(1, (move.at - at) / MINUTE);
  }
  return Math.max(0, inService);
}

/**
 * A group's CPU is the mean of all that run, also of those that boot or drain: these count as if they were as busy as
 * the others, so that a boot's own work is not taken for load, and a sum over more instances than serve is not taken.
 */
function shownBy({ metric }: Signal, { value, total }: TimedValue, inService: number): number | undefined {
  if (metric !== 'cpu' && total !== undefined && isMeasure(total)) return total;
  return inService === 0 ? undefined : value * inService;
}

/** @returns 0 for a figure that can be believed, 1 for one at its limit */
function saturation({ metric }: Signal, value: number): number {
  if (metric !== 'cpu' || !isMeasure(value)) return 0;
  const depth = (value - SATURATED.from) / (SATURATED.to - SATURATED.from);
  return Math.max(0, Math.min(1, depth));
}
