import type { Cause } from '../finding.ts';
import { count, some } from './targets.ts';

/** Targets in a zone in which their load balancer has no subnet: they get nothing, whatever their health. */
export const zoneNotServed: Cause = (picture) =>
  picture.targetGroups.flatMap((targetGroup) => {
    const balancers = picture.balancers.filter(({ arn }) => targetGroup.balancerArns.includes(arn));
    const served = new Set(balancers.flatMap(({ subnets }) => subnets.map(({ zone }) => zone)));
    const outside = targetGroup.targets.flatMap((target) => {
      const instance = picture.instances.get(target.id);
      return instance !== undefined && balancers.length > 0 && !served.has(instance.zone) ? [instance] : [];
    });
    const zones = [...new Set(outside.map(({ zone }) => zone))];
    const [balancer] = balancers;
    if (zones.length === 0 || balancer === undefined) return [];
    const subnets = balancer.subnets.map(({ id }) => id).join(' ');
    return [
      {
        code: 'ZONE_NOT_SERVED' as const,
        subject: `load balancer ${balancer.name}`,
        verdict: `${count(outside.length, 'target')} in ${some(zones)}, where the load balancer has no subnet.`,
        evidence: [
          `the load balancer serves ${some([...served])}`,
          `Target.NotInUse: ${some(outside.map(({ id }) => id))}`,
        ],
        mend: [
          `aws elbv2 set-subnets --load-balancer-arn ${balancer.arn} --subnets ${subnets} subnet-… (a public one in ${some(zones)})`,
          'In the template: Subnets of the load balancer and VPCZoneIdentifier of the group name the same zones.',
        ],
      },
    ];
  });
