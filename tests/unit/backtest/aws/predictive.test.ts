import { describe, expect, it } from 'vitest';
import { HourlyForecast, predictive } from '../../../../tools/backtest/policies/aws/predictive.ts';
import { targetTracking } from '../../../../tools/backtest/policies/aws/target-tracking.ts';
import { simulate } from '../../../../tools/backtest/simulate.ts';
import { minuteTrace } from '../../../../tools/backtest/trace/minute-trace.ts';
import { SETTING } from '../support.ts';

const MINUTE = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;

/** The forecast that stands in a minute, as minutes of a load have come in. */
function forecastAt(minute: number, load: (minute: number) => number): number {
  const forecast = new HourlyForecast();
  let standing = 0;
  for (let past = 0; past <= minute; past++) {
    if (past > 0) forecast.add((past - 1) * MINUTE, load(past - 1));
    standing = forecast.loadAt(past * MINUTE);
  }
  return standing;
}

/** 80 from nine to five, 20 otherwise. */
const office = (minute: number) => {
  const hour = Math.floor((minute % DAY) / HOUR);
  return hour >= 9 && hour < 17 ? 80 : 20;
};

describe('the forecast of predictive scaling', () => {
  it('begins with 24 hours of history', () => {
    expect(forecastAt(DAY, office)).toBe(0);
    expect(forecastAt(DAY + 1, office)).toBe(20);
  });

  it('is the mean of an hour, whatever its minutes are', () => {
    expect(forecastAt(DAY + 10, (minute) => (minute % 2 === 0 ? 10 : 30))).toBeCloseTo(20);
  });

  it('holds from five minutes before its hour to the hour’s end', () => {
    const before = DAY + 9 * HOUR - 6;
    expect(forecastAt(before, office)).toBe(20);
    expect(forecastAt(before + 1, office)).toBe(80);
    const end = DAY + 17 * HOUR;
    expect(forecastAt(end - 1, office)).toBe(80);
    expect(forecastAt(end, office)).toBe(20);
  });

  it('knows the day of the week once there are two', () => {
    const weekly = (minute: number) => (Math.floor(minute / DAY) % 7 === 2 ? 100 : 10);
    const thirdDay = 2 * DAY + 12 * HOUR;
    expect(forecastAt(14 * DAY + thirdDay, weekly)).toBeGreaterThan(50);
    expect(forecastAt(14 * DAY + thirdDay - DAY, weekly)).toBeLessThan(20);
  });

  it('is brought up to date every six hours alone', () => {
    // A load that begins on the second day: what its first hours show is known at six, not before.
    const late = (minute: number) => (minute < 2 * DAY ? 10 : 50);
    expect(forecastAt(3 * DAY - 6, late)).toBe(10);
    expect(forecastAt(3 * DAY, late)).toBeGreaterThan(10);
  });

  it('forgets what is older than 14 days', () => {
    const once = (minute: number) => (minute < DAY ? 1000 : 10);
    expect(forecastAt(15 * DAY + HOUR, once)).toBe(10);
  });

  it('passes over hours of which nothing is known', () => {
    const broken = (minute: number) => (minute >= DAY && minute < 2 * DAY ? NaN : office(minute));
    expect(forecastAt(2 * DAY + 12 * HOUR, broken)).toBeCloseTo(80);
  });
});

describe('predictive scaling beside target tracking', () => {
  const days = (count: number) =>
    minuteTrace(
      'office',
      0,
      Array.from({ length: count * DAY }, (_, m) => office(m)),
    );
  const [trace, setting] = [days(3), { ...SETTING, min: 2 }];
  const ahead = simulate(trace, predictive.at(50), setting);
  const behind = simulate(trace, targetTracking.at(50), setting);

  it('is target tracking alone on the first day', () => {
    expect([...ahead.desired.slice(0, DAY)]).toEqual([...behind.desired.slice(0, DAY)]);
  });

  it('launches before the hour for which more load is expected', () => {
    const nine = DAY + 9 * HOUR;
    expect(ahead.desired[nine - 6]).toBe(4);
    expect(ahead.desired[nine - 5]).toBe(16);
    expect(ahead.inService[nine]).toBe(16);
    expect(behind.inService[nine]).toBe(4);
  });

  it('wants the larger of the two in every minute, and takes nothing in before target tracking does', () => {
    for (let minute = DAY; minute < 3 * DAY; minute++) {
      expect(ahead.desired[minute]).toBeGreaterThanOrEqual(behind.desired[minute] ?? Infinity);
    }
    const five = DAY + 17 * HOUR;
    expect(ahead.desired[five + 10]).toBe(16);
    expect(ahead.desired[five + 40]).toBeLessThan(16);
  });

  it('honours the maximum of the group', () => {
    expect(Math.max(...simulate(trace, predictive.at(50), { ...setting, max: 9 }).desired)).toBe(9);
  });
});
