import { Checks, type Verdict } from './invariant.ts';
import type { Span } from './site-up.ts';

/** What became of real requests. */
export interface VisitFacts {
  readonly succeeded: number;
  /** Each that failed or was answered wrongly, and when, milliseconds since the epoch. */
  readonly failures: readonly { readonly at: number; readonly what: string; readonly problem: string }[];
}

/**
 * Every request succeeds and is answered rightly. Only while the load balancer finds out that instances are gone may
 * some fail, and none may be answered wrongly even then.
 *
 * @param losses when instances were lost without a warning, until the load balancer's checks had seen it
 */
export function visitsSucceed({ succeeded, failures }: VisitFacts, losses: readonly Span[]): Verdict {
  const checks = new Checks();
  for (let i = 0; i < succeeded; i++) checks.expect(true, () => '');
  for (const { at, what, problem } of failures) {
    const isExcused = /^5\d\d$/.test(problem) && losses.some(({ from, to }) => at >= from && at <= to);
    checks.expect(isExcused, () => `${what} at ${new Date(at).toISOString()}: ${problem}`);
  }
  return checks.verdict('visits-succeed');
}
