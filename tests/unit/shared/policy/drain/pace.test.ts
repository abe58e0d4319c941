import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../../shared/domain/index.ts';
import { pauseAfter } from '../../../../../shared/policy/drain/pace.ts';
import type { Drain } from '../../../../../shared/policy/drain/progress.ts';
import { fleetOf } from '../../../../support/fleets.ts';

const policy = { ...fleetOf().drain, every: 3, confirm: 3 };
const hook = { heartbeatTimeout: 900, globalTimeout: 90_000 };
const idle = { isIdle: true, detail: '', at: 0 };
const busy = { isIdle: false, detail: '', at: 0 };

/** A drain that has lasted so many seconds. */
function drain(seconds: number, change: Partial<Drain> = {}): Drain {
  return {
    startedAt: 0,
    lookedAt: seconds * SECOND,
    deadline: 48 * 3600 * SECOND,
    latest: 48 * 3600 * SECOND,
    heartbeatAt: 0,
    missed: 0,
    foreign: {},
    command: { progress: 'none' },
    seen: [busy],
    ...change,
  };
}

describe('the pause between two looks', () => {
  it.each([
    [0, 3],
    [300, 3],
    [900, 9],
    [3600, 36],
    [7200, 60],
    [86_400, 60],
  ])('of a drain that has lasted %i s is %i s', (lasted, pause) =>
    expect(pauseAfter(drain(lasted), policy, hook)).toBe(pause),
  );

  it('is the same when some of the evidence is in: a command that hangs may never end', () => {
    expect(pauseAfter(drain(7200, { seen: [idle, busy] }), policy, hook)).toBe(60);
    expect(pauseAfter(drain(7200, { command: { progress: 'running' }, seen: [idle] }), policy, hook)).toBe(
      60,
    );
  });

  it('after the first idle look is what is left of its confirmation', () => {
    const first = drain(7200, { seen: [idle], idleSince: 7200 * SECOND });
    expect(pauseAfter(first, { ...policy, confirm: 60 }, hook)).toBe(60);
    const again = { ...first, lookedAt: 7250 * SECOND };
    expect(pauseAfter(again, { ...policy, confirm: 60 }, hook)).toBe(10);
  });

  it('ends at the deadline', () =>
    expect(pauseAfter(drain(3600, { deadline: 3610 * SECOND }), policy, hook)).toBe(10));

  it('is at least a second, whole, and leaves room for heartbeats', () =>
    fc.assert(
      fc.property(
        fc.nat(200_000),
        fc.integer({ min: 30, max: 7200 }),
        fc.integer({ min: 1, max: 3600 }),
        fc.boolean(),
        fc.boolean(),
        (lasted, heartbeatTimeout, every, isIdle, isHeld) => {
          const state = drain(lasted, {
            ...(isIdle && { idleSince: lasted * SECOND, seen: [idle] }),
            ...(isHeld && { heldSince: 0 }),
          });
          const pause = pauseAfter(state, { ...policy, every }, { ...hook, heartbeatTimeout });
          expect(Number.isInteger(pause)).toBe(true);
          expect(pause).toBeGreaterThanOrEqual(1);
          expect(pause).toBeLessThanOrEqual(Math.max(1, heartbeatTimeout / 4));
        },
      ),
    ));
});
