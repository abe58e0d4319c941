import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimetableOptions } from '../../../../tools/cloud/kernel/cron.ts';
import { parseTimetable, ScheduleExpressionError } from '../../../../tools/cloud/kernel/cron.ts';
import { timeZone } from '../../../../tools/cloud/kernel/zone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The next times of a schedule, `2026-01-15T12:00:00Z`. */
function next(
  expression: string,
  from: string,
  count = 1,
  options: Partial<TimetableOptions> = {},
): string[] {
  let at = Date.parse(from);
  const timetable = parseTimetable(expression, { anchor: at, ...options });
  const times: string[] = [];
  while (times.length < count) {
    const time = timetable.next(at);
    if (time === undefined) break;
    times.push(new Date(time).toISOString().replace('.000Z', 'Z'));
    at = time;
  }
  return times;
}

describe('cron()', () => {
  it.each([
    ['cron(0 12 * * ? *)', '2026-01-15T12:00:00Z'],
    ['cron(15 10 ? * 6L 2026)', '2026-01-30T10:15:00Z'],
    ['cron(0 8 1W * ? *)', '2026-02-02T08:00:00Z'],
    ['cron(0 8 LW * ? *)', '2026-01-30T08:00:00Z'],
    ['cron(0/15 8-17 ? * MON-FRI *)', '2026-01-15T10:15:00Z'],
    ['cron(0 0 L * ? *)', '2026-01-31T00:00:00Z'],
    ['cron(0 10 ? * 2#1 *)', '2026-02-02T10:00:00Z'],
    ['cron(0 12 ? * SUN *)', '2026-01-18T12:00:00Z'],
    ['cron(0 12 ? * 1 *)', '2026-01-18T12:00:00Z'],
    ['cron(0 12 ? * L *)', '2026-01-17T12:00:00Z'],
    ['cron(0 0 29 2 ? 2028)', '2028-02-29T00:00:00Z'],
    ['cron(5,35 14 * * ? 2027)', '2027-01-01T14:05:00Z'],
    ['cron(0 18 ? * MON-FRI *)', '2026-01-15T18:00:00Z'],
    ['cron(0 0 1 1/3 ? *)', '2026-04-01T00:00:00Z'],
  ])('%s comes next at %s', (expression, time) => {
    expect(next(expression, '2026-01-15T10:00:00Z')).toEqual([time]);
  });

  it('comes never again once its years are over', () => {
    expect(next('cron(0 0 * * ? 2025)', '2026-01-15T10:00:00Z')).toEqual([]);
    expect(next('cron(0 0 31 2 ? *)', '2026-01-15T10:00:00Z')).toEqual([]);
  });

  it.each([
    'cron(0 12 * * *)',
    'cron(0 12 * * * *)',
    'cron(0 12 ? * ? *)',
    'cron(60 12 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 12 L-2 * ? *)',
    'cron(0 12 ? * 8 *)',
    'cron(0 12 ? * 2#6 *)',
    'cron(0 12 32 * ? *)',
    'cron(0 12 * 13 ? *)',
    'cron(? 12 * * ? *)',
    'cron(0 22-2 * * ? *)',
    'cron(@daily)',
    '0 12 * * ? *',
  ])('refuses %s', (expression) => {
    expect(() => next(expression, '2026-01-15T10:00:00Z')).toThrow(ScheduleExpressionError);
  });
});

describe('rate()', () => {
  it('counts from its anchor, whenever it is asked', () => {
    expect(next('rate(5 minutes)', '2026-01-15T10:02:30Z', 2)).toEqual([
      '2026-01-15T10:07:30Z',
      '2026-01-15T10:12:30Z',
    ]);
    const timetable = parseTimetable('rate(1 hour)', { anchor: 0 });
    expect(timetable.next(0)).toBe(HOUR);
    expect(timetable.next(HOUR - 1)).toBe(HOUR);
    expect(timetable.next(10.5 * HOUR)).toBe(11 * HOUR);
  });

  it('starts at its anchor where it has a start date', () => {
    const timetable = parseTimetable('rate(1 day)', { anchor: 1000, startsAtAnchor: true });
    expect(timetable.next(0)).toBe(1000);
    expect(timetable.next(1000)).toBe(24 * HOUR + 1000);
  });

  it.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(1.5 hours)',
    'rate(2 weeks)',
    'rate()',
  ])('refuses %s', (expression) => {
    expect(() => next(expression, '2026-01-15T10:00:00Z')).toThrow(ScheduleExpressionError);
  });
});

describe('at()', () => {
  it('comes once, in its zone', () => {
    const zone = { zone: 'America/New_York' };
    expect(next('at(2026-07-01T07:00:00)', '2026-01-15T10:00:00Z', 2, zone)).toEqual([
      '2026-07-01T11:00:00Z',
    ]);
    expect(next('at(2026-01-01T07:00:00)', '2026-01-15T10:00:00Z')).toEqual([]);
  });

  it.each(['at(2026-07-01)', 'at(2026-13-01T00:00:00)', 'at(2026-07-01T07:00:00Z)'])(
    'refuses %s',
    (expression) => {
      expect(() => next(expression, '2026-01-15T10:00:00Z')).toThrow(ScheduleExpressionError);
    },
  );
});

describe('daylight saving time', () => {
  const zone = { zone: 'Europe/Berlin' };

  it('skips a time that the clock leaves out in spring', () => {
    // 29 March 2026: 02:00 CET is 03:00 CEST.
    expect(next('cron(30 2 * * ? *)', '2026-03-28T00:00:00Z', 3, zone)).toEqual([
      '2026-03-28T01:30:00Z',
      '2026-03-30T00:30:00Z',
      '2026-03-31T00:30:00Z',
    ]);
  });

  it('keeps the wall clock’s hour through the change', () => {
    expect(next('cron(0 7 * * ? *)', '2026-03-28T00:00:00Z', 2, zone)).toEqual([
      '2026-03-28T06:00:00Z',
      '2026-03-29T05:00:00Z',
    ]);
  });

  it('takes a time that comes twice in autumn once, the first time', () => {
    // 25 October 2026: 03:00 CEST is 02:00 CET.
    expect(next('cron(30 2 * * ? *)', '2026-10-24T12:00:00Z', 2, zone)).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ]);
    expect(next('cron(30 2 * * ? *)', '2026-10-25T00:30:00Z', 1, zone)).toEqual(['2026-10-26T01:30:00Z']);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => next('cron(0 7 * * ? *)', '2026-01-01T00:00:00Z', 1, { zone: 'Europe/Atlantis' })).toThrow(
      'time zone',
    );
  });
});

describe('zones and the wall clock agree', () => {
  const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) });
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'UTC',
  );

  it('finds the instant of each wall time, or the first of two', () => {
    fc.assert(
      fc.property(instants, zones, (instant, name) => {
        const zone = timeZone(name);
        const wall = zone.wallTime(instant);
        const found = zone.instantOf(wall);
        expect(found).toBeDefined();
        expect(zone.wallTime(found ?? NaN)).toBe(wall);
        expect(found).toBeLessThanOrEqual(instant);
        expect(instant - (found ?? NaN)).toBeLessThanOrEqual(HOUR);
      }),
    );
  });

  it('never gives a time that is not later, and never the same wall time twice', () => {
    fc.assert(
      fc.property(instants, zones, fc.integer({ min: 0, max: 59 }), (from, name, minute) => {
        const zone = timeZone(name);
        const timetable = parseTimetable(`cron(${minute} * * * ? *)`, { anchor: from, zone: name });
        let at = from;
        const walls = new Set<number>();
        for (let times = 0; times < 30; times++) {
          const time = timetable.next(at) ?? NaN;
          expect(time).toBeGreaterThan(at);
          walls.add(zone.wallTime(time));
          expect(new Date(zone.wallTime(time)).getUTCMinutes()).toBe(minute);
          at = time;
        }
        expect(walls.size).toBe(30);
      }),
      { numRuns: 50 },
    );
  });
});
