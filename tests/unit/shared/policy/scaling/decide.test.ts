import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import type { Decision, Fleet, ReasonCode } from '../../../../../shared/domain/index.ts';
import type { World } from '../../../../../shared/policy/scaling/index.ts';
import { decideCapacity } from '../../../../../shared/policy/scaling/index.ts';
import {
  fleet,
  group,
  instance,
  instances,
  launch,
  minutes,
  NOW,
  past,
  situation,
  steady,
  world,
} from '../../../../support/world.ts';

function decide(observed: World, policy: Fleet = fleet()): Decision {
  return decideCapacity(situation(observed, policy), { id: 'd', cause: 'c' });
}

function codes({ reasons }: Decision): ReasonCode[] {
  return reasons.map(({ code }) => code);
}

const twoSignals = fleet({
  signals: [
    { name: 'requests', metric: 'alb-requests-per-target', target: 100 },
    { name: 'cpu', metric: 'cpu', target: 50 },
  ],
});

function withCpu(requests: number, cpu?: number): World {
  return world(4, steady(requests), {
    samples: new Map([
      ['requests', steady(requests)],
      ['cpu', cpu === undefined ? [] : steady(cpu)],
    ]),
  });
}

describe('capacity follows load in proportion', () => {
  it('scales out to what brings the signal back to its target', () => {
    const decision = decide(world(4, steady(150)));
    expect(decision).toMatchObject({ action: 'scale-out', from: 4, to: 6 });
    expect(decision.reasons[0]).toEqual({
      code: 'SIGNAL_ABOVE_TARGET',
      facts: { signal: 'requests', value: 150, target: 100, need: 6 },
    });
  });

  it('scales in to what still holds the signal at its target', () => {
    expect(decide(world(8, steady(49)))).toMatchObject({ action: 'scale-in', from: 8, to: 4 });
  });

  it('does nothing while the signal is within its tolerance, on either side', () => {
    for (const value of [90, 100, 110]) {
      expect(codes(decide(world(10, steady(value))))).toEqual(['WITHIN_TOLERANCE']);
    }
    expect(decide(world(10, steady(110.1))).action).toBe('scale-out');
    expect(decide(world(10, steady(89.9))).action).toBe('scale-in');
  });

  it('does not ask for one more because of a rounding error', () => {
    const policy = fleet({ signals: [{ name: 'requests', metric: 'cpu', target: 1.1 }], tolerance: 0 });
    expect(decide(world(3, steady(1.1 * 2)), policy).to).toBe(6);
  });

  it('counts only instances that serve', () => {
    const observed = world(4, steady(150), {
      group: group(4, {
        instances: [
          ...instances(2),
          instance(2, { isHealthy: false }),
          instance(3, { lifecycle: 'Standby' }),
        ],
      }),
    });
    expect(decide(observed).action).toBe('hold');
  });
});

describe('several signals', () => {
  it('scale out as soon as one asks for it', () => {
    expect(decide(withCpu(100, 100), twoSignals)).toMatchObject({ action: 'scale-out', to: 8 });
  });

  it('scale in only when all ask for it', () => {
    expect(decide(withCpu(40, 50), twoSignals).action).toBe('hold');
    expect(decide(withCpu(40, 30), twoSignals)).toMatchObject({ action: 'scale-in', to: 3 });
  });

  it('never scale in while one has no data, and still scale out', () => {
    expect(codes(decide(withCpu(10), twoSignals))).toContain('NO_DATA');
    expect(decide(withCpu(10), twoSignals).action).toBe('hold');
    expect(decide(withCpu(200), twoSignals).action).toBe('scale-out');
  });
});

describe('data that says nothing', () => {
  it.each([
    ['none at all', []],
    ['too old', [{ at: NOW - 7 * MINUTE, value: 1 }]],
    ['not a number', minutes(NaN, NaN)],
    ['negative', minutes(-1)],
    ['infinite', minutes(Infinity)],
  ])('changes nothing: %s', (_, samples) => {
    expect(codes(decide(world(4, samples)))).toEqual(['NO_DATA']);
  });

  it('changes nothing while no instance serves', () => {
    expect(codes(decide(world(4, steady(500), { group: group(4, { instances: [] }) })))).toEqual(['NO_DATA']);
  });

  it('leaves the newest number in force when a later one is missing', () => {
    expect(decide(world(4, minutes(150, NaN))).to).toBe(6);
  });
});

describe('limits', () => {
  it("stops at the group's maximum and says so", () => {
    const decision = decide(world(15, steady(200)));
    expect(decision.to).toBe(20);
    expect(decision.reasons.at(-1)).toEqual({ code: 'AT_MAX', facts: { max: 20, wanted: 30 } });
  });

  it("stops at the group's minimum and says so", () => {
    const decision = decide(world(4, steady(10)));
    expect(decision.to).toBe(2);
    expect(decision.reasons.at(-1)).toEqual({ code: 'AT_MIN', facts: { min: 2, wanted: 1 } });
  });

  it('moves by no more than a step, and always by one at least', () => {
    const policy = fleet({ step: { out: 0.5, in: 0.25 } });
    expect(decide(world(4, steady(500)), policy).to).toBe(6);
    expect(decide(world(8, steady(20)), policy).to).toBe(6);
    expect(decide(world(3, steady(30)), policy).to).toBe(2);
    expect(codes(decide(world(4, steady(500)), policy))).toContain('STEP_LIMITED');
  });
});

describe('a decision says', () => {
  it('what asked for it, and which guards held it back', () => {
    expect(decide(world(4, steady(150)))).toMatchObject({ rule: 'SIGNAL_ABOVE_TARGET', vetoes: [] });
    expect(decide(world(15, steady(200)))).toMatchObject({ rule: 'SIGNAL_ABOVE_TARGET', vetoes: ['AT_MAX'] });
    const refreshing = world(8, steady(40), { isRefreshing: true });
    expect(decide(refreshing)).toMatchObject({
      rule: 'SIGNAL_BELOW_TARGET',
      vetoes: ['REFRESH_IN_PROGRESS'],
    });
    expect(decide(world(4, steady(50)), fleet({ min: 6 }))).toMatchObject({ rule: 'FLOOR', vetoes: [] });
    const dear = { ...world(4, steady(150)), instanceHours: 1 };
    expect(decide(dear, fleet({ money: { perMonth: 10, price: 1 } })).vetoes).toEqual([]);
    expect(
      decide({ ...dear, instanceHours: 11 }, fleet({ money: { perMonth: 10, price: 1 } })).vetoes,
    ).toEqual(['MONEY_SPENT']);
    const paused = group(4, { tags: { 'evenkeel:paused': 'yes' } });
    expect(decide(world(4, steady(500), { group: paused })).vetoes).toEqual(['PAUSED']);
  });
});

describe('who must not be touched', () => {
  it.each(['true', 'yes', ''])('holds a group whose pause tag is %j', (tag) => {
    const paused = group(4, { tags: { 'evenkeel:paused': tag } });
    expect(codes(decide(world(4, steady(500), { group: paused })))).toEqual(['PAUSED']);
  });

  it.each(['false', 'False'])('goes on while the pause tag is %j', (tag) => {
    const group4 = group(4, { tags: { 'evenkeel:paused': tag } });
    expect(decide(world(4, steady(500), { group: group4 })).action).toBe('scale-out');
  });

  it('holds a group that is switched off', () => {
    const off = group(0, { min: 0, max: 0 });
    expect(codes(decide(world(0, steady(500), { group: off })))).toEqual(['EMPTY_BOUNDS']);
  });

  it.each([
    ['Launch', 500, 'hold'],
    ['Launch', 20, 'scale-in'],
    ['Terminate', 20, 'hold'],
    ['Terminate', 500, 'scale-out'],
    ['AlarmNotification', 500, 'hold'],
    ['AlarmNotification', 20, 'hold'],
    ['AZRebalance', 500, 'scale-out'],
  ])('with %s suspended, a value of %d gives %s', (process, value, action) => {
    const suspended = group(4, { suspendedProcesses: [process] });
    expect(decide(world(4, steady(value), { group: suspended })).action).toBe(action);
  });
});

describe('scale-in gives way', () => {
  const low = (change: Partial<World>) => decide(world(8, steady(40), change));

  it('to a high alarm that stands', () => {
    expect(codes(low({ highAlarms: ['evenkeel/prod/web/cpu-high'] }))).toContain('ALARM_STANDS');
  });

  it('to an instance refresh', () => {
    expect(codes(low({ isRefreshing: true }))).toContain('REFRESH_IN_PROGRESS');
  });

  it('to launches that fail, for a quarter of an hour', () => {
    const failed = (ago: number) => low({ activities: [launch(1, ago, { status: 'Failed' })] });
    expect(codes(failed(14 * MINUTE))).toContain('LAUNCHES_FAIL');
    expect(failed(16 * MINUTE).action).toBe('scale-in');
  });

  it('to launches that end in their hook, not to those that nobody wants any more', () => {
    const cancelled = (statusMessage: string) =>
      low({ activities: [launch(1, 11 * MINUTE, { status: 'Cancelled', statusMessage })] });
    const abandoned = 'Lifecycle Action was abandoned: Lifecycle Action Completed with ABANDON Result';
    expect(codes(cancelled(abandoned))).toContain('LAUNCHES_FAIL');
    expect(cancelled('Desired capacity was lowered').action).toBe('scale-in');
  });

  it('to an instance that warms up or is on its way', () => {
    const { endedAt: _, ...waiting } = launch(1, 0, { status: 'WaitingForInstanceWarmup' });
    expect(codes(low({ activities: [waiting] }))).toContain('WARMING_UP');
    expect(low({ activities: [launch(1, 601_000)] }).action).toBe('scale-in');
    const coming = [...instances(7), instance(7, { lifecycle: 'Pending:Wait' })];
    expect(codes(low({ group: group(8, { instances: coming }) }))).toContain('WARMING_UP');
  });

  it('to capacity that is desired and not there, as far as it would take what serves', () => {
    const short = (desired: number, serving: number) =>
      decide(world(desired, steady(60), { group: group(desired, { instances: instances(serving) }) }));
    // Of the five in service three are needed: two go, and what is missing is missing still.
    expect(short(8, 5)).toMatchObject({ action: 'scale-in', from: 8, to: 6 });
    expect(short(8, 2).action).toBe('hold');
    expect(short(8, 2).reasons.at(-1)).toEqual({
      code: 'CAPACITY_MISSING',
      facts: { missing: 6, inService: 2, wanted: 2 },
    });
  });

  it('never takes more of what is in service than the plan lets go', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20 }),
        fc.nat(20),
        fc.nat(3),
        fc.integer({ min: 1, max: 150 }),
        (desired, serving, stuck, load) => {
          const members = [
            ...instances(serving),
            ...instances(stuck).map((one, index) =>
              instance(100 + index, { ...one, id: `i-stuck${index}`, lifecycle: 'Pending:Wait' }),
            ),
          ];
          const launches = members
            .filter(({ lifecycle }) => lifecycle !== 'InService')
            .map(({ id }) => {
              const { endedAt: _, ...open } = launch(0, 0);
              return {
                ...open,
                description: `Launching a new EC2 instance: ${id}`,
                startedAt: NOW - 60 * MINUTE,
              };
            });
          const { victims, inputs } = decide(
            world(desired, steady(load), {
              group: group(desired, { min: 0, instances: members }),
              activities: launches,
            }),
          );
          if (victims.length > 0)
            expect(serving - victims.length).toBeGreaterThanOrEqual(Number(inputs.need));
        },
      ),
    );
  });

  it('not to an instance that has hung in its launch for over half an hour', () => {
    const coming = [...instances(7), instance(7, { lifecycle: 'Pending:Wait' })];
    const stuck = { ...launch(7, 0), startedAt: NOW - 31 * MINUTE, status: 'MidLifecycleAction' };
    const { endedAt: _, ...hanging } = stuck;
    expect(low({ group: group(8, { instances: coming }), activities: [hanging] }).action).toBe('scale-in');
  });
});

describe('scale-out while instances come', () => {
  it('does not ask again for what is under way', () => {
    const observed = world(4, steady(150), {
      group: group(6, {
        instances: [
          ...instances(4),
          instance(4, { lifecycle: 'Pending' }),
          instance(5, { lifecycle: 'Pending' }),
        ],
      }),
    });
    expect(decide(observed).action).toBe('hold');
  });

  it('counts those that warm up for what they will do, not for what they do', () => {
    const longWarmUp = fleet({ warmUp: 300 });
    const warming = [launch(4, 3 * MINUTE), launch(5, 3 * MINUTE)];
    expect(decide(world(6, steady(150), { activities: warming }), longWarmUp).action).toBe('hold');
    expect(decide(world(6, steady(150), { activities: warming })).to).toBe(9);
  });

  it('does not take load that was measured before an instance came for load that it shares', () => {
    // Launches end after the group's warm-up of a minute: these instances came 150 seconds ago.
    const late = [launch(4, 90_000), launch(5, 90_000)];
    const lagging = steady(150).slice(0, -2);
    expect(decide(world(6, lagging, { activities: late })).action).toBe('hold');
    expect(decide(world(6, steady(150), { activities: late })).to).toBe(9);
  });

  it('does not ask for more than it asked for while launches fail', () => {
    const short = group(8, {
      instances: [
        ...instances(6),
        instance(6, { lifecycle: 'Terminating:Wait' }),
        instance(7, { lifecycle: 'Terminated' }),
      ],
    });
    const activities = [
      launch(9, MINUTE, { status: 'Failed', statusMessage: 'InsufficientInstanceCapacity' }),
    ];
    expect(codes(decide(world(8, steady(300), { group: short, activities })))).toContain('LAUNCHES_FAIL');
  });
});

describe('shadow mode', () => {
  it('decides the same and says that it is a shadow', () => {
    const decision = decide(world(4, steady(150)), fleet({}, 'shadow'));
    expect(decision).toMatchObject({ action: 'scale-out', to: 6, isShadow: true });
  });
});

describe('forecast-only mode', () => {
  it('wants no change, either way, and says what it would have wanted', () => {
    for (const [value, wanted] of [
      [150, 6],
      [50, 2],
    ] as const) {
      const decision = decide(world(4, steady(value)), fleet({}, 'forecast-only'));
      expect(decision).toMatchObject({ action: 'hold', from: 4, to: 4, victims: [], isShadow: true });
      expect(decision.reasons.at(-1)).toEqual({ code: 'FORECAST_ONLY', facts: { wanted } });
      expect(decision.inputs.need).toBe(wanted);
    }
  });

  it('says no more than any other mode where no change is wanted', () => {
    const fleets = [fleet(), fleet({}, 'forecast-only')];
    const [active, watched] = fleets.map((of) => decide(world(4, steady(100)), of).reasons);
    expect(watched).toEqual(active);
  });
});

const anyValue = fc.oneof(
  fc.double({ min: 0, max: 2000, noNaN: true }),
  fc.constantFrom(NaN, Infinity, -Infinity, -5, Number.MAX_VALUE, Number.MIN_VALUE),
);
const anyWorld = fc
  .record({
    serving: fc.integer({ min: 0, max: 30 }),
    missing: fc.integer({ min: 0, max: 5 }),
    min: fc.integer({ min: 0, max: 10 }),
    more: fc.integer({ min: 0, max: 30 }),
    values: fc.array(anyValue, { maxLength: 20 }),
  })
  .map(({ serving, missing, min, more, values }) =>
    world(serving, minutes(...values), {
      group: group(serving, {
        min,
        max: min + more,
        desired: Math.min(min + more, Math.max(min, serving + missing)),
        instances: instances(serving),
      }),
    }),
  );

describe('whatever the world', () => {
  it('capacity stays within the bounds and figures are whole numbers', () => {
    fc.assert(
      fc.property(anyWorld, (observed) => {
        const { from, to, victims, action } = decide(observed);
        expect(Number.isSafeInteger(to)).toBe(true);
        expect(to).toBeGreaterThanOrEqual(observed.group.min);
        expect(to).toBeLessThanOrEqual(observed.group.max);
        expect(victims).toHaveLength(Math.max(0, from - to));
        expect(new Set(victims).size).toBe(victims.length);
        expect(action).toBe(to === from ? 'hold' : to > from ? 'scale-out' : 'scale-in');
      }),
    );
  });

  it('more load never asks for less capacity', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 1000, noNaN: true }),
        fc.double({ min: 0, max: 1000, noNaN: true }),
        (count, one, other) => {
          const observed = (value: number) =>
            world(count, steady(value), { group: group(count, { min: 1, max: 100 }) });
          const [less, more] = [Math.min(one, other), Math.max(one, other)];
          expect(decide(observed(more)).to).toBeGreaterThanOrEqual(decide(observed(less)).to);
        },
      ),
    );
  });

  it('a constant load ends at one capacity, from wherever it starts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (start, load, tolerance) => {
          const policy = fleet({ tolerance, cooldown: { out: 0, in: 0 } });
          const settled = [start];
          for (let round = 0; round < 50; round++) {
            const count = settled.at(-1) ?? start;
            const observed = world(count, steady(load / count), {
              group: group(count, { min: 1, max: 100 }),
            });
            settled.push(decide(observed, policy).to);
          }
          expect(new Set(settled.slice(-40)).size).toBe(1);
        },
      ),
    );
  });

  it('knowing less never hides that there is something to change', () => {
    const evidence = fc.record({
      activities: fc.array(
        fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 40 * MINUTE })),
      ),
      changes: fc.array(
        fc.tuple(
          fc.integer({ min: 0, max: 3_600_000 }),
          fc.integer({ min: 2, max: 20 }),
          fc.integer({ min: 2, max: 20 }),
        ),
      ),
      isRefreshing: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        anyValue,
        evidence,
        (count, value, { activities, changes, isRefreshing }) => {
          const glance = world(count, steady(value));
          const closer = {
            ...glance,
            isRefreshing,
            activities: activities.map(([number, ago]) => launch(number, ago)),
            history: changes.map(([ago, from, to]) =>
              past(ago, { action: to > from ? 'scale-out' : 'scale-in', from, to, inputs: { need: to } }),
            ),
          };
          const [first, second] = [decide(glance), decide(closer)];
          expect(Math.abs(second.to - second.from)).toBeLessThanOrEqual(Math.abs(first.to - first.from));
          if (second.action !== 'hold') expect(second.action).toBe(first.action);
        },
      ),
    );
  });
});
