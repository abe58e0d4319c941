import type { Instant } from '../../../domain/index.ts';
import { MINUTE } from '../../../domain/index.ts';
import type { FleetMinute } from '../demand-of-fleet.ts';

/** What was expected of a minute to come. */
export interface Issued {
  readonly at: Instant;
  /** The whole fleet's demand, in the signal's unit. */
  readonly expected: number;
}

/** More than any horizon: of what is older nothing more is learnt. */
const KEPT = 60 * MINUTE;

/** Keeps the newest expectation of each minute. */
export function issuedWith(issued: readonly Issued[], next: Issued | undefined): readonly Issued[] {
  if (next === undefined) return issued;
  return [...issued.filter(({ at }) => at !== next.at && next.at - at < KEPT), next];
}

/** By how much each minute's demand was off from what had been expected of it, as a share of the demand. */
export function errorsOf(issued: readonly Issued[], minutes: readonly FleetMinute[]): readonly number[] {
  return minutes.flatMap(({ at, demand }) => {
    const expected = issued.find((one) => one.at === at)?.expected;
    if (expected === undefined || demand === undefined || demand === 0) return [];
    return [Math.abs(expected - demand) / demand];
  });
}
