import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapest } from '../../../../../../shared/policy/scaling/forecast/choice.ts';
import { Hold, HOLD } from '../../../../../../shared/policy/scaling/forecast/hold.ts';
import { Misses } from '../../../../../../shared/policy/scaling/forecast/misses.ts';
import { Plateau } from '../../../../../../shared/policy/scaling/forecast/plateau.ts';
import { Price } from '../../../../../../shared/policy/scaling/forecast/price.ts';
import { Regression } from '../../../../../../shared/policy/scaling/forecast/regression.ts';
import { Season } from '../../../../../../shared/policy/scaling/forecast/season.ts';
import { HOLDS, TrialFleets } from '../../../../../../shared/policy/scaling/forecast/trial-fleets.ts';
import { chance } from './support.ts';

describe('capacity that costs least', () => {
  const misses = new Misses();
  const choose = (location: number, spread: number, price: number, lowest = 1, highest = 59) =>
    cheapest({ outlook: { location, spread }, misses, price, lowest, highest, logOf: Math.log1p });

  it('is the least of all that may be chosen', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 4, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (location, spread, price) => {
          const costOf = (instances: number) =>
            instances + price * misses.above((Math.log1p(instances) - location) / spread);
          const all = Array.from({ length: 59 }, (_, index) => costOf(index + 1));
          expect(costOf(choose(location, spread, price))).toBe(Math.min(...all));
        },
      ),
    );
  });

  it('does not fall when the price of a violation rises, or the forecast', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 1, max: 1e4, noNaN: true }),
        (location, more, price) => {
          expect(choose(location, 0.1, price * (1 + more))).toBeGreaterThanOrEqual(
            choose(location, 0.1, price),
          );
        },
      ),
    );
  });
});

describe('the price of a violation', () => {
  it('rises with each violation and falls with each minute without one', () => {
    const price = new Price();
    const first = price.of(10, 0.1, 0.01);
    price.observe(1, 0.01, 1);
    const after = price.of(10, 0.1, 0.01);
    expect(after).toBeGreaterThan(first);
    price.observe(0, 0.01, 1);
    expect(price.of(10, 0.1, 0.01)).toBeLessThan(after);
  });

  it('stays within bounds, however long there are violations or none', () => {
    const dear = new Price();
    const cheap = new Price();
    for (let minute = 0; minute < 50_000; minute++) {
      dear.observe(1, 0.003, 1);
      cheap.observe(0, 0.003, 1);
    }
    const first = new Price().of(10, 0.1, 0.003);
    expect(dear.of(10, 0.1, 0.003)).toBeLessThan(first * 1e4);
    expect(cheap.of(10, 0.1, 0.003)).toBeGreaterThan(first * 0.5);
  });
});

describe('the hold before a scale-in', () => {
  it('counts what was needed for as many minutes as it is told', () => {
    const hold = new Hold();
    hold.remember(100, 30);
    hold.remember(101, 5);
    expect(hold.highest(107, 8)).toBe(30);
    expect(hold.highest(108, 8)).toBe(5);
    expect(hold.highest(100 + HOLD - 1, HOLD)).toBe(30);
    expect(hold.highest(100 + HOLD, HOLD)).toBe(5);
  });

  it('keeps the highest of what is asked in one minute', () => {
    const hold = new Hold();
    hold.remember(7, 3);
    hold.remember(7, 9);
    hold.remember(7, 4);
    expect(hold.highest(7, 1)).toBe(9);
  });

  it('falls to what is held, unless that is a trifle, and rises by more than one', () => {
    const hold = new Hold();
    expect(hold.answer(100, 50, 92)).toBe(92);
    expect(hold.answer(100, 50, 93)).toBe(100);
    expect(hold.answer(100, 50, 120)).toBe(100);
    expect(hold.answer(100, 101, 101)).toBe(103);
  });
});

describe('trials of how long to hold', () => {
  /** Lets trials follow needs for days, judged two minutes later by the same needs. */
  const tried = (needOf: (minute: number) => number, minutes = 2 * 1440, price = 400) => {
    const trials = new TrialFleets();
    const hold = new Hold();
    for (let minute = 0; minute < minutes; minute++) {
      const need = needOf(minute);
      hold.remember(minute, need);
      trials.follow(minute, need, hold);
      trials.judge(minute - 2, needOf(minute - 2), { boot: 3, drain: 5, price });
    }
    return trials;
  };

  it('let go soon where nothing comes back for an hour', () => {
    expect(tried((minute) => (minute % 60 < 10 ? 60 : 10)).hold).toBe(HOLDS[0]);
  });

  it('hold on where what has gone comes back within minutes', () => {
    const swarm = (minute: number) => (minute % 20 < 3 ? 60 : 10);
    expect(tried(swarm).hold).toBeGreaterThanOrEqual(18);
  });

  it('conclude nothing from a few hours', () => {
    expect(tried((minute) => (minute % 60 < 10 ? 60 : 10), 300).hold).toBe(new TrialFleets().hold);
  });

  it('follow a load that has become another', () => {
    const needOf = (minute: number) =>
      minute < 5 * 1440 ? (minute % 60 < 10 ? 60 : 10) : minute % 20 < 3 ? 60 : 10;
    expect(tried(needOf, 5 * 1440).hold).toBe(HOLDS[0]);
    expect(tried(needOf, 12 * 1440).hold).toBeGreaterThanOrEqual(18);
  });

  it('charge each minute once, and none that is not known', () => {
    const trials = tried((minute) => (minute % 60 < 10 ? 60 : 10), 1000);
    const costs = [...trials.costs];
    trials.judge(997, 1e6, { boot: 3, drain: 5, price: 400 });
    trials.judge(1000, 1e6, { boot: 3, drain: 5, price: 400 });
    expect([...trials.costs]).toEqual(costs);
    trials.judge(998, 1e6, { boot: 3, drain: 5, price: 400 });
    trials.costs.forEach((cost, trial) => expect(cost).toBeGreaterThan((costs[trial] ?? 0) + 300));
  });
});

describe('the mean since values changed for good', () => {
  it('averages more than an hour of what stands still', () => {
    const plateau = new Plateau();
    const random = chance(1);
    let most = 0;
    for (let step = 0; step < 2000; step++) {
      plateau.observe(5 + 0.1 * (random() - 0.5));
      if (step > 500) most = Math.max(most, Math.abs(plateau.value - 5));
    }
    expect(most).toBeLessThan(0.01);
  });

  it('forgets what was within minutes of a change, and not for one value that is off', () => {
    const plateau = new Plateau();
    for (let step = 0; step < 1000; step++) plateau.observe(5 + 0.1 * (step % 2));
    plateau.observe(9);
    expect(plateau.value).toBeLessThan(5.2);
    for (let step = 0; step < 1000; step++) plateau.observe(5 + 0.1 * (step % 2));
    for (let step = 0; step < 4; step++) plateau.observe(7);
    expect(plateau.value).toBe(7);
  });
});

describe('a regression that forgets', () => {
  const learnt = (slope: (step: number) => number, steps: number) => {
    const regression = new Regression([0, 0], 1, 200);
    const random = chance(3);
    for (let step = 0; step < steps; step++) {
      const clues = Float64Array.from([random() - 0.5, random() - 0.5]);
      regression.learn(clues, 0, slope(step) * (clues[0] ?? 0), 1);
    }
    regression.solve();
    return [...regression.weights];
  };

  it('finds what an outcome depends on', () => {
    const [first, second] = learnt(() => 2, 2000);
    expect(first).toBeCloseTo(2, 0);
    expect(second).toBeCloseTo(0, 1);
  });

  it('follows when that changes', () => {
    const [first] = learnt((step) => (step < 2000 ? 2 : -2), 4000);
    expect(first).toBeLessThan(-1.5);
  });

  it('says its prior before it has learnt', () => {
    const regression = new Regression([0.25, 1], 1, 200);
    regression.solve();
    expect(regression.predict(Float64Array.from([4, 1]), 0)).toBeCloseTo(2, 9);
  });
});

describe('the distribution of misses', () => {
  it('comes to the quantiles of what it has seen', () => {
    const misses = new Misses();
    const random = chance(1);
    for (let step = 0; step < 20_000; step++) misses.observe(random() * 4);
    expect(misses.above(2)).toBeCloseTo(0.5, 1);
    expect(misses.above(3.6)).toBeCloseTo(0.1, 1);
    expect(misses.above(40)).toBeLessThan(0.01);
  });

  it('never rises with the miss', () => {
    const misses = new Misses();
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(misses.above(low)).toBeGreaterThanOrEqual(misses.above(high));
      }),
    );
  });
});

describe('the season', () => {
  it('knows a day by its minutes, and a week by what it was', () => {
    const season = new Season();
    for (let minute = 0; minute < 8 * 1440; minute++) {
      season.observe(minute, Math.floor(minute / 1440) + (minute % 1440 === 600 ? 5 : 0));
    }
    // Saturday's place holds the newest value, Sunday's that of a week before.
    expect(season.weekBefore(8 * 1440 - 700)).toBeCloseTo(7, 5);
    expect(season.weekBefore(8 * 1440 + 700)).toBeCloseTo(1, 5);
    expect(season.ofDayToTheMinute(600) - season.ofDayToTheMinute(601)).toBeCloseTo(5, 5);
    expect(season.ofDay(600) - season.ofDay(700)).toBeLessThan(2);
  });
});
