import { describe, expect, it } from 'vitest';
import { changedBy } from '../../../../tools/backtest/policies/aws/adjustment.ts';
import { step } from '../../../../tools/backtest/policies/aws/step.ts';
import type { Seen } from '../../../../tools/backtest/policy.ts';
import { minuteTrace } from '../../../../tools/backtest/trace/minute-trace.ts';
import { SETTING } from '../support.ts';

const NOTHING: Seen = {
  minute: 0,
  at: 0,
  measuredMinute: -2,
  demand: NaN,
  metric: NaN,
  measuredInService: 0,
  inService: 10,
  booting: 0,
  draining: 0,
  desired: 10,
};

/** Desired capacity after two minutes of a metric in percent, which raise the alarm. */
function atWork() {
  const pilot = step.at(50).start({ ...SETTING, capacity: 100 }, minuteTrace('none', 0, []));
  return (metric: number, change: Partial<Seen>): number => {
    pilot.decide({ ...NOTHING, ...change, metric });
    return pilot.decide({ ...NOTHING, ...change, metric });
  };
}

describe('step scaling does as the example of the user guide', () => {
  it('keeps capacity between 40 and 60 percent', () => {
    const decide = atWork();
    expect([decide(59.9, {}), decide(40.1, {})]).toEqual([10, 10]);
  });

  it('adds 1 to 10 at 60 percent, nothing more at 62 while it warms up, and 2 more at 70', () => {
    const decide = atWork();
    expect(decide(60, {})).toBe(11);
    expect(decide(62, { desired: 11, booting: 1 })).toBe(11);
    expect(decide(70, { desired: 11, booting: 1 })).toBe(13);
  });

  it('adds 30 percent of 11, rounded down to 3, once the first is there', () => {
    expect(atWork()(70, { desired: 11, inService: 11 })).toBe(14);
  });

  it('removes 1 of 14 at 40 percent, and of 13 another 3 at 30', () => {
    expect(atWork()(40, { desired: 14, inService: 14 })).toBe(13);
    expect(atWork()(30, { desired: 13, inService: 13 })).toBe(10);
  });
});

it('percentages are rounded towards zero above one instance, and to one below', () => {
  expect([12.7, 0.67, -0.58, -6.67].map((percent) => changedBy(100, percent) - 100)).toEqual([12, 1, -1, -6]);
});
