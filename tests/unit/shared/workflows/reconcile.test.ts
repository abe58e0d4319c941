import { describe, expect, it } from 'vitest';
import type { Fleet, Group, GroupInstance } from '../../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../../shared/domain/index.ts';
import type { Alarms, RefreshStatus } from '../../../../shared/ports/index.ts';
import type { ReconcilePorts } from '../../../../shared/workflows/reconcile.ts';
import type { Outcome } from '../../../../shared/workflows/outcome.ts';
import { reconcile } from '../../../../shared/workflows/reconcile.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { Crashes, everyCrash } from '../../../support/crashes.ts';
import { fleetOf } from '../../../support/fleets.ts';
import { HookWorld } from '../../../support/hook-world.ts';
import { ClaimsFake, OutboxFake, StarterFake } from '../../../support/memory-fake.ts';
import { instance } from '../../../support/world.ts';

type Alarm = Awaited<ReturnType<Alarms['withPrefix']>>[number];

function stage(changes: Partial<Fleet> = {}, crashes = new Crashes()) {
  const clock = new ClockFake();
  const fleet = fleetOf(changes);
  const state: {
    group: Group;
    alarms: Alarm[];
    untold: string[];
    confirmed: string[];
    refreshes: RefreshStatus[];
  } = {
    refreshes: [],
    group: { ...new HookWorld(clock, fleet).group, min: 2, desired: 4, max: 10 },
    alarms: [],
    untold: [],
    confirmed: ['oncall@example.com'],
  };
  const ledger = new ClaimsFake(clock);
  const outbox = new OutboxFake();
  const starter = new StarterFake();
  const resumed: string[] = [];
  const hooks = [
    { name: 'evenkeel-admission', transition: 'launching', heartbeatTimeout: 900, globalTimeout: 90_000 },
    { name: 'evenkeel-drain', transition: 'terminating', heartbeatTimeout: 900, globalTimeout: 90_000 },
  ] as const;
  const ports: ReconcilePorts = {
    stage: 'prod',
    fleets: [fleet],
    groups: crashes.around('groups', {
      ofFleets: () => Promise.resolve(new Map([[fleet.name, state.group]])),
      refreshes: () => Promise.resolve(state.refreshes),
      protect: async (_: string, ids: readonly string[], isProtected: boolean) => {
        const instances = state.group.instances.map((one) =>
          ids.includes(one.id) ? { ...one, isProtected } : one,
        );
        state.group = { ...state.group, instances };
      },
      resumeLaunch: async (name: string) => {
        if (!state.group.suspendedProcesses.includes('Launch')) return;
        resumed.push(name);
        state.group = { ...state.group, suspendedProcesses: [] };
      },
    }),
    hooks: crashes.around('hooks', { of: () => Promise.resolve(hooks) }),
    alarms: crashes.around('alarms', { withPrefix: () => Promise.resolve(state.alarms) }),
    ledger: crashes.around('ledger', ledger),
    outbox: crashes.around('outbox', {
      untold: () => Promise.resolve(state.untold),
      wake: (id: string) => outbox.wake(id),
    }),
    starter: crashes.around('starter', starter),
    addresses: ['oncall@example.com', 'Second@example.com'],
    subscribers: crashes.around('subscribers', { confirmed: () => Promise.resolve(state.confirmed) }),
    clock,
  };
  let ticks = 0;
  const tick = async (id = `tick-${++ticks}`) => {
    const outcome = await reconcile({ kind: 'reconcile-due', id, at: clock.now() }, ports);
    clock.advance(MINUTE);
    return outcome;
  };
  const stands = (lifecycle: string, id = 'i-1') => {
    const instance: GroupInstance = { id, lifecycle, zone: 'a', isHealthy: true, isProtected: false };
    state.group = { ...state.group, instances: [...state.group.instances, instance] };
  };
  const alarm = (name: string, value: Alarm['state'] = 'ALARM') =>
    state.alarms.push({ name: `evenkeel/prod/${name}`, state: value, changedAt: clock.now() - MINUTE });
  return { clock, state, ledger, outbox, starter, resumed, crashes, ports, tick, stands, alarm };
}

describe('a quiet minute', () => {
  it('costs three reads and no write', async () => {
    const { tick, crashes, alarm, stands, clock } = stage();
    clock.advance(MINUTE); // Who hears by email is looked at each quarter of an hour only.
    alarm('web/requests-high', 'OK');
    alarm('web/requests-low', 'INSUFFICIENT_DATA');
    stands('InService');
    expect(await tick()).toMatchObject({ kind: 'done', facts: { scaled: 0, served: 0, woken: 0 } });
    expect(crashes.calls.toSorted()).toEqual(['alarms.withPrefix', 'groups.ofFleets', 'outbox.untold']);
  });

  it('asks for no alarms where all fleets are evaluated each minute anyway', async () => {
    const { tick, crashes, starter, ports, clock } = stage({ scaling: { ...fleetOf().scaling, min: 2 } });
    clock.advance(MINUTE);
    await tick();
    expect(crashes.calls).not.toContain('alarms.withPrefix');
    expect(starter.started).toMatchObject([{ kind: 'scale-due', fleet: 'web' }]);
    const other = { ...fleetOf(), name: 'other' };
    Object.assign(ports, { fleets: [...ports.fleets, other] });
    await tick();
    expect(crashes.calls).toContain('alarms.withPrefix');
  });
});

describe('a standing alarm', () => {
  it('has its fleet evaluated each minute, once for all of its alarms', async () => {
    const { tick, starter, alarm } = stage();
    alarm('web/requests-high');
    alarm('web/cpu-high');
    await tick();
    await tick();
    expect(starter.started).toMatchObject([
      { kind: 'scale-due', fleet: 'web', id: 'tick-1/web' },
      { kind: 'scale-due', fleet: 'web', id: 'tick-2/web' },
    ]);
  });

  it('gives a doubled tick the same work under the same id', async () => {
    const { tick, starter, alarm } = stage();
    alarm('web/requests-high');
    await tick('tick');
    await tick('tick');
    expect(starter.started.map(({ id }) => id)).toEqual(['tick/web', 'tick/web']);
  });

  it.each([
    ['high', 10],
    ['low', 2],
  ])('on the %s side moves nobody at %d instances', async (side, desired) => {
    const { tick, starter, state, alarm } = stage();
    state.group = { ...state.group, desired };
    alarm(`web/cpu-${side}`);
    await tick();
    expect(starter.started).toEqual([]);
  });

  it('of no fleet, or of a paused one, starts nothing', async () => {
    const { tick, starter, alarm } = stage({ mode: 'paused' });
    alarm('web/cpu-high');
    alarm('other/cpu-high');
    alarm('nonsense');
    await tick();
    expect(starter.started).toEqual([]);
  });
});

describe('an instance in a hook', () => {
  it.each([
    ['Pending:Wait', 'launching', 'evenkeel-admission'],
    ['Terminating:Wait', 'terminating', 'evenkeel-drain'],
  ])('in %s that nobody serves is served from the second minute on', async (lifecycle, kind, hook) => {
    const { tick, starter, stands, state } = stage();
    stands(lifecycle);
    await tick();
    expect(starter.started).toEqual([]);
    await tick();
    expect(starter.started).toEqual([
      {
        kind,
        id: 'tick-2/i-1',
        at: 0,
        action: { token: '', group: state.group.name, hook, instance: 'i-1' },
      },
    ]);
  });

  it('gets a whole minute for its event to arrive', async () => {
    const { tick, starter, stands, clock } = stage();
    stands('Terminating:Wait');
    await tick();
    clock.advance(-SECOND);
    await tick();
    expect(starter.started).toEqual([]);
    await tick();
    expect(starter.started).toHaveLength(1);
  });

  it('that is being served is left alone', async () => {
    const { tick, starter, stands, ledger } = stage();
    stands('Terminating:Wait');
    await ledger.claim('drain#i-1', 'execution', 3600);
    await tick();
    await tick();
    expect(starter.started).toEqual([]);
  });

  it('is served again where its service has died', async () => {
    const { tick, starter, stands, ledger } = stage();
    stands('Terminating:Wait');
    await tick();
    await ledger.claim('drain#i-1', 'execution', 100);
    await tick();
    await tick();
    expect(starter.started).toEqual([]);
    await tick();
    expect(starter.started).toHaveLength(1);
  });

  it('that nobody serves after ten minutes of trying is stuck: that is counted and named', async () => {
    const { tick, stands } = stage();
    stands('Terminating:Wait');
    stands('Terminating:Wait', 'i-2');
    const stuck = ({ measures = [] }: Outcome) =>
      measures.filter(({ metric }) => metric === 'StuckInstances');
    for (let minute = 0; minute < 10; minute++) expect(stuck(await tick())).toEqual([]);
    const outcome = await tick();
    expect(stuck(outcome)).toEqual([{ metric: 'StuckInstances', value: 2, by: {} }]);
    expect(outcome).toMatchObject({ facts: { served: 2, stuck: 'i-1, i-2' } });
  });

  it('of a shadow fleet is left alone', async () => {
    const { tick, starter, stands } = stage({ mode: 'shadow' });
    stands('Terminating:Wait');
    await tick();
    await tick();
    expect(starter.started).toEqual([]);
  });

  it('is left alone where it cannot be said which hook is ours', async () => {
    const { tick, starter, stands, ports } = stage();
    const hooks = ['a', 'b'].map((name) => ({
      name,
      transition: 'terminating' as const,
      heartbeatTimeout: 900,
      globalTimeout: 90_000,
    }));
    Object.assign(ports, { hooks: { of: () => Promise.resolve(hooks) } });
    stands('Terminating:Wait');
    await tick();
    await tick();
    expect(starter.started).toEqual([]);
  });
});

describe('stories', () => {
  it('that nobody was woken for are woken', async () => {
    const { tick, state, outbox } = stage();
    state.untold = ['story-1', 'story-2'];
    expect(await tick()).toMatchObject({ facts: { woken: 2 } });
    expect(outbox.woken).toEqual(['story-1', 'story-2']);
  });
});

describe('a part that fails', () => {
  it('does not hold up the others, and is not hidden', async () => {
    const { tick, state, outbox, ports, starter, stands } = stage();
    stands('Terminating:Wait');
    await tick();
    state.untold = ['story-1'];
    Object.assign(ports, { alarms: { withPrefix: () => Promise.reject(new Error('throttled')) } });
    await expect(tick()).rejects.toThrow('reconciliation is incomplete');
    expect(outbox.woken).toEqual(['story-1']);
    expect(starter.started).toMatchObject([{ kind: 'terminating' }]);
  });
});

describe('an address of fleets.yml', () => {
  const unconfirmed = (outcome: Outcome) =>
    outcome.measures?.find(({ metric }) => metric === 'UnconfirmedAddresses')?.value;

  it('that nobody confirmed is counted, and named in the log, every quarter of an hour', async () => {
    const { tick, clock } = stage();
    clock.advance(15 * MINUTE - (clock.now() % (15 * MINUTE)));
    const quarter = await tick();
    expect(unconfirmed(quarter)).toBe(1);
    expect(quarter).toMatchObject({ facts: { unconfirmed: 'Second@example.com' } });
    expect(unconfirmed(await tick())).toBeUndefined();
    clock.advance(13 * MINUTE);
    expect(unconfirmed(await tick())).toBe(1);
  });

  it('that is confirmed is not, however it is spelt', async () => {
    const { tick, clock, state } = stage();
    state.confirmed.push('second@EXAMPLE.com');
    clock.advance(15 * MINUTE - (clock.now() % (15 * MINUTE)));
    const quarter = await tick();
    expect(unconfirmed(quarter)).toBe(0);
    expect(quarter).toMatchObject({ facts: { scaled: 0, served: 0, woken: 0 } });
    expect(quarter).not.toHaveProperty('facts.unconfirmed');
  });
});

describe('a fleet', () => {
  it('is measured each minute: the instances it should have, and those that serve', async () => {
    const { tick, stands } = stage();
    stands('InService');
    stands('Terminating:Wait', 'i-2');
    expect((await tick()).measures).toEqual(
      expect.arrayContaining([
        { metric: 'DesiredCapacity', value: 4, by: { fleet: 'web' } },
        { metric: 'ServingInstances', value: 1, by: { fleet: 'web' } },
      ]),
    );
  });
});

describe('a group whose launches are suspended', () => {
  const suspended = (staged: ReturnType<typeof stage>) => {
    staged.state.group = { ...staged.state.group, suspendedProcesses: ['Launch'] };
  };

  it('by an admission that was killed meanwhile launches again once its breaker would have closed', async () => {
    const staged = stage();
    suspended(staged);
    await staged.ledger.claim('launch-suspended#web-group', 'execution', 3600);
    await staged.ledger.claim('launch-breaker#web', 'execution', 90);
    await staged.tick();
    await staged.tick();
    expect(staged.resumed).toEqual([]);
    expect(await staged.tick()).toMatchObject({ facts: { resumed: 1 } });
    expect(staged.resumed).toEqual(['web-group']);
    suspended(staged);
    await staged.tick();
    expect(staged.resumed).toHaveLength(1);
  });

  it('by its owner is left alone', async () => {
    const staged = stage();
    suspended(staged);
    await staged.tick();
    expect(staged.resumed).toEqual([]);
  });
});

describe('protection that a refresh has lent', () => {
  const image = { parameter: '/ami', minHealthyPercentage: 90, maxHealthyPercentage: 110, bake: 600 };
  const IDS = ['i-1', 'i-2', 'i-3'];

  /** An execution has lent it to the first two, and was killed; the third is protected by its owner. */
  async function left(changes: Partial<Fleet> = {}, crashes = new Crashes()) {
    const staged = stage({ image, ...changes }, crashes);
    const { state, clock, ledger } = staged;
    const instances = IDS.map((id) => ({ ...instance(0), id, isProtected: true }));
    state.group = { ...state.group, instances };
    await ledger.claim('protection-lent#web-group', 'execution-1 i-1 i-2 i-gone', 86_400);
    clock.advance(15 * MINUTE - (clock.now() % (15 * MINUTE)));
    const protectedNow = () =>
      state.group.instances.filter(({ isProtected }) => isProtected).map(({ id }) => id);
    const pass = async (minutes: number) => {
      const outcomes: Outcome[] = [];
      for (let minute = 0; minute < minutes; minute++) outcomes.push(await staged.tick());
      return outcomes;
    };
    return { ...staged, protectedNow, pass };
  }

  it('is taken back an hour after its execution has last been heard of, and what owners protect stays so', async () => {
    const { pass, protectedNow, ledger } = await left();
    await pass(45);
    expect(protectedNow()).toEqual(IDS);
    const outcomes = await pass(30);
    expect(protectedNow()).toEqual(['i-3']);
    expect(
      outcomes.filter((outcome) => outcome.kind === 'done' && outcome.facts?.unprotected === 2),
    ).toHaveLength(1);
    expect(await ledger.isClaimed('protection-lent#web-group')).toBe(false);
  });

  it('is not while its refresh still runs, which would replace them', async () => {
    const { pass, protectedNow, state } = await left();
    state.refreshes = [{ id: 'r-1', status: 'InProgress', percentComplete: 50 }];
    await pass(120);
    expect(protectedNow()).toEqual(IDS);
    state.refreshes = [{ id: 'r-1', status: 'Successful', percentComplete: 100 }];
    await pass(15);
    expect(protectedNow()).toEqual(['i-3']);
  });

  it('comes to the same whichever call fails, or is the last before a crash', async () => {
    const { calm, differing, calls } = await everyCrash(async (crashes) => {
      const { tick, clock, protectedNow, ledger } = await left({}, crashes);
      for (let quarter = 0; quarter < 8; quarter++) {
        await crashes.survive(
          () => tick(),
          () => clock.advance(MINUTE),
        );
        clock.advance(15 * MINUTE - (clock.now() % (15 * MINUTE)));
      }
      return { protected: protectedNow(), isMarked: await ledger.isClaimed('protection-lent#web-group') };
    });
    expect(calls).toContain('groups.protect');
    expect(calm).toEqual({ protected: ['i-3'], isMarked: false });
    expect(differing).toEqual([]);
  });
});

const served = ({ started }: StarterFake) =>
  started.flatMap((event) => {
    if (event.kind === 'launching') return [{ work: 'admission', instance: event.action.instance }];
    return event.kind === 'terminating' ? [{ work: 'drain', instance: event.action.instance }] : [];
  });

describe('a call that fails, or is the last before a crash, changes nothing in the end', () => {
  it('for a tick, as the next one does what is left', async () => {
    const calls = new Set<string>();
    const { calm, differing } = await everyCrash(async (crashes) => {
      const staged = stage({}, crashes);
      const { clock, state, starter, outbox, ledger, resumed } = staged;
      clock.advance(15 * MINUTE - (clock.now() % (15 * MINUTE)) - MINUTE);
      staged.alarm('web/requests-high');
      staged.stands('Terminating:Wait', 'i-1');
      staged.stands('Pending:Wait', 'i-2');
      state.group = { ...state.group, suspendedProcesses: ['Launch'] };
      state.untold = ['story-1'];
      await ledger.claim('launch-suspended#web-group', 'execution', 3600);
      // Schedules try nothing again: the next tick is the retry. What was started claims its work at once.
      for (let minute = 0; minute < 20; minute++) {
        await crashes.survive(
          () => staged.tick(),
          () => clock.advance(MINUTE),
        );
        for (const { work, instance } of served(starter))
          await ledger.claim(`${work}#${instance}`, 'e', 3600);
        if (outbox.woken.length > 0) state.untold = [];
      }
      crashes.calls.forEach((call) => calls.add(call));
      return {
        // Started twice they bear the same name, or find the work claimed.
        served: [...new Set(served(starter).map(({ work, instance }) => `${work} ${instance}`))],
        isScaled: starter.started.some(({ kind }) => kind === 'scale-due'),
        woken: [...new Set(outbox.woken)],
        resumed,
        isMarked: await ledger.isClaimed('launch-suspended#web-group'),
      };
    });
    expect(calm).toEqual({
      served: ['drain i-1', 'admission i-2'],
      isScaled: true,
      woken: ['story-1'],
      resumed: ['web-group'],
      isMarked: false,
    });
    expect(differing).toEqual([]);
    expect([...calls].toSorted()).toEqual([
      'alarms.withPrefix',
      'groups.ofFleets',
      'groups.resumeLaunch',
      'hooks.of',
      'ledger.claim',
      'ledger.isClaimed',
      'ledger.release',
      'outbox.untold',
      'outbox.wake',
      'starter.start',
      'subscribers.confirmed',
    ]);
  });
});
