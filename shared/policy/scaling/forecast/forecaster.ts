import type { Instant, Reason } from '../../../domain/index.ts';
import { MINUTE, SECOND } from '../../../domain/index.ts';
import { reason } from '../plan.ts';
import { cheapest } from './choice.ts';
import { Hold } from './hold.ts';
import type { Usual } from './levels.ts';
import { Levels } from './levels.ts';
import type { Outlook } from './outlook.ts';
import { Forecast, LONGEST } from './outlook.ts';
import { Price } from './price.ts';
import { Season } from './season.ts';
import type { Saved } from './snapshot.ts';
import { restore, save } from './snapshot.ts';
import { TrialFleets } from './trial-fleets.ts';
import type {
  ForecastAsk,
  Forecaster,
  ForecastPlan,
  ForecastSnapshot,
  ObservedMinute,
  Timings,
} from './types.ts';

export const DEFAULT_TIMINGS: Timings = { boot: 180, drain: 300, lag: 60, period: 60 };

/** The share of an instance that log-demand counts from: what is below is nothing to a fleet. */
const UNIT = 0.5;
/** A unit is kept until what an instance can carry is off from it by more than this. */
const UNIT_OFF = 1.5;
/** Values are filled in between two that are no further apart: hourly samples are a load too. */
const FILL = 65;
/** So many minutes that come in order, and before what was the newest, say that the clock has been put back. */
const PUT_BACK = 5;
/** A sample that is older speaks for now no more: it takes no capacity away. */
const FRESH = 6;
const ROUNDING = 1e-9;

export function forecaster(snapshot?: ForecastSnapshot): Forecaster {
  return new SignalForecaster(snapshot);
}

class SignalForecaster implements Forecaster, Saved {
  readonly season = new Season();
  readonly levels = new Levels();
  readonly forecast = new Forecast();
  readonly price = new Price();
  readonly hold = new Hold();
  readonly trials = new TrialFleets();
  unit = 0;
  useful = 0;
  newestMinute = NaN;
  demand = 0;
  usualDemand = NaN;
  minutes = 0;
  horizon = horizonOf(DEFAULT_TIMINGS);
  budget = 0.01;
  #outlook: Outlook | undefined;
  #late: number[] = [];

  constructor(snapshot?: ForecastSnapshot) {
    if (snapshot !== undefined) restore(this, snapshot);
    this.#lookAgain();
  }

  get newest(): Instant | undefined {
    return Number.isNaN(this.newestMinute) ? undefined : this.newestMinute * MINUTE;
  }

  observe({ at, demand, inService, useful }: ObservedMinute): void {
    const minute = Math.floor(at / MINUTE);
    if (!Number.isSafeInteger(minute)) return;
    if (useful !== undefined) this.#measureBy(useful);
    if (!isDemand(demand)) return;
    if (minute <= this.newestMinute && !this.#isPutBack(minute)) return;
    this.#late = [];
    if (inService !== undefined) this.#count(demand, inService);
    this.#learn(minute, demand);
  }

  plan(ask: ForecastAsk): ForecastPlan {
    this.#measureBy(ask.useful);
    this.budget = ask.budget;
    this.horizon = horizonOf(ask.timings);
    const now = Math.floor(ask.now / MINUTE);
    if (Number.isNaN(this.newestMinute) || now < this.newestMinute) return blind(ask);
    const outlook = this.#ahead(ask);
    const price = this.price.of(1 + this.usualDemand / ask.useful, this.forecast.spread.usual, ask.budget);
    const expected = this.#demandOf(outlook.location);
    const wanted = this.#wanted(ask, outlook, expected, price);
    this.hold.remember(now, wanted.need);
    this.#try(ask, now, wanted.need, price);
    const { need, reasons } = this.#held(ask, now, wanted);
    const upper = need * ask.useful;
    const missed = this.forecast.misses.above((this.#logOf(upper) - outlook.location) / outlook.spread);
    return { need, expected, upper, quantile: 1 - missed, headroom: upper / expected - 1, reasons };
  }

  snapshot(): ForecastSnapshot {
    return save(this);
  }

  /** What is launched now serves a horizon after the newest minute that is known. */
  #ahead({ now, timings }: ForecastAsk): Outlook {
    const serves = Math.floor((now + (timings.boot + timings.period) * SECOND - 1) / MINUTE);
    const horizon = Math.min(LONGEST, Math.max(1, serves - this.newestMinute));
    if (horizon === this.horizon && this.#outlook !== undefined) return this.#outlook;
    const { location, spread } = this.forecast.look(this.newestMinute, horizon, this.levels, this.season);
    return { location, spread: spread * Math.max(1, Math.sqrt(horizon / this.horizon)) };
  }

  #wanted(ask: ForecastAsk, outlook: Outlook, expected: number, price: number): Wanted {
    const { useful, headroomAtMost } = ask;
    const lowest = instancesFor(this.demand, useful);
    const capped = instancesFor(expected * (1 + headroomAtMost), useful);
    const need = cheapest({
      outlook,
      misses: this.forecast.misses,
      price,
      lowest,
      highest: Math.max(lowest, capped),
      logOf: (instances) => this.#logOf(instances * useful),
    });
    const facts = { need, expected: rounded(expected / useful), now: rounded(this.demand / useful) };
    const reasons = [reason('FORECAST', facts)];
    if (need === capped && need > lowest) reasons.push(reason('HEADROOM_CAPPED', { atMost: headroomAtMost }));
    return { need, reasons };
  }

  /** Shows the trial fleets what is needed now, and charges them for the newest minute. */
  #try({ useful, timings, min, max }: ForecastAsk, now: number, need: number, price: number): void {
    this.trials.follow(now, within(need, min, max), this.hold);
    const [boot, drain] = [Math.ceil(timings.boot / 60), Math.ceil(timings.drain / 60)];
    this.trials.judge(this.newestMinute, this.demand / useful - ROUNDING, { boot, drain, price });
  }

  #held({ desired, min, max }: ForecastAsk, now: number, wanted: Wanted): Wanted {
    const { need, reasons } = wanted;
    const held = Math.max(need, this.hold.highest(now, this.trials.hold));
    const isStale = now - this.newestMinute > FRESH;
    if (need > desired) return { need: within(this.hold.rise(desired, need), min, max), reasons };
    if (need === desired) return { need: within(need, min, max), reasons };
    if (isStale) return { need: within(desired, min, max), reasons: [...reasons, reason('NO_DATA')] };
    if (held >= desired || this.hold.isTrifle(desired, held)) {
      const because = held > need ? reason('SCALE_IN_HELD', { held }) : reason('WITHIN_BAND', { need });
      return { need: within(desired, min, max), reasons: [...reasons, because] };
    }
    const why = held > need ? [...reasons, reason('SCALE_IN_HELD', { held })] : reasons;
    return { need: within(held, min, max), reasons: why };
  }

  #count(demand: number, inService: number): void {
    if (this.useful <= 0) return;
    const violated = demand > inService * this.useful * (1 + ROUNDING) ? 1 : 0;
    this.price.observe(violated, this.budget, 1);
  }

  #learn(minute: number, demand: number): void {
    if (this.unit === 0) {
      if (demand === 0) return;
      this.unit = demand / 20;
    }
    const value = this.#logOf(demand);
    const gap = Number.isNaN(this.newestMinute) ? 1 : minute - this.newestMinute;
    this.#fill(minute, value, gap);
    this.forecast.judge(minute, this.horizon, value);
    this.season.observe(minute, value);
    this.levels.observe(value, this.#usual(minute), gap);
    this.season.observeHour(minute, value - this.levels.slow.value);
    this.minutes += 1;
    const usual = Number.isNaN(this.usualDemand) ? demand : this.usualDemand;
    this.usualDemand = usual + (demand - usual) / Math.min(this.minutes, 1440);
    this.demand = demand;
    this.newestMinute = minute;
    this.#lookAgain();
  }

  #usual(minute: number): Usual {
    const { season } = this;
    const aboutWeekBefore = season.aboutWeekBefore(minute);
    return { ofDay: season.ofDay(minute), aboutDay: season.aboutDay(minute), aboutWeekBefore };
  }

  #fill(minute: number, value: number, gap: number): void {
    if (gap <= 1 || gap > FILL) return;
    const before = this.levels.newest;
    for (let step = 1; step < gap; step++) {
      this.season.observe(minute - gap + step, before + ((value - before) * step) / gap);
    }
  }

  #isPutBack(minute: number): boolean {
    const newest = this.#late.at(-1);
    if (newest === undefined || minute > newest) this.#late.push(minute);
    else this.#late = [minute];
    if (this.#late.length < PUT_BACK || minute === this.newestMinute) return false;
    this.forecast.drop();
    this.newestMinute = minute - 1;
    return true;
  }

  /** Keeps log-demand in units of what an instance can carry; all that was learnt moves to a new unit. */
  #measureBy(useful: number): void {
    if (!(useful > 0) || !Number.isFinite(useful)) return;
    this.useful = useful;
    const unit = useful * UNIT;
    if (this.unit > 0 && unit < this.unit * UNIT_OFF && this.unit < unit * UNIT_OFF) return;
    const before = this.unit;
    this.unit = unit;
    if (before === 0) return;
    const change = (value: number) => Math.log(1 + ((Math.exp(value) - 1) * before) / unit);
    this.season.rebase(change);
    this.levels.rebase(change);
    this.forecast.drop();
    this.#lookAgain();
  }

  #lookAgain(): void {
    if (Number.isNaN(this.newestMinute)) return;
    this.#outlook = this.forecast.look(this.newestMinute, this.horizon, this.levels, this.season);
  }

  #logOf(demand: number): number {
    return Math.log(1 + demand / this.unit);
  }

  #demandOf(value: number): number {
    return Math.max(0, (Math.exp(value) - 1) * this.unit);
  }
}

interface Wanted {
  readonly need: number;
  readonly reasons: readonly Reason[];
}

/** Without any demand nothing is known, and nothing is changed. */
function blind({ desired, min, max, useful }: ForecastAsk): ForecastPlan {
  const need = within(desired, min, max);
  const reasons = [reason('NO_DATA')];
  return { need, expected: NaN, upper: need * useful, quantile: NaN, headroom: NaN, reasons };
}

/** Minutes from the newest that can be known to the one that an instance launched now serves first. */
function horizonOf({ boot, lag, period }: Timings): number {
  return Math.min(LONGEST, Math.max(1, Math.ceil((boot + lag + period) / 60)));
}

function isDemand(demand: number | undefined): demand is number {
  return demand !== undefined && Number.isFinite(demand) && demand >= 0;
}

function instancesFor(demand: number, useful: number): number {
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(demand / useful - ROUNDING)));
}

function within(need: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, need));
}

function rounded(instances: number): number {
  return Math.round(instances * 100) / 100;
}
