import type { GeneratedLoad } from './load.ts';
import { always, noisy, TOP, USUAL_NOISE } from './load.ts';
import { between, crowd, dailyCurve, DAY, dayOfWeek, HOUR } from './shapes.ts';

/** Loads that have days and weeks. */

const SHARE_OF_DAY = [1, 1, 0.98, 1, 0.9, 0.4, 0.3];

const usualDay = (minute: number) => TOP * dailyCurve(minute);
const usualWeek = (minute: number) => TOP * (SHARE_OF_DAY[dayOfWeek(minute)] ?? 1) * dailyCurve(minute);

export const daily: GeneratedLoad = {
  name: 'daily',
  describes: 'the same day again and again, with noise',
  days: 14,
  start: noisy(USUAL_NOISE, always(usualDay)),
};

export const weekly: GeneratedLoad = {
  name: 'weekly',
  describes: 'busy from Monday to Friday, quiet at the weekend',
  days: 28,
  start: noisy(USUAL_NOISE, always(usualWeek)),
};

export const slowGrowth: GeneratedLoad = {
  name: 'slow-growth',
  describes: 'a usual week that grows by three percent a day',
  days: 28,
  start(random, minutes) {
    const usual = weekly.start(random, minutes);
    return (minute) => usual(minute) * 1.03 ** (minute / DAY);
  },
};

export const launchDay: GeneratedLoad = {
  name: 'launch-day',
  describes: 'a quiet site, then on the eighth day an audience of eight times that, of which a part stays',
  days: 21,
  start: noisy(USUAL_NOISE, (random) => {
    const launch = 7 * DAY + 9 * HOUR + Math.floor(between(random, 0, 4 * HOUR));
    return (minute) => {
      const audience = 7 * crowd(minute - launch, 25, 1.5 * DAY) + (minute > launch ? 1 : 0);
      return (TOP / 8) * dailyCurve(minute) * (1 + audience);
    };
  }),
};

const CHANGE = 14 * DAY;

export const regimeChange: GeneratedLoad = {
  name: 'regime-change',
  describes: 'after two weeks another day: eight hours later, half as high again, and noisier',
  days: 28,
  start(random, minutes) {
    const before = daily.start(random, minutes);
    const anotherDay = always((minute) => 1.5 * TOP * dailyCurve(minute + 16 * HOUR));
    const after = noisy(2 * USUAL_NOISE, anotherDay)(random, minutes);
    return (minute) => (minute < CHANGE ? before(minute) : after(minute));
  },
};
