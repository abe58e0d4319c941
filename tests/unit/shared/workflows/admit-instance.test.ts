import { describe, expect, it } from 'vitest';
import type { AdmissionPolicy, EventOf, Fleet, LifecycleAction } from '../../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../../shared/domain/index.ts';
import type { AdmitPorts } from '../../../../shared/workflows/admit-instance.ts';
import { admitInstance } from '../../../../shared/workflows/admit-instance.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { Crashes, everyCrash } from '../../../support/crashes.ts';
import { DurableFake } from '../../../support/durable-fake.ts';
import { fleetOf } from '../../../support/fleets.ts';
import type { HookWorldOptions } from '../../../support/hook-world.ts';
import { HookWorld } from '../../../support/hook-world.ts';
import { AdmissionsFake, ClaimsFake, OutboxFake } from '../../../support/memory-fake.ts';

interface Scene {
  readonly fleet?: Partial<Fleet>;
  readonly admission?: Partial<AdmissionPolicy>;
  readonly world?: HookWorldOptions;
}

function stage({ fleet: changes, admission, world: options }: Scene = {}, crashes = new Crashes()) {
  const clock = new ClockFake();
  const base = fleetOf(changes);
  const fleet: Fleet = { ...base, admission: { ...base.admission, ...admission } };
  const world = new HookWorld(clock, fleet, { transition: 'launching', ...options });
  const outbox = new OutboxFake();
  const admissions = new AdmissionsFake(clock);
  const ledger = new ClaimsFake(clock);
  const ports = {
    fleets: [fleet],
    groups: crashes.around('groups', world.groups),
    hooks: crashes.around('hooks', world.hooks),
    probes: crashes.around('probes', world.probes),
    commands: crashes.around('commands', world.commands),
    instances: crashes.around('instances', world.instances),
    admissions: crashes.around('admissions', admissions),
    ledger: crashes.around('ledger', ledger),
    outbox: crashes.around('outbox', outbox),
    clock,
  } satisfies Omit<AdmitPorts, 'durable'>;
  const began = clock.now();
  const eventOf = (action: Partial<LifecycleAction> = {}): EventOf<'launching'> => ({
    kind: 'launching',
    id: 'event-1',
    at: began,
    action: { ...world.action, ...action },
  });
  const run = (durable = new DurableFake(clock), event = eventOf()) =>
    crashes.survive(() => admitInstance(event, { ...ports, durable: durable.replay() }));
  const elapsed = () => (clock.now() - began) / SECOND;
  return { clock, world, outbox, admissions, ledger, crashes, ports, run, elapsed, eventOf };
}

describe('an instance is let in once its application is ready', () => {
  it('at the first look after it answers', async () => {
    const { run, world, elapsed, outbox } = stage({ world: { readyAfter: 70 } });
    expect(await run()).toMatchObject({ kind: 'done', facts: { result: 'CONTINUE', answer: 'done' } });
    expect(world.completions).toEqual(['CONTINUE']);
    expect(elapsed()).toBe(75);
    expect(outbox.stories.size).toBe(0);
  });

  it('at once where nothing is asked of it', async () => {
    const { run, world, elapsed } = stage({
      admission: { probe: { kind: 'none' } },
      world: { readyAfter: 900 },
    });
    await run();
    expect(world.completions).toEqual(['CONTINUE']);
    expect(elapsed()).toBe(0);
  });

  it('also on the very last look', async () => {
    const { run, world } = stage({ world: { readyAfter: 300 } });
    await run();
    expect(world.completions).toEqual(['CONTINUE']);
  });

  it.each([301, 302, 399, 404, 500])('never for an answer that is no success: %d', async (status) => {
    const { run, world, ports } = stage();
    Object.assign(ports, {
      probes: { get: () => Promise.resolve({ status, detail: `answered ${status}` }) },
    });
    await run();
    expect(world.completions).toEqual(['ABANDON']);
  });

  it('in both hooks of a warm pool', async () => {
    const { run, world } = stage();
    world.lifecycle = 'Warmed:Pending:Wait';
    await run();
    expect(world.completions).toEqual(['CONTINUE']);
  });
});

/** Answers of the application, one a look; the last stands. */
function answering(scene: ReturnType<typeof stage>, ...answers: readonly number[]) {
  let look = 0;
  const get = () => {
    const status = answers[Math.min(look++, answers.length - 1)] ?? 0;
    return Promise.resolve({ status, detail: `answered ${status}` });
  };
  Object.assign(scene.ports, { probes: { get } });
  return scene;
}

describe('probes have thresholds', () => {
  it('so many good answers in a row let an instance in', async () => {
    const { run, elapsed } = answering(stage({ admission: { successes: 3 } }), 200, 500, 200, 200, 200);
    expect(await run()).toMatchObject({ facts: { result: 'CONTINUE' } });
    expect(elapsed()).toBe(60);
  });

  it('so many bad ones after a good one give it up before its time, none before one', async () => {
    const bad = stage({ admission: { successes: 3, failures: 2 } });
    const { run, elapsed } = answering(bad, 0, 0, 0, 200, 500, 500);
    expect(await run()).toMatchObject({ facts: { result: 'ABANDON' } });
    expect(elapsed()).toBe(75);
  });

  it('the patience of a probe is the fleet’s', async () => {
    const { run, ports } = stage({ admission: { timeout: 7 } });
    const patience: unknown[] = [];
    const get = (...of: unknown[]) => {
      patience.push(of[3]);
      return Promise.resolve({ status: 200, detail: '' });
    };
    Object.assign(ports, { probes: { get } });
    await run();
    expect(patience).toEqual([7]);
  });
});

describe('an instance is primed before it gets traffic', () => {
  it('once it is ready, and let in when that has succeeded', async () => {
    const { run, world, elapsed } = stage({
      admission: { prime: '/opt/prime' },
      world: { readyAfter: 30, command: { takes: 90, exitCode: 0 } },
    });
    expect(await run()).toMatchObject({ facts: { result: 'CONTINUE' } });
    expect(world.sent).toEqual(['/opt/prime']);
    expect(elapsed()).toBe(120);
  });

  it('and given back when it never does', async () => {
    const { run } = stage({
      admission: { prime: '/opt/prime' },
      world: { command: { takes: 10, exitCode: 1 } },
    });
    expect(await run()).toMatchObject({ facts: { result: 'ABANDON' } });
  });
});

describe('launches stop when admissions keep failing', () => {
  const scene: Scene = { admission: { breaker: 2 }, world: { readyAfter: 9999 } };

  /** One admission more, of another instance, in the same world. */
  async function fail(on: ReturnType<typeof stage>, instance: string) {
    Object.assign(on.world, { completions: [], lifecycle: 'Pending:Wait' });
    Object.assign(on.world.action, { instance, token: `token of ${instance}` });
    return on.run(new DurableFake(on.clock, instance), on.eventOf());
  }

  it('for a quarter of an hour, told once', async () => {
    const on = stage(scene);
    await on.run();
    expect(on.world.suspended).toEqual([]);
    await fail(on, 'i-2');
    const [suspended = 0] = on.world.suspended;
    expect(on.world.resumed).toEqual([suspended + 15 * MINUTE]);
    expect(on.outbox.titles).toContain(
      'web launches nothing for now: the last 2 instances did not become ready',
    );
  });

  it('and again for the next one that fails, of which no more is told', async () => {
    const on = stage({ ...scene, world: { readyAfter: 99_999, heartbeatTimeout: 7200 } });
    await on.run();
    await fail(on, 'i-2');
    const told = () => on.outbox.titles.filter((title) => title.startsWith('web launches nothing'));
    await fail(on, 'i-3');
    expect(on.world.suspended).toHaveLength(2);
    expect(on.world.resumed).toHaveLength(2);
    expect(told()).toHaveLength(1);
    // Another row is another story.
    await on.admissions.succeeded();
    on.clock.advance(MINUTE);
    await fail(on, 'i-4');
    expect(told()).toHaveLength(1);
    await fail(on, 'i-5');
    expect(told()).toHaveLength(2);
  });

  it('until one is admitted: then the row begins anew', async () => {
    const on = stage(scene);
    await on.run();
    on.admissions.row.add('another');
    const good = stage({ admission: { breaker: 2 } });
    Object.assign(good.ports, { admissions: on.admissions });
    await good.run();
    expect(on.admissions.row.size).toBe(0);
  });

  it('never where the fleet has no breaker', async () => {
    const { run, admissions } = stage({ world: { readyAfter: 9999 } });
    await run();
    expect(admissions.row.size).toBe(0);
  });
});

describe('an instance is given back after its time', () => {
  it('with the end of what it wrote to its console', async () => {
    const { run, world, outbox } = stage({ world: { readyAfter: 9999 } });
    world.console = 'Kernel panic';
    await run();
    expect([...outbox.stories.values()]).toMatchObject([
      { facts: expect.arrayContaining([{ name: 'Console', value: 'Kernel panic' }]) as unknown },
    ]);
  });

  it('and the reason is told', async () => {
    const { run, world, outbox, elapsed } = stage({ world: { readyAfter: 301 } });
    expect(await run()).toMatchObject({ facts: { result: 'ABANDON' } });
    expect(world.completions).toEqual(['ABANDON']);
    expect(elapsed()).toBe(300);
    expect([...outbox.stories.values()]).toMatchObject([
      {
        severity: 'warning',
        title: 'i-1 of web did not become ready and was given back',
        facts: expect.arrayContaining([{ name: 'Last probe', value: '/ready did not answer' }]) as unknown,
      },
    ]);
  });

  it('before AWS gives it back for good, whatever the fleet allows', async () => {
    const { run, world, elapsed } = stage({
      admission: { within: 7200 },
      world: { readyAfter: 9999, heartbeatTimeout: 30 },
    });
    await run();
    expect(world.completions).toEqual(['ABANDON']);
    expect(elapsed()).toBeLessThan(100 * 30);
  });
});

describe('an instance that EC2 takes back is not let in, ready or not', () => {
  const warn = ({ ledger }: ReturnType<typeof stage>) =>
    ledger.claim('spot-interruption#i-1', 'event-2', 600);

  it('and why is told: it is no failure of its application', async () => {
    const on = stage({ admission: { breaker: 1 } });
    await warn(on);
    expect(await on.run()).toMatchObject({ facts: { result: 'ABANDON' } });
    expect(on.world.completions).toEqual(['ABANDON']);
    expect(on.outbox.titles).toEqual(['i-1 of web is taken back before it could serve']);
    expect(on.admissions.row.size).toBe(0);
    expect(on.world.suspended).toEqual([]);
  });

  it('but no admission waits for a ledger that does not answer', async () => {
    const on = stage();
    on.ledger.isClaimed = () => Promise.reject(new Error('throttled'));
    expect(await on.run()).toMatchObject({ facts: { result: 'CONTINUE' } });
    expect(on.elapsed()).toBe(0);
  });
});

describe('an instance that stops running before it is let in', () => {
  const ends = ({ ledger, world }: ReturnType<typeof stage>, ec2State: string | undefined) => {
    world.ec2State = ec2State;
    return ledger.claim('ended-early#i-1', 'event-2', 600);
  };
  const broken: Scene = { admission: { breaker: 1 }, world: { readyAfter: 9999 } };

  it.each(['shutting-down', 'stopped', undefined])(
    'is given back at once, told of, and counted: %s',
    async (state) => {
      const on = stage(broken);
      await ends(on, state);
      expect(await on.run()).toMatchObject({ facts: { result: 'ABANDON' } });
      expect(on.world.completions).toEqual(['ABANDON']);
      expect([...on.outbox.stories.values()][0]?.text).toContain('i-1 stopped running 0 seconds after');
      expect(on.admissions.row.size).toBe(1);
      expect(on.world.suspended).toHaveLength(1);
    },
  );

  it('is told of also where its group was quicker', async () => {
    const on = stage(broken);
    await ends(on, 'shutting-down');
    on.world.lifecycle = 'Terminating';
    await on.run();
    expect(on.outbox.stories.size).toBe(2);
    expect(on.admissions.row.size).toBe(1);
  });

  it('because EC2 takes it back is no failure', async () => {
    const on = stage(broken);
    await ends(on, 'shutting-down');
    await on.ledger.claim('spot-interruption#i-1', 'event-3', 600);
    await on.run();
    expect(on.outbox.titles).toEqual(['i-1 of web is taken back before it could serve']);
    expect(on.admissions.row.size).toBe(0);
  });

  it('and runs again, out of its warm pool, is waited for', async () => {
    const on = stage({ world: { readyAfter: 60 } });
    await ends(on, 'running');
    expect(await on.run()).toMatchObject({ facts: { result: 'CONTINUE' } });
  });

  it('or of which nobody can say whether it runs, is waited for', async () => {
    const on = stage({ world: { readyAfter: 60 } });
    await ends(on, 'shutting-down');
    on.world.instances.state = () => Promise.reject(new Error('Request limit exceeded.'));
    expect(await on.run()).toMatchObject({ facts: { result: 'CONTINUE' } });
  });
});

describe('a probe by command', () => {
  const admission = { probe: { kind: 'command', command: '/opt/ready' } } as const;

  it('is asked after until it ends', async () => {
    const { run, world, elapsed } = stage({ admission, world: { command: { takes: 40, exitCode: 0 } } });
    await run();
    expect(world.completions).toEqual(['CONTINUE']);
    expect(world.sent).toEqual(['/opt/ready']);
    expect(elapsed()).toBe(45);
  });

  it('is sent again when it has failed', async () => {
    const { run, world } = stage({ admission, world: { command: { takes: 0, exitCode: 1 } } });
    await run();
    expect(world.completions).toEqual(['ABANDON']);
    expect(world.sent.length).toBeGreaterThan(5);
  });

  it.each([
    ['within a minute, where the fleet says nothing', {}, 60],
    ['within the fleet’s timeout', { timeout: 20 }, 20],
  ])('is ended %s, and sent again', async (_, changes, mayTake) => {
    const { run, world } = stage({
      admission: { ...admission, ...changes, within: 300 },
      world: { command: { takes: 600, exitCode: 0 } },
    });
    await run();
    expect(world.completions).toEqual(['ABANDON']);
    expect(new Set(world.mayTake)).toEqual(new Set([mayTake]));
    expect(world.sent.length).toBeGreaterThan(3);
  });

  it('waits for an instance that takes no commands yet', async () => {
    const { run, world, outbox } = stage({ admission, world: { command: 'unreachable' } });
    await run();
    expect(world.completions).toEqual(['ABANDON']);
    expect(JSON.stringify([...outbox.stories.values()])).toContain('does not take commands yet');
  });
});

describe('heartbeats', () => {
  it('keep an admission alive that outlasts its hook', async () => {
    const { run, world } = stage({
      admission: { within: 600 },
      world: { readyAfter: 550, heartbeatTimeout: 120 },
    });
    expect(await run()).toMatchObject({ facts: { result: 'CONTINUE', answer: 'done' } });
    expect(world.heartbeats).toBeGreaterThan(4);
  });

  it('are spared where the hook outlasts the admission', async () => {
    const { run, world } = stage({ world: { readyAfter: 290 } });
    await run();
    expect(world.heartbeats).toBe(0);
  });

  it('go out at once where nobody knows when the wait began', async () => {
    const { run, world, eventOf } = stage({ world: { readyAfter: 100 } });
    await run(undefined, { ...eventOf({ token: '' }), at: 0 });
    expect(world.heartbeats).toBe(1);
  });
});

describe('what is over ends quietly', () => {
  it('an expired token', async () => {
    const { run, world, clock, outbox } = stage({ world: { readyAfter: 9999 } });
    clock.advance(16 * MINUTE);
    expect(await run()).toMatchObject({ kind: 'done' });
    expect(world.completions).toEqual(['EXPIRED']);
    expect(outbox.stories.size).toBe(0);
  });

  it('an instance that is gone', async () => {
    const { run, world, outbox, crashes } = stage({ world: { readyAfter: 9999 } });
    world.lifecycle = undefined;
    expect(await run()).toMatchObject({ kind: 'done' });
    expect(outbox.stories.size).toBe(0);
    expect(crashes.calls).not.toContain('groups.complete');
  });

  it('a group that is no fleet', async () => {
    const { run, world } = stage();
    world.group = { ...world.group, tags: { 'evenkeel:fleet': 'other' } };
    expect(await run()).toMatchObject({ kind: 'skip', reason: 'NOT_OURS' });
    expect(world.completions).toEqual([]);
  });

  it('a doubled event', async () => {
    const { run, world, clock } = stage();
    await run(new DurableFake(clock, 'first'));
    expect(await run(new DurableFake(clock, 'second'))).toMatchObject({ reason: 'ALREADY_DONE' });
    expect(world.completions).toEqual(['CONTINUE']);
  });
});

it('a breaker leaves launches alone that the owner of the group has suspended', async () => {
  const { run, world, outbox } = stage({
    admission: { within: 60, breaker: 1 },
    world: { readyAfter: 9999 },
  });
  world.group = { ...world.group, suspendedProcesses: ['Launch'] };
  await run();
  expect(world.group.suspendedProcesses).toEqual(['Launch']);
  expect(world.resumed).toEqual([]);
  expect(outbox.stories.size).toBe(1);
});

describe('a call that fails, or is the last before a crash, changes nothing in the end', () => {
  interface Case {
    readonly scene: Scene;
    readonly isWarned?: boolean;
    readonly hasEnded?: boolean;
    readonly end: object;
  }
  const letIn = { completions: ['CONTINUE'], stories: [], suspended: 0, resumed: 0, commands: [], row: 0 };
  const cases: Readonly<Record<string, Case>> = {
    'that is let in by a probe': {
      scene: { admission: { within: 200, breaker: 1 }, world: { readyAfter: 40, heartbeatTimeout: 30 } },
      end: letIn,
    },
    'that is primed first': {
      scene: {
        admission: { within: 200, prime: '/opt/prime' },
        world: { command: { takes: 20, exitCode: 0 } },
      },
      end: { ...letIn, commands: ['/opt/prime'] },
    },
    'that is let in by a command': {
      scene: {
        admission: { within: 200, probe: { kind: 'command', command: '/opt/ready' } },
        world: { command: { takes: 20, exitCode: 0 } },
      },
      end: { ...letIn, commands: ['/opt/ready'] },
    },
    'that EC2 takes back': {
      scene: { admission: { within: 200, breaker: 1 } },
      isWarned: true,
      end: { ...letIn, completions: ['ABANDON'], stories: ['warning'] },
    },
    'that stops running': {
      scene: { admission: { within: 200, breaker: 1 }, world: { readyAfter: 9999 } },
      hasEnded: true,
      end: { completions: ['ABANDON'], stories: ['warning', 'error'], suspended: 1, resumed: 1, row: 1 },
    },
    'that is given back, and stops launches': {
      scene: { admission: { within: 60, breaker: 1 }, world: { readyAfter: 9999, heartbeatTimeout: 30 } },
      end: {
        completions: ['ABANDON'],
        stories: ['warning', 'error'],
        suspended: 1,
        resumed: 1,
        commands: [],
        row: 1,
      },
    },
  };

  const calls = new Set<string>();
  const crashed = ({ scene, isWarned = false, hasEnded = false }: Case) =>
    everyCrash(async (crashes) => {
      const { run, world, outbox, admissions, ledger } = stage(scene, crashes);
      if (hasEnded) {
        world.ec2State = 'terminated';
        await ledger.claim('ended-early#i-1', 'event-2', 600);
      }
      if (isWarned) await ledger.claim('spot-interruption#i-1', 'event-2', 600);
      const { kind } = await run();
      crashes.calls.forEach((call) => calls.add(call));
      return {
        kind,
        completions: world.completions,
        stories: [...outbox.stories.values()].map(({ severity }) => severity),
        suspended: world.suspended.length,
        resumed: world.resumed.length,
        processes: world.group.suspendedProcesses,
        marked: await ledger.isClaimed('launch-suspended#web-group'),
        commands: world.sent,
        row: admissions.row.size,
      };
    });

  it.each(Object.keys(cases))('for an instance %s', async (name) => {
    const { calm, differing } = await crashed(cases[name] as Case);
    expect(calm).toMatchObject({ kind: 'done', processes: [], marked: false, ...cases[name]?.end });
    expect(differing).toEqual([]);
  });

  it('and every call that an admission may make is among those', () => {
    expect([...calls].toSorted()).toEqual([
      'admissions.failed',
      'admissions.succeeded',
      'commands.find',
      'commands.result',
      'commands.send',
      'groups.complete',
      'groups.heartbeat',
      'groups.named',
      'groups.ofInstance',
      'groups.resumeLaunch',
      'groups.suspendLaunch',
      'hooks.of',
      'instances.consoleTail',
      'instances.state',
      'ledger.claim',
      'ledger.isClaimed',
      'ledger.release',
      'outbox.tell',
      'probes.get',
    ]);
  });
});
