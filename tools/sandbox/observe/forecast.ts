import type { Decision } from '../../../shared/domain/index.ts';
import type { CapacityMinute } from './capacity.ts';

const MINUTE = 60_000;

/** The signals that count the load by the minute, as the fleets of the sandbox's profiles call them. */
const SIGNALS = ['requests', 'jobs'];

/** The load that was expected of a minute, in requests a second. */
export interface ExpectedMinute {
  /** When the minute begins. */
  readonly at: number;
  readonly load: number;
}

/** How well the load was foreseen, when an instance that was launched then would have served it. */
export interface ForecastReport {
  /** Minutes of which something was expected. */
  readonly minutes: number;
  /** Mean of |expected − load|, as a share of the mean load; null without any such minute. */
  readonly meanError: number | null;
}

/** What a decision expected; nothing where it looked at no requests ahead. */
export function expectedBy({ forecasts }: Decision): readonly ExpectedMinute[] {
  const [forecast] = SIGNALS.flatMap((signal) => forecasts?.[signal] ?? []);
  return forecast === undefined ? [] : [{ at: forecast.at, load: forecast.expected / 60 }];
}

/** @param minutes `at` is their end */
export function judgeForecast(
  decisions: readonly Decision[],
  minutes: readonly (CapacityMinute & { readonly at: number })[],
): ForecastReport {
  const expected = new Map(decisions.flatMap(expectedBy).map(({ at, load }) => [at, load]));
  const judged = minutes.flatMap(({ at, load }) => {
    const foreseen = expected.get(Math.round(at / MINUTE) * MINUTE - MINUTE);
    return foreseen === undefined ? [] : [{ load, miss: Math.abs(foreseen - load) }];
  });
  const total = judged.reduce((sum, { load }) => sum + load, 0);
  const missed = judged.reduce((sum, { miss }) => sum + miss, 0);
  return { minutes: judged.length, meanError: total === 0 ? null : missed / total };
}
