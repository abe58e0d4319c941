import type { Failure } from '../../traffic/protocol.ts';
import type { TrafficReport } from '../../traffic/report.ts';
import { Checks, type Verdict } from './invariant.ts';

/** Seconds within which a drain has to find out that an instance is idle. */
const PROMPT = 10;

/**
 * Every real request succeeds, but for those that were in flight on an instance which was killed without a warning: and
 * of these not more than it had.
 */
export function requestsSucceed({ total, failedUnexplained, unexplained, kill }: TrafficReport): Verdict {
  const checks = new Checks();
  checks.count(total - failedUnexplained);
  for (let index = 0; index < failedUnexplained; index++)
    checks.expect(false, () => inWords(unexplained[index]));
  if (kill !== undefined)
    checks.expect(
      kill.failedInFlight <= kill.inFlight,
      () => `${kill.failedInFlight} failed with ${kill.instance}, which had ${kill.inFlight}`,
    );
  return checks.verdict('requests-succeed');
}

function inWords(failure: Failure | undefined): string {
  if (failure === undefined) return 'one more';
  const { kind, event, begunAt, problem } = failure;
  return `${kind} in ${event} at ${new Date(begunAt).toISOString()}: ${problem}`;
}

/** Each event that is to make instances leave has done so, and the requests under way on them were many enough to tell. */
export function eventsHappened({ drains, kill }: TrafficReport, events: readonly string[]): Verdict {
  const checks = new Checks();
  for (const event of events)
    checks.expect(
      drains.some((drain) => drain.event === event),
      () => `no instance left in ${event}`,
    );
  checks.expect(
    drains.some(({ underWayWhenDeregistered }) => underWayWhenDeregistered > 0),
    () => 'no instance that left had any request under way (more --requests would be)',
  );
  checks.expect(
    kill !== undefined && kill.inFlight > 0,
    () => 'no instance was killed with requests in flight (more --requests would be)',
  );
  return checks.verdict('events-happened');
}

/** An instance that drains is let go as soon as it is idle. */
export function drainsEndWhenIdle({ idleToCompletionP95, drains }: TrafficReport): Verdict {
  const checks = new Checks();
  checks.count(
    drains.filter(({ idleToCompletion, taken }) => !taken && idleToCompletion !== undefined).length - 1,
  );
  checks.expect(
    idleToCompletionP95 !== undefined && idleToCompletionP95 < PROMPT,
    () => `95 % wait up to ${idleToCompletionP95 ?? '?'} s, idle, until they are let go`,
  );
  return checks.verdict('drains-end-when-idle');
}

/** Without drains requests are lost: else those with drains would have shown nothing. */
export function undrainedRequestsFail({ total, failedUnexplained }: TrafficReport): Verdict {
  const checks = new Checks();
  checks.count(total - 1);
  checks.expect(failedUnexplained > 0, () => 'none failed, though no instance was drained');
  return checks.verdict('undrained-requests-fail');
}
