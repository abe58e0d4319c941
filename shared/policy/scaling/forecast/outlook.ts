import { around, cell } from './arrays.ts';
import type { Levels } from './levels.ts';
import { Misses } from './misses.ts';
import { Regression } from './regression.ts';
import type { Season } from './season.ts';
import { Spread, SPREAD_CLUES } from './spread.ts';

/** Clues to where the load goes. */
const CLUES = 15;
/** Forecasts that wait for what becomes of them, one for each of the last minutes: more than the longest horizon. */
const WAITING = 64;
export const LONGEST = 30;
/** A forecast never leaves the newest value by more than this, in logarithms. */
const FARTHEST = 1.5;
/** Beyond as many usual misses a miss weighs no more: one burst must not bend the rule. */
const ROBUST = 3;
/** Minutes between two solutions of the regressions. */
const RESOLVE = 15;

/** What log-demand will be: where, and by how much that may be missed. */
export interface Outlook {
  readonly location: number;
  readonly spread: number;
}

/**
 * Forecasts log-demand some minutes ahead, and learns from what became of each forecast. Where: a regression on level,
 * slopes and season. How far off: a regression on how far off it has been. In which way: the histogram of misses.
 */
export class Forecast {
  readonly where = new Regression(new Array<number>(CLUES).fill(0), 3, 3 * 1440);
  readonly spread = new Spread();
  readonly misses = new Misses();
  readonly clues = new Float64Array(WAITING * CLUES);
  readonly spreadClues = new Float64Array(WAITING * SPREAD_CLUES);
  readonly newest = new Float64Array(WAITING);
  readonly locations = new Float64Array(WAITING);
  readonly spreads = new Float64Array(WAITING);
  readonly minutes = new Float64Array(WAITING).fill(NaN);

  /** Looks ahead from a minute, and keeps the forecast until it can be judged. */
  look(minute: number, horizon: number, levels: Levels, season: Season): Outlook {
    const place = around(minute, WAITING);
    const from = place * CLUES;
    this.#write(from, minute, horizon, levels, season);
    const move = this.where.predict(this.clues, from);
    const location = levels.newest + Math.min(FARTHEST, Math.max(-FARTHEST, move));
    const spreadFrom = place * SPREAD_CLUES;
    this.spread.look(
      this.spreadClues,
      spreadFrom,
      minute + horizon,
      location,
      horizon * levels.quickTrend.slope,
    );
    const spread = this.spread.of(this.spreadClues, spreadFrom);
    this.newest[place] = levels.newest;
    this.locations[place] = location;
    this.spreads[place] = spread;
    this.minutes[place] = minute;
    return { location, spread };
  }

  /** Learns from the value that a minute turned out to have. */
  judge(minute: number, horizon: number, value: number): void {
    const place = around(minute - horizon, WAITING);
    if (cell(this.minutes, place) !== minute - horizon) return;
    const spread = cell(this.spreads, place);
    const miss = value - cell(this.locations, place);
    const robust = Math.min(1, (ROBUST * spread) / (Math.abs(miss) + 1e-9));
    const weight = (0.01 * robust) / (spread * spread + 1e-4);
    this.where.learn(this.clues, place * CLUES, value - cell(this.newest, place), weight);
    this.spread.observe(minute, miss, this.spreadClues, place * SPREAD_CLUES);
    this.misses.observe(miss / spread);
    if (minute % RESOLVE === 0) {
      this.where.solve();
      this.spread.regression.solve();
    }
  }

  /** Forgets the forecasts that wait, when what they were made from has changed its meaning. */
  drop(): void {
    this.minutes.fill(NaN);
  }

  #write(from: number, minute: number, horizon: number, levels: Levels, season: Season): void {
    const { clues } = this;
    const { newest, quick, slow, hours, quickTrend, slowTrend, lastMove } = levels;
    const then = minute + horizon;
    const aboutDay = season.aboutDay(then);
    const aboutWeek = season.aboutWeekBefore(then);
    clues[from] = 0.1;
    clues[from + 1] = quick.value - newest;
    clues[from + 2] = slow.value - newest;
    clues[from + 3] = horizon * quickTrend.slope;
    clues[from + 4] = horizon * slowTrend.slope;
    clues[from + 5] = horizon * lastMove;
    clues[from + 6] = known(season.weekBefore(then) - season.weekBefore(minute));
    clues[from + 7] = known(aboutDay - season.aboutDay(minute));
    clues[from + 8] = known(season.ofDay(then) + levels.aboveDay.value - newest);
    clues[from + 9] = season.ofHour(then) - season.ofHour(minute);
    clues[from + 10] = known(season.ofDayToTheMinute(then) - season.ofDayToTheMinute(minute));
    clues[from + 11] = known(aboutDay + levels.aboveAboutDay.value - newest);
    clues[from + 12] = known(aboutWeek - season.aboutWeekBefore(minute));
    clues[from + 13] = known(aboutWeek + levels.aboveAboutWeek.value - newest);
    clues[from + 14] = hours.value - newest;
  }
}

/** A clue that is not there says nothing. */
function known(clue: number): number {
  return Number.isNaN(clue) ? 0 : clue;
}
