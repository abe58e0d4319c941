import type { Cause } from '../finding.ts';
import { count } from './targets.ts';

/** All that is registered is on its way out: requests get 503 until something new is in service. */
export const onlyDraining: Cause = (picture) =>
  picture.targetGroups
    .filter(({ targets }) => targets.length > 0 && targets.every(({ state }) => state === 'draining'))
    .map((targetGroup) => {
      const groups = picture.groups.filter(({ targetGroupArns }) =>
        targetGroupArns.includes(targetGroup.arn),
      );
      return {
        code: 'ONLY_DRAINING',
        subject: `target group ${targetGroup.name}`,
        verdict: `Every target is being deregistered (${count(targetGroup.targets.length, 'target')}), and no other is there.`,
        evidence: [
          'Target.DeregistrationInProgress',
          ...groups.map(
            ({ name, desired, members }) =>
              `group ${name}: desired ${desired}, ${count(members.length, 'instance')}`,
          ),
        ],
        mend: groups.map(
          ({ name, min, desired }) =>
            `aws autoscaling set-desired-capacity --auto-scaling-group-name ${name} --desired-capacity ${Math.max(1, min, desired)}`,
        ),
      };
    });
