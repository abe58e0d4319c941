import type { Instant } from '../../../domain/index.ts';
import { MINUTE, periodOf } from '../../../domain/index.ts';
import type { FleetMinute } from '../demand-of-fleet.ts';
import { demandsOfFleet } from '../demand-of-fleet.ts';
import type { Capacity, TimedValue } from '../world.ts';
import type { Watch } from './fleet-memory.ts';
import { ripe } from './ripe.ts';

/** For how long it is known who served: violations of what is older cannot be told. */
const RECENT = 10 * MINUTE;

/** What can be learnt now of a signal. */
export interface Reading {
  readonly watch: Watch;
  /** The newest minute that was known when the evaluation began. */
  readonly newest: Instant | undefined;
  /** The last minutes, as far as they are whole. */
  readonly samples: readonly TimedValue[];
}

/** Takes in what is older than the last minutes; these are left to the decision, which knows who served in them. */
export function readOf(watch: Watch, samples: readonly TimedValue[], now: Instant): Reading {
  const { forecast, signal } = watch;
  const useful = signal.useful === 'learn' ? undefined : signal.useful;
  const whole = ripe(samples, forecast.newest, now, periodOf(signal));
  for (const { at, total } of whole) {
    if (now - at > RECENT) forecast.observe({ at, demand: total, ...(useful !== undefined && { useful }) });
  }
  return { watch, newest: forecast.newest, samples: whole.filter(({ at }) => now - at <= RECENT) };
}

/** The minutes of a reading that were not known before. */
export function newMinutes(
  { watch, newest = -Infinity, samples }: Reading,
  capacity: Capacity,
): readonly FleetMinute[] {
  const unseen = samples.filter(({ at }) => at > newest);
  return demandsOfFleet(watch.signal, unseen, capacity);
}
