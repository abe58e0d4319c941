import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../../shared/domain/index.ts';
import { deadlineOf, isHeartbeatDue } from '../../../../../shared/policy/lifecycle/hook-clock.ts';

const hook = { heartbeatTimeout: 900, globalTimeout: 90_000 };
const NOW = Date.UTC(2026, 2, 2);

describe('the deadline', () => {
  it("is the fleet's own limit", () => {
    expect(deadlineOf(NOW, 600, hook)).toBe(NOW + 600 * SECOND);
  });

  it('comes before AWS ends the wait for good', () => {
    expect(deadlineOf(NOW, 7200, { heartbeatTimeout: 30, globalTimeout: 3000 })).toBe(NOW + 2970 * SECOND);
  });
});

describe('a heartbeat', () => {
  const far = NOW + 7200 * SECOND;
  const due = (sinceSeconds: number, every = 30, deadline = far) =>
    isHeartbeatDue(NOW - sinceSeconds * SECOND, deadline, every, hook, NOW);

  it('is sent when half of the time is over, and not before', () => {
    expect(due(449)).toBe(false);
    expect(due(450)).toBe(true);
  });

  it('is sent early where the looks are far apart', () => {
    expect(due(300, 300)).toBe(true);
    expect(due(299, 300)).toBe(false);
  });

  it('is not sent where the hook outlasts the deadline', () => {
    expect(due(500, 30, NOW + 300 * SECOND)).toBe(false);
  });

  it('is sent at once where nobody knows how long the hook has waited', () => {
    expect(isHeartbeatDue(0, NOW + SECOND, 30, hook, NOW)).toBe(true);
  });

  it('keeps every hook alive until the deadline, if looks are no further apart than half of its time', () => {
    const waits = fc.record({
      timeout: fc.integer({ min: 30, max: 7200 }),
      within: fc.integer({ min: 1, max: 40_000 }),
      share: fc.double({ min: 0.02, max: 0.5, noNaN: true }),
    });
    fc.assert(
      fc.property(waits, ({ timeout, within, share }) => {
        const times = { heartbeatTimeout: timeout, globalTimeout: 100 * timeout };
        const every = Math.max(1, Math.floor(timeout * share));
        const deadline = deadlineOf(NOW, within, times);
        let last = NOW;
        for (let now = NOW; now < deadline; now += every * SECOND) {
          if (now > last + timeout * SECOND) return false;
          if (isHeartbeatDue(last, deadline, every, times, now)) last = now;
        }
        return true;
      }),
    );
  });
});
