import type { Cause } from '../finding.ts';
import type { Group } from '../picture.ts';
import { count } from './targets.ts';

const UNSUCCESSFUL = new Set(['Failed', 'Cancelled']);

/** Launches that ended badly, while the group has fewer instances in service than it wants. */
export const launchesFail: Cause = ({ groups }) =>
  groups.flatMap((group) => {
    const failed = failedLaunches(group);
    const [newest] = failed;
    if (newest === undefined || inService(group) >= group.desired) return [];
    return [
      {
        code: 'LAUNCHES_FAIL' as const,
        subject: `group ${group.name}`,
        verdict: `Launches fail: ${newest.message ?? newest.description}`,
        evidence: [
          `${count(failed.length, 'launch').replace('launchs', 'launches')} ${newest.status.toLowerCase()} of late`,
          standing(group),
        ],
        mend: [mendOf(newest.message ?? '', group)],
      },
    ];
  });

/** Instances that neither serve nor have failed: they wait in a hook, or never leave a state in between. */
export const notInService: Cause = ({ groups }) =>
  groups
    .filter((group) => inService(group) < group.desired && failedLaunches(group).length === 0)
    .filter(({ suspended }) => !suspended.includes('Launch'))
    .map((group) => {
      const waiting = group.members.filter(({ lifecycle }) => lifecycle !== 'InService');
      const states = [...new Set(waiting.map(({ lifecycle }) => lifecycle))].join(', ');
      return {
        code: 'NOT_IN_SERVICE',
        subject: `group ${group.name}`,
        verdict: `${inService(group)} of ${count(group.desired, 'instance')} in service${states === '' ? '' : `, the others are ${states}`}.`,
        evidence: [standing(group)],
        mend: [
          states.includes('Pending:Wait')
            ? 'They wait for admission: the application has to answer, or the launch hook’s time runs out. aws autoscaling describe-lifecycle-hooks ' +
              `--auto-scaling-group-name ${group.name}`
            : `aws autoscaling describe-scaling-activities --auto-scaling-group-name ${group.name} --max-items 5`,
        ],
      };
    });

function inService({ members }: Group): number {
  return members.filter(({ lifecycle, isHealthy }) => lifecycle === 'InService' && isHealthy).length;
}

function failedLaunches({ activities }: Group) {
  return activities.filter(
    ({ status, description }) => UNSUCCESSFUL.has(status) && /launching/i.test(description),
  );
}

function standing(group: Group): string {
  return `min ${group.min}, desired ${group.desired}, max ${group.max}, in service ${inService(group)}`;
}

function mendOf(message: string, { name }: Group): string {
  if (/capacity/i.test(message))
    return `Give the group more instance types or zones: aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${name} --mixed-instances-policy …`;
  if (/quota|limit/i.test(message))
    return 'Ask for more by Service Quotas: aws service-quotas list-service-quotas --service-code ec2';
  if (/AMI|image/i.test(message))
    return 'Name an image that can be launched in the launch template, as a new version.';
  if (/lifecycle|hook|abandon/i.test(message))
    return 'Admission gave the instance up: its application was not ready in time. The other findings say why; else see its boot: aws ec2 get-console-output --instance-id i-…';
  return `aws autoscaling describe-scaling-activities --auto-scaling-group-name ${name} --max-items 5`;
}
