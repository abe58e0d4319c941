import { describe, expect, it } from 'vitest';
import type { EventOf, FleetEvent, Group } from '../../../../shared/domain/index.ts';
import { isGoing, isServing, MINUTE } from '../../../../shared/domain/index.ts';
import { handleInterruption } from '../../../../shared/workflows/handle-interruption.ts';
import { replaceInstance } from '../../../../shared/workflows/replace-instance.ts';
import type { Lease } from '../../../../shared/ports/index.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import type { Crashes } from '../../../support/crashes.ts';
import { everyCrash } from '../../../support/crashes.ts';
import { DurableFake } from '../../../support/durable-fake.ts';
import { fleetOf } from '../../../support/fleets.ts';
import { GroupFake } from '../../../support/group-fake.ts';
import {
  AnnouncementsFake,
  ClaimsFake,
  DrainsFake,
  LeaseFake,
  MarksFake,
  OutboxFake,
  StarterFake,
} from '../../../support/memory-fake.ts';
import { everyMeeting, Meanwhile } from '../../../support/meanwhile.ts';
import { instance } from '../../../support/world.ts';

const OLD = instance(0).id;
const DISRUPTION = { atMost: { instances: 2 }, per: 3600 } as const;

interface Options {
  readonly boots?: number;
  readonly of?: Partial<Group>;
  readonly boundary?: Pick<Crashes, 'around'>;
  /** Around what answers the other event. */
  readonly otherBoundary?: Pick<Crashes, 'around'>;
}

const open = { around: <Port>(_: string, port: Port) => port };

/** A fleet of four, one of which AWS is going to take, and all that may be said of that. */
function stage({ boots = 120, of = {}, boundary = open, otherBoundary = open }: Options = {}) {
  const clock = new ClockFake();
  const fleet = fleetOf({ disruption: DISRUPTION });
  const group = new GroupFake(clock, 4, boots, of);
  const announcements = new AnnouncementsFake();
  const ledger = new ClaimsFake(clock);
  const outbox = new OutboxFake();
  const starter = new StarterFake();
  const leases = new LeaseFake(clock);
  const portsAt = ({ around }: Pick<Crashes, 'around'>, lease = leases) => ({
    fleets: [fleet],
    groups: around('groups', group.port),
    ledger: around('ledger', ledger),
    outbox: around('outbox', outbox),
    announcements,
    drains: new DrainsFake(),
    instances: new MarksFake(),
    balancers: { targetGroupsOf: async () => [], deregister: async () => undefined },
    starter,
    lease: around('lease', lease),
    clock,
  });
  const ours = portsAt({ around: (name, port) => boundary.around(name, port) });
  const theirs = portsAt({ around: (name, port) => otherBoundary.around(name, port) });
  const dated = { id: 'event-1', at: clock.now(), instance: OLD } as const;
  const replacement = (
    reason: EventOf<'replace-due'>['reason'],
    ports = ours,
    durable = new DurableFake(clock, reason),
  ) => replaceInstance({ kind: 'replace-due', ...dated, id: reason, reason }, { ...ports, durable });
  const answer = async (event: FleetEvent & { readonly kind: 'spot-interruption' }) => {
    await handleInterruption(event, theirs);
  };
  const others = {
    'a Spot warning': () => answer({ kind: 'spot-interruption', action: 'terminate', ...dated }),
    'a second announcement': () => replacement('health', theirs),
    'a refresh that takes the instance': () => group.port.terminateAndReplace(OLD),
    'somebody who drains the instance': () => group.port.terminateAndReplace(OLD),
    'a scale-out': async () => {
      await leases.withLease('web', 'scale', () =>
        group.port.setDesired('web-group', group.state.desired + 2),
      );
    },
  };
  const end = () => {
    clock.advance(30 * MINUTE);
    const { desired, instances } = group.state;
    return {
      desired,
      launched: group.launched.length,
      // What was launched in vain, and taken in again.
      spared: group.launched.filter((id) => instances.some((one) => one.id === id && isGoing(one))).length,
      chosen: group.chosen.length,
      isThere: instances.some((one) => one.id === OLD && !isGoing(one)),
      stories: outbox.titles.length === new Set(outbox.titles).size,
      disrupted: [...ledger.disrupted.keys()],
    };
  };
  return { clock, group, ledger, outbox, leases, ours, theirs, dated, replacement, others, end };
}

const once = {
  desired: 4,
  launched: 1,
  spared: 0,
  chosen: 0,
  isThere: false,
  stories: true,
  disrupted: [OLD],
};

describe('an instance has one successor, whenever, while it is being replaced, there is', () => {
  it.each(['a Spot warning', 'a second announcement'] as const)('%s', async (other) => {
    const met = await everyMeeting((boundary) => {
      const scene = stage({ boundary });
      return {
        one: () => scene.replacement('rebalance'),
        other: scene.others[other],
        end: scene.end,
      };
    });
    expect(met.calls.length).toBeGreaterThan(15);
    expect(met.between.filter(({ end }) => JSON.stringify(end) !== JSON.stringify(once))).toEqual([]);
    expect(met).toMatchObject({ before: once, after: once });
  });

  it('a whole replacement, between two calls of a Spot warning’s answer', async () => {
    const met = await everyMeeting((otherBoundary) => {
      const scene = stage({ otherBoundary });
      return {
        one: scene.others['a Spot warning'],
        other: () => scene.replacement('rebalance'),
        end: scene.end,
      };
    });
    expect(met.between.filter(({ end }) => JSON.stringify(end) !== JSON.stringify(once))).toEqual([]);
    expect(met).toMatchObject({ before: once, after: once });
  });

  it('a Spot warning, of a group at its maximum', async () => {
    const { between } = await everyMeeting((boundary) => {
      const scene = stage({ boundary, of: { max: 4 } });
      return {
        one: () => scene.replacement('rebalance'),
        other: scene.others['a Spot warning'],
        end: scene.end,
      };
    });
    expect(between.filter(({ end }) => JSON.stringify(end) !== JSON.stringify(once))).toEqual([]);
  });

  it.each(['a refresh that takes the instance', 'somebody who drains the instance'] as const)(
    '%s: what came for it twice is taken in again',
    async (other) => {
      const { between } = await everyMeeting((boundary) => {
        const scene = stage({ boundary });
        return {
          one: () => scene.replacement('rebalance'),
          other: scene.others[other],
          end: scene.end,
        };
      });
      for (const { call, end } of between)
        expect({ call, ...end, spared: end.launched - 1 }).toMatchObject({
          ...{ call, desired: 4, isThere: false },
          // Taken between the last look and the order to leave: then the group itself has one too many.
          spared: end.chosen + end.spared,
        });
    },
  );

  it('a scale-out: nothing of it is lost', async () => {
    const { between } = await everyMeeting((boundary) => {
      const scene = stage({ boundary });
      return {
        one: () => scene.replacement('rebalance'),
        other: scene.others['a scale-out'],
        end: scene.end,
      };
    });
    const lost = between.filter(
      ({ end, call }) =>
        // Whoever finds the fleet's lease taken changes nothing.
        JSON.stringify(end) !== JSON.stringify({ ...once, desired: 6, launched: 3 }) &&
        !(end.desired === 4 && /^(groups|ledger|lease)\./.test(call)),
    );
    expect(lost).toEqual([]);
  });
});

/** Leases that take no time: whoever finds one taken comes again, or just after. */
const leases: Readonly<Record<string, () => Lease>> = {
  'the lease taken': () => {
    let isHeld = false;
    return {
      withLease: async (_, __, work) => {
        if (isHeld) return 'busy';
        isHeld = true;
        return work(1).finally(() => (isHeld = false));
      },
    };
  },
  'the lease just given back': () => {
    let last: Promise<unknown> = Promise.resolve();
    return {
      withLease: (_, __, work) => {
        const mine = last.then(() => work(1));
        last = mine.catch(() => undefined);
        return mine;
      },
    };
  },
};

describe('of several that are announced at once no more are taken than the disruption budget has left', () => {
  it.each(Object.entries(leases))('where they find %s', async (_, leaseOf) => {
    const { ours, clock, ledger, dated, group } = stage();
    const fleet = fleetOf({ disruption: { atMost: { instances: 1 }, per: 3600 } });
    const lease = leaseOf();
    const ids = [0, 1, 2].map((number) => instance(number).id);
    await Promise.all(
      ids.map((id) =>
        replaceInstance(
          { kind: 'replace-due', ...dated, instance: id, id, reason: 'health', by: clock.now() + 864e5 },
          { ...ours, fleets: [fleet], lease, durable: new DurableFake(clock, id) },
        ),
      ),
    );
    const taken = [...ledger.disrupted.values()].map(({ at }) => at).toSorted((a, b) => a - b);
    expect(taken).toHaveLength(3);
    expect(taken.slice(1).every((at, index) => at - (taken[index] ?? 0) >= 60 * MINUTE)).toBe(true);
    expect(group.state.instances.filter((one) => ids.includes(one.id)).every(isGoing)).toBe(true);
  });
});

describe('of a group at its maximum', () => {
  it('two that are replaced leave one after the other, wherever the one meets the other', async () => {
    const { between } = await everyMeeting((boundary) => {
      const scene = stage({ boundary, of: { max: 4 } });
      const { ours, theirs, dated, clock, group } = scene;
      const replace = (instance: string, ports: typeof ours) =>
        replaceInstance(
          { kind: 'replace-due', ...dated, instance, id: instance, reason: 'rebalance' },
          { ...ports, fleets: [fleetOf()], durable: new DurableFake(clock, instance) },
        );
      return {
        one: () => replace(OLD, ours),
        other: () => replace(instance(1).id, theirs),
        end: () => ({ ...scene.end(), least: group.leastServing }),
      };
    });
    expect(between.filter(({ end }) => end.least !== 3)).toEqual([]);
    // Who finds the fleet's lease taken for good gives up: most do not.
    expect(between.filter(({ end }) => end.launched === 2).length).toBeGreaterThan(between.length / 2);
  });
});

describe('a Spot warning while another is launched in place of its instance', () => {
  it('has it leave at once, by its hook, and lowers desired capacity with it', async () => {
    const boundary = new Meanwhile();
    const { group, others, replacement, ledger } = stage({ boundary });
    let seen: Group | undefined;
    boundary.plan(18, async () => {
      await others['a Spot warning']();
      seen = group.state;
    });
    await replacement('rebalance');
    expect(seen).toMatchObject({ desired: 4 });
    expect(seen?.instances.find(({ id }) => id === OLD)).toMatchObject({ lifecycle: 'Terminating:Wait' });
    expect(ledger.recorded).toMatchObject([
      { action: 'scale-out', from: 4, to: 5 },
      { action: 'scale-in', from: 5, to: 4, victims: [OLD] },
    ]);
  });

  it('is left to the replacement while somebody else changes capacity, which sees it within seconds', async () => {
    const boundary = new Meanwhile();
    const { clock, group, others, leases, outbox, replacement } = stage({ boundary, boots: 600 });
    const began = clock.now();
    let left = 0;
    boundary.plan(18, async () => {
      await leases.withLease('web', 'scale', others['a Spot warning']);
      left = clock.now();
    });
    await replacement('rebalance');
    expect(group.state).toMatchObject({ desired: 4 });
    expect(group.launched).toHaveLength(1);
    expect(left - began).toBeLessThan(MINUTE);
    expect(clock.now() - left).toBeLessThanOrEqual(10_000);
    expect(outbox.titles).toContain(`${OLD} of web is replaced before AWS takes it`);
  });

  it.each([
    ['could not be launched', Infinity],
    ['had not come in time', 1e6],
  ])('has its group launch a successor where the one before %s', async (_, boots) => {
    const { group, others, replacement, end } = stage({ boots });
    await replacement('rebalance');
    expect(group.state).toMatchObject({ desired: 4 });
    expect(group.state.instances.filter(isServing)).toHaveLength(4);
    await others['a Spot warning']();
    expect(group.state.desired).toBe(4);
    expect(end()).toMatchObject({ desired: 4, isThere: false, chosen: 0 });
  });

  it('comes to the same whichever of its calls fails, or is the last before a crash', async () => {
    const { calm, calls, differing } = await everyCrash(async (crashes) => {
      const meanwhile = new Meanwhile();
      const scene = stage({ boundary: meanwhile, boots: 600 });
      // The leases of a process that is gone are those of the same process again.
      const ports = { ...scene.theirs, groups: crashes.around('groups', scene.group.port) };
      const lease = new LeaseFake(scene.clock, (table) => crashes.around('lease', table));
      const ledger = crashes.around('ledger', scene.ledger);
      meanwhile.plan(18, async () => {
        const event = { kind: 'spot-interruption', action: 'terminate', ...scene.dated } as const;
        await crashes.survive(
          () => handleInterruption(event, { ...ports, lease, ledger }),
          () => scene.clock.advance(MINUTE),
        );
      });
      await scene.replacement('rebalance');
      return scene.end();
    });
    expect(calls).toContain('groups.terminateAndDecrement');
    expect(calm).toEqual(once);
    // Two are better than none: a ledger that does not answer does not keep the group from launching another.
    const twice = { ...once, launched: 2, spared: 1 };
    expect(differing).toEqual(
      ['reply lost', 'refused'].map((how) => ({ call: `ledger.claim, call 2 of 11, ${how}`, end: twice })),
    );
  });
});
