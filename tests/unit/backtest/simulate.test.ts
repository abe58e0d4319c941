import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../tools/backtest/judge.ts';
import type { Policy, Seen } from '../../../tools/backtest/policy.ts';
import type { Setting } from '../../../tools/backtest/setting.ts';
import { simulate } from '../../../tools/backtest/simulate.ts';
import { minuteTrace } from '../../../tools/backtest/trace/minute-trace.ts';
import { SETTING } from './support.ts';

/** Asks for these numbers, one a minute, then for the last. */
function script(...desired: number[]): Policy {
  return {
    name: 'script',
    start: () => ({ decide: ({ minute }) => desired[minute] ?? desired.at(-1) ?? NaN }),
  };
}

/** One instance carries a load of 8. */
function run(load: readonly number[], policy: Policy, change: Partial<Setting> = {}) {
  return simulate(minuteTrace('test', 0, load), policy, { ...SETTING, ...change });
}

const flat = (minutes: number, load = 8) => Array.from({ length: minutes }, () => load);

describe('a launch', () => {
  it('takes load only when its boot is over, and is paid for meanwhile', () => {
    const { inService, running } = run(flat(5), script(3), { boot: 180 });
    expect([...inService]).toEqual([1, 1, 1, 3, 3]);
    expect([...running]).toEqual([3, 3, 3, 3, 3]);
  });

  it('of no boot time serves the minute that begins', () => {
    expect([...run(flat(2), script(3), { boot: 0 }).inService]).toEqual([3, 3]);
  });

  it('of a broken number of minutes is rounded up', () => {
    expect([...run(flat(4), script(2), { boot: 61 }).inService]).toEqual([1, 1, 2, 2]);
  });
});

describe('a termination', () => {
  it('takes the instance out at once, and is paid for until the drain is over', () => {
    const { inService, running } = run([24, 8, 8, 8, 8, 8], script(3, 1), { drain: 180 });
    expect([...inService]).toEqual([3, 1, 1, 1, 1, 1]);
    expect([...running]).toEqual([3, 3, 3, 3, 1, 1]);
  });

  it('of no drain time costs nothing more', () => {
    expect([...run([24, 8], script(3, 1), { drain: 0 }).running]).toEqual([3, 1]);
  });

  it('takes the newest of those that boot before any that serves', () => {
    const { inService, running } = run(flat(6), script(2, 3, 2), { boot: 120, drain: 120 });
    expect([...inService]).toEqual([1, 1, 2, 2, 2, 2]);
    expect([...running]).toEqual([2, 3, 3, 3, 2, 2]);
  });

  it('takes what boots and then what serves', () => {
    const { inService, running } = run([16, 8, 8, 8], script(4, 1), { boot: 180, drain: 60 });
    expect([...inService]).toEqual([2, 1, 1, 1]);
    expect([...running]).toEqual([4, 4, 1, 1]);
  });
});

describe('a decision', () => {
  const watching = (change: Partial<Setting>) => {
    const seen: Seen[] = [];
    const policy: Policy = {
      name: 'watch',
      start: () => ({ decide: (now) => (seen.push({ ...now }), now.desired + 1) }),
    };
    run([8, 16, 24, 32, 40], policy, { boot: 60, ...change });
    return seen;
  };

  it('sees the minute that ended a lag ago', () => {
    expect(watching({ lag: 60 }).map(({ demand }) => demand)).toEqual([NaN, NaN, 8, 16, 24]);
    expect(watching({ lag: 0 }).map(({ demand }) => demand)).toEqual([NaN, 8, 16, 24, 32]);
  });

  it('sees the load of an instance that was in service then', () => {
    expect(watching({ lag: 60 }).map(({ metric }) => metric)).toEqual([NaN, NaN, 8, 8, 8]);
  });

  it('sees the fleet as it is now', () => {
    const [, second] = watching({});
    expect(second).toMatchObject({ minute: 1, at: 60_000, inService: 2, booting: 0, desired: 2 });
  });

  it('comes once a period', () => {
    expect(watching({ period: 120 }).map(({ minute }) => minute)).toEqual([0, 2, 4]);
  });

  it('is brought within the bounds, to a whole number, and to no change where it is none', () => {
    expect([...run(flat(4), script(9, 0, 1.2, NaN), { min: 1, max: 4 }).desired]).toEqual([4, 1, 2, 2]);
  });
});

describe('a minute', () => {
  it('is a violation when its load is more than what is in service usefully carries', () => {
    expect(judge(run([8, 8.01, 16, 17], script(1, 1, 2), { boot: 0 })).violationMinutes).toBe(2);
  });

  it('is none when rounding alone says so', () => {
    expect(judge(run([0.8 * 3 + 1e-12], script(3), { capacity: 1 })).violationMinutes).toBe(0);
  });

  it('needs what carries its load, and the least that is wanted', () => {
    expect([...run([0, 8, 9, 24], script(1), { min: 2 }).needed]).toEqual([2, 2, 2, 3]);
  });
});

describe('a run is judged', () => {
  it('by its hours, its price, its actions and its reversals', () => {
    const judgement = judge(run(flat(60), script(1, 2, 3, 2, 2, 3), { boot: 0, drain: 0, price: 0.1 }));
    expect(judgement.instanceHours).toBeCloseTo((1 + 2 + 3 + 2 + 2 + 55 * 3) / 60);
    expect(judgement.cost).toBeCloseTo(0.1 * judgement.instanceHours);
    expect(judgement).toMatchObject({ actions: 4, reversals: 2, violationShare: 0, minutes: 60 });
  });

  it('by elasticity, as SPEC has it', () => {
    // Needs 1, 2, 4, 4; serves 2, 2, 2, 4.
    const { elasticity } = judge(run([8, 16, 32, 32], script(2, 2, 2, 4), { boot: 0 }));
    expect(elasticity).toMatchObject({
      underProvisioningAccuracy: 12.5,
      overProvisioningAccuracy: 25,
      underProvisioningTimeshare: 25,
      overProvisioningTimeshare: 25,
    });
    expect(elasticity.instability).toBe(100);
    // A fleet of three: shortages 0, 0, 1/4, 1/4; surplus 2, 1/2, 0, 0; both in half of the minutes.
    expect(elasticity.speedup).toBeCloseTo(((12.5 / 12.5) * (62.5 / 25) * 2 * 2) ** 0.25);
  });

  it('pays for each instance from its launch to the end of its drain, and for nothing else', () => {
    const commands = fc.array(fc.nat(6), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(commands, fc.nat(5), fc.nat(5), (desired, boot, drain) => {
        const length = desired.length;
        const setting = { boot: boot * 60, drain: drain * 60, min: 0 };
        const { running, inService, initial } = run(flat(length), script(...desired), setting);
        let paid = initial * length;
        let before = initial;
        for (const [minute, count] of desired.entries()) {
          if (count > before) paid += (count - before) * (length - minute);
          else paid -= (before - count) * Math.max(0, length - minute - drain);
          before = count;
        }
        expect(running.reduce((sum, one) => sum + one, 0)).toBe(paid);
        expect(inService.every((serving, minute) => serving >= 0 && serving <= (running[minute] ?? 0))).toBe(
          true,
        );
      }),
    );
  });
});
