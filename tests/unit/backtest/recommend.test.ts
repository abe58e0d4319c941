import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseFleets } from '../../../shared/config/fleets.ts';
import { fragmentOf } from '../../../tools/backtest/fragment.ts';
import { judge } from '../../../tools/backtest/judge.ts';
import { evenkeel } from '../../../tools/backtest/policies/evenkeel.ts';
import { recommend } from '../../../tools/backtest/recommend.ts';
import type { Policy } from '../../../tools/backtest/policy.ts';
import type { Setting } from '../../../tools/backtest/setting.ts';
import { simulate } from '../../../tools/backtest/simulate.ts';
import type { MinuteTrace } from '../../../tools/backtest/trace/minute-trace.ts';
import { minuteTrace } from '../../../tools/backtest/trace/minute-trace.ts';
import { SETTING } from './support.ts';

const DAY = 1440;

/** Keeps all the head-room that it may, above the load it saw last. */
const cautious: Policy = {
  name: 'cautious',
  start: ({ headroomAtMost, capacity, usefulShare }) => ({
    decide: ({ demand }) => (demand * (1 + headroomAtMost)) / (capacity * usefulShare),
  }),
};

const minutes = (count: number, load: (minute: number) => number) =>
  minuteTrace(
    'load',
    0,
    Array.from({ length: count }, (_, minute) => load(minute)),
  );

/** Each hour a rise that outruns a boot by a fifth; a level of 80 in the minutes between needs ten instances. */
const rises = (minute: number) => (minute % 60 < 50 ? 80 : 80 + 16 * Math.min(1, (minute % 60) - 49));

describe('a recommendation', () => {
  const choose = (trace: MinuteTrace, change: Partial<Setting> = {}) =>
    recommend(trace, { ...SETTING, ...change }, undefined, cautious);

  it('is the cheapest that keeps the violations within the budget', () => {
    const choice = choose(minutes(6 * DAY, rises));
    expect(choice).toMatchObject({ headroomAtMost: 0.25, isWithinBudget: true });
    expect(choice.expected.violationShare).toBeLessThanOrEqual(SETTING.budget);
    expect(choose(minutes(6 * DAY, () => 80)).headroomAtMost).toBe(0.1);
  });

  it('is what comes nearest where nothing stays within the budget, and says so', () => {
    const choice = choose(
      minutes(6 * DAY, (minute) => (minute % 97 < 10 ? 400 : 8)),
      { max: 20 },
    );
    expect(choice.isWithinBudget).toBe(false);
    expect(choice.expected.violationShare).toBeGreaterThan(SETTING.budget);
  });

  it('is chosen on two thirds of a load, and measured on the last', () => {
    const quiet = choose(minutes(6 * DAY, rises));
    const louder = choose(
      minutes(6 * DAY, (minute) => (minute < 4 * DAY ? rises(minute) : 2 * rises(minute))),
    );
    expect([quiet.chosenOnDays, quiet.measuredOnDays, quiet.isInSample]).toEqual([4, 2, false]);
    expect(louder).toMatchObject({ headroomAtMost: quiet.headroomAtMost, min: quiet.min });
    const ratio = louder.expected.instanceHoursPerDay / quiet.expected.instanceHoursPerDay;
    expect(ratio).toBeGreaterThan(1.9);
    expect(louder.expected.costPerMonth / quiet.expected.costPerMonth).toBeCloseTo(ratio);
  });

  it('of a load too short to be divided says so', () => {
    expect(choose(minutes(DAY, rises))).toMatchObject({
      isInSample: true,
      chosenOnDays: 1,
      measuredOnDays: 1,
    });
  });

  it('of a long load rests on its last four weeks', () => {
    const { chosenOnDays, measuredOnDays } = choose(minutes(60 * DAY, rises));
    expect(chosenOnDays + measuredOnDays).toBe(28);
  });

  it('never goes below the minimum that was asked for', () => {
    expect(
      choose(
        minutes(DAY, () => 8),
        { min: 3 },
      ).min,
    ).toBeGreaterThanOrEqual(3);
  });

  it('is by production’s own policy', () => {
    const trace = minutes(DAY / 2, rises);
    const { expected, budget, headroomAtMost, min } = recommend(trace, SETTING);
    const own = judge(simulate(trace, evenkeel.at(), { ...SETTING, budget, headroomAtMost, min }));
    expect(expected.violationShare).toBeCloseTo(own.violationShare);
    expect(expected.instanceHoursPerDay).toBeCloseTo(2 * own.instanceHours);
    expect(expected.costPerMonth).toBeCloseTo((2 * own.instanceHours * SETTING.price * 730) / 24);
  });
});

describe('what to write in fleets.yml', () => {
  const choice = { budget: 0.006, headroomAtMost: 0.25, min: 3 };

  it.each([
    ['a number', { name: 'web', signal: { metric: 'alb-requests-per-target', useful: 4217.33 } }],
    ['learnt', { name: 'web', signal: { metric: 'alb-requests-per-target', useful: 'learn' } }],
    ['of a group', { name: 'on', group: "it's: a # group", signal: { metric: 'cpu', useful: 64 } }],
  ] as const)('is taken by the schema, useful load %s', (_, fleet) => {
    const parsed = parseFleets(parse(fragmentOf(fleet, choice)));
    expect(parsed).not.toHaveProperty('problems');
    const [read] = 'configuration' in parsed ? parsed.configuration.fleets : [];
    expect(read?.name).toBe(fleet.name);
    expect(read?.scaling).toMatchObject({ violations: 0.006, headroom: { atMost: 0.25 }, min: 3 });
    expect(read?.scaling.signals).toMatchObject([
      { metric: fleet.signal.metric, useful: fleet.signal.useful === 4217.33 ? 4217 : fleet.signal.useful },
    ]);
    if ('group' in fleet) expect(read?.adopt).toEqual({ group: fleet.group });
  });
});
