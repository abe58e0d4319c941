import type { Random } from './shapes.ts';
import { heldNoise } from './shapes.ts';

/** A load that chance makes, the same for the same seed. */
export interface GeneratedLoad {
  readonly name: string;
  readonly describes: string;
  readonly days: number;
  readonly start: Start;
}

/** @returns the load of a minute, asked for each minute in turn; requests, the usual top of a day about 1,000 */
export type Start = (random: Random, minutes: number) => ByMinute;

export type ByMinute = (minute: number) => number;

export const TOP = 1000;
export const USUAL_NOISE = 0.04;

/** A load with noise on it that holds on for some minutes. @param size its standard deviation, as a share of the load */
export function noisy(size: number, start: Start): Start {
  return (random, minutes) => {
    const noise = heldNoise(random, size);
    const load = start(random, minutes);
    return (minute) => load(minute) * (1 + noise());
  };
}

/** A load of one shape, at all times and for all chance. */
export function always(load: ByMinute): Start {
  return () => load;
}
