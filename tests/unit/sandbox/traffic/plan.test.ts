import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixOf, Plan } from '../../../../tools/sandbox/traffic/plan.ts';
import { KINDS, type Counts } from '../../../../tools/sandbox/traffic/protocol.ts';
import { SCRIPT } from '../../../../tools/sandbox/traffic/script.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 2, 6);
const sum = (counts: Counts) => KINDS.reduce((total, kind) => total + counts[kind], 0);
const requests = fc.integer({ min: 1, max: 5_000_000 });

describe('a plan of requests', () => {
  it('has exactly as many due by its end as were asked for, and none before its start', () => {
    fc.assert(
      fc.property(requests, (count) => {
        const plan = new Plan(SCRIPT, count, START);
        expect(sum(plan.dueBy(plan.end))).toBe(count);
        expect(sum(plan.dueBy(plan.end + MINUTE))).toBe(count);
        expect(sum(plan.dueBy(START - MINUTE))).toBe(0);
      }),
    );
  });

  it('never takes back what was due', () => {
    const instants = fc.array(fc.double({ min: 0, max: 80, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(requests, instants, (count, minutes) => {
        const plan = new Plan(SCRIPT, count, START);
        const due = minutes.toSorted((a, b) => a - b).map((minute) => plan.dueBy(START + minute * MINUTE));
        for (const kind of KINDS)
          expect(due.map((counts) => counts[kind])).toEqual(
            due.map((counts) => counts[kind]).toSorted((a, b) => a - b),
          );
      }),
    );
  });

  it('has more due where there is more load', () => {
    const stretches = [
      { event: 'calm', minutes: 10, load: 1 },
      { event: 'busy', minutes: 10, load: 3 },
    ];
    const plan = new Plan(stretches, 4000, START);
    expect(sum(plan.dueBy(START + 10 * MINUTE))).toBe(1000);
    expect(sum(plan.dueBy(START + 15 * MINUTE))).toBe(2500);
  });

  it('knows what goes on, and when that begins', () => {
    const plan = new Plan(SCRIPT, 1, START);
    for (const { event } of SCRIPT) {
      expect(plan.eventAt(plan.beginOf(event))).toBe(event);
      if (plan.beginOf(event) > START) expect(plan.eventAt(plan.beginOf(event) - 1)).not.toBe(event);
    }
    expect(plan.eventAt(plan.end + MINUTE)).toBe(SCRIPT.at(-1)?.event);
    expect(() => plan.beginOf('flood')).toThrow('flood');
  });
});

describe('the kinds among a number of requests', () => {
  it('are all of them, and none is negative', () => {
    fc.assert(
      fc.property(requests, (count) => {
        const mix = mixOf(count);
        expect(sum(mix)).toBe(count);
        expect(Math.min(...Object.values(mix))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('are each there among fifty thousand, and those that take long are no more than can be open at once', () => {
    expect(Math.min(...Object.values(mixOf(50_000)))).toBeGreaterThanOrEqual(1000);
    expect(mixOf(1_000_000)).toMatchObject({ slow: 2400, websocket: 1200 });
  });
});
