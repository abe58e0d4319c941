import { describe, expect, it } from 'vitest';
import type { EventOf, Fleet, Group } from '../../../../shared/domain/index.ts';
import { SECOND } from '../../../../shared/domain/index.ts';
import type { Groups, Images, RefreshStatus } from '../../../../shared/ports/index.ts';
import type { RefreshPorts } from '../../../../shared/workflows/refresh-fleet.ts';
import { refreshFleet } from '../../../../shared/workflows/refresh-fleet.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { Crashes } from '../../../support/crashes.ts';
import { DurableFake } from '../../../support/durable-fake.ts';
import { fleetOf } from '../../../support/fleets.ts';
import { HookWorld } from '../../../support/hook-world.ts';
import { instance } from '../../../support/world.ts';
import { ClaimsFake, OutboxFake, StarterFake } from '../../../support/memory-fake.ts';

const image = { parameter: '/ami', minHealthyPercentage: 90, maxHealthyPercentage: 110, bake: 600 };

interface RefreshWorldOptions {
  readonly end?: string;
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
    const request = this.requests[0];
    if (request === undefined) return [];
    const isOver = this.#clock.now() - this.#startedAt >= 600 * SECOND;
    const end = this.#options.end ?? 'Successful';
    return [
      {
        id: 'refresh-1',
        status: isOver ? end : 'InProgress',
        percentComplete: isOver ? 100 : 50,
        templateVersion: request.template.version,
        ...(isOver && end !== 'Successful' && { reason: 'instances failed' }),
      },
    ];
  }

  onStart: () => void = () => undefined;

  readonly groups: Pick<Groups, 'ofFleet' | 'startRefresh' | 'refreshes'> = {
    ofFleet: async () => this.group,
    startRefresh: async (request) => {
      const isBusy = this.#ours().some(({ status }) => status === 'InProgress');
      if (isBusy || this.#options.running !== undefined) return 'busy';
      this.onStart();
      this.requests.push(request);
      this.#startedAt = this.#clock.now();
      return { started: 'refresh-1' };
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

function stage(options: RefreshWorldOptions = {}, changes: Partial<Fleet> = {}) {
  const clock = new ClockFake();
  const fleet = fleetOf({ image, ...changes });
  const world = new RefreshWorld(clock, fleet, options);
  const outbox = new OutboxFake();
  const starter = new StarterFake();
  const crashes = new Crashes();
  const ports = {
    fleets: [fleet],
    groups: crashes.around('groups', world.groups),
    images: crashes.around('images', world.images),
    ledger: crashes.around('ledger', new ClaimsFake(clock)),
    outbox: crashes.around('outbox', outbox),
    starter: crashes.around('starter', starter),
    clock,
  } satisfies Omit<RefreshPorts, 'durable'>;
  const event: EventOf<'refresh-due'> = { kind: 'refresh-due', id: 'tick', at: clock.now(), fleet: 'web' };
  const run = (durable = new DurableFake(clock), of = event) =>
    crashes.survive(() => refreshFleet(of, { ...ports, durable: durable.replay() }));
  return { clock, world, outbox, starter, crashes, ports, run, event };
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

describe('a crash at any call changes nothing', () => {
  async function endOf(end: string, crash?: { at: number; when: 'before' | 'after' }) {
    const { run, world, outbox, crashes } = stage({ end });
    if (crash !== undefined) crashes.plan(crash.at, crash.when);
    const outcome = await run();
    return {
      end: {
        outcome,
        requests: world.requests.length,
        versions: [...world.versions],
        stories: [...outbox.stories.keys()],
      },
      calls: crashes.calls.length,
    };
  }

  it.each(['Successful', 'RollbackSuccessful'])('for a refresh that ends %s', async (end) => {
    const calm = await endOf(end);
    expect(calm.end).toMatchObject({ outcome: { kind: 'done' }, requests: 1 });
    for (let at = 0; at < calm.calls; at++)
      for (const when of ['before', 'after'] as const)
        expect({ at, when, ...(await endOf(end, { at, when })).end }).toEqual({ at, when, ...calm.end });
  });
});
