import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAt, matches } from '../../../../tools/cloud/services/elb/health-check.ts';

describe('a matcher', () => {
  it.each([
    ['200', 200, true],
    ['200', 204, false],
    ['200-299', 204, true],
    ['200-299', 300, false],
    ['200,302', 302, true],
    ['200, 300-399', 301, true],
    ['200,302', 301, false],
  ])('%s of an answer %i: %s', (matcher, status, expected) => {
    expect(matches(matcher, status)).toBe(expected);
  });
});

describe('health checks', () => {
  const times = fc.record({
    registeredAt: fc.integer({ min: 0, max: 1e6 }),
    elapsed: fc.integer({ min: 0, max: 1e6 }),
    interval: fc.integer({ min: 5000, max: 300_000 }),
    count: fc.integer({ min: 1, max: 10 }),
  });

  it('come every interval since the registration, the next one after now', () => {
    fc.assert(
      fc.property(times, ({ registeredAt, elapsed, interval, count }) => {
        const now = registeredAt + elapsed;
        const at = checkAt(registeredAt, interval, now, count);
        expect((at - registeredAt) % interval).toBe(0);
        expect(at - now).toBeGreaterThan((count - 1) * interval);
        expect(at - now).toBeLessThanOrEqual(count * interval);
      }),
    );
  });
});
