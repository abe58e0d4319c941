/**
 * What holds of every decision, asked of the one entry that the Lambda, `explain` and the backtest call, with signals of
 * each kind at once: one that is forecast, one per instance with a target, one of the whole fleet that rests at zero.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import type { Decision, Fleet, Signal } from '../../../../../shared/domain/index.ts';
import type { Forecaster } from '../../../../../shared/policy/scaling/forecast/index.ts';
import type { TimedValue } from '../../../../../shared/policy/scaling/index.ts';
import { decideCapacity, forecaster } from '../../../../../shared/policy/scaling/index.ts';
import { fleet, group, NOW, world } from '../../../../support/world.ts';

const USEFUL = 100;
const NAMES = ['requests', 'cpu', 'jobs'] as const;
type Name = (typeof NAMES)[number];

/**
 * @param unit   by which loads are counted: 1024 counts each as so many
 * @param named  the signals that the fleet has
 */
function policy(unit: number, named: readonly Name[]): Fleet {
  const signals: Signal[] = [
    { name: 'requests', metric: 'alb-requests-per-target', useful: USEFUL * unit },
    { name: 'cpu', metric: 'cpu', target: 60 },
    {
      name: 'jobs',
      metric: { kind: 'sqs-backlog', queue: 'jobs' },
      target: 40 * unit,
      activation: unit,
    },
  ];
  return fleet({ signals: signals.filter(({ name }) => named.some((one) => one === name)) });
}

/** A minute: the fleet's load, or what its signals show in place of it. */
type Minute = number | { readonly load: number; readonly shows: Partial<Record<Name, number | undefined>> };

interface Flight {
  readonly signals?: readonly Name[];
  readonly unit?: number;
  readonly start?: number;
  readonly min?: number;
  readonly max?: number;
  /** What the clock shows in a minute, milliseconds beside the true time. */
  readonly clock?: (minute: number) => number;
  /** Whether a minute's evaluation has forgotten all that went before. */
  readonly forgets?: (minute: number) => boolean;
}

/** Lets a fleet whose instances come and go at once carry a load, evaluated each minute. */
function fly(minutes: readonly Minute[], flight: Flight = {}): Decision[] {
  const { unit = 1, start = 4, min = 1, max = 1000, clock = () => 0, forgets = () => false } = flight;
  const of = policy(unit, flight.signals ?? NAMES);
  const decisions: Decision[] = [];
  const samples = new Map<Name, TimedValue[]>(NAMES.map((name) => [name, []]));
  let forecasts = new Map<string, Forecaster>([['requests', forecaster()]]);
  let desired = start;
  for (const [index, minute] of minutes.entries()) {
    const at = NOW + index * MINUTE;
    for (const name of NAMES) note(samples.get(name) ?? [], name, minute, { at, desired, unit });
    if (forgets(index)) forecasts = new Map([['requests', forecaster()]]);
    const observed = world(desired, [], {
      group: group(desired, { min, max }),
      samples,
      forecasts,
      history: forgets(index) ? [] : decisions.toReversed().slice(0, 60),
    });
    const now = at + MINUTE + clock(index);
    const decision = decideCapacity({ world: observed, fleet: of, now }, { id: 'd', cause: 'c' });
    decisions.push(decision);
    desired = decision.to;
  }
  return decisions;
}

/** The signals of a minute follow from its load and from how many instances shared it. */
function note(
  samples: TimedValue[],
  name: Name,
  minute: Minute,
  { at, desired, unit }: { readonly at: number; readonly desired: number; readonly unit: number },
): void {
  const { load, shows } = typeof minute === 'number' ? { load: minute, shows: {} } : minute;
  const each = load / Math.max(1, desired);
  const true_ = { requests: each * unit, cpu: Math.min(100, 0.7 * each), jobs: (each * unit) / 4 }[name];
  const value = name in shows ? shows[name] : true_;
  if (value === undefined) return;
  const total = name === 'cpu' || name in shows ? {} : { total: value * Math.max(1, desired) };
  samples.push({ at, value, ...total });
  if (samples.length > 30) samples.shift();
}

/** One signal or several. */
const signals = fc.subarray([...NAMES], { minLength: 1 });

const capacities = (decisions: readonly Decision[]) => decisions.map(({ to }) => to);

/** How often capacity changes into the direction opposite to its change before. */
function turnsOf(counts: readonly number[]): number {
  const changes = counts.slice(1).map((count, at) => Math.sign(count - (counts[at] ?? count)));
  const moves = changes.filter((change) => change !== 0);
  return moves.filter((move, at) => at > 0 && move !== moves[at - 1]).length;
}

/** Whole tenths: doubles as fast-check draws them are next to nothing most of the time. */
const load = fc.oneof(
  fc.integer({ min: 0, max: 50_000 }).map((tenths) => tenths / 10),
  fc.constantFrom(0, 99.9, 100, 100.1),
);
const loads = fc.array(load, { minLength: 1, maxLength: 60 });
const nonsense = fc.constantFrom(
  NaN,
  Infinity,
  -Infinity,
  -5,
  -0,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  undefined,
);
const anything = fc.array(
  fc.record({
    load,
    shows: fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(nonsense, load), { maxKeys: 3 }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('whatever several signals show', () => {
  it('capacity stays within its bounds, whole, and by as many victims smaller as it falls', () => {
    fc.assert(
      fc.property(anything, signals, fc.nat(5), fc.nat(40), (minutes, named, min, more) => {
        const max = Math.max(1, min + more);
        for (const { from, to, victims } of fly(minutes, { signals: named, min, max, start: max })) {
          expect(Number.isSafeInteger(to)).toBe(true);
          expect(to).toBeGreaterThanOrEqual(min);
          expect(to).toBeLessThanOrEqual(max);
          expect(new Set(victims).size).toBe(Math.max(0, from - to));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('more load in the newest minute never asks for less capacity', () => {
    fc.assert(
      fc.property(fc.array(load, { maxLength: 3 }), signals, load, load, (past, named, one, other) => {
        const last = (newest: number) =>
          fly([...past, newest], { signals: named, start: 8 }).at(-1)?.to ?? NaN;
        expect(last(Math.max(one, other))).toBeGreaterThanOrEqual(last(Math.min(one, other)));
      }),
      { numRuns: 300 },
    );
  });

  it('the unit that loads are counted in makes no difference', () => {
    fc.assert(
      fc.property(loads, signals, (minutes, named) => {
        const flown = (unit: number) => capacities(fly(minutes, { signals: named, unit }));
        expect(flown(1024)).toEqual(flown(1));
      }),
      { numRuns: 60 },
    );
  });

  it('a constant load comes to one capacity, by no way back and forth, and a multiple of it to that multiple', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 50, max: 2000, noNaN: true }),
        signals,
        fc.integer({ min: 1, max: 30 }),
        (each, named, start) => {
          const settled = (share: number) => {
            const minutes = Array.from({ length: 150 }, () => share * each);
            const flown = capacities(fly(minutes, { signals: named, start }));
            expect(turnsOf(flown)).toBeLessThanOrEqual(1);
            expect(new Set(flown.slice(-60)).size).toBe(1);
            return flown.at(-1) ?? NaN;
          };
          expect(settled(4) / settled(1)).toBeLessThanOrEqual(5);
          expect(settled(4)).toBeGreaterThanOrEqual(Math.floor(2.5 * settled(1)) - 3);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('what a minute does not say', () => {
  const hidden = fc.array(fc.constantFrom<readonly Name[]>([], ['requests'], ['cpu', 'jobs'], NAMES), {
    minLength: 20,
    maxLength: 20,
  });

  it.each([
    ['a counter that was reset and shows a negative value', -1000],
    ['a value that is no number', NaN],
    ['an infinite value', Infinity],
  ])('is the same to a decision as a gap: %s', (_, shown) => {
    fc.assert(
      fc.property(fc.array(load, { minLength: 20, maxLength: 20 }), hidden, (values, names) => {
        const minutes = (value: number | undefined) =>
          values.map((each, at) => ({
            load: each,
            shows: Object.fromEntries((names[at] ?? []).map((name) => [name, value])),
          }));
        expect(capacities(fly(minutes(shown)))).toEqual(capacities(fly(minutes(undefined))));
      }),
      { numRuns: 40 },
    );
  });

  it('takes nothing away once a signal has been silent for longer than a value speaks', () => {
    fc.assert(
      fc.property(loads, fc.constantFrom(...NAMES), load, (past, silent, quiet) => {
        const gap = Array.from({ length: 20 }, () => ({ load: quiet, shows: { [silent]: undefined } }));
        for (const { from, to } of fly([...past, ...gap], { start: 8 }).slice(past.length + 7))
          expect(to).toBeGreaterThanOrEqual(from);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a clock that jumps', () => {
  const jumps = fc.array(
    fc.oneof(
      fc.constant(0),
      fc.integer({ min: -3 * 24 * 60, max: 3 * 24 * 60 }).map((at) => at * MINUTE),
    ),
    { minLength: 60, maxLength: 60 },
  );

  it('ahead of all data takes nothing away, wherever it stood before', () => {
    fc.assert(
      fc.property(loads, jumps, (minutes, beside) => {
        fly(minutes, { start: 8, clock: (minute) => beside[minute] ?? 0 }).forEach(({ from, to }, minute) => {
          if ((beside[minute] ?? 0) > 7 * MINUTE) expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeGreaterThanOrEqual(1);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('and is put right again lets the load be answered', () => {
    fc.assert(
      fc.property(fc.integer({ min: -600, max: 600 }), fc.integer({ min: 1, max: 10 }), (by, lasting) => {
        const minutes = [...Array.from({ length: 30 }, () => 300), ...Array.from({ length: 10 }, () => 900)];
        const clock = (minute: number) => (minute >= 20 && minute < 20 + lasting ? by * MINUTE : 0);
        expect(fly(minutes, { clock }).at(-1)?.to).toBeGreaterThanOrEqual(9);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a fleet of which nothing is remembered', () => {
  it('is given what its newest minute needs, at whatever minute it was forgotten', () => {
    fc.assert(
      fc.property(loads, fc.nat(60), (minutes, at) => {
        const flown = fly(minutes, { forgets: (minute) => minute >= at % minutes.length });
        flown.forEach(({ to }, minute) => {
          const needed = Math.ceil((minutes[minute] ?? 0) / USEFUL - 1e-6);
          expect(to).toBeGreaterThanOrEqual(Math.min(1000, needed));
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a fleet of one instance', () => {
  it('stays one where it may not be more, whatever comes', () => {
    fc.assert(
      fc.property(anything, (minutes) => {
        for (const { action, to } of fly(minutes, { start: 1, min: 1, max: 1 })) {
          expect(to).toBe(1);
          expect(action).toBe('hold');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is left alone by what one can carry, and becomes two by what one cannot', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 60, noNaN: true }), (quiet) => {
        const flown = fly([...Array.from({ length: 60 }, () => quiet), 160], { start: 1 });
        expect(new Set(capacities(flown.slice(0, -1)))).toEqual(new Set([1]));
        expect(flown.at(-1)?.to).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 40 },
    );
  });
});
