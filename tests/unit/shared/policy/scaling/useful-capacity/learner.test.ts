import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../../../shared/domain/index.ts';
import type { BorneMinute, UsefulSnapshot } from '../../../../../../shared/policy/scaling/index.ts';
import { UsefulLearner } from '../../../../../../shared/policy/scaling/index.ts';
import { NOW } from '../../../../../support/world.ts';

/** Even chance from 0 to 1, the same each time. */
function chance(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const DAY = 1440;
/** A load that rises and falls in the course of a day, give or take a tenth. */
const daily = (minute: number, random: () => number) =>
  (600 + 400 * Math.sin((minute / DAY) * 2 * Math.PI)) * (0.9 + 0.2 * random());

type Minute = Partial<BorneMinute> & { readonly load: number | undefined };

function minutesOf(count: number, of: (minute: number, random: () => number) => Minute): BorneMinute[] {
  const random = chance();
  return Array.from({ length: count }, (_, minute) => ({
    at: NOW + minute * MINUTE,
    kind: 'a',
    ...of(minute, random),
  }));
}

function taught(minutes: readonly BorneMinute[], learner = new UsefulLearner()): UsefulLearner {
  for (const minute of minutes) learner.observe(minute);
  return learner;
}

const usefulOf = (minutes: readonly BorneMinute[]) => taught(minutes).useful(minutes.at(-1)?.at ?? NOW);

/** Full at a CPU of 80 %: (80 - 8) / 0.06 = 1200. */
const linear = (minute: number, random: () => number) => {
  const load = daily(minute, random);
  return { load, cpu: (8 + 0.06 * load) * (0.95 + 0.1 * random()) };
};

const shown = (minutes: readonly BorneMinute[]) => taught(minutes).snapshot();

describe('what an instance can usefully carry', () => {
  it('is unknown before there is anything to go by', () => {
    expect(new UsefulLearner().useful(NOW)).toMatchObject({
      useful: undefined,
      by: 'unknown',
      isSure: false,
    });
    expect(usefulOf(minutesOf(100, () => ({ load: 50 }))).useful).toBeUndefined();
  });

  it('is what CPU allows in proportion, as long as little is known', () => {
    const { useful, isSure, reasons } = usefulOf(minutesOf(5, () => ({ load: 300, cpu: 60 })));
    expect(useful).toBeCloseTo(400);
    expect(isSure).toBe(false);
    expect(reasons.map(({ code }) => code)).toEqual(['USEFUL_UNSURE']);
  });

  it('is the load at which CPU is as high as it may be, once loads have differed', () => {
    const { useful, by, isSure, reasons } = usefulOf(minutesOf(2 * DAY, linear));
    expect(useful).toBeGreaterThan(1140);
    expect(useful).toBeLessThan(1260);
    expect([by, isSure, reasons]).toEqual(['cpu', true, []]);
  });

  it('is trusted to be half as much again as what has been seen, and no more', () => {
    const { useful, isSure } = usefulOf(minutesOf(100, () => ({ load: 100, cpu: 10 })));
    expect(useful).toBeCloseTo(150);
    expect(isSure).toBe(false);
  });

  it('does not fall when the night comes', () => {
    const learner = taught(minutesOf(DAY / 2, linear));
    const evening = learner.useful(NOW + (DAY / 2) * MINUTE).useful ?? 0;
    taught(minutesOf(DAY, linear).slice(DAY / 2), learner);
    expect(learner.useful(NOW + DAY * MINUTE).useful).toBeGreaterThan(evening * 0.93);
  });

  it.each([
    ['latency', (load: number) => ({ latency: load > 800 ? 0.1 * (1 + (load - 800) / 40) : 0.1 })],
    ['errors', (load: number) => ({ errors: load > 800 ? 5 : 0.1 })],
  ] as const)('ends where %s begins to rise, even if CPU allows more', (by, harm) => {
    const minutes = minutesOf(2 * DAY, (minute, random) => {
      const load = daily(minute, random);
      return { load, cpu: 5 + 0.02 * load, ...harm(load) };
    });
    const found = usefulOf(minutes);
    expect(found.by).toBe(by);
    expect(found.useful).toBeGreaterThan(600);
    expect(found.useful).toBeLessThan(900);
  });

  it('keeps a ceiling in mind when instances are not led there again', () => {
    const minutes = minutesOf(4 * DAY, (minute, random) => {
      const load = minute < 2 * DAY ? daily(minute, random) : 500;
      return { load, cpu: 5 + 0.02 * load, latency: load > 800 ? 1 : 0.1 };
    });
    expect(usefulOf(minutes)).toMatchObject({ by: 'latency' });
  });

  it('lifts a ceiling that greater loads go through unharmed', () => {
    const minutes = minutesOf(3 * DAY, (minute, random) => {
      const load = daily(minute, random);
      return { load, cpu: 5 + 0.02 * load, latency: minute < DAY && load > 800 ? 1 : 0.1 };
    });
    expect(usefulOf(minutes.slice(0, DAY))).toMatchObject({ by: 'latency' });
    expect(usefulOf(minutes)).toMatchObject({ by: 'cpu' });
  });

  it('does not mind one minute in ten that is anything', () => {
    const minutes = minutesOf(2 * DAY, (minute, random) => {
      const { load, cpu } = linear(minute, random);
      return { load: random() < 0.1 ? load * 20 : load, cpu: random() < 0.1 ? 100 : cpu };
    });
    const { useful = 0 } = usefulOf(minutes);
    expect(useful).toBeGreaterThan(1000);
    expect(useful).toBeLessThan(1500);
  });
});

describe('a change of what an instance carries', () => {
  const heavier = (from: number) =>
    minutesOf(3 * DAY, (minute, random) => {
      const load = daily(minute, random);
      return { load, cpu: (8 + (minute < from ? 0.06 : 0.09) * load) * (0.95 + 0.1 * random()) };
    });

  it('is noticed within the hour, and said', () => {
    const minutes = heavier(2 * DAY).slice(0, 2 * DAY + 60);
    const { useful = 0, reasons } = usefulOf(minutes);
    expect(useful).toBeLessThan(900);
    expect(reasons[0]).toMatchObject({ code: 'USEFUL_CHANGED', facts: { kind: 'a' } });
  });

  it('is told for a day', () => {
    const minutes = heavier(DAY / 2);
    expect(usefulOf(minutes)).toMatchObject({ isSure: true, reasons: [] });
  });

  it('is not seen in noise', () => {
    const learner = new UsefulLearner();
    const codes = minutesOf(5 * DAY, linear).flatMap((minute) => {
      learner.observe(minute);
      return minute.at % (60 * MINUTE) === 0 ? learner.useful(minute.at).reasons.map(({ code }) => code) : [];
    });
    expect(codes).not.toContain('USEFUL_CHANGED');
  });

  it('is not seen in hours of next to no load, in which other work keeps them busy', () => {
    const minutes = minutesOf(DAY + 180, (minute, random) => {
      const isNight = minute >= DAY;
      const load = isNight ? 40 * random() : daily(minute, random);
      return { load, cpu: (8 + (isNight ? 15 : 0) + 0.06 * load) * (0.95 + 0.1 * random()) };
    });
    expect(usefulOf(minutes).reasons.map(({ code }) => code)).not.toContain('USEFUL_CHANGED');
  });

  it('begins anew with instances of another kind, and trusts them with no more than the old ones at first', () => {
    const minutes = minutesOf(3 * DAY, (minute, random) => {
      const load = daily(minute, random);
      return { load, kind: minute < DAY ? 'a' : 'b', cpu: 8 + (minute < DAY ? 0.06 : 0.03) * load };
    });
    const before = usefulOf(minutes.slice(0, DAY)).useful ?? 0;
    const first = usefulOf(minutes.slice(0, DAY + 10));
    expect(first.useful).toBeLessThanOrEqual(before);
    expect(first.reasons[0]).toMatchObject({ code: 'USEFUL_RELEARNT', facts: { kind: 'b' } });
    expect(usefulOf(minutes).useful).toBeGreaterThan(1.2 * before);
  });
});

describe('a learner', () => {
  const minute = fc.record({
    load: fc.option(fc.double({ min: -10, max: 1e6 }), { nil: undefined }),
    cpu: fc.option(fc.double({ min: -10, max: 200 }), { nil: undefined }),
    latency: fc.option(fc.double({ min: -1, max: 100 }), { nil: undefined }),
    errors: fc.option(fc.double({ min: -1, max: 100 }), { nil: undefined }),
    kind: fc.constantFrom('a', 'b'),
    gap: fc.integer({ min: -2, max: 300 }),
  });
  const history = fc.array(minute, { maxLength: 120 }).map((minutes) => {
    let at = NOW;
    return minutes.map(({ gap, ...rest }) => ({ ...rest, at: (at += gap * MINUTE) }));
  });

  /** What JSON makes of it: 0 of -0, for one. */
  const stored = (snapshot: UsefulSnapshot) => JSON.parse(JSON.stringify(snapshot)) as UsefulSnapshot;

  it('never says anything but a number above 0, whatever it is shown', () => {
    fc.assert(
      fc.property(history, (minutes) => {
        const { useful } = taught(minutes).useful(NOW + 1e9);
        if (useful !== undefined) expect(useful > 0 && Number.isFinite(useful)).toBe(true);
      }),
    );
  });

  it('goes on from its snapshot as if it had never stopped', () => {
    fc.assert(
      fc.property(history, fc.nat(120), (minutes, stop) => {
        const first = taught(minutes.slice(0, stop));
        const resumed = taught(minutes.slice(stop), new UsefulLearner(stored(first.snapshot())));
        expect(stored(resumed.snapshot())).toEqual(stored(shown(minutes)));
      }),
      { numRuns: 50 },
    );
  });

  it('learns the same whatever the unit of the load', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6, max: 6 }), (power) => {
        const unit = 2 ** power;
        const minutes = minutesOf(400, linear);
        const scaled = minutes.map(({ load = 0, ...rest }) => ({ ...rest, load: load * unit }));
        expect(usefulOf(scaled).useful).toBeCloseTo((usefulOf(minutes).useful ?? 0) * unit, 3);
      }),
      { numRuns: 13 },
    );
  });

  it('promises less where the same load takes more CPU', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1.6, noNaN: true }), (more) => {
        const minutes = minutesOf(400, linear);
        const busier = minutes.map(({ cpu = 0, ...rest }) => ({ ...rest, cpu: cpu * more }));
        const [calm = 0, busy = 0] = [usefulOf(minutes).useful, usefulOf(busier).useful];
        expect(busy).toBeLessThanOrEqual(calm * (1 + 1e-9));
      }),
      { numRuns: 20 },
    );
  });

  it('passes over repeats and what comes late', () => {
    const minutes = minutesOf(200, linear);
    const again = minutes.flatMap((one, index) => [
      one,
      one,
      ...minutes.slice(Math.max(0, index - 3), index),
    ]);
    expect(shown(again)).toEqual(shown(minutes));
  });

  it('goes on when a clock that was ahead is set right', () => {
    const learner = taught(minutesOf(100, linear));
    learner.observe({ at: NOW + 1e10, load: 500, cpu: 40, kind: 'a' });
    learner.useful(NOW + 100 * MINUTE);
    learner.observe({ at: NOW + 101 * MINUTE, load: 500, cpu: 40, kind: 'a' });
    expect(learner.newest).toBe(NOW + 101 * MINUTE);
  });

  it('keeps a state that does not grow', () => {
    const sizes = [10, 30].map((days) => JSON.stringify(shown(minutesOf(days * DAY, linear))).length);
    expect(Math.max(...sizes)).toBeLessThan(30_000);
    expect((sizes[1] ?? 0) / (sizes[0] ?? 1)).toBeLessThan(1.2);
  });
});
