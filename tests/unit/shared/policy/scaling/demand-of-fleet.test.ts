import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import type { Signal } from '../../../../../shared/domain/index.ts';
import { capacityOf } from '../../../../../shared/policy/scaling/capacity.ts';
import { demandOfFleet, demandsOfFleet, inServiceAt } from '../../../../../shared/policy/scaling/index.ts';
import {
  group,
  instance,
  instances,
  launch,
  minutes,
  NOW,
  situation,
  world,
} from '../../../../support/world.ts';

const requests: Signal = { name: 'requests', metric: 'alb-requests-per-target', useful: 100 };
const cpu: Signal = { name: 'cpu', metric: 'cpu', useful: 60 };
const at = NOW - MINUTE;

describe('demand', () => {
  it('is the whole that the metric gives, whoever was there', () => {
    for (const serving of [0, 1, 7])
      expect(demandOfFleet(requests, { at, value: 50, total: 420 }, { serving })).toMatchObject({
        demand: 420,
        isAtLeast: false,
      });
  });

  it('is what each had times those who shared it, where the metric gives no whole', () => {
    expect(demandOfFleet(cpu, { at, value: 30 }, { serving: 4 }).demand).toBe(120);
    expect(demandOfFleet(requests, { at, value: 30 }, { serving: 0 }).demand).toBeUndefined();
  });

  it('leaves out who boots or drains, whose work is not the load', () => {
    expect(demandOfFleet(cpu, { at, value: 50, total: 300, reports: 6 }, { serving: 4 }).demand).toBe(200);
  });

  it('was shared by those who were there then, not by those who are there now', () => {
    const moves = [
      { at: NOW, units: 1 },
      { at: at + MINUTE / 2, units: 1 },
      { at: at - MINUTE, units: 1 },
      { at: NOW, units: -1 },
    ];
    expect(inServiceAt({ serving: 5, moves }, at)).toBeCloseTo(4.5);
    expect(demandOfFleet(cpu, { at, value: 10 }, { serving: 5, moves }).demand).toBeCloseTo(45);
  });

  it('is unknown where a sample is no measure', () => {
    for (const value of [NaN, -1, Infinity])
      expect(demandOfFleet(cpu, { at, value }, { serving: 4 }).demand).toBeUndefined();
    expect(demandOfFleet(requests, { at, value: 9, total: NaN }, { serving: 2 }).demand).toBe(18);
  });

  it('grows by multiplication while the instances are too busy to show it', () => {
    const demands = demandsOfFleet(cpu, minutes(80, 100, 100, 100, 100, 100, 100, 80), { serving: 10 });
    expect(demands.map(({ isAtLeast }) => isAtLeast)).toEqual([
      false,
      ...Array<boolean>(6).fill(true),
      false,
    ]);
    expect(demands.map(({ demand }) => Math.round(demand ?? 0))).toEqual([
      800, 1250, 1563, 1953, 2441, 2441, 2441, 800,
    ]);
  });

  it('begins to grow again after minutes without data', () => {
    const late = [
      { at, value: 100 },
      { at: at + 30 * MINUTE, value: 100 },
    ];
    expect(demandsOfFleet(cpu, late, { serving: 1 }).map(({ demand }) => demand)).toEqual([125, 125]);
  });

  it('of seconds is that of whole minutes, by their mean', () => {
    const fine: Signal = {
      name: 's',
      metric: {
        kind: 'cloudwatch',
        of: 'fleet',
        namespace: 'S',
        name: 'N',
        dimensions: {},
        statistic: 'Average',
      },
      period: 30,
      useful: 5,
    };
    const halves = [1, 3, 5].map((total, index) => ({ at: at + index * 30_000, value: total, total }));
    expect(demandsOfFleet(fine, halves, { serving: 2 })).toMatchObject([{ at, demand: 2 }]);
  });

  it('of requests never saturates', () => {
    expect(
      demandsOfFleet(requests, minutes(100, 100), { serving: 1 }).map(({ isAtLeast }) => isAtLeast),
    ).toEqual([false, false]);
  });

  it('never falls when the value rises, and scales with the fleet', () => {
    const value = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.integer({ min: 1, max: 300 }), (one, other, serving) => {
        const demand = (v: number, n: number) =>
          demandOfFleet(cpu, { at, value: v }, { serving: n }).demand ?? -1;
        expect(demand(Math.min(one, other), serving)).toBeLessThanOrEqual(
          demand(Math.max(one, other), serving),
        );
        expect(demand(one, 3 * serving)).toBeCloseTo(3 * demand(one, serving), 6);
        expect(demand(one, serving)).toBeGreaterThanOrEqual(one * serving);
      }),
    );
  });
});

describe('capacity', () => {
  const termination = (number: number, ago: number) =>
    launch(number, 0, {
      id: `termination-${number}`,
      description: `Terminating EC2 instance: ${instance(number).id}`,
      startedAt: NOW - ago,
    });

  it('knows who came and who left', () => {
    const observed = world(3, [], {
      activities: [launch(1, 2 * MINUTE), termination(7, MINUTE), launch(7, 90 * MINUTE)],
    });
    expect(capacityOf(situation(observed)).moves).toEqual([
      { at: NOW - 3 * MINUTE, units: 1 },
      { at: NOW - MINUTE, units: -1 },
    ]);
  });

  it('does not miss an instance that never came into service', () => {
    const activities = [termination(7, MINUTE), launch(7, 2 * MINUTE, { status: 'Cancelled' })];
    expect(capacityOf(situation(world(3, [], { activities }))).moves).toEqual([]);
  });

  it('counts weighted instances as their weight', () => {
    const weighted = [
      ...instances(2, { weight: 4 }),
      instance(2),
      instance(3, { lifecycle: 'Pending', weight: 4 }),
    ];
    const observed = world(3, [], {
      group: group(9, { instances: weighted }),
      activities: [launch(0, MINUTE)],
    });
    expect(capacityOf(situation(observed))).toMatchObject({
      serving: 9,
      coming: 4,
      warming: 0,
      moves: [{ at: NOW - 2 * MINUTE, units: 4 }],
    });
  });
});
