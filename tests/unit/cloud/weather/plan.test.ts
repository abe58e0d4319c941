import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chance } from '../../../../tools/cloud/weather/chance.ts';
import { parsePlan, readPlan } from '../../../../tools/cloud/weather/plan/parse.ts';

describe('a plan', () => {
  const entry = (more: object) => parsePlan({ entries: [{ kind: 'throttle', ...more }] }).entries[0];

  it('counts durations in seconds, or with their units', () => {
    expect(entry({ from: 90 })?.from).toEqual({ after: 90_000 });
    expect(entry({ from: '1h30m' })?.from).toEqual({ after: 5_400_000 });
    expect(entry({ from: '1.5d' })?.from).toEqual({ after: 129_600_000 });
    expect(entry({ from: '2026-01-05T12:00:00+01:00' })?.from).toEqual({
      at: Date.parse('2026-01-05T11:00:00Z'),
    });
  });

  it('takes one duration, or a chance between two', () => {
    const takes = (value: unknown) => parsePlan({ entries: [{ kind: 'slow', takes: value }] }).entries[0];
    expect(takes(5)).toMatchObject({ takes: { least: 5000, most: 5000 } });
    expect(takes({ most: '1m' })).toMatchObject({ takes: { least: 0, most: 60_000 } });
  });

  it.each<[object, string]>([
    [
      { entries: [{ kind: 'rain' }] },
      'entries[0].kind: "rain" is wrong: write an object whose kind is one of throttle, error,',
    ],
    [{ entries: [{}] }, 'entries[0].kind: is missing: '],
    [
      { entries: [{ kind: 'throttle', probability: 1.5 }] },
      'entries[0].probability: 1.5 is wrong: write a number from 0 to 1',
    ],
    [
      { entries: [{ kind: 'throttle', for: 'soon' }] },
      'entries[0].for: "soon" is wrong: write seconds (90) or a duration like',
    ],
    [
      { entries: [{ kind: 'throttle', target: { service: 'monitoring' } }] },
      'entries[0].target.service: "monitoring" is wrong: write one of autoscaling, cloudformation, cloudwatch',
    ],
    [{ entries: [{ kind: 'slow' }] }, 'entries[0].takes: is missing: write seconds (90)'],
    [
      { entries: [{ kind: 'slow', takes: { least: 9, most: 1 } }] },
      'entries[0].takes: {"least":9,"most":1} is wrong: ',
    ],
    [
      { entries: [{ kind: 'event', fate: 'gone' }] },
      'entries[0].fate: "gone" is wrong: write one of lost, doubled, late, shuffled',
    ],
    [{ entries: [{ kind: 'death', zones: 'a' }] }, 'entries[0].zones: "a" has no place here'],
    [
      { entries: [{ kind: 'no-capacity', code: 'Ice' }] },
      'entries[0].code: "Ice" is wrong: write one of InsufficientInstanceCapacity',
    ],
    [{ entry: [] }, 'entry: [] has no place here'],
    [{ limits: 'few' }, 'limits: "few" is wrong: write "none" or a list of limits'],
  ])('%j is refused by field, value and mend', (plan, line) => {
    expect(() => parsePlan(plan)).toThrow(line);
  });

  it('is told of all its faults at once', () => {
    const plan = {
      entries: [
        { kind: 'throttle', probability: -1 },
        { kind: 'death', count: 0 },
      ],
    };
    expect(() => parsePlan(plan)).toThrow(/entries\[0\]\.probability.*\nentries\[1\]\.count: 0 is wrong/);
  });
});

describe('a plan in a file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-weather-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (text: string) => {
    const path = join(folder, 'plan.json');
    writeFileSync(path, text);
    return path;
  };

  it('is read as it was written', async () => {
    const plan = { entries: [{ kind: 'throttle', from: '1h' }] };
    expect(await readPlan(file(JSON.stringify(plan)))).toEqual(plan);
  });

  it.each([
    ['{', /plan\.json: is not JSON/],
    ['{"entries":[{"kind":"death","count":-1}]}', /plan\.json: entries\[0\]\.count: -1 is wrong/],
  ])('%s is refused by the name of the file', async (text, message) => {
    await expect(readPlan(file(text))).rejects.toThrow(message);
  });

  it('that is not there is named', async () => {
    await expect(readPlan(join(folder, 'none.json'))).rejects.toThrow(/none\.json: does not exist/);
  });
});

describe('chance by what it is about', () => {
  it('does not depend on the order of the draws', () => {
    const texts = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(fc.nat(), texts, (seed, about) => {
        const draws = (order: readonly string[]) => {
          const chance = new Chance(seed, () => 0);
          return new Map(order.map((text) => [text, chance.draw(text)]));
        };
        const forth = draws(about);
        const back = draws(about.toReversed());
        for (const text of about) expect(back.get(text)).toBe(forth.get(text));
      }),
    );
  });

  it('is another for a second try, a later instant, and another seed', () => {
    let now = 0;
    const chance = new Chance(1, () => now);
    const first = chance.draw('a');
    const again = chance.draw('a');
    now = 1;
    expect(new Set([first, again, chance.draw('a'), new Chance(2, () => 0).draw('a')]).size).toBe(4);
  });

  it('is uniform', () => {
    const chance = new Chance(3, () => 0);
    const draws = Array.from({ length: 10_000 }, (_, index) => chance.draw(`call ${index}`));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    expect(mean).toBeCloseTo(0.5, 1);
    for (let decile = 0; decile < 10; decile++) {
      const share = draws.filter((draw) => Math.floor(draw * 10) === decile).length / draws.length;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.12);
    }
  });
});
