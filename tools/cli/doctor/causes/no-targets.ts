import type { Cause } from '../finding.ts';
import type { Picture, TargetGroup } from '../picture.ts';
import { count } from './targets.ts';

/** A target group that a load balancer forwards to, and nothing is registered in. */
export const noTargets: Cause = (picture) =>
  picture.targetGroups
    .filter(({ targets, balancerArns }) => targets.length === 0 && balancerArns.length > 0)
    .map((targetGroup) => {
      const groups = picture.groups.filter(({ targetGroupArns }) =>
        targetGroupArns.includes(targetGroup.arn),
      );
      const unavailable = picture.balancers
        .filter(({ arn }) => targetGroup.balancerArns.includes(arn))
        .reduce((sum, { answers }) => sum + answers[503], 0);
      return {
        code: 'NO_TARGETS',
        subject: `target group ${targetGroup.name}`,
        verdict: `No target is registered: ${whyNone(picture, groups)}.`,
        evidence: [
          ...(unavailable > 0 ? [`${count(unavailable, 'request')} answered with 503 of late`] : []),
          ...groups.map(
            ({ name, desired, members }) =>
              `group ${name}: desired ${desired}, ${members.filter(({ lifecycle }) => lifecycle === 'InService').length} in service`,
          ),
        ],
        mend: mendOf(targetGroup, groups),
      };
    });

function whyNone(_: Picture, groups: Picture['groups']): string {
  if (groups.length === 0) return 'no Auto Scaling group is attached to the target group';
  if (groups.every(({ desired }) => desired === 0)) return 'the group’s desired capacity is 0';
  if (groups.some(({ suspended }) => suspended.includes('AddToLoadBalancer')))
    return 'the group’s process AddToLoadBalancer is suspended';
  return 'the group has no instance in service';
}

function mendOf({ arn }: TargetGroup, groups: Picture['groups']): string[] {
  const [group] = groups;
  if (group === undefined)
    return [
      `aws autoscaling attach-load-balancer-target-groups --auto-scaling-group-name … --target-group-arns ${arn}`,
      'In the template: TargetGroupARNs of the AWS::AutoScaling::AutoScalingGroup.',
    ];
  const name = `--auto-scaling-group-name ${group.name}`;
  if (group.desired === 0)
    return [`aws autoscaling set-desired-capacity ${name} --desired-capacity ${Math.max(1, group.min)}`];
  if (group.suspended.includes('AddToLoadBalancer'))
    return [`aws autoscaling resume-processes ${name} --scaling-processes AddToLoadBalancer`];
  return [`aws autoscaling describe-scaling-activities ${name} --max-items 5`];
}
