import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Recurring } from '../../../../shared/domain/index.ts';
import { isoTime } from '../../../../shared/domain/index.ts';
import { timetable } from '../../../../shared/policy/timetable.ts';

const HOUR = 3_600_000;
const workday: Recurring = { from: '0 7 ? * MON-FRI *', for: 11 * 3600, zone: 'Europe/Berlin' };

function spanAt(recurring: Recurring, now: string, holidays: readonly string[] = []): string | undefined {
  const span = timetable({ ...recurring }, holidays).at(Date.parse(now));
  return span && `${isoTime(span.from)} to ${isoTime(span.until)}`;
}

describe('a span begins by the clock of its zone', () => {
  it.each([
    ['in winter', '2026-01-15T08:00:00Z', '2026-01-15T06:00:00Z to 2026-01-15T17:00:00Z'],
    ['in summer', '2026-07-15T08:00:00Z', '2026-07-15T05:00:00Z to 2026-07-15T16:00:00Z'],
    ['over the weekend', '2026-03-28T08:00:00Z', '2026-03-30T05:00:00Z to 2026-03-30T16:00:00Z'],
  ])('%s', (_, now, span) => {
    expect(spanAt(workday, now)).toBe(span);
  });

  it('goes on from its first instant to just before its last', () => {
    const at = (now: number) => timetable(workday).at(now);
    const begins = Date.parse('2026-01-15T06:00:00Z');
    expect(at(begins - 1)?.from).toBe(begins);
    expect(at(begins)?.from).toBe(begins);
    expect(at(begins + 11 * HOUR - 1)?.from).toBe(begins);
    expect(at(begins + 11 * HOUR)?.from).toBe(begins + 24 * HOUR);
  });

  it('that the clock skips in spring begins when the clock goes on', () => {
    const nightly = { from: '30 2 * * *', for: 3600, zone: 'Europe/Berlin' };
    expect(spanAt(nightly, '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00Z to 2026-03-29T02:00:00Z');
  });

  it('that the clock shows twice in autumn begins once', () => {
    const nightly = { from: '30 2 * * *', for: 1800, zone: 'Europe/Berlin' };
    expect(spanAt(nightly, '2026-10-25T00:30:00Z')).toBe('2026-10-25T00:30:00Z to 2026-10-25T01:00:00Z');
    expect(spanAt(nightly, '2026-10-25T01:30:00Z')).toBe('2026-10-26T01:30:00Z to 2026-10-26T02:00:00Z');
  });

  it('over the change of the clock lasts in time that passes', () => {
    const night = { from: '0 22 ? * SAT *', for: 8 * 3600, zone: 'Europe/Berlin' };
    expect(spanAt(night, '2026-03-29T01:30:00Z')).toBe('2026-03-28T21:00:00Z to 2026-03-29T05:00:00Z');
  });

  it('counts days of the week as the number of its fields says', () => {
    const monday = '2026-03-02T12:00:00Z';
    const zone = { for: 86_400, zone: 'UTC' };
    expect(spanAt({ from: '0 0 ? * 2 *', ...zone }, monday)).toMatch(/^2026-03-02/);
    expect(spanAt({ from: '0 0 * * 1', ...zone }, monday)).toMatch(/^2026-03-02/);
  });

  it('may be a date and time, which comes once', () => {
    const launch = { from: '2026-11-27T08:00', for: 3600, zone: 'America/New_York' };
    expect(spanAt(launch, '2026-03-02T00:00:00Z')).toBe('2026-11-27T13:00:00Z to 2026-11-27T14:00:00Z');
    expect(spanAt(launch, '2026-11-27T14:00:00Z')).toBeUndefined();
  });
});

describe('holidays', () => {
  it('are days on which what is planned for working days does not begin', () => {
    expect(spanAt(workday, '2026-12-25T08:00:00Z', ['12-25'])).toMatch(/^2026-12-28/);
    expect(spanAt(workday, '2026-12-25T08:00:00Z', ['2026-12-25'])).toMatch(/^2026-12-28/);
    expect(spanAt(workday, '2027-12-24T08:00:00Z', ['2026-12-24'])).toMatch(/^2027-12-24/);
  });

  it('are days of the zone', () => {
    const tokyo = { from: '0 7 ? * MON-FRI *', for: 3600, zone: 'Asia/Tokyo' };
    // 07:00 on Friday in Tokyo is Thursday in UTC.
    expect(spanAt(tokyo, '2026-12-24T21:00:00Z', ['2026-12-25'])).toMatch(/^2026-12-27T22/);
    expect(spanAt(tokyo, '2026-12-24T21:00:00Z', ['2026-12-24'])).toMatch(/^2026-12-24T22/);
  });

  it('change nothing for what is planned for every day, or for weekends', () => {
    const daily = { ...workday, from: '0 7 * * ? *' };
    const weekend = { ...workday, from: '0 7 ? * SAT,SUN *' };
    expect(spanAt(daily, '2026-12-25T08:00:00Z', ['12-25'])).toMatch(/^2026-12-25/);
    expect(spanAt(weekend, '2026-12-26T08:00:00Z', ['12-26'])).toMatch(/^2026-12-26/);
  });
});

it('asked again and again, in whatever order, says what it says when it is asked once', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
  const patterns = fc.constantFrom('0 7 ? * MON-FRI *', '0/20 * * * ? *', '15 2 * * *', '0 9 L * ? *');
  const moments = fc.array(fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }), { minLength: 1 });
  fc.assert(
    fc.property(
      patterns,
      zones,
      fc.integer({ min: 60, max: 200_000 }),
      moments,
      (from, zone, lasts, nows) => {
        const recurring = { from, for: lasts, zone };
        const asked = timetable(recurring, ['12-25']);
        for (const now of nows) {
          const span = asked.at(now);
          expect(span).toEqual(timetable({ ...recurring }, ['12-25']).at(now));
          expect(span?.until).toBeGreaterThan(now);
        }
      },
    ),
    { numRuns: 50 },
  );
});
