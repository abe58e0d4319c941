import { describe, expect, it } from 'vitest';
import type { EventOf, Fleet, Group } from '../../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../../shared/domain/index.ts';
import { replaceInstance } from '../../../../shared/workflows/replace-instance.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { Crashes, everyCrash } from '../../../support/crashes.ts';
import { DurableFake } from '../../../support/durable-fake.ts';
import { fleetOf } from '../../../support/fleets.ts';
import { ClaimsFake, LeaseFake, MarksFake, OutboxFake } from '../../../support/memory-fake.ts';
import { group, instance } from '../../../support/world.ts';

const OLD = instance(0).id;

/** A group that launches an instance two minutes after it is asked for one, unless it cannot. */
function stage(change: Partial<Fleet> = {}, of: Partial<Group> = {}, boots = 120, crashes = new Crashes()) {
  const clock = new ClockFake();
  const fleet = fleetOf(change);
  let state = group(4, of);
  let launchedAt = Infinity;
  let loweredAt = Infinity;
  const least: number[] = [];
  const calls: string[] = [];
  const serving = () => state.instances.filter(({ lifecycle }) => lifecycle === 'InService').length;
  const current = () => {
    if (clock.now() >= launchedAt + boots * SECOND) {
      state = { ...state, instances: [...state.instances, { ...instance(9) }] };
      launchedAt = Infinity;
    }
    if (clock.now() >= loweredAt) state = { ...state, desired: 4 };
    least.push(serving());
    return state;
  };
  const terminate = (id: string, decrements: boolean) => {
    const found = state.instances.find((one) => one.id === id);
    if (found === undefined) return 'gone' as const;
    calls.push(decrements ? 'decrement' : 'replace');
    state = {
      ...state,
      desired: state.desired - Number(decrements),
      // It stands in its hook for a while: whoever terminates it again lowers desired capacity again.
      instances: [
        ...state.instances.filter((one) => one !== found),
        { ...found, lifecycle: 'Terminating:Wait' },
      ],
    };
    return 'done' as const;
  };
  const ledger = new ClaimsFake(clock);
  const outbox = new OutboxFake();
  const marks = new MarksFake();
  const groups = {
    named: async () => current(),
    ofInstance: async (id: string) =>
      current().instances.some((one) => one.id === id)
        ? { group: state.name, lifecycle: 'InService' }
        : undefined,
    setDesired: async (_: string, desired: number) => {
      calls.push(`desired ${desired}`);
      if (desired > state.desired) launchedAt = clock.now();
      state = { ...state, desired };
      return 'done' as const;
    },
    terminateAndDecrement: async (id: string): Promise<'done' | 'gone' | 'busy'> => terminate(id, true),
    terminateAndReplace: async (id: string) => terminate(id, false),
  };
  const lease = new LeaseFake(clock, (table) => crashes.around('lease', table));
  const ports = {
    fleets: [fleet],
    groups: crashes.around('groups', groups),
    ledger: crashes.around('ledger', ledger),
    outbox: crashes.around('outbox', outbox),
    instances: crashes.around('instances', marks),
    lease,
    clock,
  };
  const began = clock.now();
  const event: EventOf<'replace-due'> = {
    kind: 'replace-due',
    id: 'event-1',
    at: began,
    instance: OLD,
    reason: 'rebalance',
  };
  const run = (changes: Partial<typeof event> = {}, durable = new DurableFake(clock)) =>
    crashes.survive(() => replaceInstance({ ...event, ...changes }, { ...ports, durable: durable.replay() }));
  const elapsed = () => (clock.now() - began) / SECOND;
  /** Somebody takes desired capacity back to where it was, so many seconds after the beginning. */
  const lowerAfter = (seconds: number) => (loweredAt = began + seconds * SECOND);
  return {
    clock,
    marks,
    run,
    elapsed,
    calls,
    least,
    outbox,
    ledger,
    groups,
    crashes,
    lowerAfter,
    now: current,
  };
}

describe('an instance that AWS is going to take', () => {
  it('leaves only when another serves in its place', async () => {
    const { run, calls, least, now, elapsed, outbox, ledger } = stage();
    expect(await run()).toMatchObject({ kind: 'done', facts: { replaced: true } });
    expect(calls).toEqual(['desired 5', 'decrement']);
    expect(ledger.recorded).toMatchObject([
      { action: 'scale-out', from: 4, to: 5, victims: [] },
      { action: 'scale-in', from: 5, to: 4, victims: [OLD] },
    ]);
    expect(Math.min(...least)).toBe(4);
    expect(now()).toMatchObject({ desired: 4 });
    expect(now().instances.find(({ id }) => id === OLD)).not.toMatchObject({ lifecycle: 'InService' });
    expect(elapsed()).toBe(120);
    expect(outbox.titles).toEqual([`${OLD} of web is replaced before AWS takes it`]);
  });

  it('leaves first where its group is at its maximum', async () => {
    const { run, calls } = stage({}, { max: 4 });
    await run();
    expect(calls).toEqual(['replace']);
  });

  it('stays where no other could be launched, and capacity is what it was', async () => {
    const { run, calls, now, outbox } = stage({}, {}, 1e6);
    expect(await run()).toMatchObject({ facts: { replaced: false } });
    expect(calls).toEqual(['desired 5', 'desired 4']);
    expect(now().instances.map(({ id }) => id)).toContain(OLD);
    expect(outbox.titles).toEqual([`${OLD} of web could not be replaced in advance`]);
  });

  it('does not cost capacity twice: where scaling in has taken one meanwhile, it is replaced', async () => {
    const { run, calls, lowerAfter } = stage();
    lowerAfter(60);
    await run();
    expect(calls).toEqual(['desired 5', 'replace']);
  });

  it.each([
    ['in standby', { lifecycle: 'Standby' }],
    ['protected', { isProtected: true }],
  ])('is left alone when it is %s', async (_, member) => {
    const { run, calls } = stage({}, { instances: [instance(0, member), instance(1), instance(2)] });
    expect(await run()).toMatchObject({ kind: 'done' });
    expect(calls).toEqual([]);
  });

  it('is left alone when its owner has marked it', async () => {
    const { run, marks, calls } = stage();
    marks.marked = new Set([OLD]);
    expect(await run()).toMatchObject({ kind: 'done' });
    expect(calls).toEqual([]);
  });

  it('stays when its owner marks it while another boots, which is taken in again', async () => {
    const { run, marks, groups, now, outbox } = stage();
    const { setDesired } = groups;
    groups.setDesired = (name, desired) => {
      marks.marked = new Set([OLD]);
      return setDesired(name, desired);
    };
    expect(await run()).toMatchObject({ facts: { replaced: false } });
    expect(now()).toMatchObject({ desired: 4 });
    expect(now().instances.find(({ id }) => id === OLD)).toMatchObject({ lifecycle: 'InService' });
    expect(now().instances.find(({ id }) => id === instance(9).id)).toMatchObject({
      lifecycle: 'Terminating:Wait',
    });
    expect([...outbox.stories.values()].map(({ text }) => text).join()).toContain('not to be touched');
  });

  it('of a weighted group is replaced by as many units', async () => {
    const members = Array.from({ length: 4 }, (_, index) => instance(index, { weight: 3 }));
    const { run, calls, ledger } = stage({}, { instances: members, desired: 12 });
    await run();
    expect(calls[0]).toBe('desired 15');
    expect(ledger.recorded).toMatchObject([
      { from: 12, to: 15 },
      { from: 15, to: 12, victims: [OLD] },
    ]);
  });

  it('is replaced once, whatever announces it', async () => {
    const { run, clock, calls } = stage();
    await run({}, new DurableFake(clock, 'first'));
    const second = await run({ reason: 'health' }, new DurableFake(clock, 'second'));
    expect(second).toMatchObject({ kind: 'skip' });
    expect(calls).toHaveLength(2);
  });

  it('has no successor launched by two: where a warning has taken that on, it only leaves', async () => {
    const { run, calls, ledger } = stage();
    await ledger.claim(`successor#${OLD}`, 'warning', 60);
    await run();
    expect(calls).toEqual(['replace']);
  });

  it('is taken again where its group was busy', async () => {
    const { run, calls, groups } = stage();
    const { terminateAndDecrement } = groups;
    let isBusy = true;
    groups.terminateAndDecrement = async (id) => {
      if (!isBusy) return terminateAndDecrement(id);
      isBusy = false;
      return 'busy';
    };
    await run();
    expect(calls).toEqual(['desired 5', 'decrement']);
  });

  it('of a group that is paused by its tag stays', async () => {
    const { run, calls } = stage({}, { tags: { 'evenkeel:paused': 'true' } });
    expect(await run()).toMatchObject({ kind: 'skip' });
    expect(calls).toEqual([]);
  });

  it('of a paused fleet stays', async () => {
    const { run, calls } = stage({ mode: 'paused' });
    expect(await run()).toMatchObject({ kind: 'skip' });
    expect(calls).toEqual([]);
  });
});

describe('a replacement waits for the disruption budget', () => {
  const disruption = { atMost: { instances: 1 }, per: 3600 } as const;

  it('that others have used up', async () => {
    const { run, ledger, clock, elapsed } = stage({ disruption });
    await ledger.disrupt('web', 'other', {
      at: clock.now() - 30 * MINUTE,
      cause: 'scale-in',
      instances: [{ id: 'i-other' }],
    });
    await run();
    expect(elapsed()).toBe(30 * 60 + 120);
    expect([...ledger.disrupted.keys()]).toContain(OLD);
  });

  it('and for its zone’s share', async () => {
    const { run, ledger, clock, elapsed } = stage({
      disruption: { atMost: { instances: 9 }, per: 600, perZone: { instances: 1 } },
    });
    await ledger.disrupt('web', 'other', {
      at: clock.now(),
      cause: 'refresh',
      instances: [{ id: 'i-other', zone: 'eu-central-1a' }],
    });
    await run();
    expect(elapsed()).toBe(600 + 120);
  });

  it('but not until it is too late', async () => {
    const { run, ledger, clock, elapsed } = stage({
      disruption: { ...disruption, atMost: { instances: 0 } },
    });
    await run({ reason: 'health', by: clock.now() + 3 * 60 * MINUTE });
    expect(elapsed()).toBe(60 * 60 + 120);
    expect(ledger.disrupted.size).toBe(1);
  });
});

describe('a call that fails, or is the last before a crash, changes nothing in the end', () => {
  const disruption = { atMost: { instances: 2 }, per: 3600 } as const;
  const calls = new Set<string>();
  const last = { ...group(4), max: 4 };

  it.each([
    [
      'that is launched first',
      {},
      120,
      { calls: ['desired 5', 'decrement'], least: 4, isThere: false, desired: 4, severity: 'info' },
    ],
    [
      'of a group at its maximum',
      last,
      120,
      { calls: ['replace'], least: 3, isThere: false, desired: 4, severity: 'info' },
    ],
    [
      'that cannot be launched',
      {},
      1e6,
      { calls: ['desired 5', 'desired 4'], least: 4, isThere: true, desired: 4, severity: 'warning' },
    ],
  ])('for a replacement %s', async (_, of, boots, end) => {
    const { calm, differing } = await everyCrash(async (crashes) => {
      const scene = stage({ disruption }, of, boots, crashes);
      await scene.run();
      crashes.calls.forEach((call) => calls.add(call));
      const { instances, desired } = scene.now();
      return {
        // Desired capacity set twice to the same is one change.
        calls: scene.calls.filter((call, at) => call !== scene.calls[at - 1]),
        least: Math.min(...scene.least),
        isThere: instances.some(({ id, lifecycle }) => id === OLD && lifecycle === 'InService'),
        desired,
        severity: [...scene.outbox.stories.values()].map(({ severity }) => severity).join(),
        disrupted: [...scene.ledger.disrupted.keys()],
      };
    });
    expect(calm).toEqual({ ...end, disrupted: [OLD] });
    expect(differing).toEqual([]);
  });

  it('and every call that a replacement may make is among those', () => {
    expect([...calls].toSorted()).toEqual([
      'groups.named',
      'groups.ofInstance',
      'groups.setDesired',
      'groups.terminateAndDecrement',
      'groups.terminateAndReplace',
      'instances.tagged',
      'lease.acquire',
      'lease.release',
      'ledger.claim',
      'ledger.decisions',
      'ledger.disrupt',
      'ledger.disruptions',
      'ledger.isClaimed',
      'ledger.record',
      'ledger.release',
      'outbox.tell',
    ]);
  });
});
