/** The timing linter: every clock of a deployment against the others. */
import type { Finding, TimingRule } from './finding.ts';
import type { TimingModel } from './model.ts';
import { alarms } from './rules/alarms.ts';
import { deadlock } from './rules/deadlock.ts';
import { functions } from './rules/functions.ts';
import { health } from './rules/health.ts';
import { hookWork } from './rules/hook-work.ts';
import { hooks } from './rules/hooks.ts';
import { metrics } from './rules/metrics.ts';
import { refresh } from './rules/refresh.ts';
import { schedules } from './rules/schedules.ts';
import { termination } from './rules/termination.ts';

const RULES: readonly TimingRule[] = [
  hooks,
  hookWork,
  deadlock,
  termination,
  health,
  metrics,
  alarms,
  refresh,
  functions,
  schedules,
];

/** All that disagrees, errors first. */
export function lintTiming(model: TimingModel): readonly Finding[] {
  const findings = RULES.flatMap((rule) => rule(model));
  const rank = ({ severity }: Finding) => (severity === 'error' ? 0 : 1);
  return findings.sort((one, other) => rank(one) - rank(other));
}
