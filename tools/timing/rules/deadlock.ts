/** A launch hook comes before registration with a load balancer: what waits for the latter never ends the former. */
import type { Finding } from '../finding.ts';
import { finding } from '../finding.ts';
import type { TimingModel } from '../model.ts';

const ASKS_TARGET_HEALTH =
  /describe-target-health|target-in-service|DescribeTargetHealth|Get-ELB2TargetHealth/i;
const COMPLETES_HOOK = /complete-lifecycle-action|CompleteLifecycleAction|Complete-ASLifecycleAction/i;

export function deadlock({ fleets, groups }: TimingModel): readonly Finding[] {
  const byAdmission = fleets.flatMap(({ fleet }) => {
    const { probe } = fleet.admission;
    if (probe.kind !== 'command' || !ASKS_TARGET_HEALTH.test(probe.command)) return [];
    return [waiting(`fleets.${fleet.name}.admission.command`, 'the command asks for the health of a target')];
  });
  const byBoot = groups.flatMap(({ id, bootScript = '', hooks }) => {
    const asked = bootScript.search(ASKS_TARGET_HEALTH);
    if (asked < 0 || !hooks.some(({ transition }) => transition === 'launching')) return [];
    if (!COMPLETES_HOOK.test(bootScript.slice(asked))) return [];
    return [waiting(id, 'its boot script waits for the health of a target before it completes the hook')];
  });
  return [...byAdmission, ...byBoot];
}

function waiting(subject: string, what: string): Finding {
  const message = `${what}, which begins only after the launch hook: the instance is given up each time`;
  return finding(
    'LAUNCH_WAITS_FOR_TARGET_HEALTH',
    subject,
    message,
    'ask the application itself: admission: { http: /ready }',
  );
}
