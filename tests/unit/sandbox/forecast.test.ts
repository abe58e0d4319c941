import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../shared/domain/index.ts';
import { expectedBy, judgeForecast } from '../../../tools/sandbox/observe/forecast.ts';
import { NOW, past } from '../../support/world.ts';

/** A decision that expects so many requests a second of the minute that begins `ahead` minutes after NOW. */
const expecting = (ahead: number, load: number, signal = 'requests') =>
  past(ahead, {
    forecasts: {
      [signal]: {
        at: NOW + ahead * MINUTE,
        expected: load * 60,
        upper: 0,
        need: 1,
        quantile: 1,
        headroom: 0,
      },
    },
  });
const minute = (begin: number, load: number) => ({
  at: NOW + (begin + 1) * MINUTE,
  load,
  serving: 1,
  running: 1,
});

describe('how well the load was foreseen', () => {
  it('is the mean miss over the mean load, of the minutes of which something was expected', () => {
    const decisions = [expecting(0, 90), expecting(1, 120), expecting(2, 100)];
    const minutes = [minute(0, 100), minute(1, 100), minute(2, 100), minute(3, 900)];
    expect(judgeForecast(decisions, minutes)).toEqual({ minutes: 3, meanError: 0.1 });
  });

  it('is what was expected last of a minute', () => {
    expect(judgeForecast([expecting(0, 10), expecting(0, 100)], [minute(0, 100)]).meanError).toBe(0);
  });

  it('is not known where nothing was expected, or no requests', () => {
    expect(judgeForecast([], [minute(0, 100)])).toEqual({ minutes: 0, meanError: null });
    expect(judgeForecast([expecting(0, 100, 'cpu')], [minute(0, 100)]).minutes).toBe(0);
    expect(expectedBy(past(0, {}))).toEqual([]);
  });
});
