import { beforeEach, describe, expect, it } from 'vitest';
import type { EventOf } from '../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../shared/domain/index.ts';
import { scaleFleet } from '../../../../shared/workflows/scale-fleet.ts';
import { brakeSignal } from '../../../../shared/policy/scaling/index.ts';
import { everyCrash } from '../../../support/crashes.ts';
import { HIGH, World } from '../../../support/scale-ports.ts';
import { fleet, group, instance, instances, NOW, past, steady } from '../../../support/world.ts';

const alarm: EventOf<'alarm-changed'> = {
  kind: 'alarm-changed',
  id: 'event-1',
  at: NOW,
  alarm: HIGH,
  state: 'ALARM',
  changedAt: NOW,
  reason: 'Threshold Crossed',
  isSuppressed: false,
};
const tick: EventOf<'scale-due'> = { kind: 'scale-due', id: 'tick-1', at: NOW, fleet: 'web' };

let world: World;
beforeEach(() => {
  world = new World();
});

const run = (event: EventOf<'alarm-changed' | 'scale-due'> = alarm, invocation = 'request-1') =>
  scaleFleet(event, invocation, world.ports);

describe('a high alarm', () => {
  it('brings capacity to what the load needs, and tells it', async () => {
    expect(await run()).toMatchObject({
      kind: 'done',
      summary:
        'web scales out from 4 to 6 instances: requests is 150 with a target of 100, which needs 6 instances',
      facts: { action: 'scale-out', from: 4, to: 6, effect: 'done' },
    });
    expect(world.writes).toEqual(['desired 6']);
    expect(world.woken).toEqual([...world.stories.keys()]);
  });

  it('is measured: the decision, each of its reasons, the load it saw', async () => {
    expect((await run()).measures).toEqual([
      { metric: 'Decisions', value: 1, by: { fleet: 'web', action: 'scale-out' } },
      { metric: 'DecisionReasons', value: 1, by: { fleet: 'web', reason: 'SIGNAL_ABOVE_TARGET' } },
      { metric: 'Load', value: 150, by: { fleet: 'web', signal: 'requests' } },
      { metric: 'MinutesAboveTarget', value: 1, by: { fleet: 'web' } },
    ]);
  });

  it('is decided once, however many copies of its event come', async () => {
    await run();
    world.samples = steady(500);
    expect(await run({ ...alarm, id: 'event-2' }, 'request-2')).toMatchObject({
      kind: 'skip',
      reason: 'ALREADY_DONE',
    });
    expect(world.writes).toEqual(['desired 6']);
  });

  it('that does not stand any more is stale', async () => {
    world.alarms = [{ name: HIGH, state: 'OK', changedAt: NOW }];
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'STALE' });
    expect(world.decisions).toEqual([]);
  });

  it.each([
    [{ isSuppressed: true }, 'SUPPRESSED'],
    [{ state: 'OK' as const }, 'NOTHING_TO_DO'],
    [{ state: 'INSUFFICIENT_DATA' as const }, 'NOTHING_TO_DO'],
    [{ alarm: 'evenkeel/test/web/requests-high' }, 'NOT_OURS'],
    [{ alarm: 'evenkeel/prod/api/requests-high' }, 'NOT_OURS'],
    [{ alarm: 'something-else' }, 'NOT_OURS'],
  ])('with %j is skipped without a call', async (change, reason) => {
    expect(await run({ ...alarm, ...change })).toMatchObject({ kind: 'skip', reason });
    expect(world.calls).toEqual([]);
  });
});

describe('each minute while an alarm stands', () => {
  it('records that nothing is to be done, by three calls and without the lease', async () => {
    world.samples = steady(100);
    world.held = true;
    expect(await run(tick)).toMatchObject({ kind: 'done', facts: { action: 'hold', desired: 4 } });
    expect(world.calls).toEqual(['DescribeAutoScalingGroups', 'GetMetricData', 'PutItem']);
    expect(world.decisions).toMatchObject([{ action: 'hold', cause: 'tick-1' }]);
    expect(world.stories.size).toBe(0);
  });

  it('scales again when load has risen further and the cooldown is over', async () => {
    await run();
    world.group = group(6);
    world.now += MINUTE;
    world.samples = steady(150).map(({ at, value }) => ({ at: at + MINUTE, value }));
    expect(await run(tick)).toMatchObject({ facts: { action: 'scale-out', from: 6, to: 9 } });
  });

  it('reads what the database behind the fleet takes, and what the month has cost', async () => {
    const metric = { namespace: 'AWS/RDS', name: 'DatabaseConnections', dimensions: {}, statistic: 'Sum' };
    const brake = { metric, connections: 100, perInstance: 20, atMost: 1 };
    const money = { perMonth: 100, price: 1 };
    world.fleets = [fleet({ brake, money })];
    world.more.set('capacity', []);
    world.more.set(brakeSignal(brake).name, [{ at: NOW - MINUTE, value: 80 }]);
    expect(await run(tick)).toMatchObject({ facts: { action: 'scale-out', from: 4, to: 5 } });
    world.more.set('capacity', [{ at: NOW - 60 * MINUTE, value: 100 }]);
    world.group = group(4);
    world.decisions = [];
    await run(tick);
    expect(world.decisions.at(-1)?.reasons.at(-1)?.code).toBe('MONEY_SPENT');
  });

  it('counts the month for the policy beside the one that acts, where that alone has a money guard', async () => {
    const money = { perMonth: 100, price: 1 };
    world.fleets = [{ ...fleet(), shadow: fleet({ money }).scaling }];
    world.more.set('capacity', [{ at: NOW - 60 * MINUTE, value: 100 }]);
    await run(tick);
    expect(world.writes).toEqual(['desired 6']);
    expect(world.decisions.at(-1)?.shadow?.reasons.at(-1)?.code).toBe('MONEY_SPENT');
  });

  it('asks what the database behind the fleet usually takes, where the brake does not say', async () => {
    const metric = { namespace: 'AWS/RDS', name: 'DatabaseConnections', dimensions: {}, statistic: 'Sum' };
    const brake = { metric, perInstance: 40, atMost: 1 };
    world.fleets = [fleet({ brake })];
    world.more.set(brakeSignal(brake).name, [{ at: NOW - MINUTE, value: 160 }]);
    world.databases = () => [{ engine: 'postgres', type: 'db.t4g.small' }];
    await run(tick);
    expect(world.decisions.at(-1)?.reasons.at(-1)).toMatchObject({
      code: 'DOWNSTREAM_BRAKE',
      facts: { connections: 188, inUse: 160 },
    });
    world.databases = () => {
      throw new Error('Rate exceeded');
    };
    await run({ ...tick, id: 'tick-2' });
    expect(world.writes).toEqual(['desired 6']);
    expect(world.decisions.at(-1)?.reasons.at(-1)?.code).toBe('DATABASE_UNKNOWN');
  });

  it('keeps what a known event was given, also where nothing has changed for hours', async () => {
    const begun = { from: '2026-03-02T04:00', for: 6 * 3600, zone: 'UTC', expect: 2 };
    const asked = { 'event.from': NOW - 180 * MINUTE, 'event.need': 4 };
    world.fleets = [fleet({ events: [begun] })];
    world.decisions = [past(184 * MINUTE, { action: 'scale-out', from: 4, to: 8, inputs: asked })];
    world.alarms = [];
    world.group = group(8);
    world.samples = steady(20);
    expect(await run(tick)).toMatchObject({ facts: { action: 'hold', desired: 8 } });
    world.fleets = [fleet()];
    expect(await run({ ...tick, id: 'tick-2' })).toMatchObject({ facts: { action: 'scale-in' } });
  });

  it('takes chosen instances in, one by one', async () => {
    world.alarms = [];
    world.group = group(8);
    world.samples = steady(70);
    expect(await run(tick)).toMatchObject({ facts: { action: 'scale-in', from: 8, to: 6, taken: 2 } });
    expect(world.writes).toEqual(world.decisions[0]?.victims.map((id) => `took ${id}`));
    expect(world.calls).not.toContain('SetDesiredCapacity');
  });

  it('takes the emptiest in, by one look at what each does, and those it knows least of without', async () => {
    world.alarms = [];
    world.group = group(8);
    world.samples = steady(70);
    world.busyness = () => new Map(instances(8).map(({ id }, index) => [id, index < 6 ? 50 : 5]));
    await run(tick);
    expect(world.writes.toSorted()).toEqual([6, 7].map((number) => `took ${instance(number).id}`));
    expect(world.calls.filter((call) => call === 'GetMetricData of instances')).toHaveLength(1);
    world = new World();
    world.alarms = [];
    world.group = group(8);
    world.samples = steady(70);
    world.busyness = world.launchTimes = () => {
      throw new Error('Rate exceeded');
    };
    expect(await run(tick)).toMatchObject({ facts: { action: 'scale-in', from: 8, to: 6, taken: 2 } });
  });

  it('looks at what each instance does only where one is to be taken in', async () => {
    await run();
    expect(world.writes).toEqual(['desired 6']);
    expect(world.calls).not.toContain('GetMetricData of instances');
    expect(world.calls).not.toContain('DescribeInstances of launches');
  });

  it('notes before it takes in what uses up the disruption budget', async () => {
    world.fleets = [{ ...fleet(), disruption: { atMost: { instances: 1 }, per: 3600 } }];
    world.alarms = [];
    world.group = group(8);
    world.samples = steady(70);
    expect(await run(tick)).toMatchObject({ facts: { action: 'scale-in', from: 8, to: 7, taken: 1 } });
    const [victim] = world.decisions[0]?.victims ?? [];
    const zone = instances(8).find(({ id }) => id === victim)?.zone;
    expect(world.disruptions).toEqual([{ at: NOW, cause: 'scale-in', instances: [{ id: victim, zone }] }]);
    world.group = group(7);
    world.decisions = [];
    expect(await run(tick)).toMatchObject({ facts: { action: 'hold' } });
    expect(world.decisions.at(-1)?.reasons.at(-1)?.code).toBe('DISRUPTION_BUDGET');
  });

  it('takes nothing while it cannot read which instances are marked, and still scales out', async () => {
    world.alarms = [];
    world.group = group(8);
    world.tagged = () => {
      throw new Error('RequestLimitExceeded');
    };
    world.samples = steady(70);
    await run(tick);
    expect(world.decisions.at(-1)?.reasons.at(-1)?.code).toBe('TAGS_UNKNOWN');
    world.samples = steady(150);
    expect(await run(tick)).toMatchObject({ facts: { action: 'scale-out' } });
  });

  it('never takes in while a high alarm stands, or a refresh runs', async () => {
    world.samples = steady(40);
    await run(tick);
    world.alarms = [];
    world.refreshes = [{ id: 'r', status: 'Baking', percentComplete: 100 }];
    await run(tick);
    expect(world.decisions.map(({ reasons }) => reasons.at(-1)?.code)).toEqual([
      'ALARM_STANDS',
      'REFRESH_IN_PROGRESS',
    ]);
    expect(world.writes).toEqual([]);
  });
});

describe('who does not act', () => {
  it('a shadow records and does no more', async () => {
    world.fleets = [fleet({}, 'shadow')];
    expect(await run()).toMatchObject({ kind: 'done' });
    expect(world.decisions).toMatchObject([{ action: 'scale-out', to: 6, isShadow: true }]);
    expect([world.writes, world.woken, world.stories.size]).toEqual([[], [], 0]);
  });

  it('a paused fleet does not even look', async () => {
    world.fleets = [fleet({}, 'paused')];
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
    expect(world.calls).toEqual([]);
  });

  it('a fleet without a group has nothing to do', async () => {
    world.group = undefined;
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
  });

  it('who does not get the lease does nothing and comes back', async () => {
    world.held = true;
    expect(await run()).toEqual({ kind: 'busy', detail: 'another writer holds fleet web' });
    expect([world.decisions, world.writes]).toEqual([[], []]);
  });

  it('who lost the lease on the way writes nothing', async () => {
    const outcome = await meanwhile('observed', () => world.fence++);
    expect(outcome).toMatchObject({ kind: 'busy' });
    expect([world.decisions, world.writes]).toEqual([[], []]);
  });
});

/** Runs on an alarm, and lets something happen when the group has been `observed`, or a change has been `decided`. */
function meanwhile(when: 'observed' | 'decided', happens: () => void) {
  const { ports } = world;
  let rereads = 0;
  const named: typeof ports.groups.named = (name) => {
    if (++rereads === (when === 'observed' ? 1 : 2)) happens();
    return ports.groups.named(name);
  };
  return scaleFleet(alarm, 'r', { ...ports, groups: { ...ports.groups, named } });
}

describe('the world moves between observation and write', () => {
  it('and what another writer has done meanwhile is not done again', async () => {
    const raised = group(6, { instances: instances(4) });
    const outcome = await meanwhile('observed', () => (world.group = raised));
    expect(outcome).toMatchObject({ facts: { action: 'hold' } });
    expect([world.writes, world.stories.size]).toEqual([[], 0]);
  });

  it('and desired capacity is never lowered by a scale-out', async () => {
    const outcome = await meanwhile('decided', () => (world.group = group(9)));
    expect(outcome).toMatchObject({ facts: { effect: 'stands already' } });
    expect(world.writes).toEqual([]);
  });

  it('and a new maximum is respected', async () => {
    await meanwhile('decided', () => (world.group = group(4, { max: 5 })));
    expect(world.writes).toEqual(['desired 5']);
  });

  it('and another group of the same name is left alone', async () => {
    const another = () => (world.group = group(4, { arn: 'arn:another' }));
    expect(await meanwhile('decided', another)).toMatchObject({ facts: { effect: 'gone' } });
    world = new World();
    expect(await meanwhile('observed', another)).toMatchObject({ kind: 'skip', reason: 'STALE' });
    expect([world.decisions, world.writes]).toEqual([[], []]);
  });

  it('and a scale-in stops at the minimum that the group enforces', async () => {
    world.alarms = [];
    world.group = group(8);
    world.samples = steady(20);
    const first = world.group.instances.map(({ id }) => id);
    let taken = 0;
    world.terminate = () => (taken++ < 2 ? 'done' : 'refused');
    expect(await run(tick)).toMatchObject({ kind: 'done', facts: { taken: 2 } });
    expect(first).toHaveLength(8);
  });

  it('and a busy group is tried again', async () => {
    world.alarms = [];
    world.group = group(8);
    world.samples = steady(20);
    world.terminate = () => 'busy';
    expect(await run(tick)).toEqual({ kind: 'busy', detail: 'web-group is busy' });
  });
});

describe('a call that fails, or is the last before a crash, changes nothing in the end', () => {
  const disruption = { atMost: { instances: 10 }, per: 3600 } as const;
  const loads = { out: 600, in: 560 } as const;
  const calls = new Set<string>();

  function prepare(direction: 'out' | 'in') {
    world = new World();
    world.fleets = [{ ...fleet(), disruption }];
    if (direction === 'out') return;
    world.alarms = [];
    world.group = group(8, { instances: instances(8) });
    world.samples = steady(70);
  }

  /** What is launched serves a minute later, what is taken in is gone, and the load is spread anew. */
  function settle(load: number) {
    world.now += MINUTE;
    const desired = world.group?.desired ?? 0;
    const staying = (world.group?.instances ?? []).filter(({ lifecycle }) => lifecycle === 'InService');
    world.group = group(desired, { instances: staying.length >= desired ? staying : instances(desired) });
    world.samples = steady(load / desired).map(({ at, value }) => ({ at: at + world.now - NOW, value }));
  }

  it.each([
    ['out', alarm, { desired: 6, writes: ['desired 6'], told: ['web scales out from 4 to 6 instances'] }],
    [
      'in',
      tick,
      {
        desired: 6,
        writes: [`took ${instance(0).id}`, `took ${instance(1).id}`],
        told: ['web scales in from 8 to 6 instances'],
      },
    ],
  ] as const)('for scaling %s', async (direction, event, end) => {
    const load = loads[direction];
    const { calm, differing } = await everyCrash(async (crashes) => {
      prepare(direction);
      const ports = world.portsWith(crashes);
      // The event, tried again a minute after it has failed, and the ticks that follow.
      for (let minute = 0; minute < 20; minute++) {
        const of = minute === 0 ? event : { ...tick, id: `tick-${minute}` };
        await crashes.survive(
          () => scaleFleet(of, `request-${minute}`, ports),
          () => settle(load),
        );
        settle(load);
      }
      crashes.calls.forEach((call) => calls.add(call));
      const titles = [...world.stories.values()].map(({ title }) => title);
      return {
        desired: world.group?.desired,
        writes: world.writes.toSorted(),
        // Also a scale-in that broke off, and is gone on with.
        told: titles,
        disrupted: [
          ...new Set(world.disruptions.flatMap(({ instances: taken }) => taken.map(({ id }) => id))),
        ],
      };
    });
    expect(calm).toMatchObject(end);
    expect(differing).toEqual([]);
  });

  it('for a fleet that requests wake, which nobody serves', async () => {
    const { calm, differing } = await everyCrash(async (crashes) => {
      world = new World();
      const { signals } = fleet().scaling;
      world.fleets = [fleet({ signals: signals.map((signal) => ({ ...signal, activation: 1 })) })];
      world.alarms = [];
      world.group = group(0, { min: 0 });
      world.samples = steady(30).map((sample) => ({ ...sample, total: 30 }));
      const ports = world.portsWith(crashes);
      for (let minute = 0; minute < 4; minute++) {
        await crashes.survive(() =>
          scaleFleet({ ...tick, id: `tick-${minute}` }, `request-${minute}`, ports),
        );
        world.now += MINUTE;
        world.samples = world.samples.map((sample) => ({ ...sample, at: sample.at + MINUTE }));
      }
      crashes.calls.forEach((call) => calls.add(call));
      return { desired: world.group.desired, writes: world.writes };
    });
    expect(calm).toEqual({ desired: 1, writes: ['desired 1'] });
    expect(differing).toEqual([]);
  });

  it('and every call that scaling may make is among those', () => {
    expect([...calls].toSorted()).toEqual([
      'alarms.withPrefix',
      'balancers.inFrontOf',
      'groups.activities',
      'groups.named',
      'groups.ofFleet',
      'groups.refreshes',
      'groups.setDesired',
      'groups.terminateAndDecrement',
      'instances.launchTimes',
      'instances.tagged',
      'lease.acquire',
      'lease.release',
      'ledger.claim',
      'ledger.decisions',
      'ledger.disrupt',
      'ledger.disruptions',
      'ledger.note',
      'ledger.record',
      'metrics.busyness',
      'metrics.read',
      'outbox.wake',
    ]);
  });
});
