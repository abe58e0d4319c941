import type { Cause } from '../finding.ts';
import { portsOpenTo } from '../network/security.ts';
import type { Picture } from '../picture.ts';
import { isCutOff } from './ailing.ts';
import { byTargetGroup, countOf, sickTargets, type SickTarget } from './targets.ts';

/**
 * The instance is reached and refuses: nothing listens on the port. An instance without a way out is left to that
 * cause: its application was never installed.
 */
export const connectionRefused: Cause = (picture) => {
  const refusing = sickTargets(picture, 'Target.FailedHealthChecks').filter(
    ({ instance }) => instance?.state !== 'running' || !isCutOff(picture, instance),
  );
  return byTargetGroup(refusing).map(([targetGroup, sick]) => {
    const port = sick[0]?.target.checkPort ?? targetGroup.port;
    const other = otherPorts(picture, sick, port);
    return {
      code: 'CONNECTION_REFUSED',
      subject: `target group ${targetGroup.name}`,
      verdict: `Nothing listens on port ${port} of the instances: the target group's port is not the application's, or the application does not run.`,
      evidence: [
        countOf(targetGroup, sick),
        `the target group sends to port ${targetGroup.port} and checks port ${port}`,
        ...(other.length === 0
          ? []
          : [`the instances' security group admits the load balancer on port ${other.join(', ')} too`]),
      ],
      mend: [
        `On an instance: aws ssm start-session --target ${sick[0]?.target.id ?? ''}, then: sudo ss -ltnp`,
        `In the template: Port of the AWS::ElasticLoadBalancingV2::TargetGroup is the application's${other.length === 1 ? `, perhaps ${other[0] ?? ''}` : ''}; it is replaced, and so is the way of the group's registration.`,
      ],
    };
  });
};

/** Where else the load balancer is admitted: a rule that somebody wrote with the application's port in mind. */
function otherPorts({ network }: Picture, sick: readonly SickTarget[], port: number): string[] {
  const [first] = sick;
  const [balancer] = first?.balancers ?? [];
  if (first?.instance === undefined || balancer === undefined) return [];
  const node = { address: '', securityGroupIds: balancer.securityGroupIds };
  return portsOpenTo(network, first.instance.securityGroupIds, node).filter((open) => open !== String(port));
}
