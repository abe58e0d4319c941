import { seededIds } from '../../cloud/kernel/index.ts';
import type { Options } from '../options.ts';
import { readTrace } from './csv.ts';
import { generateDay } from './generate.ts';
import { limitedTo, movedTo, scaledTo, type Trace } from './trace.ts';

/** A Monday morning: the first thing a newcomer sees is a fleet that has to grow. */
export const START = Date.UTC(2026, 2, 2, 6);

/**
 * The load that was asked for, as requests a second: the user's trace, or a generated day.
 *
 * @param peak what the watched fleet should be able to serve at the peak
 */
export async function chosenLoad(
  { trace, seed, hours }: Pick<Options, 'trace' | 'seed' | 'hours'>,
  peak: number,
): Promise<Trace> {
  const load =
    trace === undefined
      ? generateDay(START, peak, seededIds(seed).random)
      : scaledTo(peak, movedTo(START, await readTrace(trace)));
  return hours === undefined ? load : limitedTo(hours * 3_600_000, load);
}

/** Minutes without any simulated load, for whoever sends a number of real requests in them. */
export function silence(requests: number, minutes: number): Trace {
  const points = [0, minutes / 2].map((minute) => ({ at: START + minute * 60_000, value: 0 }));
  return { name: `${requests.toLocaleString('en-US')} real requests`, points };
}
