import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../tools/backtest/judge.ts';
import { generatedLoad, LOAD_NAMES } from '../../../tools/backtest/loads/index.ts';
import { attainableOf } from '../../../tools/backtest/oracle.ts';
import { adapt } from '../../../tools/backtest/policies/adapt.ts';
import { clairvoyant } from '../../../tools/backtest/policies/clairvoyant.ts';
import { hist } from '../../../tools/backtest/policies/hist.ts';
import { HourHistory, quantile } from '../../../tools/backtest/policies/hour-history.ts';
import { hpa } from '../../../tools/backtest/policies/hpa.ts';
import { familyOf, FAMILIES } from '../../../tools/backtest/policies/index.ts';
import { keda } from '../../../tools/backtest/policies/keda.ts';
import { oracle } from '../../../tools/backtest/policies/oracle.ts';
import { react } from '../../../tools/backtest/policies/react.ts';
import { RecentHighest } from '../../../tools/backtest/policies/recent-highest.ts';
import { quadratic, reg } from '../../../tools/backtest/policies/reg.ts';
import type { Pilot, PolicyFamily, Seen } from '../../../tools/backtest/policy.ts';
import type { Setting } from '../../../tools/backtest/setting.ts';
import { simulate } from '../../../tools/backtest/simulate.ts';
import { capacityFor, minuteTrace } from '../../../tools/backtest/trace/index.ts';
import { SETTING } from './support.ts';

const HOUR = 60;
const DAY = 24 * HOUR;
/** A Monday's midnight. */
const MONDAY = Date.UTC(2026, 2, 2);

const many = (count: number, load: number) => Array.from({ length: count }, () => load);

/** One instance's capacity is 10, of which 8 is useful; nothing boots unless a test says so. */
function run(
  load: readonly number[],
  family: PolicyFamily,
  change: Partial<Setting> = {},
  position?: number,
) {
  const setting = { ...SETTING, boot: 0, drain: 0, lag: 0, ...change };
  return simulate(minuteTrace('test', MONDAY, load), family.at(position), setting);
}

/** What a pilot answers to one look. */
function answer(pilot: Pilot, seen: Partial<Seen>): number {
  const { minute = 10, inService = 10, demand = NaN } = seen;
  return pilot.decide({
    minute,
    at: MONDAY + minute * 60_000,
    measuredMinute: minute - 1,
    demand,
    metric: demand / inService,
    measuredInService: inService,
    inService,
    booting: 0,
    draining: 0,
    desired: inService,
    ...seen,
  });
}

describe('HPA', () => {
  const at60 = () => hpa.at(60).start(SETTING, minuteTrace('test', MONDAY, [0]));

  it.each([
    ['keeps what is within a tenth of its target', 10, 66, 10],
    ['adds in proportion, rounded up', 10, 91, 16],
    ['takes in proportion, rounded up', 10, 41, 7],
    ['at most doubles within 15 seconds, four times a minute', 10, 3000, 160],
    ['adds four at once where that is more than double', 1, 100, 17],
  ])('%s', (_, inService, demand, desired) => {
    expect(answer(at60(), { inService, demand })).toBe(desired);
  });

  it('counts pods that are not ready as idle before it adds more', () => {
    // 15.2 are needed. Of 10 ready and 4 booting, the 14 would be at 65 %: within the tolerance.
    expect(answer(at60(), { inService: 10, demand: 91, desired: 14, booting: 4 })).toBe(14);
    // With 20 the ratio would point down.
    expect(answer(at60(), { inService: 10, demand: 91, desired: 20, booting: 10 })).toBe(20);
    expect(answer(at60(), { inService: 10, demand: 91, desired: 11, booting: 1 })).toBe(16);
  });

  it('takes away only what the highest recommendation of 300 seconds can spare', () => {
    const pilot = at60();
    const wanted = [59, 29, 29, 29, 29, 29, 29].map((demand, index) =>
      answer(pilot, { minute: 10 + index, demand }),
    );
    expect(wanted).toEqual([10, 10, 10, 10, 10, 5, 5]);
  });

  it('proposes nothing without a metric', () => {
    expect(answer(at60(), { demand: NaN })).toBe(10);
  });
});

describe('KEDA', () => {
  it('has before each hour what the hour’s median needed on days alike', () => {
    // Monday to Wednesday at 8: 60 for an hour, else 6. At 60 % that is ten instances, and one.
    const day = [...many(8 * HOUR, 6), ...many(HOUR, 60), ...many(15 * HOUR, 6)];
    const { desired } = run([...day, ...day, ...day], keda, {}, 60);
    const at = (dayOf: number, hour: number, minute: number) => desired[dayOf * DAY + hour * HOUR + minute];
    expect(at(0, 7, 55)).toBe(1);
    expect([at(1, 7, 49), at(1, 7, 50), at(2, 7, 50)]).toEqual([1, 10, 10]);
    expect(at(1, 9, 20)).toBe(1);
  });

  it('knows weekends from weekdays', () => {
    const weekday = many(DAY, 60);
    const load = [
      ...weekday,
      ...weekday,
      ...weekday,
      ...weekday,
      ...weekday,
      ...many(2 * DAY, 6),
      ...many(DAY, 6),
    ];
    const { desired } = run(load, keda, {}, 60);
    // Sunday is like Saturday; Monday like the weekdays before.
    expect(desired[6 * DAY + 12 * HOUR]).toBe(1);
    expect(desired[7 * DAY + 12 * HOUR]).toBe(10);
  });
});

describe('React', () => {
  it('has what the last measured load needs', () => {
    expect([...run([7, 14, 35, 7], react, {}, 70).desired]).toEqual([1, 1, 2, 5]);
  });
});

describe('Hist', () => {
  it('has ready when an hour begins what its 90th percentile needed on past days', () => {
    const day = [...many(8 * HOUR, 7), ...many(5, 210), ...many(55, 70), ...many(15 * HOUR, 7)];
    const { desired } = run([...day, ...day], hist, { boot: 180 }, 70);
    const at = (dayOf: number, hour: number, minute: number) => desired[dayOf * DAY + hour * HOUR + minute];
    // The 90th percentile of the hour is 70; the reactive part is 1.05 times as much.
    expect([at(1, 7, 55), at(1, 7, 56), at(1, 8, 2)]).toEqual([2, 10, 32]);
    expect(at(1, 8, 30)).toBe(11);
  });

  it('adds by how much the last hours were above their prediction', () => {
    const hour = (load: number) => many(HOUR, load);
    const first = [7, 7, 7, 70].flatMap(hour);
    const quiet = many(20 * HOUR, 7);
    const second = [28, 28, 28, 70].flatMap(hour);
    const { desired } = run([...first, ...quiet, ...second], hist, {}, 70);
    // 70 as the day before, and 21 that the three hours before were above theirs.
    expect(desired[DAY + 3 * HOUR + 30]).toBe(13);
  });
});

describe('Reg', () => {
  it('carries a polynomial of the second order on exactly', () => {
    const coefficient = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(
        coefficient,
        coefficient,
        coefficient,
        fc.integer({ min: 3, max: 90 }),
        fc.nat(20),
        (a, b, c, n, ahead) => {
          const at = (x: number) => a + b * x + c * x * x;
          const values = Float64Array.from({ length: n }, (_, x) => at(x));
          const expected = at(n - 1 + ahead);
          expect(quadratic(n, ahead)(values)).toBeCloseTo(expected, 4);
        },
      ),
    );
  });

  it('reacts when scaling out, at once', () => {
    expect([...run([7, 70, 70], reg, {}, 70).desired]).toEqual([1, 1, 10]);
  });

  it('gives away only what the regression and the load both can spare', () => {
    const falling = Array.from({ length: 90 }, (_, minute) => 700 - 7 * minute);
    const { desired } = run(falling, reg, { boot: 180, lag: 60 }, 70);
    // Five minutes on, the load needs five less than it was last seen to need, which bounds it.
    expect([desired[50], desired[80]]).toEqual([100, 100 - 78]);
  });
});

describe('Adapt', () => {
  it('reacts when scaling out, at once', () => {
    expect([...run([7, 70, 70], adapt, {}, 70).desired]).toEqual([1, 1, 10]);
  });

  it('takes nothing away while the load rises', () => {
    const rise = Array.from({ length: 60 }, (_, minute) => 7 + minute / 10);
    const { desired } = run([...many(30, 70), ...many(100, 7), ...rise], adapt, {}, 70);
    const rising = [...desired].slice(132);
    expect(rising[0]).toBeGreaterThan(2);
    expect(rising.every((count, index) => index === 0 || count >= (rising[index - 1] ?? 0))).toBe(true);
  });

  it('gives away in the end what a steady load does not need', () => {
    const { desired } = run([...many(10, 70), ...many(12 * HOUR, 7)], adapt, {}, 70);
    expect(desired.at(-1)).toBe(1);
  });
});

describe('the policies that know the load', () => {
  const needs = fc.array(fc.nat(5), { minLength: 1, maxLength: 60 });
  const minutes = fc.nat(4);

  it('the oracle costs what the oracle is said to cost, and never falls short of what can be had', () => {
    fc.assert(
      fc.property(needs, minutes, minutes, (list, boot, drain) => {
        const setting = { boot: boot * 60, drain: drain * 60, min: 0 };
        const result = run(
          list.map((need) => 8 * need),
          oracle,
          setting,
        );
        const { instanceHours, oracleInstanceHours } = judge(result);
        expect(instanceHours).toBeCloseTo(oracleInstanceHours, 9);
        const attainable = attainableOf(result.needed, boot, SETTING.max);
        expect(result.inService.every((serving, minute) => serving >= (attainable[minute] ?? 0))).toBe(true);
      }),
    );
  });

  it.each(LOAD_NAMES)('a clairvoyant reaches the oracle within 5 %% on %s', (name) => {
    const trace = generatedLoad(name, 1, 7);
    const setting = { ...SETTING, capacity: capacityFor(trace, 60, 0.8) };
    const result = simulate(trace, clairvoyant.at(), setting);
    const { instanceHours, oracleInstanceHours } = judge(result);
    expect(instanceHours).toBeLessThan(1.05 * oracleInstanceHours);
    const attainable = attainableOf(result.needed, 3, setting.max);
    expect(result.inService.every((serving, minute) => serving >= (attainable[minute] ?? 0))).toBe(true);
  });
});

describe('every policy', () => {
  it('goes by a name of its own', () => {
    const names = FAMILIES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(familyOf(name).at().name).toBe(name);
    expect(() => familyOf('hpaa')).toThrow(/no policy hpaa: choose from evenkeel, .*hpa, .*oracle/);
  });

  it('answers each load, at each end of its knob, with a number of instances', () => {
    const load = fc.array(fc.oneof(fc.nat(500), fc.constant(0)), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(
        fc.constantFrom(...FAMILIES),
        load,
        fc.constantFrom(60, 120, 300),
        (family, loads, period) => {
          const ends =
            family.knob === undefined ? [undefined] : [family.knob.sweep[0], family.knob.sweep.at(-1)];
          for (const position of ends) {
            const { desired } = run(
              loads,
              family,
              { boot: 180, drain: 300, lag: 60, min: 0, period },
              position,
            );
            expect(desired.every((count) => count >= 0 && count <= SETTING.max)).toBe(true);
          }
        },
      ),
    );
  });

  it('knows nothing of what comes, unless that is what it is for', () => {
    const load = fc.array(fc.nat(300), { minLength: 3, maxLength: 120 });
    const blind = FAMILIES.filter(({ name }) => name !== 'oracle' && name !== 'clairvoyant');
    fc.assert(
      fc.property(fc.constantFrom(...blind), load, fc.nat(1000), (family, loads, other) => {
        const until = loads.length - 1;
        const one = run(loads, family).desired;
        const changed = run([...loads.slice(0, until), other], family).desired;
        expect([...changed]).toEqual([...one]);
      }),
    );
  });
});

describe('the memory of the hours', () => {
  it('keeps the loads of each hour for so many days', () => {
    const history = new HourHistory(1);
    const ended = [5, 3, 9].map((load, minute) => history.add(MONDAY + (58 + minute) * 60_000, load));
    expect(ended.map((hour) => hour?.loads)).toEqual([undefined, undefined, Float64Array.of(5, 3)]);
    for (let hour = 2; hour < 40; hour++) history.add(MONDAY + hour * 3_600_000, hour);
    expect(history.hours).toHaveLength(24);
    expect(history.likeHour(MONDAY / 3_600_000 + 40).map(({ loads }) => [...loads])).toEqual([[16]]);
  });

  it('takes as a quantile the value that the share does not exceed', () => {
    const ten = () => Float64Array.of(7, 2, 10, 4, 1, 9, 3, 8, 5, 6);
    expect([0, 0.5, 0.9, 0.95, 1].map((share) => quantile(ten(), share))).toEqual([1, 5, 9, 10, 10]);
    expect(quantile(new Float64Array(), 0.5)).toBeNaN();
  });

  it('finds a quantile as sorting would', () => {
    const values = fc.array(fc.nat(20), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const index = Math.max(0, Math.ceil(share * list.length) - 1);
        expect(quantile(Float64Array.from(list), share)).toBe(
          list.toSorted((one, other) => one - other)[index],
        );
      }),
    );
  });
});

describe('the highest of the last minutes', () => {
  it('forgets what is older, also where minutes are left out', () => {
    const recent = new RecentHighest(5);
    expect(recent.highest(0)).toBe(-Infinity);
    recent.add(0, 9);
    recent.add(2, 4);
    recent.add(2, 3);
    expect([4, 5, 6, 7].map((minute) => recent.highest(minute))).toEqual([9, 4, 4, -Infinity]);
  });
});
