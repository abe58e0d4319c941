import type { Instant } from '../../kernel/index.ts';
import type { Answer } from '../../simulation/application.ts';
import type { TargetGroupRecord } from './target-group.ts';

/** What one health check would find now. */
export type Finding =
  | { readonly isHealthy: true }
  | { readonly isHealthy: false; readonly reason: string; readonly description: string };

/** Judges an answer by the group's patience and its matcher (`200`, `200-299`, `200,202`). */
export function judge(group: TargetGroupRecord, answer: Answer): Finding {
  if (answer.kind === 'refused')
    return { isHealthy: false, reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  const { healthCheckPath, settings } = group;
  if (answer.kind === 'silent' || answer.seconds > (settings.HealthCheckTimeoutSeconds ?? Infinity))
    return { isHealthy: false, reason: 'Target.Timeout', description: 'Request timed out' };
  if (healthCheckPath === undefined || matches(settings.Matcher?.HttpCode ?? '200', answer.status))
    return { isHealthy: true };
  return {
    isHealthy: false,
    reason: 'Target.ResponseCodeMismatch',
    description: `Health checks failed with these codes: [${answer.status}]`,
  };
}

export function matches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [least = '', most = least] = part.trim().split('-');
    return status >= Number(least) && status <= Number(most);
  });
}

/**
 * When the `count`th health check from now takes place: checks come every interval since the registration.
 *
 * @param interval milliseconds
 */
export function checkAt(registeredAt: Instant, interval: number, now: Instant, count: number): Instant {
  const done = Math.floor((now - registeredAt) / interval);
  return registeredAt + (done + count) * interval;
}
