import { describe, expect, it } from 'vitest';
import type { EventOf, Fleet, Group } from '../../../../shared/domain/index.ts';
import { isServing, MINUTE, SECOND } from '../../../../shared/domain/index.ts';
import { replaceInstance } from '../../../../shared/workflows/replace-instance.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { Crashes, everyCrash } from '../../../support/crashes.ts';
import { DurableFake } from '../../../support/durable-fake.ts';
import { fleetOf } from '../../../support/fleets.ts';
import {
  AnnouncementsFake,
  ClaimsFake,
  LeaseFake,
  MarksFake,
  OutboxFake,
} from '../../../support/memory-fake.ts';
import { group, instance } from '../../../support/world.ts';

const OLD = instance(0).id;

/**
 * A group that launches an instance two minutes after it is asked for one, unless it cannot.
 *
 * @param boots seconds that each instance takes, or would when asked for so many seconds after the beginning
 * @param weights of those that come, one after another
 */
function stage(
  change: Partial<Fleet> = {},
  of: Partial<Group> = {},
  boots: number | ((asked: number) => number) = 120,
  crashes = new Crashes(),
  weights: readonly (number | undefined)[] = [undefined],
) {
  const clock = new ClockFake();
  const began = clock.now();
  const fleet = fleetOf(change);
  let state = group(4, of);
  let launchedAt = Infinity;
  let loweredAt = Infinity;
  const changes: { at: number; of: (now: Group) => Partial<Group> }[] = [];
  const least: number[] = [];
  const calls: string[] = [];
  const serving = () => state.instances.filter(({ lifecycle }) => lifecycle === 'InService').length;
  const current = () => {
    for (const [index, weight] of weights.entries()) {
      const asked = (launchedAt - began) / SECOND;
      const each = typeof boots === 'number' ? boots : boots(asked);
      if (!(clock.now() >= launchedAt + each * (index + 1) * SECOND)) continue;
      const newcomer = instance(9 + index, weight === undefined ? {} : { weight });
      if (state.instances.some(({ id }) => id === newcomer.id)) continue;
      state = { ...state, instances: [...state.instances, newcomer] };
    }
    if (clock.now() >= loweredAt) state = { ...state, desired: 4 };
    for (const due of changes.splice(0, changes.filter(({ at }) => at <= clock.now()).length))
      state = { ...state, ...due.of(state) };
    least.push(serving());
    return state;
  };
  const terminate = (id: string, decrements: boolean) => {
    const found = state.instances.find((one) => one.id === id);
    if (found === undefined) return 'gone' as const;
    calls.push(decrements ? 'decrement' : 'replace');
    const { weight: units = 1 } = found;
    state = {
      ...state,
      desired: state.desired - (decrements ? units : 0),
      // It stands in its hook for a while: whoever terminates it again lowers desired capacity again.
      instances: [
        ...state.instances.filter((one) => one !== found),
        { ...found, lifecycle: 'Terminating:Wait' },
      ],
    };
    return 'done' as const;
  };
  const announcements = new AnnouncementsFake();
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
    announcements: crashes.around('announcements', announcements),
    lease,
    clock,
  };
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
  /** Somebody changes the group, so many seconds after the beginning. */
  const changeAfter = (seconds: number, of: (now: Group) => Partial<Group>) =>
    changes.push({ at: began + seconds * SECOND, of });
  return {
    clock,
    announcements,
    changeAfter,
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

/** Four instances of three units each. */
const weighted = {
  instances: Array.from({ length: 4 }, (_, index) => instance(index, { weight: 3 })),
  desired: 12,
  max: 30,
};

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
    const { run, calls, ledger } = stage({}, weighted, 120, undefined, [3]);
    await run();
    expect(calls[0]).toBe('desired 15');
    expect(ledger.recorded).toMatchObject([
      { from: 12, to: 15 },
      { from: 15, to: 12, victims: [OLD] },
    ]);
  });

  it('of a weighted group stays until as many units serve as it counts for, however many that come', async () => {
    const { run, elapsed, least, calls } = stage({}, weighted, 120, undefined, [1, 1, 1]);
    await run();
    expect(calls).toEqual(['desired 15', 'decrement']);
    expect(elapsed()).toBe(360);
    expect(Math.min(...least)).toBe(4);
  });

  it('of a weighted group whose successors came in part stays, and what serves is not taken back', async () => {
    const { run, calls, now } = stage({}, weighted, 120, undefined, [1, 1]);
    expect(await run()).toMatchObject({ facts: { replaced: false } });
    expect(calls).toEqual(['desired 15', 'desired 14']);
    expect(now().instances.filter(isServing)).toHaveLength(6);
  });

  it('stays while another is lost, for which the newcomer came', async () => {
    const { run, elapsed, changeAfter, now } = stage({}, {}, 120, undefined, [undefined, undefined]);
    changeAfter(60, ({ instances }) => ({ instances: instances.filter(({ id }) => id !== instance(1).id) }));
    await run();
    expect(elapsed()).toBe(240);
    expect(now().instances.filter(isServing)).toHaveLength(4);
  });

  it('has as long for its successor as an admission may take', async () => {
    const slow = fleetOf().admission;
    const { run, calls } = stage({ admission: { ...slow, within: 40 * 60 } }, {}, 45 * 60);
    await run();
    expect(calls).toEqual(['desired 5', 'decrement']);
  });

  it('leaves a group at its maximum only while that lacks nothing else', async () => {
    const lacking = [instance(0), instance(1), instance(2), instance(3, { lifecycle: 'Pending' })];
    const { run, calls, elapsed, changeAfter } = stage({}, { max: 4, instances: lacking });
    changeAfter(300, ({ instances }) => ({
      instances: instances.map((one) => ({ ...one, lifecycle: 'InService' })),
    }));
    await run();
    expect(calls).toEqual(['replace']);
    expect(elapsed()).toBe(300);
  });

  it('stays in a group at its maximum that goes on lacking others', async () => {
    const lacking = [instance(0), instance(1), instance(2)];
    const { run, calls, outbox } = stage({}, { max: 4, desired: 4, instances: lacking });
    expect(await run()).toMatchObject({ facts: { replaced: false } });
    expect(calls).toEqual([]);
    expect([...outbox.stories.values()].map(({ text }) => text).join()).toContain('at its maximum');
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
    const { run, calls } = stage({}, { tags: { ...group(4).tags, 'evenkeel:paused': 'true' } });
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
    expect(calls).toEqual([]);
  });

  it('of a paused fleet stays', async () => {
    const { run, calls } = stage({ mode: 'paused' });
    expect(await run()).toMatchObject({ kind: 'skip' });
    expect(calls).toEqual([]);
  });
});

describe('a replacement that failed', () => {
  const byDay = (days: number, { clock }: ReturnType<typeof stage>) => clock.now() + days * 24 * 60 * MINUTE;

  it('is tried again until the date at which AWS takes the instance, and told where it fails and where it succeeds', async () => {
    const scene = stage({}, {}, (asked) => (asked < 4 * 3600 ? Infinity : 120));
    const { run, calls, outbox, elapsed } = scene;
    expect(await run({ reason: 'health', by: byDay(1, scene) })).toMatchObject({ facts: { replaced: true } });
    expect(calls.at(-1)).toBe('decrement');
    expect(calls.filter((call) => call === 'desired 5')).toHaveLength(4);
    expect(elapsed()).toBeLessThan(6 * 3600);
    expect([...outbox.stories.values()].map(({ severity }) => severity)).toEqual(['warning', 'info']);
    expect([...outbox.stories.values()][0]?.text).toContain('tried again');
  });

  it('ends with that date', async () => {
    const scene = stage({}, {}, Infinity);
    const by = scene.clock.now() + 5 * 60 * MINUTE;
    expect(await scene.run({ reason: 'health', by })).toMatchObject({ facts: { replaced: false } });
    expect(scene.clock.now()).toBeLessThan(by);
    expect(scene.now()).toMatchObject({ desired: 4 });
  });

  it('is not tried again where the change is called off meanwhile', async () => {
    const scene = stage({}, {}, Infinity);
    const { run, calls, announcements, groups, outbox } = scene;
    const off = { change: 'arn', saidAt: scene.clock.now(), isOver: true };
    const { setDesired } = groups;
    groups.setDesired = async (...of) => {
      await announcements.note(OLD, off);
      return setDesired(...of);
    };
    await run({ reason: 'health', by: byDay(9, scene) });
    expect([...outbox.stories.values()][0]?.text).not.toContain('tried again');
    expect(calls).toEqual(['desired 5', 'desired 4']);
  });

  it.each([
    ['that no other came for', {}, Infinity],
    ['of an instance in standby', { instances: [instance(0, { lifecycle: 'Standby' }), instance(1)] }, 120],
  ])('%s is taken up by the next announcement', async (_, of, boots) => {
    const { run, clock, changeAfter, calls } = stage({}, of, boots);
    await run({}, new DurableFake(clock, 'first'));
    calls.length = 0;
    changeAfter(0, () => ({ ...group(4), max: 4 }));
    await run({ id: 'event-2' }, new DurableFake(clock, 'second'));
    expect(calls).toEqual(['replace']);
  });
});

describe('a replacement goes by what AWS has said last', () => {
  const disruption = { atMost: { instances: 0 }, per: 3600 } as const;
  const HOURS = 60 * MINUTE;
  const said = (scene: ReturnType<typeof stage>, by: number, change = 'arn', isOver = false) =>
    scene.announcements.note(OLD, { change, saidAt: scene.clock.now(), by: scene.clock.now() + by, isOver });

  it.each([
    ['earlier', 3, 3600],
    ['later', 8, 6 * 3600],
  ])('a change that is moved to a date %s', async (_, hours, leaves) => {
    const scene = stage({ disruption });
    await said(scene, hours * HOURS);
    await scene.run({ reason: 'health', by: scene.clock.now() + 5 * HOURS });
    expect(scene.elapsed()).toBe(leaves + 120);
  });

  it('a change that is called off: the instance stays', async () => {
    const scene = stage({ disruption });
    await said(scene, 3 * HOURS, 'arn', true);
    await scene.run({ reason: 'health', by: scene.clock.now() + 3 * HOURS });
    expect(scene.calls).toEqual([]);
    expect(scene.elapsed()).toBe(0);
  });

  it('of two changes the one that comes first, and of none that is over', async () => {
    const scene = stage({ disruption });
    await said(scene, 9 * HOURS, 'one');
    await said(scene, 4 * HOURS, 'two');
    await said(scene, 3 * HOURS, 'three', true);
    await scene.run({ reason: 'health', by: scene.clock.now() + 9 * HOURS });
    expect(scene.elapsed()).toBe(2 * 3600 + 120);
  });

  it('a date hastens what waits for another reason, and its end does not end that', async () => {
    const hastened = stage({ disruption });
    await said(hastened, 3 * HOURS);
    await hastened.run();
    expect(hastened.elapsed()).toBe(3600 + 120);
    const other = stage();
    await said(other, 3 * HOURS, 'arn', true);
    await other.run();
    expect(other.calls).toEqual(['desired 5', 'decrement']);
  });

  it('and leaves time for a long drain', async () => {
    const base = fleetOf();
    const drain = { ...base.drain, within: 4 * 3600 };
    const scene = stage({ disruption, drain });
    await scene.run({ reason: 'health', by: scene.clock.now() + 6 * HOURS });
    expect(scene.elapsed()).toBe(6 * 3600 - (20 * 60 + base.admission.within + 4 * 3600) + 120);
  });
});

describe('a group that is paused by its tag', () => {
  const { tags: running } = group(4);
  const tags = { ...running, 'evenkeel:paused': 'true' };

  it('may go on before the date at which AWS takes an instance: then that is replaced', async () => {
    const { run, clock, changeAfter, elapsed, calls } = stage({}, { tags });
    changeAfter(1800, () => ({ tags: running }));
    await run({ reason: 'health', by: clock.now() + 6 * 60 * MINUTE });
    expect(calls).toEqual(['desired 5', 'decrement']);
    expect(elapsed()).toBe(1800 + 120);
  });

  it('or does not: then it stays', async () => {
    const { run, clock, calls } = stage({}, { tags });
    const by = clock.now() + 6 * 60 * MINUTE;
    await run({ reason: 'health', by });
    expect(calls).toEqual([]);
    expect(clock.now()).toBe(by);
  });

  it('meanwhile ends what waits for the budget, and has no date', async () => {
    const { run, changeAfter, calls } = stage({ disruption: { atMost: { instances: 0 }, per: 3600 } });
    changeAfter(600, () => ({ tags }));
    expect(await run()).toMatchObject({ kind: 'done' });
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
      'announcements.of',
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
