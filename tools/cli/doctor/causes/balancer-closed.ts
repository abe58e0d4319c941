import type { Cause, Finding } from '../finding.ts';
import { ANYONE, letsIn } from '../network/security.ts';
import { isPublic } from '../network/way-out.ts';
import type { Balancer, Picture } from '../picture.ts';

/** Visitors do not get as far as the load balancer: they wait in vain, and no metric counts them. */
export const balancerClosed: Cause = (picture) =>
  picture.balancers
    .filter(({ scheme }) => scheme === 'internet-facing')
    .flatMap((balancer) => [...closedPort(picture, balancer), ...hidden(picture, balancer)]);

function closedPort({ network }: Picture, { name, securityGroupIds, listeners }: Balancer): Finding[] {
  const [groupId] = securityGroupIds;
  const closed = listeners.filter(({ port }) => !letsIn(network, securityGroupIds, port, ANYONE));
  if (groupId === undefined || closed.length < listeners.length) return [];
  return closed.map(({ port }) => ({
    code: 'BALANCER_CLOSED',
    subject: `load balancer ${name}`,
    verdict: `The load balancer's own security group admits nobody on port ${port}.`,
    evidence: [`${groupId} has no ingress rule for TCP ${port} from 0.0.0.0/0`],
    mend: [
      `aws ec2 authorize-security-group-ingress --group-id ${groupId} --ip-permissions 'IpProtocol=tcp,FromPort=${port},ToPort=${port},IpRanges=[{CidrIp=0.0.0.0/0}]'`,
    ],
  }));
}

function hidden({ network }: Picture, { name, arn, subnets }: Balancer): Finding[] {
  const closed = subnets.filter(({ id }) => network.subnets.has(id) && !isPublic(network, id));
  if (closed.length === 0) return [];
  return [
    {
      code: 'BALANCER_CLOSED',
      subject: `load balancer ${name}`,
      verdict: 'The load balancer faces the internet from a subnet that no internet gateway leads to.',
      evidence: closed.map(
        ({ id, zone }) => `${id} in ${zone}: 0.0.0.0/0 does not lead to an internet gateway`,
      ),
      mend: [`aws elbv2 set-subnets --load-balancer-arn ${arn} --subnets … (public ones, one a zone)`],
    },
  ];
}
