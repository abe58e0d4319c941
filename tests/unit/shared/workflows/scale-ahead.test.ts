import { beforeEach, describe, expect, it } from 'vitest';
import type { EventOf, ScalingPolicy } from '../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../shared/domain/index.ts';
import type { FleetMemory } from '../../../../shared/policy/scaling/memory/index.ts';
import { memoryOf } from '../../../../shared/policy/scaling/memory/index.ts';
import { scaleFleet } from '../../../../shared/workflows/scale-fleet.ts';
import { everyCrash } from '../../../support/crashes.ts';
import { World } from '../../../support/scale-ports.ts';
import { fleet, group, NOW, past } from '../../../support/world.ts';

const USEFUL = 100;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const policy: Partial<ScalingPolicy> = {
  signals: [{ name: 'requests', metric: 'alb-requests-per-target', useful: USEFUL }],
};

/** A load that rises and falls with the day, between two and ten instances of it. */
const demandAt = (at: number) => USEFUL * (6 - 4 * Math.cos((2 * Math.PI * (at % DAY)) / DAY));

let world: World;
beforeEach(() => {
  world = new World();
  world.fleets = [fleet(policy)];
  world.alarms = [];
  world.activities = [];
  world.now = NOW;
  serve(5);
});

/** A group of so many, and the samples that a day of load has left on it. */
function serve(count: number): void {
  world.group = group(count);
  const minutes = Array.from(
    { length: 24 * 60 },
    (_, index) => Math.floor(world.now / MINUTE) * MINUTE - index * MINUTE,
  );
  world.samples = minutes.reverse().map((at) => ({ at, value: demandAt(at) / count, total: demandAt(at) }));
}

let ticks = 0;
const tick = (invocation = `request-${++ticks}`) => {
  const event: EventOf<'scale-due'> = { kind: 'scale-due', id: invocation, at: world.now, fleet: 'web' };
  return scaleFleet(event, invocation, world.ports);
};
const memory = (): FleetMemory => memoryOf(world.memory?.content);
const newest = () => memory().signals.requests?.newest;
const judged = () => memory().budget.hours.reduce((sum, [, minutes]) => sum + minutes, 0);

/** A minute passes, and the fleet is evaluated. */
async function minute(): Promise<void> {
  world.now += MINUTE;
  const { desired = 0 } = world.group ?? {};
  serve(desired);
  await tick();
}

describe('a fleet that learns what its instances can carry', () => {
  /** An instance is at a CPU of 80 % with a load of 120. */
  function show(): void {
    serve(world.group?.desired ?? 5);
    const cpu = world.samples.map(({ at, value }) => ({ at, value: 8 + 0.6 * value }));
    world.more = new Map([
      ['learn.cpu', cpu],
      ['learn.latency', []],
      ['learn.errors', []],
    ]);
  }

  beforeEach(() => {
    world.fleets = [
      fleet({ signals: [{ name: 'requests', metric: 'alb-requests-per-target', useful: 'learn' }] }),
    ];
    show();
  });

  it('finds it in its past, keeps it in mind, and goes on to learn', async () => {
    await tick();
    const first = memory().signals.requests?.useful;
    expect(first?.fit?.found?.useful).toBeGreaterThan(110);
    expect(first?.fit?.found?.useful).toBeLessThan(130);
    const taught = first?.newest ?? 0;
    world.now += MINUTE;
    show();
    await tick();
    expect(memory().signals.requests?.useful?.newest).toBe(taught + MINUTE);
    expect(memory().signals.requests?.useful?.count).toBe((first?.count ?? 0) + 1);
  });

  it('has capacity by what it has learnt', async () => {
    for (let passed = 0; passed < 60; passed++) {
      world.now += MINUTE;
      show();
      await tick();
    }
    const { desired = 0 } = world.group ?? {};
    expect(desired * 120).toBeGreaterThan(demandAt(world.now));
    expect(desired * 120).toBeLessThan(demandAt(world.now) * 2);
    expect(world.decisions.at(-1)?.reasons.map(({ code }) => code)).toContain('FORECAST');
  });
});

describe('a fleet that looks ahead', () => {
  it('learns two weeks of metrics at its first evaluation, and then what has come since', async () => {
    await tick();
    expect(world.lookedBack.toSorted()).toEqual([(14 * DAY) / 1000 + 60, 600]);
    expect(newest()).toBe(NOW - 2 * MINUTE);
    await minute();
    expect(world.lookedBack.at(-1)).toBe(10 * 60);
    expect(newest()).toBe(NOW - MINUTE);
  });

  it('has capacity for what is coming before it comes', async () => {
    let short = 0;
    for (let passed = 0; passed < 4 * 60; passed++) {
      await minute();
      const { instances = [] } = world.group ?? {};
      if (demandAt(world.now) > instances.length * USEFUL) short++;
    }
    expect(short).toBeLessThanOrEqual(2);
    expect(world.group?.desired).toBeLessThanOrEqual(11);
    expect(world.decisions.at(-1)?.forecasts?.requests).toMatchObject({
      expected: expect.closeTo(demandAt(world.now + 4 * MINUTE), -2) as number,
    });
  });

  it('needs five calls a minute while nothing changes', async () => {
    await tick();
    for (let passed = 0; passed < 6; passed++) await minute();
    world.calls = [];
    world.beforeWrite = () => expect.unreachable('nothing is to change');
    serve(20);
    world.group = group(20, { min: 20 });
    await minute();
    for (let passed = 0; passed < 5; passed++) await minute();
    world.calls = [];
    await minute();
    expect(world.calls.toSorted()).toEqual([
      'DescribeAutoScalingGroups',
      'GetItem memory',
      'GetMetricData',
      'PutItem',
      'PutItem memory',
    ]);
  });
});

describe('no minute is lost, and none is counted twice', () => {
  it('by evaluations that run at the same time, doubled or late', async () => {
    await tick();
    const before = judged();
    world.now += MINUTE;
    serve(5);
    const outcomes = await Promise.all([tick(), tick(), tick()]);
    const counted = outcomes.flatMap(({ measures = [] }) =>
      measures.filter(({ metric }) => metric === 'ViolationMinutes'),
    );
    expect(counted).toHaveLength(1);
    expect(judged()).toBe(before + 1);
    expect(newest()).toBe(NOW - MINUTE);
  });

  it('whatever call fails, or is the last before a crash', async () => {
    const counted: number[] = [];
    const { calm, calls, differing } = await everyCrash(async (crashes) => {
      world = new World();
      world.fleets = [fleet(policy)];
      world.alarms = [];
      world.activities = [];
      const ports = world.portsWith(crashes);
      // The first evaluation learns what is kept, the next ones a minute each. One that finds the lease of a dead one
      // is tried again a minute later, as Lambda does, beside the next.
      let waiting: readonly string[] = [];
      for (let at = 0; at < 3; at++) {
        world.now = NOW + at * MINUTE;
        serve(world.group?.desired ?? 5);
        const busy: string[] = [];
        for (const id of [...waiting, `${at}`]) {
          const event: EventOf<'scale-due'> = { kind: 'scale-due', id, at: world.now, fleet: 'web' };
          const { kind } = await crashes.survive(() => scaleFleet(event, id, ports));
          if (kind === 'busy') busy.push(id);
        }
        waiting = busy;
      }
      // What could not be remembered is learnt again by the evaluation that follows.
      await minute();
      counted.push(judged());
      return { newest: newest(), desired: world.group?.desired, writes: world.writes };
    });
    expect(calm).toMatchObject({ newest: NOW + MINUTE, desired: 8, writes: ['desired 8'] });
    expect(differing).toEqual([]);
    // A minute in which nobody saw who served is not judged; the undisturbed run has judged them all.
    expect(Math.max(...counted)).toBe(counted[0]);
    expect(calls).toEqual(expect.arrayContaining(['memory.recall', 'memory.remember', 'metrics.history']));
  });

  it('when minutes come late: those after them wait', async () => {
    await tick();
    const hole = NOW - MINUTE;
    const without = async (holed: boolean) => {
      world.now += MINUTE;
      serve(5);
      if (holed) world.samples = world.samples.filter(({ at }) => at !== hole);
      await tick();
      return newest();
    };
    expect(await without(true)).toBe(hole - MINUTE);
    expect(await without(true)).toBe(hole - MINUTE);
    expect(await without(false)).toBe(hole + 2 * MINUTE);
  });

  it('when none came for a day: all of it is read', async () => {
    await tick();
    world.now += DAY;
    serve(5);
    await tick();
    expect(Math.max(...world.lookedBack.slice(-2))).toBeGreaterThanOrEqual(DAY / 1000);
    expect(newest()).toBe(NOW + DAY - 2 * MINUTE);
  });

  it.each([
    ['gone', undefined],
    ['unreadable', { version: 7, content: undefined }],
    ['of another make', { version: 7, content: { format: 0, signals: 3 } }],
  ])('when the memory is %s: it is made anew', async (_, left) => {
    await tick();
    const learnt = newest();
    world.memory = left;
    await tick();
    expect(newest()).toBe(learnt);
    expect(world.memory?.version).toBe((left?.version ?? 0) + 1);
  });

  it('when a signal comes to mean something else: it begins anew', async () => {
    await tick();
    world.fleets = [fleet({ signals: [{ name: 'requests', metric: 'cpu', useful: 60 }] })];
    world.now += MINUTE;
    await tick();
    expect(Math.max(...world.lookedBack.slice(-2))).toBeGreaterThan((13 * DAY) / 1000);
  });

  it('and capacity does not wait for a memory that cannot be written', async () => {
    serve(2);
    const { ports } = world;
    const remember = () => Promise.reject(new Error('throttled'));
    const event: EventOf<'scale-due'> = { kind: 'scale-due', id: 'e', at: NOW, fleet: 'web' };
    const outcome = await scaleFleet(event, 'r', { ...ports, memory: { ...ports.memory, remember } });
    expect(outcome).toMatchObject({ kind: 'done', facts: { action: 'scale-out', forgot: 'throttled' } });
    expect(world.writes).toHaveLength(1);
  });
});

describe('a policy beside the one that acts', () => {
  const shadowed = (shadow: Partial<ScalingPolicy>) => {
    const { scaling } = fleet(shadow);
    world.fleets = [{ ...fleet({ ...policy, violations: 0.2 }), shadow: scaling }];
  };

  it('is judged on the same world: recorded, measured, never acted on', async () => {
    shadowed({ signals: [{ name: 'requests', metric: 'alb-requests-per-target', target: 10 }] });
    world.group = group(20, { max: 40 });
    const outcome = await tick();
    const [decision] = world.decisions;
    expect(decision?.shadow).toMatchObject({ action: 'scale-out', to: 40 });
    expect(decision?.shadow?.reasons[0]?.code).toBe('SIGNAL_ABOVE_TARGET');
    const difference = (decision?.shadow?.to ?? 0) - (decision?.to ?? 0);
    expect(difference).toBeGreaterThan(0);
    expect(outcome.measures).toContainEqual({
      metric: 'Divergence',
      value: difference,
      by: { fleet: 'web' },
    });
    expect(world.writes.filter((write) => write.startsWith('desired'))).toEqual([]);
  });

  it('falls by what it has needed itself, not by what the policy that acts has', async () => {
    const target = { name: 'requests', metric: 'alb-requests-per-target', target: 100 } as const;
    shadowed({ signals: [target], cooldown: { out: 0, in: 0 }, stabilisation: { out: 0, in: 600 } });
    world.group = group(8, { max: 40 });
    world.samples = [{ at: world.now - MINUTE, value: 25, total: 200 }];
    const shadow = { action: 'hold', to: 8, reasons: [], inputs: { need: 3 } } as const;
    world.decisions = [past(5 * MINUTE, { inputs: { need: 8 }, shadow })];
    await tick();
    expect(world.decisions.at(-1)?.shadow).toMatchObject({ action: 'scale-in', to: 3 });
  });

  it('has a forecast of its own, learnt from the same samples', async () => {
    shadowed({ ...policy, violations: 0.001 });
    await tick();
    await minute();
    expect(Object.keys(memory().signals)).toEqual(['requests', 'shadow/requests']);
    expect(memory().signals['shadow/requests']?.newest).toBe(newest());
    const { forecasts, shadow } = world.decisions.at(-1) ?? {};
    expect(shadow?.forecasts?.requests?.need).toBeGreaterThanOrEqual(forecasts?.requests?.need ?? Infinity);
  });
});

describe('a budget that is overspent', () => {
  it('is told once a day', async () => {
    world.fleets = [{ ...fleet(policy), mode: 'shadow' }];
    world.now = NOW;
    serve(2);
    for (let passed = 0; passed < 26 * 60; passed++) {
      world.now += MINUTE;
      const at = Math.floor(world.now / MINUTE) * MINUTE;
      const last = Array.from({ length: 10 }, (_, index) => at - (10 - index) * MINUTE);
      world.samples = last.map((one) => ({ at: one, value: demandAt(one) / 2, total: demandAt(one) }));
      await tick();
    }
    const told = [...world.stories.values()].filter(({ id }) => id.startsWith('budget/'));
    expect(told).toMatchObject([
      { severity: 'warning', title: 'web overspends its budget of violation minutes' },
    ]);
  });
});
