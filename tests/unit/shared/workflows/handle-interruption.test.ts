import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../shared/domain/index.ts';
import type { Interruption, InterruptionPorts } from '../../../../shared/workflows/handle-interruption.ts';
import { handleInterruption } from '../../../../shared/workflows/handle-interruption.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { Crashes, everyCrash } from '../../../support/crashes.ts';
import { fleetOf } from '../../../support/fleets.ts';
import { HookWorld } from '../../../support/hook-world.ts';
import { instance } from '../../../support/world.ts';
import {
  AnnouncementsFake,
  ClaimsFake,
  DrainsFake,
  LeaseFake,
  MarksFake,
  OutboxFake,
  StarterFake,
} from '../../../support/memory-fake.ts';

function stage(changes: Partial<Fleet> = {}, crashes = new Crashes()) {
  const clock = new ClockFake();
  const fleet = fleetOf(changes);
  const world = new HookWorld(clock, fleet, { registeredIn: ['own-target-group', 'extra'] });
  world.lifecycle = 'InService';
  const outbox = new OutboxFake();
  const drains = new DrainsFake();
  const starter = new StarterFake();
  const announcements = new AnnouncementsFake();
  const ledger = new ClaimsFake(clock);
  const marks = new MarksFake();
  const terminated: string[] = [];
  world.group = { ...world.group, instances: [{ ...instance(0), id: 'i-1' }] };
  const groups = {
    named: world.groups.named,
    ofInstance: world.groups.ofInstance,
    terminateAndReplace: async (id: string) => {
      terminated.push(id);
      world.lifecycle = 'Terminating';
      return 'done' as const;
    },
    terminateAndDecrement: async () => Promise.reject(new Error('nothing was launched in its place')),
  };
  const ports: InterruptionPorts = {
    fleets: [fleet],
    groups: crashes.around('groups', groups),
    instances: crashes.around('instances', marks),
    balancers: crashes.around('balancers', world.balancers),
    announcements: crashes.around('announcements', announcements),
    drains: crashes.around('drains', drains),
    ledger: crashes.around('ledger', ledger),
    starter: crashes.around('starter', starter),
    outbox: crashes.around('outbox', outbox),
    lease: new LeaseFake(clock),
    clock,
  };
  const dated = { id: 'event-1', at: clock.now() };
  // Lambda tries an event again a minute after it has failed.
  const run = (event: Interruption) =>
    crashes.survive(
      () => handleInterruption(event, ports),
      () => clock.advance(MINUTE),
    );
  return {
    clock,
    world,
    marks,
    outbox,
    drains,
    starter,
    ledger,
    terminated,
    ports,
    announcements,
    run,
    dated,
  };
}

describe('a Spot interruption', () => {
  const warning = { kind: 'spot-interruption', instance: 'i-1', action: 'terminate' } as const;

  it('takes traffic off the instance at once, and is told', async () => {
    const { run, world, outbox, dated } = stage();
    expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'done' });
    expect(world.targetState('own-target-group')).toBe('draining');
    expect(world.targetState('extra')).toBe('draining');
    expect(outbox.titles).toEqual(['i-1 of web is being taken back by EC2 Spot']);
  });

  it('uses up the disruption budget of a fleet that has one', async () => {
    const { run, ledger, world, dated } = stage({ disruption: { atMost: { instances: 1 }, per: 3600 } });
    await run({ ...warning, ...dated });
    const zone = world.group.instances.find(({ id }) => id === 'i-1')?.zone;
    const lost = { id: 'i-1', ...(zone !== undefined && { zone }) };
    expect([...ledger.disrupted.values()]).toEqual([
      { at: dated.at, cause: 'interruption', instances: [lost] },
    ]);
    const without = stage();
    await without.run({ ...warning, ...dated });
    expect(without.ledger.disrupted.size).toBe(0);
  });

  it('has the group launch a replacement now, and once, however often it comes', async () => {
    const { run, terminated, dated } = stage();
    await run({ ...warning, ...dated });
    await run({ ...warning, ...dated, id: 'event-2' });
    expect(terminated).toEqual(['i-1']);
  });

  it('is answered also while the ledger cannot be written', async () => {
    const { run, world, terminated, ledger, dated } = stage();
    ledger.claim = () => Promise.reject(new Error('throttled'));
    await expect(run({ ...warning, ...dated })).rejects.toThrow('throttled');
    expect(world.targetState('extra')).toBe('draining');
    expect(terminated).toEqual(['i-1']);
  });

  it('is answered also while no load balancer can be asked: the instance leaves, and the event comes again', async () => {
    const { run, world, terminated, drains, ledger, dated } = stage();
    world.balancers.targetGroupsOf = () => Promise.reject(new Error('Rate exceeded'));
    await expect(run({ ...warning, ...dated })).rejects.toThrow('Rate exceeded');
    expect(terminated).toEqual(['i-1']);
    expect(drains.orders.get('i-1')).toEqual({ takenAt: dated.at + 120_000 });
    expect(await ledger.isClaimed('spot-interruption#i-1')).toBe(true);
  });

  it('is answered also while its group can replace nothing: traffic is off, and the event comes again', async () => {
    const { run, world, ports, drains, dated } = stage();
    ports.groups.terminateAndReplace = () => Promise.reject(new Error('Rate exceeded'));
    await expect(run({ ...warning, ...dated })).rejects.toThrow('Rate exceeded');
    expect(world.targetState('extra')).toBe('draining');
    expect(drains.orders.get('i-1')).toEqual({ takenAt: dated.at + 120_000 });
  });

  it.each<[string, (scene: ReturnType<typeof stage>) => void, Partial<Fleet>, string]>([
    ['that serves', () => undefined, {}, 'its group launches a replacement now'],
    ['that is leaving', ({ world }) => (world.lifecycle = 'Terminating:Wait'), {}, 'was leaving already'],
    ['in standby', ({ world }) => (world.lifecycle = 'Standby'), {}, 'no replacement is launched'],
    ['that is marked', ({ marks }) => (marks.marked = new Set(['i-1'])), {}, 'no replacement is launched'],
    ['of a paused fleet', () => undefined, { mode: 'paused' }, 'no replacement is launched'],
    ['of a shadow fleet', () => undefined, { mode: 'shadow' }, 'nothing was done about it'],
  ])(
    'of an instance %s is told with what is done about it, and no more',
    async (_, prepare, changes, text) => {
      const scene = stage(changes);
      prepare(scene);
      await scene.run({ ...warning, ...scene.dated });
      expect([...scene.outbox.stories.values()].map((story) => story.text)).toEqual([
        expect.stringContaining(text),
      ]);
    },
  );

  it.each(['Terminating:Proceed', 'Terminated'])(
    'of an instance that has left is nothing: %s',
    async (lifecycle) => {
      const { run, world, outbox, ledger, dated } = stage({
        disruption: { atMost: { instances: 1 }, per: 3600 },
      });
      world.lifecycle = lifecycle;
      expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
      expect(outbox.stories.size).toBe(0);
      expect(ledger.disrupted.size).toBe(0);
    },
  );

  it.each(['Pending', 'Pending:Wait', 'Pending:Proceed'])(
    'of an instance that is on its way into service, in %s, comes again until it is there or gone',
    async (lifecycle) => {
      const { run, world, terminated, ledger, outbox, clock, dated } = stage();
      world.lifecycle = lifecycle;
      expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'busy' });
      expect(terminated).toEqual([]);
      expect(await ledger.isClaimed('spot-interruption#i-1')).toBe(true);
      world.lifecycle = 'InService';
      clock.advance(MINUTE);
      expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'done' });
      expect(terminated).toEqual(['i-1']);
      expect(outbox.stories.size).toBe(1);
    },
  );

  it('that comes when its instance has just come into service finds it there', async () => {
    const { run, world, ledger, terminated, dated } = stage();
    world.lifecycle = 'Pending:Wait';
    const claim = ledger.claim.bind(ledger);
    ledger.claim = (...of) => {
      // Let in between the look at it and the mark.
      if (of[0] === 'spot-interruption#i-1' && terminated.length === 0) world.lifecycle = 'InService';
      return claim(...of);
    };
    expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'done' });
    expect(terminated).toEqual(['i-1']);
  });

  it('comes again no more once its two minutes are over', async () => {
    const { run, world, clock, dated } = stage();
    world.lifecycle = 'Pending:Wait';
    clock.advance(2 * MINUTE);
    expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'done' });
  });

  it('tells whoever drains the instance how long it has', async () => {
    const { run, drains, dated } = stage();
    await run({ ...warning, ...dated });
    expect(drains.orders.get('i-1')).toEqual({ takenAt: dated.at + 120_000 });
  });

  it.each([
    [
      'protected',
      (world: HookWorld) => ((world.group.instances[0] as { isProtected: boolean }).isProtected = true),
    ],
    ['in standby', (world: HookWorld) => (world.lifecycle = 'Standby')],
    [
      'of a group that is paused by its tag',
      (world: HookWorld) =>
        (world.group = { ...world.group, tags: { ...world.group.tags, 'evenkeel:paused': '' } }),
    ],
    ['on its way out', (world: HookWorld) => (world.lifecycle = 'Terminating:Wait')],
  ])('terminates no instance that is %s', async (_, change) => {
    const { run, world, terminated, dated } = stage();
    change(world);
    await run({ ...warning, ...dated });
    expect(terminated).toEqual([]);
    expect(world.targetState('extra')).toBe('draining');
  });

  it('terminates no instance that its owner has marked, whatever the mark is called', async () => {
    for (const doNotTouch of [undefined, 'keep']) {
      const { run, world, marks, terminated, dated } = stage(doNotTouch === undefined ? {} : { doNotTouch });
      marks.marked = new Set(['i-1']);
      await run({ ...warning, ...dated });
      expect(terminated).toEqual([]);
      expect(world.targetState('extra')).toBe('draining');
      expect(marks.asked).toEqual([doNotTouch ?? 'evenkeel:do-not-touch']);
    }
  });

  it('does not wait for marks that cannot be read: the instance is gone in two minutes', async () => {
    const { run, marks, terminated, dated } = stage();
    marks.marked = 'unreadable';
    expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'done' });
    expect(terminated).toEqual(['i-1']);
  });

  it('changes nothing in a paused fleet but where its requests go', async () => {
    const { run, world, terminated, dated } = stage({ mode: 'paused' });
    await run({ ...warning, ...dated });
    expect(terminated).toEqual([]);
    expect(world.targetState('extra')).toBe('draining');
  });

  it('is told once, however often it comes', async () => {
    const { run, outbox, dated } = stage();
    await run({ ...warning, ...dated });
    await run({ ...warning, ...dated, id: 'event-2' });
    expect(outbox.stories.size).toBe(1);
  });

  it('leaves the targets of a shadow fleet alone', async () => {
    const { run, world, outbox, dated } = stage({ mode: 'shadow' });
    await run({ ...warning, ...dated });
    expect(world.targetState('extra')).toBe('healthy');
    expect(outbox.stories.size).toBe(1);
  });

  it('of a foreign instance is not ours', async () => {
    const { run, world, outbox, dated } = stage();
    world.group = { ...world.group, tags: {} };
    expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'skip', reason: 'NOT_OURS' });
    world.lifecycle = undefined;
    expect(await run({ ...warning, ...dated })).toMatchObject({ kind: 'skip', reason: 'NOT_OURS' });
    expect(world.targetState('extra')).toBe('healthy');
    expect(outbox.stories.size).toBe(0);
  });
});

describe('a rebalance recommendation', () => {
  it('is told, and the instance keeps its traffic', async () => {
    const { run, world, outbox, dated } = stage();
    await run({ kind: 'rebalance-recommended', instance: 'i-1', ...dated });
    expect(world.targetState('extra')).toBe('healthy');
    expect([...outbox.stories.values()]).toMatchObject([{ severity: 'info', fleet: 'web' }]);
  });
});

it('a rebalance recommendation that comes after the Spot warning says nothing new', async () => {
  const { run, world, starter, outbox, dated } = stage();
  await run({ kind: 'spot-interruption', instance: 'i-1', action: 'terminate', ...dated });
  // Seen late: as it was before its group was asked to replace it.
  world.lifecycle = 'InService';
  const late = await run({ kind: 'rebalance-recommended', instance: 'i-1', ...dated, id: 'event-2' });
  expect(late).toMatchObject({ kind: 'skip', reason: 'ALREADY_DONE' });
  expect(starter.started).toEqual([]);
  expect(outbox.stories.size).toBe(1);
});

describe('an end that is announced in time', () => {
  const recommended = { kind: 'rebalance-recommended', instance: 'i-1' } as const;
  const change = {
    kind: 'health-scheduled-change',
    eventArn: 'arn:aws:health:eu-central-1::event/EC2/RETIREMENT/1',
    communicationId: 'one',
    eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
    instances: ['i-1'],
    startsAt: Date.UTC(2026, 2, 14, 10),
  } as const;

  it('is answered by a replacement', async () => {
    const { run, starter, terminated, dated } = stage();
    await run({ ...recommended, ...dated });
    expect(starter.started).toEqual([
      { kind: 'replace-due', ...dated, instance: 'i-1', reason: 'rebalance' },
    ]);
    expect(terminated).toEqual([]);
  });

  it('has to be replaced before its date, under the name of what is said of the change', async () => {
    const { run, starter, dated } = stage();
    await run({ ...change, ...dated });
    await run({ ...change, ...dated, id: 'copy' });
    await run({ ...change, ...dated, id: 'event-2', communicationId: 'two' });
    expect(starter.started.map(({ id }) => id)).toEqual(
      ['one', 'one', 'two'].map((said) => `${change.eventArn}#${said}#i-1`),
    );
    expect(starter.started[0]).toMatchObject({ reason: 'health', by: change.startsAt });
  });

  it('is only told of an instance that its owner has marked', async () => {
    const { run, marks, starter, outbox, dated } = stage();
    marks.marked = new Set(['i-1']);
    await run({ ...recommended, ...dated });
    await run({ ...change, ...dated });
    expect(starter.started).toEqual([]);
    expect(outbox.stories.size).toBe(2);
  });

  it('is answered once it can be read whether its owner has marked it', async () => {
    for (const event of [recommended, change]) {
      const { run, marks, starter, dated } = stage();
      marks.marked = 'unreadable';
      await expect(run({ ...event, ...dated })).rejects.toThrow('Request limit exceeded.');
      expect(starter.started).toEqual([]);
    }
  });

  it.each(['paused', 'shadow'] as const)('is only told of in a %s fleet', async (mode) => {
    const { run, starter, outbox, dated } = stage({ mode });
    await run({ ...recommended, ...dated });
    await run({ ...change, ...dated });
    expect(starter.started).toEqual([]);
    expect(outbox.stories.size).toBe(2);
  });
});

describe('a scheduled change', () => {
  const change = {
    kind: 'health-scheduled-change',
    eventArn: 'arn:aws:health:eu-central-1::event/EC2/RETIREMENT/1',
    communicationId: 'one',
    eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
    instances: ['i-1'],
    startsAt: Date.UTC(2026, 2, 14, 10),
  } as const;

  it('is told with its date', async () => {
    const { run, outbox, dated } = stage();
    await run({ ...change, ...dated });
    expect([...outbox.stories.values()]).toMatchObject([
      { text: expect.stringContaining('from 2026-03-14T10:00:00Z on') as string },
    ]);
  });

  it('is told once for each communication of it', async () => {
    const { run, outbox, dated } = stage();
    await run({ ...change, ...dated });
    await run({ ...change, ...dated, id: 'copy' });
    await run({ ...change, ...dated, communicationId: 'two' });
    expect(outbox.stories.size).toBe(2);
  });

  it('that is moved is told with its new date, and known by it to whoever replaces the instance', async () => {
    const { run, announcements, outbox, dated } = stage();
    const { eventArn, startsAt } = change;
    await run({ ...change, ...dated });
    const moved = { communicationId: 'two', startsAt: startsAt - 24 * 60 * MINUTE };
    await run({ ...change, ...dated, at: dated.at + MINUTE, ...moved });
    expect(await announcements.of('i-1')).toEqual([
      { change: eventArn, saidAt: dated.at + MINUTE, by: moved.startsAt, isOver: false },
    ]);
    expect([...outbox.stories.values()].map(({ text }) => text.includes('2026-03-13T10:00:00Z'))).toEqual([
      false,
      true,
    ]);
  });

  it('that has no time of its own is as if said now', async () => {
    const { run, announcements, clock, dated } = stage();
    await run({ ...change, ...dated, at: 0 });
    expect(await announcements.of('i-1')).toMatchObject([{ saidAt: clock.now() }]);
  });

  it('that is called off replaces nothing, is told once, and ends what waits', async () => {
    const { run, starter, announcements, outbox, dated } = stage();
    const off = { ...change, ...dated, instances: [], spared: ['i-1'] };
    expect(await run(off)).toMatchObject({ kind: 'done' });
    await run({ ...off, id: 'copy' });
    expect(starter.started).toEqual([]);
    expect(await announcements.of('i-1')).toMatchObject([{ isOver: true }]);
    expect([...outbox.stories.values()]).toMatchObject([
      { severity: 'info', title: 'AWS plans no maintenance on an instance of web any more' },
    ]);
  });

  it('that was said before it was called off, and comes after, changes nothing of that', async () => {
    const { run, announcements, dated } = stage();
    await run({ ...change, ...dated, instances: [], spared: ['i-1'], at: dated.at + MINUTE });
    await run({ ...change, ...dated });
    expect(await announcements.of('i-1')).toMatchObject([{ isOver: true }]);
  });

  it('that comes in pages is told page by page', async () => {
    const { run, outbox, dated } = stage();
    await run({ ...change, ...dated });
    await run({ ...change, ...dated, id: 'event-2', page: '2' });
    expect(outbox.stories.size).toBe(2);
  });

  it('one of whose instances cannot be asked for does not hold up the others, and comes again', async () => {
    const { run, starter, outbox, ports, dated } = stage();
    const { ofInstance } = ports.groups;
    ports.groups.ofInstance = (id) =>
      id === 'i-0' ? Promise.reject(new Error('Rate exceeded')) : ofInstance(id);
    const all = { ...change, ...dated, instances: ['i-0', 'i-1'] };
    await expect(run(all)).rejects.toThrow('Rate exceeded');
    expect(starter.started).toMatchObject([{ instance: 'i-1' }]);
    expect(outbox.stories.size).toBe(1);
  });

  it('in a group that is paused by its tag waits for its date, and one without a date is only told', async () => {
    const { run, world, starter, outbox, dated } = stage();
    world.group = { ...world.group, tags: { ...world.group.tags, 'evenkeel:paused': '' } };
    const { startsAt, ...undated } = change;
    await run({ ...undated, ...dated, communicationId: 'none' });
    await run({ kind: 'rebalance-recommended', instance: 'i-1', ...dated });
    expect(starter.started).toEqual([]);
    await run({ ...change, ...dated });
    expect(starter.started).toMatchObject([{ instance: 'i-1', by: startsAt }]);
    expect(outbox.stories.size).toBe(3);
  });

  it('of foreign instances is not ours', async () => {
    const { run, world, dated } = stage();
    world.lifecycle = undefined;
    expect(await run({ ...change, ...dated })).toMatchObject({ kind: 'skip', reason: 'NOT_OURS' });
  });
});

describe('a change of state', () => {
  const lost = (state: string) => ({ kind: 'instance-state-changed', instance: 'i-1', state }) as const;

  it.each(['stopping', 'stopped', 'shutting-down', 'terminated'])(
    'to %s is told for an instance that its group counts on',
    async (state) => {
      const { run, outbox, dated } = stage();
      expect(await run({ ...lost(state), ...dated })).toMatchObject({ kind: 'done' });
      expect([...outbox.stories.values()]).toMatchObject([{ severity: 'warning' }]);
    },
  );

  it.each(['Terminating', 'Terminating:Wait', 'Terminating:Proceed', 'Standby', 'EnteringStandby'])(
    "is no surprise in the group's state %s",
    async (lifecycle) => {
      const { run, world, outbox, dated } = stage();
      world.lifecycle = lifecycle;
      expect(await run({ ...lost('terminated'), ...dated })).toMatchObject({ reason: 'NOTHING_TO_DO' });
      expect(outbox.stories.size).toBe(0);
    },
  );

  it.each(['pending', 'running'])('to %s is nothing to ask about', async (state) => {
    const { run, dated } = stage();
    expect(await run({ ...lost(state), ...dated })).toMatchObject({ reason: 'NOTHING_TO_DO' });
  });

  it.each(['InService', 'Terminating', 'Terminating:Wait'])(
    'of an instance in %s is noted for whoever drains it',
    async (lifecycle) => {
      const { run, world, drains, dated } = stage();
      world.lifecycle = lifecycle;
      await run({ ...lost('shutting-down'), ...dated });
      expect(drains.orders.get('i-1')).toEqual({ lost: 'shutting-down' });
    },
  );

  it.each(['Warmed:Stopped', 'Warmed:Running', 'Warmed:Pending:Proceed', 'Warmed:Hibernated'])(
    'is how a warm pool works, and keeps nobody from draining the instance later: %s',
    async (lifecycle) => {
      const { run, world, drains, outbox, dated } = stage();
      world.lifecycle = lifecycle;
      expect(await run({ ...lost('stopped'), ...dated })).toMatchObject({ reason: 'NOTHING_TO_DO' });
      expect(drains.orders.size).toBe(0);
      expect(outbox.stories.size).toBe(0);
    },
  );

  it.each(['pending', 'running'])(
    'that comes late, of an instance that is %s again, is stale: nothing is noted, told or counted',
    async (now) => {
      const { run, marks, drains, outbox, ledger, dated } = stage({
        disruption: { atMost: { instances: 1 }, per: 3600 },
      });
      marks.ec2State = now;
      expect(await run({ ...lost('stopped'), ...dated })).toMatchObject({ kind: 'skip', reason: 'STALE' });
      expect(drains.orders.size).toBe(0);
      expect(outbox.stories.size).toBe(0);
      expect(ledger.disrupted.size).toBe(0);
    },
  );

  it('of an instance that is not in service yet is known to its admission, and told by that', async () => {
    const { run, world, ledger, outbox, dated } = stage();
    await run({ ...lost('terminated'), ...dated });
    expect(await ledger.isClaimed('ended-early#i-1')).toBe(false);
    outbox.stories.clear();
    world.lifecycle = 'Pending:Wait';
    expect(await run({ ...lost('terminated'), ...dated })).toMatchObject({ reason: 'NOTHING_TO_DO' });
    expect(await ledger.isClaimed('ended-early#i-1')).toBe(true);
    expect(outbox.stories.size).toBe(0);
  });

  it('of which EC2 does not say whether it stands is answered later', async () => {
    const { run, marks, outbox, dated } = stage();
    marks.state = () => Promise.reject(new Error('Request limit exceeded.'));
    await expect(run({ ...lost('stopped'), ...dated })).rejects.toThrow('Request limit exceeded.');
    expect(outbox.stories.size).toBe(0);
  });

  it('after its drain is no loss', async () => {
    const { run, world, drains, dated } = stage();
    world.lifecycle = 'Terminating:Proceed';
    await run({ ...lost('shutting-down'), ...dated });
    expect(drains.orders.size).toBe(0);
  });

  it('is one story, not one for each state on the way', async () => {
    const { run, outbox, dated } = stage();
    await run({ ...lost('shutting-down'), ...dated });
    await run({ ...lost('terminated'), ...dated, id: 'event-2' });
    expect(outbox.stories.size).toBe(1);
  });

  it('is no surprise after a Spot warning', async () => {
    const { run, world, outbox, dated } = stage();
    await run({ kind: 'spot-interruption', instance: 'i-1', action: 'terminate', ...dated });
    // Seen late: as it was before its group was asked to replace it.
    world.lifecycle = 'InService';
    expect(await run({ ...lost('terminated'), ...dated })).toMatchObject({ reason: 'ALREADY_DONE' });
    expect(outbox.stories.size).toBe(1);
  });
});

describe('a failed activity', () => {
  const noCapacity = 'We currently do not have sufficient t4g.small capacity in the Availability Zone.';
  const failed = { kind: 'launch-unsuccessful', group: 'web-group', statusMessage: noCapacity } as const;

  it('is told once an hour for each cause', async () => {
    const { run, outbox, clock, dated } = stage();
    expect(await run({ ...failed, ...dated })).toMatchObject({ kind: 'done' });
    expect(await run({ ...failed, ...dated, id: '2' })).toMatchObject({ reason: 'ALREADY_DONE' });
    await run({ ...failed, ...dated, id: '3', statusMessage: 'VcpuLimitExceeded' });
    expect(outbox.titles).toEqual([
      'web cannot launch instances: EC2 has none left',
      'web cannot launch instances: a quota is reached',
    ]);
    clock.advance(60 * MINUTE);
    expect(await run({ ...failed, ...dated, id: '4' })).toMatchObject({ kind: 'done' });
    expect(outbox.stories.size).toBe(3);
  });

  it('is told by the try after one that died between claim and story', async () => {
    const { run, outbox, dated } = stage();
    const first = { ...failed, ...dated };
    await run(first);
    outbox.stories.clear();
    await run(first);
    expect(outbox.stories.size).toBe(1);
  });

  it('that admission has caused was told by it', async () => {
    const { run, outbox, dated } = stage();
    const statusMessage =
      "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token t was abandoned: " +
      'Lifecycle Action Completed with ABANDON Result';
    expect(await run({ ...failed, ...dated, statusMessage })).toMatchObject({ reason: 'ALREADY_DONE' });
    expect(outbox.stories.size).toBe(0);
  });

  it('to terminate is told as well', async () => {
    const { run, outbox, dated } = stage();
    await run({
      kind: 'terminate-unsuccessful',
      group: 'web-group',
      statusMessage: 'no',
      instance: 'i-9',
      ...dated,
    });
    expect(outbox.titles).toEqual(['web could not terminate i-9']);
  });

  it('of a foreign group is not ours', async () => {
    const { run, dated } = stage();
    expect(await run({ ...failed, ...dated, group: 'other' })).toMatchObject({ reason: 'NOT_OURS' });
  });
});

describe('a call that fails, or is the last before a crash, changes nothing in the end', () => {
  type Undated = { [Kind in Interruption['kind']]: Omit<Extract<Interruption, { kind: Kind }>, 'id' | 'at'> };
  const events: Undated = {
    'spot-interruption': { kind: 'spot-interruption', instance: 'i-1', action: 'terminate' },
    'reservation-interruption': { kind: 'reservation-interruption', instance: 'i-1', action: 'terminate' },
    'rebalance-recommended': { kind: 'rebalance-recommended', instance: 'i-1' },
    'health-scheduled-change': {
      kind: 'health-scheduled-change',
      eventArn: 'arn:aws:health:eu-central-1::event/EC2/1',
      communicationId: 'c-1',
      eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
      instances: ['i-1'],
    },
    'instance-state-changed': { kind: 'instance-state-changed', instance: 'i-1', state: 'terminated' },
    'launch-unsuccessful': {
      kind: 'launch-unsuccessful',
      group: 'web-group',
      statusMessage: 'We currently do not have sufficient capacity',
    },
    'terminate-unsuccessful': {
      kind: 'terminate-unsuccessful',
      group: 'web-group',
      statusMessage: 'something went wrong',
    },
  };
  const ends: Readonly<Record<Interruption['kind'], object>> = {
    'spot-interruption': {
      terminated: ['i-1'],
      extra: 'draining',
      disrupted: ['i-1'],
      orders: ['takenAt'],
    },
    'reservation-interruption': {
      terminated: ['i-1'],
      extra: 'draining',
      disrupted: ['i-1'],
      orders: ['takenAt'],
    },
    'rebalance-recommended': { started: ['replace-due event-1'] },
    'health-scheduled-change': { started: ['replace-due arn:aws:health:eu-central-1::event/EC2/1#c-1#i-1'] },
    'instance-state-changed': { disrupted: ['i-1'], orders: ['lost'] },
    'launch-unsuccessful': {},
    'terminate-unsuccessful': {},
  };
  const calls = new Set<string>();

  it.each(Object.keys(events) as Interruption['kind'][])('for %s', async (kind) => {
    const { calm, differing } = await everyCrash(async (crashes) => {
      const disruption = { atMost: { instances: 1 }, per: 3600 } as const;
      const scene = stage({ disruption }, crashes);
      await scene.run({ ...events[kind], ...scene.dated });
      crashes.calls.forEach((call) => calls.add(call));
      return {
        terminated: scene.terminated,
        // An execution is named by its event: started twice it is one.
        started: [...new Set(scene.starter.started.map((event) => `${event.kind} ${event.id}`))],
        extra: scene.world.targetState('extra') === 'healthy' ? 'healthy' : 'draining',
        disrupted: [...scene.ledger.disrupted.keys()],
        orders: Object.keys(scene.drains.orders.get('i-1') ?? {}),
        stories: scene.outbox.titles.length,
      };
    });
    const nothing = { terminated: [], started: [], extra: 'healthy', disrupted: [], orders: [], stories: 1 };
    expect(calm).toEqual({ ...nothing, ...ends[kind] });
    expect(differing).toEqual([]);
  });

  it('and every call that an interruption may make is among those', () => {
    expect([...calls].toSorted()).toEqual([
      'announcements.note',
      'balancers.deregister',
      'balancers.targetGroupsOf',
      'drains.isLost',
      'drains.isTaken',
      'groups.named',
      'groups.ofInstance',
      'groups.terminateAndReplace',
      'instances.state',
      'instances.tagged',
      'ledger.claim',
      'ledger.disrupt',
      'ledger.isClaimed',
      'outbox.tell',
      'starter.start',
    ]);
  });
});
