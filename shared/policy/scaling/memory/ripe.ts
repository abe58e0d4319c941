import type { Instant, Seconds } from '../../../domain/index.ts';
import { MINUTE, SECOND } from '../../../domain/index.ts';
import type { TimedValue } from '../world.ts';

/** From the end of a minute until its figures change no more: sources report a minute at different times. */
export const LAG: Seconds = 60;

/** For how long a minute without a figure is waited for, once a later one has come. */
const PATIENCE = 4 * MINUTE;

/**
 * The samples that can be learnt from now: whole ones, and in their order. A minute that is skipped is skipped for ever,
 * so that one which has no figure yet holds up those after it, until it is plain that none will come.
 *
 * @param newest the last minute that was learnt
 */
export function ripe(
  samples: readonly TimedValue[],
  newest: Instant | undefined,
  now: Instant,
  period: Seconds = 60,
): readonly TimedValue[] {
  const whole = (period + LAG) * SECOND;
  let last = newest;
  const until = samples.findIndex(({ at }) => {
    if (last !== undefined && at <= last) return false;
    const isMissing = last !== undefined && at - MINUTE > last;
    if (now - at < whole || (isMissing && now - at < PATIENCE)) return true;
    last = at;
    return false;
  });
  return until === -1 ? samples : samples.slice(0, until);
}
