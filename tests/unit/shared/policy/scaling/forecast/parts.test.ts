import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapest } from '../../../../../../shared/policy/scaling/forecast/choice.ts';
import { Hold, HOLD } from '../../../../../../shared/policy/scaling/forecast/hold.ts';
import { Misses } from '../../../../../../shared/policy/scaling/forecast/misses.ts';
import { Price } from '../../../../../../shared/policy/scaling/forecast/price.ts';
import { Regression } from '../../../../../../shared/policy/scaling/forecast/regression.ts';
import { Season } from '../../../../../../shared/policy/scaling/forecast/season.ts';
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
  it('counts what was needed for eight minutes where forecasts do not miss, and longer where they do', () => {
    const hold = new Hold();
    hold.remember(100, 30);
    hold.remember(101, 5);
    expect(hold.highest(107, 0)).toBe(30);
    expect(hold.highest(108, 0)).toBe(5);
    expect(hold.highest(100 + HOLD - 1, 1)).toBe(30);
    expect(hold.highest(100 + HOLD, 1)).toBe(5);
  });

  it('keeps the highest of what is asked in one minute', () => {
    const hold = new Hold();
    hold.remember(7, 3);
    hold.remember(7, 9);
    hold.remember(7, 4);
    expect(hold.highest(7, 0)).toBe(9);
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
