import type { Cause } from '../finding.ts';
import { securityGroup } from './security-group.ts';
import { byTargetGroup, countOf, sickTargets } from './targets.ts';

/** Health checks time out although security groups let them through: the application is asked and keeps silent. */
export const noAnswer: Cause = (picture) => {
  const closed = new Set(securityGroup(picture).flatMap(({ subject }) => subject));
  return byTargetGroup(sickTargets(picture, 'Target.Timeout'))
    .filter(
      ([{ name }, sick]) =>
        !closed.has(`target group ${name}`) &&
        !sick.some(({ balancers }) => balancers.some((one) => closed.has(`load balancer ${one.name}`))),
    )
    .map(([targetGroup, sick]) => {
      const { path = '/', timeoutSeconds } = targetGroup.healthCheck;
      return {
        code: 'NO_ANSWER_IN_TIME',
        subject: `target group ${targetGroup.name}`,
        verdict: `The application does not answer GET ${path} within ${timeoutSeconds} s, though the network lets it be asked.`,
        evidence: [
          countOf(targetGroup, sick),
          'security groups admit the load balancer on the port of the checks',
        ],
        mend: [
          `On an instance: aws ssm start-session --target ${sick[0]?.target.id ?? ''}, then: curl -m ${timeoutSeconds} http://localhost:${sick[0]?.target.checkPort ?? targetGroup.port}${path}`,
          'A host firewall, a network ACL or a hung application keeps silent like this.',
        ],
      };
    });
};
