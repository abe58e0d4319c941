import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failedOf,
  NO_TRAFFIC,
  withFailure,
  withLoss,
  withServed,
  type BalancerStatus,
} from '../../../../tools/cloud/simulation/minute.ts';

const requests = fc.integer({ min: 0, max: 10_000 });
const share = fc.constantFrom(0, 0.25, 1);

describe('a minute of traffic', () => {
  it('loses no request: each has succeeded or failed', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('failure' as const),
        requests,
        status: fc.constantFrom<BalancerStatus>(502, 503, 504),
      }),
      fc.record({ kind: fc.constant('loss' as const), requests }),
      fc.record({ kind: fc.constant('served' as const), requests, failed: requests, share }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const minute = steps.reduce((so, one) => {
          if (one.kind === 'failure') return withFailure(so, one.requests, one.status);
          if (one.kind === 'loss') return withLoss(so, one.requests);
          const slow = { requests: one.requests * one.share, seconds: 75 };
          const served = {
            succeeded: one.requests,
            failed: one.failed,
            refused: 0,
            latencySeconds: 0.1,
            slow,
          };
          return withServed(so, served, 60);
        }, NO_TRAFFIC);
        expect(minute.succeeded + failedOf(minute)).toBeCloseTo(minute.requests, 6);
      }),
    );
  });

  it('measures the latency of those alone that were answered in time', () => {
    const slow = { requests: 25, seconds: 75 };
    const served = { succeeded: 100, failed: 0, refused: 0, latencySeconds: 0.1, slow };
    expect(withServed(NO_TRAFFIC, served, 60)).toMatchObject({
      requests: 100,
      succeeded: 75,
      failedByBalancer: { 504: 25 },
      latency: { count: 75, max: 0.1 },
    });
    expect(withServed(NO_TRAFFIC, served, 80)).toMatchObject({
      succeeded: 100,
      failedByBalancer: { 504: 0 },
      latency: { count: 100, max: 75 },
    });
  });
});
