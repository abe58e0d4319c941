import { Plateau } from './plateau.ts';

/** A level that follows its values, with the slope at which it moves, after Holt. */
class Trend {
  level = NaN;
  slope = 0;
  readonly #follow: number;

  constructor(minutes: number) {
    this.#follow = 1 / minutes;
  }

  /** @param gap minutes since the value before */
  observe(value: number, gap: number): void {
    if (Number.isNaN(this.level)) this.level = value;
    const before = this.level;
    const follow = share(this.#follow, gap);
    const expected = before + this.slope * gap;
    this.level = expected + follow * (value - expected);
    const moved = (this.level - before) / gap;
    this.slope += share(this.#follow / 2, gap) * (moved - this.slope);
  }
}

/** A mean in which the newest values count most. */
class Mean {
  value = NaN;
  readonly #follow: number;

  constructor(minutes: number) {
    this.#follow = 1 / minutes;
  }

  observe(value: number, gap: number): void {
    if (Number.isNaN(this.value)) this.value = value;
    this.value += share(this.#follow, gap) * (value - this.value);
  }
}

/** What was usual at a minute, by the season; NaN where that is not known. */
export interface Usual {
  readonly ofDay: number;
  readonly aboutDay: number;
  readonly aboutWeekBefore: number;
}

/** Where log-demand stands and where it is going, at the speeds at which loads move. */
export class Levels {
  readonly quick = new Mean(4);
  readonly slow = new Mean(30);
  /** What a load comes back to between jobs and after bursts. */
  readonly hours = new Mean(180);
  readonly quickTrend = new Trend(3);
  readonly slowTrend = new Trend(12);
  /** How far today lies above the profile of its days. */
  readonly aboveDay = new Mean(45);
  /** The same above the smooth profile, as long as it has been so. */
  readonly aboveAboutDay = new Plateau();
  readonly aboveAboutWeek = new Mean(45);
  newest = NaN;
  /** What one minute changed, from the newest value but one. */
  lastMove = 0;

  observe(value: number, { ofDay, aboutDay, aboutWeekBefore }: Usual, gap: number): void {
    this.quick.observe(value, gap);
    this.slow.observe(value, gap);
    this.hours.observe(value, gap);
    this.quickTrend.observe(value, gap);
    this.slowTrend.observe(value, gap);
    if (!Number.isNaN(ofDay)) this.aboveDay.observe(value - ofDay, gap);
    if (!Number.isNaN(aboutDay)) this.aboveAboutDay.observe(value - aboutDay);
    if (!Number.isNaN(aboutWeekBefore)) this.aboveAboutWeek.observe(value - aboutWeekBefore, gap);
    this.lastMove = Number.isNaN(this.newest) ? 0 : (value - this.newest) / gap;
    this.newest = value;
  }

  rebase(change: (value: number) => number): void {
    for (const mean of [this.quick, this.slow, this.hours]) mean.value = change(mean.value);
    for (const trend of [this.quickTrend, this.slowTrend]) trend.level = change(trend.level);
    this.newest = change(this.newest);
  }

  get state(): number[] {
    const { quickTrend, slowTrend, newest, lastMove } = this;
    return [
      ...this.#means.map(({ value }) => value),
      ...[quickTrend, slowTrend].flatMap(({ level, slope }) => [level, slope]),
      newest,
      lastMove,
      ...this.aboveAboutDay.state,
    ];
  }

  set state(state: readonly number[]) {
    const values = [...state];
    const next = () => values.shift() ?? NaN;
    for (const mean of this.#means) mean.value = next();
    for (const trend of [this.quickTrend, this.slowTrend]) [trend.level, trend.slope] = [next(), next()];
    this.newest = next();
    this.lastMove = next();
    this.aboveAboutDay.state = values;
  }

  get #means(): readonly Mean[] {
    return [this.quick, this.slow, this.hours, this.aboveDay, this.aboveAboutWeek];
  }
}

/** What a share a minute comes to over a gap of several. */
function share(follow: number, gap: number): number {
  return gap === 1 ? follow : 1 - (1 - follow) ** gap;
}
