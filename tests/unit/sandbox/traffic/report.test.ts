import { describe, expect, it } from 'vitest';
import type { Cloud } from '../../../../tools/cloud/cloud.ts';
import type { JournalEntry } from '../../../../tools/cloud/kernel/index.ts';
import {
  drainsEndWhenIdle,
  eventsHappened,
  requestsSucceed,
  undrainedRequestsFail,
} from '../../../../tools/sandbox/observe/invariants/index.ts';
import { LeaveLog } from '../../../../tools/sandbox/traffic/drains.ts';
import { Kill } from '../../../../tools/sandbox/traffic/kill.ts';
import type { Failure, Kind, Tally } from '../../../../tools/sandbox/traffic/protocol.ts';
import { percentile95, trafficReport } from '../../../../tools/sandbox/traffic/report.ts';

const SECOND = 1000;

const draining = (at: number) =>
  ({ kind: 'target', at: at * SECOND, targetGroup: 'tg', target: 'i-1', state: 'draining' }) as JournalEntry;
const hook = (at: number, phase: 'started' | 'completed', transition = 'TERMINATING') =>
  ({
    kind: 'lifecycle-action',
    at: at * SECOND,
    token: 't',
    group: 'web',
    hook: 'evenkeel-drain',
    instance: 'i-1',
    transition: `autoscaling:EC2_INSTANCE_${transition}`,
    phase,
    ...(phase === 'completed' && { result: 'CONTINUE' }),
  }) as JournalEntry;

/** A fleet of which one instance has been killed at 100 s, with so many requests under way. */
function killed(inFlight: number) {
  const dead: string[] = [];
  const cloud = {
    clock: { now: () => 100 * SECOND },
    services: { ec2: { kill: (id: string) => dead.push(id) } },
  } as unknown as Cloud;
  const leaves = new LeaveLog();
  leaves.load('i-1', inFlight, 0);
  leaves.load('i-2', 0, 0);
  const kill = new Kill(cloud, leaves);
  kill.strike(['i-2', 'i-1']);
  return { kill, leaves, dead };
}

const failure = (begunAt: number, endedAt: number): Failure => ({
  event: 'kill',
  kind: 'page',
  begunAt: begunAt * SECOND,
  endedAt: endedAt * SECOND,
  problem: '502',
});

function report({ failures = [] as Failure[], drained = true, total = 100, world = killed(1) } = {}) {
  const tallies = new Map<Kind, Tally>([['page', { total, failed: failures.length }]]);
  const outcome = { counts: new Map([['kill', tallies]]), failures };
  return trafficReport(outcome, world.leaves.all(), { drained, kill: world.kill, eventAt: () => 'scale-in' });
}

describe('a kill', () => {
  it('would hit requests only on an instance that has some', () => {
    const { kill } = killed(1);
    expect(kill.wouldHit(['i-2', 'i-1'])).toBe(true);
    expect(kill.wouldHit(['i-2'])).toBe(false);
    expect(kill.wouldHit([])).toBe(false);
  });
});

describe('an instance that leaves', () => {
  const left = (lastRequestAt: number) => {
    const world = killed(0);
    world.leaves.load('i-1', 2, 0);
    world.leaves.see(draining(10));
    world.leaves.load('i-1', 1, 12 * SECOND);
    world.leaves.see(hook(15, 'started'));
    world.leaves.load('i-1', 0, lastRequestAt * SECOND);
    world.leaves.see(hook(45, 'completed'));
    // Ended by its group: that is no loss.
    world.leaves.see({
      kind: 'instance',
      at: 46 * SECOND,
      id: 'i-1',
      state: 'shutting-down',
    } as JournalEntry);
    return report({ world });
  };

  it('is idle from its last request on until it is let go', () => {
    expect(left(40).drains).toMatchObject([
      { underWayWhenDeregistered: 2, seconds: 35, idleToCompletion: 5, lastRequestToCompletion: 5 },
    ]);
  });

  it('is not waited for by a drain that has not got it yet', () => {
    const world = killed(0);
    world.leaves.see(draining(10));
    world.leaves.see(hook(15, 'started'));
    world.leaves.see(hook(21, 'completed'));
    expect(report({ world }).drains).toMatchObject([{ idleToCompletion: 6, lastRequestToCompletion: 11 }]);
  });

  it('leaves with what is under way on it, all of which counts', () => {
    expect(left(40).underWay).toBe(2);
  });

  it('saves what a fixed delay of 300 s would have cost besides', () => {
    expect(left(40).instanceHoursSaved).toBeCloseTo((300 - 35) / 3600);
  });

  it('is none that was drained in time or late, where EC2 took it before', () => {
    const world = killed(0);
    world.leaves.see(draining(10));
    world.leaves.see({
      kind: 'instance',
      at: 130 * SECOND,
      id: 'i-1',
      state: 'shutting-down',
    } as JournalEntry);
    world.leaves.see(hook(131, 'started'));
    world.leaves.see(hook(132, 'completed'));
    expect(report({ world })).toMatchObject({
      drains: [{ taken: true, seconds: 122 }],
      idleToCompletionP95: undefined,
      lastRequestToCompletionP95: undefined,
      instanceHoursSaved: 0,
    });
  });

  it('is no instance that is launched', () => {
    const { leaves } = killed(0);
    leaves.see(hook(1, 'started', 'LAUNCHING'));
    expect(leaves.all()).toEqual([]);
  });
});

describe('of 95 %, the slowest', () => {
  it.each([
    [[], undefined],
    [[7], 7],
    [Array.from({ length: 20 }, (_, at) => at + 1), 19],
    [[3, undefined, 1], 3],
  ])('of %j is %s', (values, expected) => {
    expect(percentile95(values)).toBe(expected);
  });
});

describe('the kill of an instance', () => {
  it('strikes the one with the most requests under way', () => {
    expect(killed(3).dead).toEqual(['i-1']);
  });

  it('explains what began before it and ended with it, and nothing else', () => {
    const failures = [failure(99, 100), failure(80, 130), failure(90, 99), failure(101, 102)];
    expect(report({ failures, world: killed(2) })).toMatchObject({
      failedUnexplained: 2,
      kill: { instance: 'i-1', inFlight: 2, failedInFlight: 2, failedAfterwards: 0 },
    });
  });

  it('counts what was sent to the dead instance afterwards apart', () => {
    const world = killed(1);
    world.kill.lost({ instanceId: 'i-1', begunAt: 99 * SECOND, hadConnection: true });
    world.kill.lost({ instanceId: 'i-1', begunAt: 101 * SECOND, hadConnection: false });
    world.kill.lost({ instanceId: 'i-2', begunAt: 101 * SECOND, hadConnection: true });
    expect(report({ world }).kill?.failedAfterwards).toBe(1);
  });
});

describe('requests succeed', () => {
  it('when all did, or were in flight on the killed instance', () => {
    expect(requestsSucceed(report())).toEqual({ id: 'requests-succeed', ok: true, checked: 101 });
    expect(requestsSucceed(report({ failures: [failure(99, 100)] })).ok).toBe(true);
  });

  it('not when one failed that the kill does not explain', () => {
    const verdict = requestsSucceed(report({ failures: [failure(90, 91)] }));
    expect(verdict).toMatchObject({ ok: false, checked: 101 });
    expect(verdict.detail).toContain('page in kill at 1970-01-01T00:01:30.000Z: 502');
  });

  it('not when more failed with the killed instance than it had', () => {
    const verdict = requestsSucceed(report({ failures: [failure(99, 100), failure(98, 100)] }));
    expect(verdict.detail).toContain('2 failed with i-1, which had 1');
  });
});

describe('a run without drains', () => {
  it('has to lose requests besides those of the kill', () => {
    expect(undrainedRequestsFail(report({ drained: false, failures: [failure(90, 91)] })).ok).toBe(true);
    expect(undrainedRequestsFail(report({ drained: false, failures: [failure(99, 100)] })).ok).toBe(false);
  });
});

describe('a run shows something', () => {
  const world = () => {
    const made = killed(1);
    made.leaves.load('i-1', 1, 0);
    made.leaves.see(draining(10));
    return made;
  };

  it('when every event made an instance leave, some of them busy, and the killed one was', () => {
    expect(eventsHappened(report({ world: world() }), ['scale-in']).ok).toBe(true);
  });

  it('not when an event made none leave, or nothing was under way', () => {
    expect(eventsHappened(report({ world: world() }), ['scale-in', 'image-refresh']).detail).toContain(
      'no instance left in image-refresh',
    );
    const idle = killed(0);
    idle.leaves.see(draining(10));
    expect(eventsHappened(report({ world: idle }), ['scale-in']).detail).toMatch(
      /no instance that left had any request under way .*; no instance was killed with requests/,
    );
  });
});

describe('drains end when the instance is idle', () => {
  const after = (seconds: number) => {
    const world = killed(0);
    world.leaves.see(draining(10));
    world.leaves.see(hook(15, 'started'));
    world.leaves.see(hook(15 + seconds, 'completed'));
    return drainsEndWhenIdle(report({ world }));
  };

  it('when 95 % of them wait less than 10 s', () => {
    expect(after(9.9)).toEqual({ id: 'drains-end-when-idle', ok: true, checked: 1 });
    expect(after(10).ok).toBe(false);
  });

  it('not when there were none', () => {
    expect(drainsEndWhenIdle(report()).ok).toBe(false);
  });
});
