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

/** Where log-demand stands and where it is going, at the speeds at which loads move. */
export class Levels {
  readonly quick = new Mean(4);
  readonly slow = new Mean(30);
  readonly quickTrend = new Trend(3);
  readonly slowTrend = new Trend(12);
  /** How far today lies above the profile of its days. */
  readonly aboveDay = new Mean(45);
  newest = NaN;
  /** What one minute changed, from the newest value but one. */
  lastMove = 0;

  observe(value: number, ofDay: number, gap: number): void {
    this.quick.observe(value, gap);
    this.slow.observe(value, gap);
    this.quickTrend.observe(value, gap);
    this.slowTrend.observe(value, gap);
    if (!Number.isNaN(ofDay)) this.aboveDay.observe(value - ofDay, gap);
    this.lastMove = Number.isNaN(this.newest) ? 0 : (value - this.newest) / gap;
    this.newest = value;
  }

  rebase(change: (value: number) => number): void {
    for (const mean of [this.quick, this.slow]) mean.value = change(mean.value);
    for (const trend of [this.quickTrend, this.slowTrend]) trend.level = change(trend.level);
    this.newest = change(this.newest);
  }

  get state(): number[] {
    const { quick, slow, quickTrend, slowTrend, aboveDay, newest, lastMove } = this;
    return [
      quick.value,
      slow.value,
      quickTrend.level,
      quickTrend.slope,
      slowTrend.level,
      slowTrend.slope,
      aboveDay.value,
      newest,
      lastMove,
    ];
  }

  set state(state: readonly number[]) {
    const { quick, slow, quickTrend, slowTrend, aboveDay } = this;
    const at = (index: number) => state[index] ?? NaN;
    quick.value = at(0);
    slow.value = at(1);
    quickTrend.level = at(2);
    quickTrend.slope = at(3);
    slowTrend.level = at(4);
    slowTrend.slope = at(5);
    aboveDay.value = at(6);
    this.newest = at(7);
    this.lastMove = at(8);
  }
}

/** What a share a minute comes to over a gap of several. */
function share(follow: number, gap: number): number {
  return gap === 1 ? follow : 1 - (1 - follow) ** gap;
}
