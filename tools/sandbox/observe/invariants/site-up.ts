import { Checks, type Invariant } from './invariant.ts';

/** Share of a minute's requests that may fail while the load balancer finds out that instances are gone. */
const TOLERATED = 0.5;

/** From one instant to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Users get answers in every minute, whatever is taken away. What was on its way to a lost instance fails, and so does
 * its share of the load until the health checks have seen it: that is less than half of a minute's requests, if half
 * of the instances are lost.
 *
 * @param exceptions spans of time in which it may be down, milliseconds since the epoch: what no fleet can bridge
 */
export function siteStaysUp(exceptions: readonly Span[] = []): Invariant {
  const checks = new Checks();
  return {
    see(entry) {
      if (entry.kind !== 'traffic' || entry.requests === 0) return;
      const { requests, failed, at } = entry;
      if (exceptions.some(({ from, to }) => at > from && at <= to)) return;
      checks.expect(
        failed <= TOLERATED * requests,
        () => `${failed} of ${requests} requests failed in the minute before ${new Date(at).toISOString()}`,
      );
    },
    verdict: () => checks.verdict('site-stays-up'),
  };
}
