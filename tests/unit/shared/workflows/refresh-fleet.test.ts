import { describe, expect, it } from 'vitest';
import type { EventOf, Fleet, Group } from '../../../../shared/domain/index.ts';
import { SECOND } from '../../../../shared/domain/index.ts';
import type { Groups, Images, RefreshStatus } from '../../../../shared/ports/index.ts';
import type { RefreshPorts } from '../../../../shared/workflows/refresh-fleet.ts';
import { refreshFleet } from '../../../../shared/workflows/refresh-fleet.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { Crashes, everyCrash } from '../../../support/crashes.ts';
import { DurableFake } from '../../../support/durable-fake.ts';
import { fleetOf } from '../../../support/fleets.ts';
import { HookWorld } from '../../../support/hook-world.ts';
import { instance } from '../../../support/world.ts';
import { ClaimsFake, MarksFake, OutboxFake, StarterFake } from '../../../support/memory-fake.ts';

const image = { parameter: '/ami', minHealthyPercentage: 90, maxHealthyPercentage: 110, bake: 600 };

interface RefreshWorldOptions {
  readonly end?: string;
  /** Seconds that a refresh takes. */
  readonly takes?: number;
  readonly newest?: string;
  readonly check?: Awaited<ReturnType<Images['check']>>;
  readonly running?: RefreshStatus;
  /** By which the template names its image. */
  readonly parameter?: string;
}

/** A group, its template's versions and the refresh that runs through it for ten minutes. */
class RefreshWorld {
  readonly requests: Parameters<Groups['startRefresh']>[0][] = [];
  readonly versions = new Map<string, string>([['1', 'ami-old']]);
  readonly #tokens = new Map<string, string>();
  readonly #options: RefreshWorldOptions;
  readonly #clock: ClockFake;
  #startedAt = 0;
  group: Group | undefined;

  constructor(clock: ClockFake, fleet: Fleet, options: RefreshWorldOptions) {
    this.#clock = clock;
    this.#options = options;
    this.group = new HookWorld(clock, fleet).group;
  }

  #ours(): RefreshStatus[] {
    const end = this.#options.end ?? 'Successful';
    const isOver = this.#clock.now() - this.#startedAt >= (this.#options.takes ?? 600) * SECOND;
    return this.requests
      .map(({ template }, index): RefreshStatus => {
        const isEnded = isOver || index < this.requests.length - 1;
        return {
          id: `refresh-${index + 1}`,
          status: isEnded ? end : 'InProgress',
          percentComplete: isEnded ? 100 : 50,
          templateVersion: template.version,
          ...(isEnded && end !== 'Successful' && { reason: 'instances failed' }),
        };
      })
      .toReversed();
  }

  onStart: () => void = () => undefined;

  readonly groups: Pick<Groups, 'ofFleet' | 'protect' | 'startRefresh' | 'refreshes'> = {
    ofFleet: async () => this.group,
    protect: async (_, ids, isProtected) => {
      const instances = (this.group?.instances ?? []).map((one) =>
        ids.includes(one.id) ? { ...one, isProtected } : one,
      );
      if (this.group !== undefined) this.group = { ...this.group, instances };
    },
    startRefresh: async (request) => {
      const isBusy = this.#ours().some(({ status }) => status === 'InProgress');
      if (isBusy || this.#options.running !== undefined) return 'busy';
      this.onStart();
      this.requests.push(request);
      this.#startedAt = this.#clock.now();
      return { started: `refresh-${this.requests.length}` };
    },
    refreshes: async () => (this.#options.running ? [this.#options.running] : this.#ours()),
  };

  readonly images: Images = {
    newest: async () => this.#options.newest ?? 'ami-new',
    check: async () => this.#options.check ?? { usable: true },
    ofTemplate: async ({ version }) => {
      const id = this.versions.get(version);
      const { parameter } = this.#options;
      return id === undefined ? undefined : { id, ...(parameter !== undefined && { parameter }) };
    },
    createTemplateVersion: async (_, __, image, token) => {
      const version = this.#tokens.get(token) ?? String(this.versions.size + 1);
      this.#tokens.set(token, version);
      this.versions.set(version, image);
      return version;
    },
  };
}

function stage(options: RefreshWorldOptions = {}, changes: Partial<Fleet> = {}, crashes = new Crashes()) {
  const clock = new ClockFake();
  const fleet = fleetOf({ image, ...changes });
  const world = new RefreshWorld(clock, fleet, options);
  const outbox = new OutboxFake();
  const starter = new StarterFake();
  const ledger = new ClaimsFake(clock);
  const marks = new MarksFake();
  const ports = {
    fleets: [fleet],
    groups: crashes.around('groups', world.groups),
    instances: crashes.around('instances', marks),
    images: crashes.around('images', world.images),
    ledger: crashes.around('ledger', ledger),
    outbox: crashes.around('outbox', outbox),
    starter: crashes.around('starter', starter),
    clock,
  } satisfies Omit<RefreshPorts, 'durable'>;
  const event: EventOf<'refresh-due'> = { kind: 'refresh-due', id: 'tick', at: clock.now(), fleet: 'web' };
  const run = (durable = new DurableFake(clock), of = event) =>
    crashes.survive(() => refreshFleet(of, { ...ports, durable: durable.replay() }));
  return { clock, world, marks, outbox, starter, ledger, crashes, ports, run, event };
}

const severities = (outbox: OutboxFake) => [...outbox.stories.values()].map(({ severity }) => severity);

describe('a newer image is rolled out', () => {
  it('by a version of its own, with a way back, told at start and end', async () => {
    const { run, world, outbox } = stage();
    expect(await run()).toMatchObject({ kind: 'done', facts: { status: 'Successful' } });
    expect(world.versions).toEqual(
      new Map([
        ['1', 'ami-old'],
        ['2', 'ami-new'],
      ]),
    );
    expect(world.requests).toMatchObject([
      {
        group: 'web-group',
        template: { id: 'lt-1', version: '2' },
        minHealthyPercentage: 90,
        maxHealthyPercentage: 110,
        bakeSeconds: 600,
      },
    ]);
    expect(outbox.titles).toEqual(['web is being refreshed to ami-new', 'web runs ami-new']);
    expect(severities(outbox)).toEqual(['info', 'info']);
  });

  it('around instances that are marked as not to be touched, and around none of others', async () => {
    const { run, world, marks } = stage();
    marks.marked = new Set([1, 2, 9].map((number) => instance(number).id));
    const members = [instance(0), instance(1), instance(2, { isProtected: true })];
    if (world.group !== undefined) world.group = { ...world.group, instances: members };
    const isProtected = () => world.group?.instances.map((one) => one.isProtected);
    let meanwhile: unknown;
    world.onStart = () => (meanwhile = isProtected());
    await run();
    expect(meanwhile).toEqual([false, true, true]);
    // What its owner protects stays so.
    expect(isProtected()).toEqual([false, false, true]);
  });

  it('and what it lends for that is known to be lent while it is watched, and no longer', async () => {
    const { run, world, marks, ledger, clock } = stage({ takes: 7200 });
    marks.marked = new Set([instance(1).id]);
    if (world.group !== undefined) world.group = { ...world.group, instances: [instance(0), instance(1)] };
    const heard: number[] = [];
    const { refreshes } = world.groups;
    Object.assign(world.groups, {
      refreshes: async (...of: Parameters<typeof refreshes>) => {
        const held = await ledger.holder('protection-lent#web-group');
        if (held !== undefined) heard.push(clock.now() - held.at);
        return refreshes(...of);
      },
    });
    await run();
    expect(heard.length).toBeGreaterThan(100);
    expect(Math.max(...heard)).toBe(0);
    expect(await ledger.holder('protection-lent#web-group')).toBeUndefined();
  });

  it('and what one before it has lent, that was killed, is taken back by it', async () => {
    const { run, world, marks, ledger, clock } = stage();
    const lent = { ...instance(1), isProtected: true };
    if (world.group !== undefined) world.group = { ...world.group, instances: [instance(0), lent] };
    marks.marked = new Set([lent.id]);
    await ledger.claim('protection-lent#web-group', `execution-0 ${lent.id}`, 86_400);
    clock.advance(2 * 3600 * SECOND);
    let meanwhile: unknown;
    world.onStart = () => (meanwhile = world.group?.instances.map((one) => one.isProtected));
    await run();
    expect(meanwhile).toEqual([false, true]);
    expect(world.group?.instances.map((one) => one.isProtected)).toEqual([false, false]);
    expect(await ledger.holder('protection-lent#web-group')).toBeUndefined();
  });

  it('and what another has lent that is still watched is left to that', async () => {
    const { run, world, marks, ledger } = stage();
    marks.marked = new Set([instance(0).id]);
    const lent = { ...instance(1), isProtected: true };
    if (world.group !== undefined) world.group = { ...world.group, instances: [instance(0), lent] };
    await ledger.claim('protection-lent#web-group', `execution-0 ${lent.id}`, 86_400);
    await run();
    expect(world.group?.instances.map((one) => one.isProtected)).toEqual([false, true]);
    expect(await ledger.holder('protection-lent#web-group')).toMatchObject({
      owner: `execution-0 ${lent.id}`,
    });
  });

  it('not at all while nobody says which those are', async () => {
    const { run, world, marks } = stage();
    marks.marked = 'unreadable';
    await expect(run()).rejects.toThrow('Request limit exceeded.');
    expect(world.requests).toEqual([]);
  });

  it('once the disruption budget has room, and what it replaces uses it up', async () => {
    const disruption = { atMost: { instances: 1 }, per: 3600 };
    const { run, world, ports, clock } = stage({}, { disruption });
    const started = clock.now();
    await ports.ledger.disrupt('web', 'i-9', {
      at: started - 1800 * SECOND,
      cause: 'interruption',
      instances: [{ id: 'i-9' }],
    });
    const leaving = instance(1, { lifecycle: 'Terminating:Wait' });
    world.onStart = () => {
      expect(clock.now() - started).toBeGreaterThanOrEqual(1800 * SECOND);
      world.group &&= { ...world.group, instances: [leaving] };
    };
    await run();
    expect(world.requests).toHaveLength(1);
    const noted = await ports.ledger.disruptions('web', started);
    expect(noted).toMatchObject([{ cause: 'refresh', instances: [{ id: leaving.id, zone: leaving.zone }] }]);
  });

  it('at the pace of the disruption budget: in batches of what that has left, a period apart', async () => {
    const disruption = { atMost: { instances: 3 }, per: 3600 };
    const { run, world, ports, clock } = stage({}, { disruption });
    world.group &&= { ...world.group, desired: 10 };
    await ports.ledger.disrupt('web', 'i-9', {
      at: clock.now(),
      cause: 'interruption',
      instances: [{ id: 'i-9' }],
    });
    await run();
    expect(world.requests).toMatchObject([
      { checkpoints: { percentages: [20, 40, 60, 80, 100], delay: 3600 } },
    ]);
  });

  it('not at all by a budget that takes more than five days for it', async () => {
    const { run, world, outbox } = stage({}, { disruption: { atMost: { instances: 1 }, per: 86_400 } });
    world.group &&= { ...world.group, desired: 10 };
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
    expect(world.requests).toEqual([]);
    expect([...outbox.stories.values()][0]?.text).toMatch(/9 days/);
  });

  it('not while the disruption budget lets none through', async () => {
    const { run, world } = stage({}, { disruption: { atMost: { instances: 0 }, per: 3600 } });
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
    expect(world.requests).toEqual([]);
  });

  it('to a group of one by launching first, so that it never goes dark', async () => {
    const { run, world } = stage();
    world.group &&= { ...world.group, min: 1, desired: 1 };
    await run();
    expect(world.requests).toMatchObject([{ minHealthyPercentage: 100, maxHealthyPercentage: 200 }]);
  });

  it('in an execution for each fleet, where no fleet is named', async () => {
    const { run, starter, ports, clock } = stage();
    Object.assign(ports, {
      fleets: [fleetOf({ image }), fleetOf({ name: 'api', image }), fleetOf({ name: 'plain' })],
    });
    await run(undefined, { kind: 'refresh-due', id: 'tick', at: clock.now() });
    expect(starter.started).toMatchObject([
      { kind: 'refresh-due', id: 'tick/web', fleet: 'web' },
      { kind: 'refresh-due', id: 'tick/api', fleet: 'api' },
    ]);
  });
});

describe('nothing is done', () => {
  it('where the group launches the newest image already', async () => {
    const { run, world, outbox } = stage({ newest: 'ami-old' });
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
    expect(world.requests).toEqual([]);
    expect(outbox.stories.size).toBe(0);
  });

  it.each(['shadow', 'paused'] as const)('in a %s fleet', async (mode) => {
    const { run, crashes } = stage({}, { mode });
    expect(await run()).toMatchObject({ kind: 'skip' });
    expect(crashes.calls).toEqual([]);
  });

  it('for an unknown fleet, or one without a group', async () => {
    const { run, world, event } = stage();
    expect(await run(undefined, { ...event, fleet: 'nobody' })).toMatchObject({ reason: 'NOT_OURS' });
    world.group = undefined;
    expect(await run()).toMatchObject({ reason: 'NOTHING_TO_DO' });
  });

  it.each([
    { tags: { 'evenkeel:fleet': 'web', 'evenkeel:paused': 'true' } },
    { suspendedProcesses: ['Launch'] },
    { suspendedProcesses: ['AZRebalance', 'Terminate'] },
  ])('while the group is held: %j', async (held) => {
    const { run, world, outbox, clock } = stage();
    const { group } = world;
    world.group &&= { ...world.group, ...held };
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
    expect(outbox.stories.size).toBe(0);
    world.group = group;
    expect(await run(new DurableFake(clock, 'next week'))).toMatchObject({ kind: 'done' });
  });

  it("while somebody else's refresh runs", async () => {
    const running = { id: 'other', status: 'InProgress', percentComplete: 10, templateVersion: '7' };
    const { run, outbox } = stage({ running });
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
    expect(outbox.stories.size).toBe(0);
  });
});

describe('an image that cannot be rolled out is told of once', () => {
  it('when it cannot be launched', async () => {
    const { run, world, outbox, clock } = stage({ check: { usable: false, reason: 'ami-new is disabled' } });
    expect(await run()).toMatchObject({ kind: 'skip' });
    await run(new DurableFake(clock, 'next week'));
    expect(world.versions.size).toBe(1);
    expect(outbox.titles).toEqual(['web is not refreshed to ami-new']);
  });

  it.each(['$Latest', '$Default'])('when the group names its version %s', async (version) => {
    const { run, world, outbox } = stage();
    world.group &&= { ...world.group, launchTemplate: { id: 'lt-1', version } };
    expect(await run()).toMatchObject({ kind: 'skip' });
    expect(world.versions.size).toBe(1);
    expect(outbox.stories.size).toBe(1);
  });

  it('when the template names its image by a parameter: there would be no way back', async () => {
    const { run, world, outbox } = stage({ parameter: '/ami' });
    expect(await run()).toMatchObject({ kind: 'skip' });
    expect(world.versions.size).toBe(1);
    expect(outbox.stories.size).toBe(1);
  });

  it('when the group has no launch template', async () => {
    const { run, world, outbox } = stage();
    if (world.group !== undefined) {
      const { launchTemplate: _, ...group } = world.group;
      world.group = group;
    }
    expect(await run()).toMatchObject({ kind: 'skip' });
    expect(outbox.stories.size).toBe(1);
  });
});

describe('an image that failed', () => {
  it.each(['RollbackSuccessful', 'RollbackFailed', 'Failed'])(
    'by %s is told and not tried again',
    async (end) => {
      const { run, world, outbox, clock } = stage({ end });
      expect(await run()).toMatchObject({ facts: { status: end } });
      expect(severities(outbox)).toEqual(['info', 'error']);
      expect(JSON.stringify([...outbox.stories.values()])).toContain('instances failed');
      expect(await run(new DurableFake(clock, 'next week'))).toMatchObject({ kind: 'skip' });
      expect(world.requests).toHaveLength(1);
    },
  );

  it('is not what a cancelled one is', async () => {
    const { run, world, outbox, clock } = stage({ end: 'Cancelled' });
    await run();
    expect(severities(outbox)).toEqual(['info', 'warning']);
    await run(new DurableFake(clock, 'next week'));
    expect(world.requests).toHaveLength(2);
  });
});

describe('a call that fails, or is the last before a crash, changes nothing in the end', () => {
  const calls = new Set<string>();
  const disruption = { atMost: { instances: 1 }, per: 3600 } as const;

  it.each([
    ['that succeeds', {}, { status: 'Successful', severities: ['info', 'info'], bad: false }],
    [
      'that is rolled back',
      { end: 'RollbackSuccessful' },
      { status: 'RollbackSuccessful', severities: ['info', 'error'], bad: true },
    ],
    [
      'that is over before its start is tried again',
      { end: 'Cancelled', takes: 0 },
      { status: 'Cancelled', severities: ['info', 'warning'], bad: false },
    ],
  ])('for a refresh %s', async (_, options, end) => {
    const { calm, differing } = await everyCrash(async (crashes) => {
      const { run, world, marks, outbox, ledger } = stage(options, { disruption }, crashes);
      marks.marked = new Set([instance(1).id]);
      if (world.group !== undefined) world.group = { ...world.group, instances: [instance(0), instance(1)] };
      world.onStart = () => {
        const members = (world.group?.instances ?? []).map((one, index) =>
          index === 0 ? { ...one, lifecycle: 'Terminating:Wait' } : one,
        );
        if (world.group !== undefined) world.group = { ...world.group, instances: members };
      };
      const outcome = await run();
      crashes.calls.forEach((call) => calls.add(call));
      return {
        status: outcome.kind === 'done' ? outcome.facts?.status : outcome,
        severities: severities(outbox),
        requests: world.requests.length,
        versions: [...world.versions],
        disrupted: [...ledger.disrupted.keys()],
        protected: world.group?.instances.filter(({ isProtected }) => isProtected),
        bad: await ledger.isClaimed('bad-image#web#ami-new'),
        isLent: await ledger.isClaimed('protection-lent#web-group'),
      };
    });
    expect(calm).toMatchObject({
      ...end,
      ...{ requests: 1, disrupted: [instance(0).id], protected: [], isLent: false },
    });
    expect(calm.versions).toHaveLength(2);
    expect(differing).toEqual([]);
  });

  it('for an image that cannot be launched from', async () => {
    const { calm, differing } = await everyCrash(async (crashes) => {
      const check = { usable: false, reason: 'of another architecture' } as const;
      const { run, world, outbox } = stage({ check }, {}, crashes);
      const { kind } = await run();
      return { kind, severities: severities(outbox), requests: world.requests.length };
    });
    expect(calm).toEqual({ kind: 'skip', severities: ['warning'], requests: 0 });
    expect(differing).toEqual([]);
  });

  it('for a tick that starts one execution for each fleet', async () => {
    const { calm, differing } = await everyCrash(async (crashes) => {
      const { run, starter, event } = stage({}, {}, crashes);
      const { fleet: _, ...tick } = event;
      await run(undefined, tick);
      crashes.calls.forEach((call) => calls.add(call));
      // An execution is named by its event: started twice it is one.
      return [...new Set(starter.started.map(({ id }) => id))];
    });
    expect(calm).toEqual(['tick/web']);
    expect(differing).toEqual([]);
  });

  it('and every call that a refresh may make is among those', () => {
    expect([...calls].toSorted()).toEqual([
      'groups.ofFleet',
      'groups.protect',
      'groups.refreshes',
      'groups.startRefresh',
      'images.check',
      'images.createTemplateVersion',
      'images.newest',
      'images.ofTemplate',
      'instances.tagged',
      'ledger.claim',
      'ledger.disrupt',
      'ledger.disruptions',
      'ledger.holder',
      'ledger.isClaimed',
      'ledger.release',
      'outbox.tell',
      'starter.start',
    ]);
  });
});
