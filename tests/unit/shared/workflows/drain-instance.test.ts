import { describe, expect, it } from 'vitest';
import type { DrainPolicy, EventOf, Fleet, LifecycleAction } from '../../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../../shared/domain/index.ts';
import type { DrainProgress, Orders } from '../../../../shared/ports/index.ts';
import type { DrainPorts } from '../../../../shared/workflows/drain-instance.ts';
import type { Outcome } from '../../../../shared/workflows/outcome.ts';
import { drainInstance } from '../../../../shared/workflows/drain-instance.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { Crashes, everyCrash } from '../../../support/crashes.ts';
import { DurableFake } from '../../../support/durable-fake.ts';
import { fleetOf } from '../../../support/fleets.ts';
import type { HookWorldOptions } from '../../../support/hook-world.ts';
import { HookWorld } from '../../../support/hook-world.ts';
import { ClaimsFake, DrainsFake, OutboxFake } from '../../../support/memory-fake.ts';

const OWN = 'own-target-group';
const EXTRA = 'extra-target-group';

interface Scene {
  readonly fleet?: Partial<Fleet>;
  readonly drain?: Partial<DrainPolicy>;
  readonly world?: HookWorldOptions;
}

function stage({ fleet: changes, drain, world: options }: Scene = {}, crashes = new Crashes()) {
  const clock = new ClockFake();
  const base = fleetOf(changes);
  const fleet: Fleet = { ...base, drain: { ...base.drain, ...drain } };
  const world = new HookWorld(clock, fleet, options);
  const ledger = new ClaimsFake(clock);
  const outbox = new OutboxFake();
  const drains = new DrainsFake();
  const ports = {
    fleets: [fleet],
    groups: crashes.around('groups', world.groups),
    hooks: crashes.around('hooks', world.hooks),
    balancers: crashes.around('balancers', world.balancers),
    commands: crashes.around('commands', world.commands),
    instances: crashes.around('instances', world.instances),
    probes: crashes.around('probes', world.probes),
    metrics: crashes.around('metrics', world.metrics),
    queues: crashes.around('queues', world.queues),
    cloudMap: crashes.around('cloudMap', world.cloudMap),
    drains: crashes.around('drains', drains),
    ledger: crashes.around('ledger', ledger),
    outbox: crashes.around('outbox', outbox),
    clock,
  } satisfies Omit<DrainPorts, 'durable'>;
  const eventOf = (action: Partial<LifecycleAction> = {}): EventOf<'terminating'> => ({
    kind: 'terminating',
    id: 'event-1',
    at: clock.now(),
    action: { ...world.action, ...action },
  });
  const began = clock.now();
  const event = eventOf();
  const run = (durable = new DurableFake(clock), of = event) =>
    crashes.survive(() => drainInstance(of, { ...ports, durable: durable.replay() }));
  const elapsed = () => (clock.now() - began) / SECOND;
  return { clock, world, ledger, drains, outbox, crashes, ports, run, elapsed, eventOf, fleet };
}

it('a drain uses up the disruption budget of a fleet that has one', async () => {
  const budget = { disruption: { atMost: { instances: 1 }, per: 3600 } };
  const { run, ports } = stage({ fleet: budget });
  const since = ports.clock.now();
  await run();
  expect(await ports.ledger.disruptions('web', since)).toMatchObject([
    { cause: 'drain', instances: [{ id: 'i-1' }] },
  ]);
  const without = stage();
  await without.run();
  expect(await without.ports.ledger.disruptions('web', since)).toEqual([]);
});

it('a drain whose end cannot be written down completes its hook all the same, and says so', async () => {
  const { run, drains, world } = stage();
  const note = drains.note.bind(drains);
  Object.assign(drains, {
    note: (progress: Parameters<typeof note>[0]) =>
      progress.end === undefined ? note(progress) : Promise.reject(new Error('the ledger is away')),
  });
  expect(await run()).toMatchObject({ kind: 'done', facts: { notNoted: 'the ledger is away' } });
  expect(world.completions).toEqual(['CONTINUE']);
});

describe('a drain waits for the end of the work', () => {
  it('keeps the instance until a target group it does not own has let it go', async () => {
    const { run, world, outbox, elapsed } = stage({
      world: { registeredIn: [EXTRA], deregistrationDelay: 120 },
    });
    expect(await run()).toMatchObject({ kind: 'done', facts: { end: 'idle', answer: 'done' } });
    expect(world.completions).toEqual(['CONTINUE']);
    // Idle at 120 s, confirmed three seconds later.
    expect(elapsed()).toBe(123);
    expect(outbox.titles).toEqual(['i-1 of web finished its work and was let go']);
  });

  it('leaves the registrations of the group to the group, and waits for their end', async () => {
    const { run, world, crashes } = stage({ world: { registeredIn: [OWN] }, drain: { within: 300 } });
    expect(await run()).toMatchObject({ facts: { end: 'deadline' } });
    expect(crashes.calls).not.toContain('balancers.deregister');
    expect(world.targetState(OWN)).toBe('healthy');
  });

  it('takes one look for no proof of idleness', async () => {
    const { run, elapsed } = stage();
    await run();
    expect(elapsed()).toBe(3);
  });

  it('is over at once where the fleet asks for no evidence and no command', async () => {
    const { run, elapsed } = stage({ drain: { idle: [], confirm: 0 }, world: { registeredIn: [OWN] } });
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    expect(elapsed()).toBe(0);
  });

  it('lets go at the deadline, and says so as a warning', async () => {
    const { run, world, outbox, elapsed } = stage({
      drain: { within: 600 },
      world: { registeredIn: [EXTRA], deregistrationDelay: 3600 },
    });
    expect(await run()).toMatchObject({ facts: { end: 'deadline' } });
    expect(world.completions).toEqual(['CONTINUE']);
    expect(elapsed()).toBe(600);
    expect([...outbox.stories.values()]).toMatchObject([{ severity: 'warning' }]);
  });

  it('counts an instance as stuck at its deadline, and only there', async () => {
    const stuck = (outcome: Outcome) => outcome.measures?.filter(({ metric }) => metric === 'StuckInstances');
    const endless = { world: { registeredIn: [EXTRA], deregistrationDelay: 36_000 }, drain: { within: 600 } };
    expect(stuck(await stage(endless).run())).toEqual([{ metric: 'StuckInstances', value: 1, by: {} }]);
    expect(stuck(await stage().run())).toEqual([]);
    const taken = stage(endless);
    taken.drains.say('i-1', { takenAt: taken.clock.now() + 120 * SECOND });
    expect(stuck(await taken.run())).toEqual([]);
  });
});

describe('an instance that is found by a service of Cloud Map', () => {
  const drain = { idle: [{ kind: 'cloud-map', service: 'srv-1' }], confirm: 3 } as const;
  const registered = (options: Scene = {}) => {
    const scene = stage({ drain, ...options });
    scene.world.cloudMap.isRegistered = true;
    return scene;
  };

  it('is taken out at once, and let go when that is done', async () => {
    const { run, world, elapsed } = registered();
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    expect(world.cloudMap).toMatchObject({ isRegistered: false, operations: ['deregister-0'] });
    // 12 s until it is out, seen each 30 s, and once more after three.
    expect(elapsed()).toBe(33);
  });

  it('is taken out also where its registration is still under way', async () => {
    const { run, world } = stage({ drain });
    world.cloudMap.register();
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    expect(world.cloudMap).toMatchObject({
      isRegistered: false,
      operations: ['register-0', 'deregister-1'],
    });
  });

  it('is taken out again where that has failed', async () => {
    const { run, world } = registered();
    world.cloudMap.failures = 2;
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    expect(world.cloudMap).toMatchObject({ isRegistered: false });
    expect(world.cloudMap.operations).toHaveLength(3);
  });

  it('that is not registered with it is let go', async () => {
    const { run, world } = stage({ drain });
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    expect(world.cloudMap.operations).toEqual([]);
  });

  it('is let go at the deadline where Cloud Map does not answer, which is said', async () => {
    const { run, world, drains } = registered({ drain: { ...drain, within: 300 } });
    world.cloudMap.deregister = () => Promise.reject(new Error('AccessDenied'));
    const waits: string[] = [];
    const note = drains.note.bind(drains);
    drains.note = (progress) => {
      waits.push(...progress.waitsFor);
      return note(progress);
    };
    expect(await run()).toMatchObject({ facts: { end: 'deadline', answer: 'done' } });
    expect(waits).toContain('cloud-map, which cannot be read: AccessDenied');
  });
});

describe("the fleet's command", () => {
  const drain = { idle: [], confirm: 0, command: '/opt/drain' } as const;

  it('is waited for', async () => {
    const { run, world, elapsed } = stage({ drain, world: { command: { takes: 200, exitCode: 0 } } });
    expect(await run()).toMatchObject({ facts: { end: 'idle', command: 'succeeded' } });
    expect(world.sent).toEqual(['/opt/drain']);
    expect(elapsed()).toBe(210);
  });

  it('may fail: the drain goes on and tells of it', async () => {
    const { run, outbox } = stage({ drain, world: { command: { takes: 0, exitCode: 3 } } });
    expect(await run()).toMatchObject({ facts: { end: 'idle', command: 'failed' } });
    expect([...outbox.stories.values()]).toMatchObject([
      {
        severity: 'warning',
        title: 'i-1 of web was let go although its drain command failed',
        text: expect.stringContaining('exited with 3') as string,
      },
    ]);
  });

  it('may not be possible at all: the drain goes on and tells of it', async () => {
    const { run, world, outbox } = stage({ drain, world: { command: 'unreachable' } });
    expect(await run()).toMatchObject({ facts: { end: 'idle', command: 'none' } });
    expect(world.completions).toEqual(['CONTINUE']);
    expect([...outbox.stories.values()]).toMatchObject([
      { severity: 'warning', text: expect.stringContaining('could not be run') as string },
    ]);
  });

  it.each([
    ['succeeded', 0, 'flushed 17 jobs'],
    ['failed', 3, 'cannot reach the queue'],
  ] as const)(
    'that has %s: its exit code and output are kept and told',
    async (progress, exitCode, output) => {
      const { run, drains, outbox } = stage({ drain, world: { command: { takes: 20, exitCode, output } } });
      await run();
      expect(drains.progress.get('i-1')?.command).toEqual({ progress, exitCode, output });
      const [story] = outbox.stories.values();
      expect(story?.facts).toContainEqual({ name: 'Command', value: `exited with ${exitCode}` });
      expect(story?.facts).toContainEqual({ name: 'Output', value: output });
    },
  );

  it('that is lost with the agent of its instance has failed, which is told', async () => {
    const { run, world, drains, outbox } = stage({ drain, world: { command: { takes: 20, exitCode: 0 } } });
    world.commands.result = async () => ({ status: 'unreachable', reason: 'Terminated' });
    expect(await run()).toMatchObject({ facts: { end: 'idle', command: 'failed' } });
    expect(drains.progress.get('i-1')?.command).toEqual({ progress: 'failed' });
    expect([...outbox.stories.values()]).toMatchObject([
      { severity: 'warning', text: expect.stringContaining('was lost: Terminated') as string },
    ]);
  });

  it('of a drain whose token is not known is marked by when it began', async () => {
    const { run, world, eventOf, clock } = stage({ drain, world: { command: { takes: 0, exitCode: 0 } } });
    const began = clock.now();
    await run(undefined, eventOf({ token: '' }));
    expect([...world.comments.keys()]).toEqual([`Evenkeel drain ${began}`]);
  });

  it('whose result cannot be read is asked after again', async () => {
    const { run, world } = stage({ drain, world: { command: { takes: 20, exitCode: 0 } } });
    const result = world.commands.result.bind(world.commands);
    let failures = 25;
    world.commands.result = (...of) =>
      failures-- > 0 ? Promise.reject(new Error('throttled')) : result(...of);
    expect(await run()).toMatchObject({ facts: { end: 'idle', command: 'succeeded' } });
  });

  it('is sent once the instance may be told, however often that is refused', async () => {
    const { run, world, elapsed } = stage({ drain, world: { command: { takes: 20, exitCode: 0 } } });
    const send = world.commands.send.bind(world.commands);
    let refusals = 40;
    world.commands.send = (...of) => (refusals-- > 0 ? Promise.reject(new Error('throttled')) : send(...of));
    expect(await run()).toMatchObject({ facts: { end: 'idle', command: 'succeeded' } });
    expect(world.sent).toEqual(['/opt/drain']);
    expect(elapsed()).toBeGreaterThan(140);
  });

  it('that may not be sent keeps the instance until its deadline, and says why', async () => {
    const { run, world, drains, outbox } = stage({
      drain: { ...drain, within: 1200, unfinished: 'ABANDON' },
      world: { command: { takes: 0, exitCode: 0 }, heartbeatTimeout: 300 },
    });
    world.commands.send = () => Promise.reject(new Error('AccessDenied'));
    const waits = new Set<string>();
    const note = drains.note.bind(drains);
    drains.note = (progress) => {
      progress.waitsFor.forEach((wait) => waits.add(wait));
      return note(progress);
    };
    expect(await run()).toMatchObject({ facts: { end: 'deadline', answer: 'done', result: 'ABANDON' } });
    expect(waits).toContain('its drain command, which cannot be sent: AccessDenied');
    expect(world.heartbeats).toBeGreaterThan(2);
    expect([...outbox.stories.values()]).toMatchObject([
      { text: expect.stringContaining('could not be sent: AccessDenied') as string },
    ]);
  });

  it('may take as long as the hook may be held, a question whether it is idle a minute', async () => {
    const { run, world } = stage({
      drain: { ...drain, idle: [{ kind: 'command', command: '/opt/idle' }] },
      world: { command: { takes: 1, exitCode: 0 }, heartbeatTimeout: 900 },
    });
    await run();
    expect(world.sent[0]).toBe('/opt/drain');
    expect(world.mayTake[0]).toBe(100 * 900 - 30);
    expect(new Set(world.mayTake.slice(1))).toEqual(new Set([60]));
  });

  it('is not waited for beyond the deadline', async () => {
    const { run, elapsed } = stage({
      drain: { ...drain, within: 300 },
      world: { command: { takes: 9000, exitCode: 0 } },
    });
    expect(await run()).toMatchObject({ facts: { end: 'deadline', command: 'running' } });
    expect(elapsed()).toBe(300);
  });
});

describe('idle is found by evidence', () => {
  const all: DrainPolicy['idle'] = [
    { kind: 'target-requests' },
    { kind: 'balancer-requests' },
    { kind: 'http', path: '/busy', port: 80 },
    { kind: 'queue', name: 'jobs-{instance}' },
  ];

  it('all of it, and twice', async () => {
    const { run, elapsed, drains } = stage({ drain: { idle: all, every: 5, confirm: 4 } });
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    expect(elapsed()).toBe(4);
    expect(drains.progress.get('i-1')).toMatchObject({ fleet: 'web', end: 'idle', waitsFor: [] });
  });

  it.each([
    ['a busy endpoint', (world: HookWorld) => (world.busy = { status: 200, body: '2', isRefused: false })],
    [
      'an endpoint that fails',
      (world: HookWorld) => (world.busy = { status: 500, body: '', isRefused: false }),
    ],
    ['requests at the load balancer', (world: HookWorld) => (world.requests = 1)],
    ['metrics that are not there', (world: HookWorld) => (world.requests = undefined)],
    ['a message in flight', (world: HookWorld) => (world.messages = 1)],
    ['a queue that does not exist', (world: HookWorld) => (world.messages = undefined)],
  ])('%s keeps the instance until the deadline', async (_, disturb) => {
    const { run, world, outbox } = stage({
      drain: { idle: all, within: 60 },
      world: { registeredIn: [OWN] },
    });
    world.deregister(OWN, 0);
    disturb(world);
    expect(await run()).toMatchObject({ facts: { end: 'deadline', result: 'CONTINUE' } });
    const [story] = outbox.stories.values();
    expect(story?.facts).toContainEqual({ name: 'Waited for', value: expect.any(String) as string });
  });

  it('what cannot be read is no evidence, and stops nobody from being let go at the deadline', async () => {
    const { run, ports, world, elapsed } = stage({ drain: { within: 60 } });
    const throttled = () => Promise.reject(new Error('throttled'));
    Object.assign(ports, {
      balancers: { ...world.balancers, targetState: throttled },
      groups: { ...world.groups, ofInstance: throttled },
      fleets: ports.fleets,
    });
    world.group = { ...world.group, targetGroupArns: [OWN] };
    expect(await run()).toMatchObject({ facts: { end: 'deadline', answer: 'done' } });
    expect(elapsed()).toBe(60);
  });

  it('one look that finds work begins the confirmation anew', async () => {
    const { run, world, clock, elapsed } = stage({
      drain: { idle: [{ kind: 'http', path: '/busy', port: 80 }], every: 5, confirm: 10 },
    });
    const began = clock.now();
    const get = world.probes.get.bind(world.probes);
    Object.assign(world.probes, {
      get: (...of: Parameters<typeof get>) => {
        world.busy = { ...world.busy, body: (clock.now() - began) / SECOND === 10 ? '1' : '0' };
        return get(...of);
      },
    });
    await run();
    // Idle at 0, busy when it was to be confirmed at 10, idle again at 15, confirmed at 25.
    expect(elapsed()).toBe(25);
  });

  it('a command says so, run anew until it has said so twice', async () => {
    const { run, world, elapsed } = stage({
      drain: { idle: [{ kind: 'command', command: '/opt/idle' }], every: 3, confirm: 3 },
      world: { command: { takes: 2, exitCode: 0 } },
    });
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    expect(new Set(world.sent)).toEqual(new Set(['/opt/idle']));
    // Sent at 0, answered at 3 and sent again, answered at 5.
    expect(elapsed()).toBe(5);
  });

  it('a command whose answer cannot be read for a while is asked after again, not sent again', async () => {
    const { run, world, elapsed } = stage({
      drain: { idle: [{ kind: 'command', command: '/opt/idle' }], every: 3, confirm: 3 },
      world: { command: { takes: 2, exitCode: 0 } },
    });
    const result = world.commands.result.bind(world.commands);
    let failures = 2;
    world.commands.result = (...of) =>
      failures-- > 0 ? Promise.reject(new Error('throttled')) : result(...of);
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    // Sent at 0, asked after in vain at 3 and 6, answered at 9 and sent again, answered at 11.
    expect(world.sent).toHaveLength(3);
    expect(elapsed()).toBe(11);
  });

  it('a command that an instance does not take shows nothing', async () => {
    const { run, outbox } = stage({
      drain: { idle: [{ kind: 'command', command: '/opt/idle' }], within: 60 },
      world: { command: 'unreachable' },
    });
    expect(await run()).toMatchObject({ facts: { end: 'deadline' } });
    const [story] = outbox.stories.values();
    expect(story?.facts).toContainEqual({
      name: 'Waited for',
      value: '/opt/idle: the instance takes no commands',
    });
  });

  it('the load balancer’s requests are looked for in three minutes', async () => {
    const { run, world } = stage({ drain: { idle: [{ kind: 'balancer-requests' }] } });
    const spans = new Set<number>();
    world.metrics.requestsPerTarget = async (...[, span]: [string?, number?]) => {
      spans.add(span ?? 0);
      return 0;
    };
    await run();
    expect([...spans]).toEqual([180]);
  });

  it('a command that says busy keeps the instance', async () => {
    const { run } = stage({
      drain: { idle: [{ kind: 'command', command: '/opt/idle' }], within: 60 },
      world: { command: { takes: 2, exitCode: 1 } },
    });
    expect(await run()).toMatchObject({ facts: { end: 'deadline' } });
  });

  it('is found within seconds, however long the work took', async () => {
    for (const work of [1, 17, 64, 300, 599]) {
      const { run, world, elapsed } = stage({
        drain: { within: 3600, every: 3, confirm: 3 },
        world: { registeredIn: [EXTRA], deregistrationDelay: work },
      });
      await run();
      expect(elapsed() - work).toBeLessThanOrEqual(8);
      expect(world.completions).toEqual(['CONTINUE']);
    }
  });
});

describe('registrations that are not the group’s own', () => {
  it('that cannot be read are read again, and the drain command is sent meanwhile', async () => {
    const { run, world, elapsed } = stage({
      drain: { idle: [], confirm: 0, every: 3, command: '/opt/drain' },
      world: { registeredIn: [EXTRA], command: { takes: 5, exitCode: 0 } },
    });
    const read = world.balancers.targetGroupsOf.bind(world.balancers);
    let failures = 30;
    world.balancers.targetGroupsOf = (id) =>
      failures-- > 0 ? Promise.reject(new Error('throttled')) : read(id);
    world.commands.result = async () => ({ status: elapsed() < 9 ? 'running' : 'succeeded', output: '' });
    expect(await run()).toMatchObject({ facts: { end: 'idle', command: 'succeeded' } });
    expect(world.targetState(EXTRA)).toBe('draining');
    expect(elapsed()).toBe(90);
  });

  it('of which one may not be ended keep the instance until its deadline; the others are ended', async () => {
    const { run, world, outbox } = stage({
      drain: { idle: [], confirm: 0, within: 120 },
      world: { registeredIn: ['theirs', EXTRA] },
    });
    const end = world.balancers.deregister.bind(world.balancers);
    const ended: string[] = [];
    world.balancers.deregister = async (arn, id) => {
      if (arn === 'theirs') throw new Error('AccessDenied');
      ended.push(arn);
      return end(arn, id);
    };
    expect(await run()).toMatchObject({ facts: { end: 'deadline', answer: 'done' } });
    expect(ended).toEqual([EXTRA]);
    const [story] = outbox.stories.values();
    expect(story?.facts).toContainEqual({
      name: 'Waited for',
      value: "target groups that are not its group's: AccessDenied",
    });
  });

  it('are left where the fleet says so', async () => {
    const { run, world } = stage({
      drain: { idle: [], confirm: 0, otherTargetGroups: 'leave' },
      world: { registeredIn: [EXTRA] },
    });
    await run();
    expect(world.targetState(EXTRA)).toBe('healthy');
  });
});

describe('work that was not finished ends as the fleet says', () => {
  it.each([
    ['at the deadline', { command: { takes: 9000, exitCode: 0 } }],
    ['when the command fails', { command: { takes: 0, exitCode: 1 } }],
  ])('%s', async (_, world) => {
    const drain = { idle: [], confirm: 0, command: '/opt/drain', within: 60, unfinished: 'ABANDON' } as const;
    const scene = stage({ drain, world });
    expect(await scene.run()).toMatchObject({ facts: { result: 'ABANDON' } });
    expect(scene.world.completions).toEqual(['ABANDON']);
  });
});

describe('people may', () => {
  const busy = { registeredIn: [EXTRA], deregistrationDelay: 3600, heartbeatTimeout: 300 };

  /** Orders that are given so many seconds after the beginning. */
  function ordering(scene: ReturnType<typeof stage>, orders: readonly (readonly [number, Orders])[]) {
    const began = scene.clock.now();
    const note = scene.drains.note.bind(scene.drains);
    Object.assign(scene.drains, {
      note: async (progress: DrainProgress) => {
        for (const [after, order] of orders)
          if (scene.clock.now() - began >= after * SECOND) scene.drains.say(progress.instance, order);
        return note(progress);
      },
    });
    return scene;
  }

  it('hold an instance beyond the deadline, its hook kept alive', async () => {
    const { run, world, elapsed, drains } = ordering(stage({ drain: { within: 600 }, world: busy }), [
      [60, { isHeld: true }],
      [4000, { isHeld: false }],
    ]);
    expect(await run()).toMatchObject({ facts: { end: 'idle', answer: 'done' } });
    expect(elapsed()).toBeGreaterThanOrEqual(4000);
    expect(world.heartbeats).toBeGreaterThan(10);
    expect(drains.progress.get('i-1')).toMatchObject({ end: 'idle' });
  });

  it('release it again: what was left of its time is left to it', async () => {
    const { run, elapsed } = ordering(stage({ drain: { within: 600, every: 10 }, world: busy }), [
      [100, { isHeld: true }],
      [1100, { isHeld: false }],
    ]);
    expect(await run()).toMatchObject({ facts: { end: 'deadline' } });
    expect(elapsed()).toBeGreaterThanOrEqual(1590);
    expect(elapsed()).toBeLessThanOrEqual(1610);
  });

  it('not hold it beyond the end of its hook, which they are shown', async () => {
    const { run, elapsed, drains, clock } = ordering(stage({ world: { ...busy, heartbeatTimeout: 60 } }), [
      [0, { isHeld: true }],
    ]);
    expect(await run()).toMatchObject({ facts: { end: 'deadline', answer: 'done' } });
    expect(elapsed()).toBe(100 * 60 - 30);
    expect(drains.progress.get('i-1')?.latest).toBe(clock.now());
  });

  it('let it go at once', async () => {
    const { run, world, elapsed, outbox } = ordering(stage({ world: busy }), [[90, { isLetGo: true }]]);
    expect(await run()).toMatchObject({ facts: { end: 'released' } });
    expect(world.completions).toEqual(['CONTINUE']);
    expect(elapsed()).toBe(90);
    expect([...outbox.stories.values()]).toMatchObject([
      { title: 'i-1 of web was let go by hand', severity: 'info' },
    ]);
  });

  it('are named to the others when they let it go with work left', async () => {
    const { run, outbox } = ordering(stage({ world: busy }), [[90, { isLetGo: true, by: 'mira' }]]);
    await run();
    const [story] = outbox.stories.values();
    expect(story?.facts).toEqual(
      expect.arrayContaining([
        { name: 'Let go by', value: 'mira' },
        { name: 'Waited for', value: expect.stringContaining('to let it go: draining') as string },
      ]),
    );
  });

  it('see that it is held, by what it waits for', async () => {
    const scene = ordering(stage({ drain: { within: 600 }, world: busy }), [
      [60, { isHeld: true }],
      [120, { isHeld: false }],
    ]);
    const waits = new Set<string>();
    const note = scene.drains.note.bind(scene.drains);
    scene.drains.note = (progress) => {
      progress.waitsFor.forEach((wait) => waits.add(wait));
      return note(progress);
    };
    await scene.run();
    expect(waits).toContain('somebody to release it');
  });
});

describe('an instance that AWS takes', () => {
  const busy = { registeredIn: [EXTRA], deregistrationDelay: 3600 };

  it('is let go before that, whatever is left to do', async () => {
    const { run, drains, clock, elapsed } = stage({ world: busy });
    drains.say('i-1', { takenAt: clock.now() + 120 * SECOND });
    expect(await run()).toMatchObject({ facts: { end: 'deadline' } });
    expect(elapsed()).toBeGreaterThan(100);
    expect(elapsed()).toBeLessThanOrEqual(115);
  });

  it('without a warning is told of as lost, and never as having finished', async () => {
    const { run, drains, outbox, world } = stage();
    drains.say('i-1', { lost: 'terminated' });
    world.ec2State = 'terminated';
    expect(await run()).toMatchObject({ facts: { end: 'lost' } });
    expect(world.completions).toEqual(['CONTINUE']);
    expect([...outbox.stories]).toMatchObject([['loss#i-1', { severity: 'warning' }]]);
  });

  it('is lost where EC2 does not know it any more', async () => {
    const { run, drains, world } = stage();
    drains.say('i-1', { lost: 'terminated' });
    world.ec2State = undefined;
    expect(await run()).toMatchObject({ facts: { end: 'lost' } });
  });

  it('is drained like any other where it was stopped once, and runs again', async () => {
    const { run, drains, world, elapsed } = stage({ world: { registeredIn: [EXTRA] } });
    drains.say('i-1', { lost: 'stopped' });
    world.ec2State = 'running';
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
    expect(elapsed()).toBeGreaterThanOrEqual(120);
  });

  it('is not taken for lost while nobody can say whether it runs', async () => {
    const { run, drains, ports, world } = stage({ world: { registeredIn: [EXTRA] } });
    drains.say('i-1', { lost: 'stopped' });
    Object.assign(ports, {
      instances: { ...world.instances, state: () => Promise.reject(new Error('Request limit exceeded.')) },
    });
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
  });

  it('is found lost by itself where nobody has noted it', async () => {
    const { run, world, crashes } = stage({ world: busy });
    Object.assign(world, { isHealthy: false, ec2State: 'shutting-down' });
    expect(await run()).toMatchObject({ facts: { end: 'lost' } });
    expect(crashes.calls).toContain('instances.state');
  });

  it('is found lost though neither its group nor an event has said so, by a look each minute', async () => {
    const { run, world, crashes, elapsed } = stage({ world: busy, drain: { every: 5 } });
    const asked: number[] = [];
    world.instances.state = async () => {
      asked.push(elapsed());
      return elapsed() < 150 ? 'running' : 'terminated';
    };
    expect(await run()).toMatchObject({ facts: { end: 'lost' } });
    expect(asked).toEqual([60, 120, 180]);
    expect(crashes.calls.filter((call) => call === 'instances.state')).toHaveLength(3);
  });

  it('is not taken for lost because its application is unwell', async () => {
    const { run, world } = stage();
    world.isHealthy = false;
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
  });
});

describe('heartbeats', () => {
  const long = { registeredIn: [EXTRA], deregistrationDelay: 3600 };

  it('keep a drain alive that outlasts its hook', async () => {
    const { run, world } = stage({ drain: { within: 5400 }, world: { ...long, heartbeatTimeout: 300 } });
    expect(await run()).toMatchObject({ facts: { end: 'idle', answer: 'done' } });
    expect(world.completions).toEqual(['CONTINUE']);
    // Each half of the hook's time: no more than that.
    expect(world.heartbeats).toBeGreaterThanOrEqual(3600 / 300);
    expect(world.heartbeats).toBeLessThanOrEqual(3600 / 150);
  });

  it('are spared where the hook outlasts the drain', async () => {
    const { run, world } = stage({ drain: { within: 600 }, world: { ...long, heartbeatTimeout: 900 } });
    await run();
    expect(world.heartbeats).toBe(0);
  });

  it('come in time even where two looks are longer than the hook', async () => {
    const { run, world } = stage({
      drain: { within: 1200, every: 30 },
      world: { ...long, heartbeatTimeout: 40 },
    });
    await run();
    expect(world.completions).toEqual(['CONTINUE']);
  });

  it('that fail do not end the drain, and are sent again', async () => {
    const { run, world } = stage({ drain: { within: 5400 }, world: { ...long, heartbeatTimeout: 300 } });
    const beat = world.groups.heartbeat.bind(world.groups);
    let calls = 0;
    world.groups.heartbeat = () => (++calls % 3 === 0 ? beat() : Promise.reject(new Error('throttled')));
    expect(await run()).toMatchObject({ facts: { end: 'idle', answer: 'done' } });
    expect(world.completions).toEqual(['CONTINUE']);
  });

  it('that are refused for good end with the hook: nobody sends them for ever, and it is told', async () => {
    const { run, world, outbox, elapsed } = stage({
      drain: { within: 5400 },
      world: { ...long, heartbeatTimeout: 300 },
    });
    world.groups.heartbeat = () => Promise.reject(new Error('AccessDenied'));
    expect(await run()).toMatchObject({ facts: { end: 'over', answer: 'gone' } });
    expect(elapsed()).toBe(330);
    expect([...outbox.stories.values()]).toMatchObject([
      { title: 'i-1 of web was released by Auto Scaling while it drained', severity: 'warning' },
    ]);
  });

  it('end the drain when the hook has no such action any more, also while the description lags', async () => {
    const { run, world, elapsed } = stage({
      drain: { within: 5400 },
      world: { ...long, heartbeatTimeout: 300 },
    });
    world.groups.heartbeat = async () => 'gone';
    world.groups.ofInstance = async () => ({
      group: 'web-group',
      lifecycle: 'Terminating:Wait',
      isHealthy: true,
    });
    expect(await run()).toMatchObject({ facts: { end: 'over' } });
    // The first is due when half of the hook's time is over.
    expect(elapsed()).toBeLessThanOrEqual(155);
  });

  it.each([
    ['is let go', { isLetGo: true }],
    ['is lost', { lost: 'terminated' }],
    ['is past its hook', {}],
  ])('are not worth their call for one that %s', async (what, order: Orders) => {
    const { run, drains, world, clock, eventOf } = stage({ world: { ...long, heartbeatTimeout: 300 } });
    drains.say('i-1', order);
    if (order.lost !== undefined) world.ec2State = order.lost;
    if (what === 'is past its hook') world.lifecycle = 'Standby';
    const event = eventOf();
    clock.advance(200 * SECOND);
    await run(undefined, event);
    expect(world.heartbeats).toBe(0);
  });

  it('end with the hook', async () => {
    const { run, world, clock, elapsed } = stage({
      drain: { within: 5400 },
      world: { ...long, heartbeatTimeout: 300 },
    });
    clock.advance(10 * MINUTE);
    expect(await run()).toMatchObject({ facts: { end: 'over', answer: 'gone' } });
    expect(world.heartbeats).toBe(0);
    expect(elapsed()).toBe(600);
  });
});

describe('a drain ends early', () => {
  it('when the instance is gone, seen twice', async () => {
    const { run, world, outbox, elapsed } = stage({ world: { registeredIn: [OWN] } });
    world.lifecycle = undefined;
    expect(await run()).toMatchObject({ facts: { end: 'vanished' } });
    expect(elapsed()).toBe(30);
    expect(outbox.stories.size).toBe(1);
  });

  it('not for want of a hook that the group describes: it has the times that AWS gives', async () => {
    const { run, world, elapsed } = stage({
      drain: { within: 1200 },
      world: { registeredIn: [EXTRA], deregistrationDelay: 9999, heartbeatTimeout: 3600 },
    });
    world.hooks.of = async () => [];
    expect(await run()).toMatchObject({ facts: { end: 'deadline' } });
    expect([elapsed(), world.heartbeats]).toEqual([1200, 0]);
  });

  it('not when a description lags behind its event', async () => {
    const { run, world, ports } = stage();
    let looks = 0;
    const ofInstance = () =>
      Promise.resolve(looks++ === 0 ? undefined : { group: 'web-group', lifecycle: 'InService' });
    Object.assign(ports, { groups: { ...world.groups, ofInstance } });
    expect(await run()).toMatchObject({ facts: { end: 'idle' } });
  });

  it.each(['EnteringStandby', 'Standby', 'Detaching', 'Detached', 'RootVolumeReplaced', 'Terminated'])(
    'when it is %s: there no hook holds it, whatever work is left',
    async (lifecycle) => {
      const { run, world, elapsed, outbox } = stage({ world: { registeredIn: [OWN] } });
      world.lifecycle = lifecycle;
      expect(await run()).toMatchObject({ facts: { end: 'over' } });
      expect(elapsed()).toBe(0);
      expect([...outbox.stories.values()]).toMatchObject([{ severity: 'warning' }]);
    },
  );

  it('when somebody else has completed the hook', async () => {
    const { run, world, elapsed } = stage({ world: { registeredIn: [OWN] } });
    await world.groups.complete(world.action, 'CONTINUE');
    expect(await run()).toMatchObject({ facts: { end: 'over', answer: 'gone' } });
    expect(world.completions).toEqual(['CONTINUE']);
    expect(elapsed()).toBe(0);
  });
});

describe('not every hook is drained', () => {
  it.each(['origin', 'destination'] as const)(
    'a leg with a warm pool as its %s passes at once',
    async (end) => {
      const { run, eventOf, world, crashes } = stage({ world: { registeredIn: [EXTRA] } });
      expect(await run(undefined, eventOf({ [end]: 'WarmPool' }))).toMatchObject({ kind: 'done' });
      expect(world.completions).toEqual(['CONTINUE']);
      expect(crashes.calls).toEqual(['groups.named', 'hooks.of', 'groups.complete']);
    },
  );

  it('that of a group that is no fleet is left alone', async () => {
    const { run, world, crashes } = stage();
    world.group = { ...world.group, tags: {} };
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOT_OURS' });
    expect(crashes.calls).toEqual(['groups.named']);
  });

  it('that of a group that was deleted is let pass', async () => {
    const { run, world, crashes } = stage();
    Object.assign(world.group, { name: 'another-group' });
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'STALE' });
    expect(crashes.calls).toEqual(['groups.named']);
  });

  it('that of a shadow fleet is left alone', async () => {
    const { run, world } = stage({ fleet: { mode: 'shadow' } });
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOT_OURS' });
    expect(world.completions).toEqual([]);
  });

  it('that of a paused fleet is served', async () => {
    const { run, world } = stage({ fleet: { mode: 'paused' } });
    await run();
    expect(world.completions).toEqual(['CONTINUE']);
  });
});

describe('one execution a token', () => {
  it('a doubled event finds the first', async () => {
    const { run, world, clock, outbox } = stage();
    await run(new DurableFake(clock, 'first'));
    expect(await run(new DurableFake(clock, 'second'))).toMatchObject({
      kind: 'skip',
      reason: 'ALREADY_DONE',
    });
    expect(world.completions).toEqual(['CONTINUE']);
    expect(outbox.stories.size).toBe(1);
  });

  it.each([
    ['the event', { token: '' }, {}],
    ['reconciliation', {}, { token: '' }],
  ])('what comes after %s has started the work finds it taken', async (_, later, earlier) => {
    const { run, eventOf, clock, crashes } = stage();
    await run(new DurableFake(clock, 'first'), eventOf(earlier));
    const before = crashes.calls.filter((call) => call === 'groups.complete').length;
    expect(await run(new DurableFake(clock, 'second'), eventOf(later))).toMatchObject({
      reason: 'ALREADY_DONE',
    });
    expect(crashes.calls.filter((call) => call === 'groups.complete')).toHaveLength(before);
  });

  it('another token of the same instance is other work', async () => {
    const { run, eventOf, clock } = stage();
    await run(new DurableFake(clock, 'first'));
    const next = await run(new DurableFake(clock, 'second'), eventOf({ token: 'token-2' }));
    expect(next).toMatchObject({ kind: 'done' });
  });

  it('an abandoned claim is free again after the drain could have ended', async () => {
    const { run, eventOf, clock, elapsed } = stage({ drain: { within: 600 } });
    await run(new DurableFake(clock, 'first'));
    // Ten minutes for the drain and ten more in which it may have been slow.
    clock.advance((20 * 60 - elapsed() - 1) * SECOND);
    const early = await run(new DurableFake(clock, 'second'), eventOf({ token: '' }));
    expect(early).toMatchObject({ reason: 'ALREADY_DONE' });
    clock.advance(SECOND);
    const again = await run(new DurableFake(clock, 'third'), eventOf({ token: '' }));
    expect(again).toMatchObject({ kind: 'done' });
  });

  it('a ledger that does not answer keeps nobody in a hook', async () => {
    const { run, world, ports } = stage();
    Object.assign(ports, {
      ledger: {
        claim: () => Promise.reject(new Error('throttled')),
        isClaimed: () => Promise.reject(new Error('throttled')),
      },
      drains: { note: () => Promise.reject(new Error('throttled')) },
    });
    expect(await run()).toMatchObject({ kind: 'done' });
    expect(world.completions).toEqual(['CONTINUE']);
  });
});

describe('a call that fails, or is the last before a crash, changes nothing in the end', () => {
  const disruption = { atMost: { instances: 1 }, per: 3600 } as const;
  const world = {
    registeredIn: [EXTRA],
    command: { takes: 5, exitCode: 0 },
    deregistrationDelay: 30,
    heartbeatTimeout: 60,
  };
  const evidence = [
    { kind: 'target-requests' },
    { kind: 'balancer-requests' },
    { kind: 'http', path: '/busy', port: 80 },
    { kind: 'command', command: '/opt/idle' },
    { kind: 'queue', name: 'jobs' },
  ] as const;
  type Staged = ReturnType<typeof stage>;
  interface Case {
    readonly scene: Scene;
    readonly prepare?: (staged: Staged) => unknown;
    readonly leg?: Partial<LifecycleAction>;
    readonly end: object;
  }
  const drained = {
    completions: ['CONTINUE'],
    commands: 1,
    extra: undefined,
    stories: 1,
    disrupted: ['i-1'],
  };
  const cases: Readonly<Record<string, Case>> = {
    'that ends idle, by every kind of evidence': {
      scene: { fleet: { disruption }, drain: { command: '/opt/drain', idle: evidence }, world },
      end: drained,
    },
    'of an instance that is found by Cloud Map': {
      scene: {
        fleet: { disruption },
        drain: { idle: [{ kind: 'cloud-map', service: 'srv-1' }] },
        world: { ...world, deregistrationDelay: 9999 },
      },
      prepare: ({ world: seen }) => (seen.cloudMap.isRegistered = true),
      end: { ...drained, commands: 0, extra: 'draining', isMapped: false },
    },
    'whose command fails': {
      scene: {
        fleet: { disruption },
        drain: { command: '/opt/drain', unfinished: 'ABANDON', within: 300 },
        world: { ...world, command: { takes: 5, exitCode: 1 } },
      },
      end: { ...drained, completions: ['ABANDON'] },
    },
    'whose time is up': {
      scene: { fleet: { disruption }, drain: { unfinished: 'ABANDON', within: 300 }, world },
      prepare: ({ world: seen }) => seen.deregister(EXTRA, 9999),
      end: { ...drained, completions: ['ABANDON'], commands: 0, extra: 'draining' },
    },
    'of an instance that is lost': {
      scene: { fleet: { disruption }, drain: { within: 600 }, world },
      prepare: ({ world: seen }) => {
        seen.isHealthy = false;
        seen.ec2State = 'terminated';
      },
      end: { ...drained, completions: ['CONTINUE'], commands: 0, extra: 'draining' },
    },
    'that is a leg of a warm pool': {
      scene: { world },
      leg: { origin: 'AutoScalingGroup', destination: 'WarmPool' },
      end: { completions: ['CONTINUE'], commands: 0, extra: 'healthy', stories: 0, disrupted: [] },
    },
  };

  const calls = new Set<string>();
  const crashed = ({ scene, prepare, leg }: Case) =>
    everyCrash(async (crashes) => {
      const staged = stage(scene, crashes);
      prepare?.(staged);
      const { kind } = await staged.run(undefined, staged.eventOf(leg));
      const stories = [...staged.outbox.stories.values()];
      crashes.calls.forEach((call) => calls.add(call));
      return {
        kind,
        completions: staged.world.completions,
        commands: staged.world.sent.filter((command) => command === '/opt/drain').length,
        extra: staged.world.targetState(EXTRA),
        stories: stories.length,
        titles: stories.map(({ id, severity, title }) => ({ id, severity, title })),
        disrupted: [...staged.ledger.disrupted.keys()],
        isMapped: staged.world.cloudMap.isRegistered,
        ends: [...staged.drains.progress.values()].map(({ end }) => end),
      };
    });

  it.each(Object.keys(cases))('for a drain %s', async (name) => {
    const { calm, differing } = await crashed(cases[name] as Case);
    expect(calm).toMatchObject({ kind: 'done', ...cases[name]?.end });
    expect(differing).toEqual([]);
  });

  it('and every call that a drain may make is among those', () => {
    expect([...calls].toSorted()).toEqual([
      'balancers.deregister',
      'balancers.targetGroupsOf',
      'balancers.targetState',
      'cloudMap.deregister',
      'cloudMap.isUnderWay',
      'commands.find',
      'commands.result',
      'commands.send',
      'drains.note',
      'groups.complete',
      'groups.heartbeat',
      'groups.named',
      'groups.ofInstance',
      'hooks.of',
      'instances.state',
      'ledger.claim',
      'ledger.disrupt',
      'ledger.isClaimed',
      'metrics.requestsPerTarget',
      'outbox.tell',
      'probes.get',
      'queues.inFlight',
    ]);
  });
});
