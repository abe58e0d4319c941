import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/index.ts';
import type { Datapoint } from '../../../tools/cli/backtest/group/history.ts';
import {
  cpuByTheMinute,
  periodFor,
  requestsByTheMinute,
  requestsPerInstance,
} from '../../../tools/cli/backtest/group/history.ts';
import { groupLoad } from '../../../tools/cli/backtest/group/index.ts';
import type { Observed } from '../../../tools/cli/backtest/group/observe.ts';
import { group } from '../../support/world.ts';

const MINUTE = 60_000;
const DEFAULTS = { boot: 180, drain: 300, price: 0.5 };

/** Sums of periods one after the other. */
const sums = (period: number, ...values: number[]): Datapoint[] =>
  values.map((sum, index) => ({ at: index * period * 1000, sum }));

const activity = (description: string, seconds: number, number: number): Activity => ({
  id: String(number),
  status: 'Successful',
  description: `${description} EC2 instance: i-${number.toString(16).padStart(17, '0')}`,
  startedAt: number * MINUTE,
  endedAt: number * MINUTE + seconds * 1000,
});

function observed(change: Partial<Observed> = {}): Observed {
  return {
    group: group(3, { min: 2, max: 9, defaultWarmUp: 0 }),
    activities: [],
    instanceType: 't4g.small',
    isDetailed: true,
    region: 'eu-central-1',
    history: { period: 60, requests: sums(60, 600, 1200), cpu: sums(60, 10, 20) },
    ...change,
  };
}

describe('the history of a group', () => {
  it('has the finest datapoints that CloudWatch keeps for so long, and that each instance has a value in', () => {
    expect([1, 14, 15, 63, 64].map((days) => periodFor(days, true))).toEqual([60, 60, 300, 300, 3600]);
    expect(periodFor(1, false)).toBe(300);
  });

  it('counts requests of a minute, and none where CloudWatch was told of none', () => {
    const requests = [
      { at: 0, sum: 30 },
      { at: 2 * MINUTE, sum: 90 },
    ];
    expect([...requestsByTheMinute('web', { period: 60, requests, cpu: [] }).load]).toEqual([30, 0, 90]);
    const coarse = requestsByTheMinute('web', { period: 300, requests: sums(300, 500, 500), cpu: [] });
    expect(new Set(coarse.load)).toEqual(new Set([100]));
  });

  it('adds up the CPU of all instances, however often each tells it', () => {
    const cpu = sums(300, 900, 900);
    expect(cpuByTheMinute('web', { period: 300, requests: [], cpu }, 5).load[0]).toBe(180);
    expect(cpuByTheMinute('web', { period: 300, requests: [], cpu }, 1).load[0]).toBe(900);
  });

  it('tells what an instance can carry from the busiest quarter, where what it uses for nothing counts least', () => {
    // Three percent go on nothing; each percent more carries ten requests.
    const requests = [0, 0, 0, 0, 0, 0, 1000, 2000, 3000];
    const history = {
      period: 60,
      requests: sums(60, ...requests),
      cpu: sums(60, ...requests.map((count) => 3 + count / 10)),
    };
    const capacity = requestsPerInstance(history, 1) ?? NaN;
    expect(capacity).toBeGreaterThan(980);
    expect(capacity).toBeLessThan(1000);
    expect(requestsPerInstance({ ...history, cpu: [] }, 1)).toBeUndefined();
    expect(requestsPerInstance({ ...history, requests: [] }, 1)).toBeUndefined();
  });
});

describe('a backtest of a group', () => {
  it('takes the group’s bounds, the price of its type, and what its launches and terminations took', () => {
    const activities = [
      ...[200, 210, 260].map((seconds, index) => activity('Launching a new', seconds, index)),
      ...[100, 90, 120].map((seconds, index) => activity('Terminating', seconds, 10 + index)),
    ];
    const { setting, metric } = groupLoad(observed({ activities }), DEFAULTS);
    expect(setting).toEqual({ min: 2, max: 9, price: 0.0192, boot: 260, drain: 120, capacity: 6000 });
    expect(metric).toBe('alb-requests-per-target');
  });

  it('says where it does not know, and what it counts then', () => {
    const { setting, assumptions } = groupLoad(observed({ instanceType: 'x9.huge' }), DEFAULTS);
    expect(setting).toMatchObject(DEFAULTS);
    expect(assumptions.join('\n')).toMatch(/no launch is on record: 180 s are counted for a boot/);
    expect(assumptions.join('\n')).toMatch(/no termination is on record: 300 s/);
    expect(assumptions.join('\n')).toMatch(
      /the price of x9\.huge in eu-central-1 is not in the table: \$0\.5 an hour/,
    );
  });

  it('does not take the start of an instance for the end of its boot', () => {
    const activities = [30, 32, 35].map((seconds, index) => activity('Launching a new', seconds, index));
    const { setting, assumptions } = groupLoad(observed({ activities }), DEFAULTS);
    expect(setting.boot).toBe(180);
    expect(assumptions.join('\n')).toMatch(/in service after 35 s, which is when EC2 begins them/);
  });

  it('goes by what its owner says, and says so', () => {
    const given = { boot: 77, drain: 88, price: 0.1, min: 1, max: 50, capacity: 4000 };
    const { setting, assumptions } = groupLoad(observed(), DEFAULTS, given);
    expect(setting).toEqual(given);
    expect(assumptions.filter((text) => text.includes('as you say'))).toHaveLength(4);
  });

  it('goes by CPU where nobody counts requests', () => {
    const history = { period: 60, requests: [], cpu: sums(60, 120, 240) };
    const { setting, metric, trace } = groupLoad(observed({ history }), DEFAULTS);
    expect([setting.capacity, metric, [...trace.load]]).toEqual([100, 'cpu', [120, 240]]);
    expect(() => groupLoad(observed({ history }), DEFAULTS, { capacity: 5 })).toThrow(
      /--capacity is of requests/,
    );
  });

  it('is refused where there is nothing to go by, with what would mend it', () => {
    const silent = { period: 60, requests: [], cpu: [] };
    expect(() => groupLoad(observed({ history: silent }), DEFAULTS)).toThrow(
      /neither requests nor CPU.*--days/,
    );
    const blind = { period: 60, requests: sums(60, 1, 2), cpu: [] };
    expect(() => groupLoad(observed({ history: blind }), DEFAULTS)).toThrow(
      /give --capacity in requests a minute/,
    );
  });

  it('is named in fleets.yml by its tag, else by what its name leaves for one', () => {
    const named = (name: string, tags: Record<string, string> = {}) =>
      groupLoad(observed({ group: group(1, { name, tags }) }), DEFAULTS).fleetName;
    expect(named('any', { 'evenkeel:fleet': 'shop' })).toBe('shop');
    expect(named('Prod Web/ASG-1')).toBe('prod-web-asg-1');
    expect(named('1234')).toBe('web');
  });
});
