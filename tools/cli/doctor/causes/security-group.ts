import type { Cause, Finding } from '../finding.ts';
import { letsIn, letsOut, type Peer } from '../network/security.ts';
import type { Balancer, Picture, TargetGroup } from '../picture.ts';
import { byTargetGroup, countOf, some, unreachedTargets, type SickTarget } from './targets.ts';

/** Health checks time out, or are about to, because no rule lets the load balancer's connections out, or in to the instances. */
export const securityGroup: Cause = (picture) =>
  byTargetGroup(unreachedTargets(picture)).flatMap(([targetGroup, sick]) => [
    ...closedIngress(picture, targetGroup, sick),
    ...closedEgress(picture, targetGroup, sick),
  ]);

/** The instances that cannot be asked how they are, since a security group is closed. */
export function instancesShutAway(picture: Picture): string[] {
  return unreachedTargets(picture)
    .filter((sick) => isIngressClosed(picture, sick) || isEgressClosed(picture, sick))
    .map(({ target }) => target.id);
}

function isIngressClosed(picture: Picture, { balancers, instance, target }: SickTarget): boolean {
  if (instance === undefined) return false;
  return balancers
    .flatMap((balancer) => nodesOf(picture, balancer))
    .some((node) => !letsIn(picture.network, instance.securityGroupIds, target.checkPort, node));
}

function isEgressClosed({ network }: Picture, { balancers, instance, target }: SickTarget): boolean {
  if (instance === undefined) return false;
  const { privateIp: address, securityGroupIds } = instance;
  return balancers.some(
    (balancer) =>
      !letsOut(network, balancer.securityGroupIds, target.checkPort, { address, securityGroupIds }),
  );
}

function closedIngress(picture: Picture, targetGroup: TargetGroup, all: readonly SickTarget[]): Finding[] {
  const ports = Map.groupBy(
    all.filter((one) => isIngressClosed(picture, one)),
    ({ target }) => target.checkPort,
  );
  return [...ports].map(([port, sick]) => {
    const groupIds = [
      ...new Set(sick.flatMap(({ instance }) => instance?.securityGroupIds.slice(0, 1) ?? [])),
    ];
    const [balancer] = sick.flatMap(({ balancers }) => balancers);
    return {
      code: 'TARGET_SECURITY_GROUP',
      subject: `target group ${targetGroup.name}`,
      verdict: `The security group of the instances does not admit the load balancer on port ${port}.`,
      evidence: [
        countOf(targetGroup, sick),
        `${some(groupIds)} has no ingress rule for TCP ${port} from ${sourceOf(picture, balancer)}`,
      ],
      mend: [
        ...groupIds.map((id) => authorize('ingress', id, port, sourceFlag(picture, balancer))),
        `In the template: an AWS::EC2::SecurityGroupIngress on the instances' group, TCP ${port}, with SourceSecurityGroupId the load balancer's.`,
      ],
    } satisfies Finding;
  });
}

function closedEgress(picture: Picture, targetGroup: TargetGroup, all: readonly SickTarget[]): Finding[] {
  const sick = all.filter((one) => isEgressClosed(picture, one));
  const [first] = sick;
  const groupId = first?.balancers[0]?.securityGroupIds[0];
  const to = first?.instance?.securityGroupIds[0];
  if (first === undefined || groupId === undefined || to === undefined) return [];
  const port = first.target.checkPort;
  return [
    {
      code: 'TARGET_SECURITY_GROUP',
      subject: `load balancer ${first.balancers[0]?.name ?? ''}`,
      verdict: `The security group of the load balancer does not let connections to port ${port} out.`,
      evidence: [countOf(targetGroup, sick), `${groupId} has no egress rule for TCP ${port} to ${to}`],
      mend: [authorize('egress', groupId, port, { pairs: to })],
    },
  ];
}

/** A load balancer's nodes: they share its groups, and each has an address of its subnet. */
function nodesOf({ network }: Picture, { securityGroupIds, subnets }: Balancer): Peer[] {
  return subnets.map(({ id }) => ({
    securityGroupIds,
    address: network.subnets.get(id)?.cidr.split('/')[0] ?? '',
  }));
}

/** A group where the load balancer has one; the blocks of its subnets where it has none. */
function sourceFlag({ network }: Picture, balancer: Balancer | undefined) {
  const [pairs] = balancer?.securityGroupIds ?? [];
  if (pairs !== undefined) return { pairs };
  return { cidrs: (balancer?.subnets ?? []).flatMap(({ id }) => network.subnets.get(id)?.cidr ?? []) };
}

function sourceOf(picture: Picture, balancer: Balancer | undefined): string {
  const { pairs, cidrs } = { pairs: undefined, cidrs: [], ...sourceFlag(picture, balancer) };
  const source = pairs ?? some(cidrs);
  return `${source} (the load balancer ${balancer?.name ?? ''})`;
}

function authorize(
  side: 'ingress' | 'egress',
  groupId: string,
  port: number,
  { pairs, cidrs = [] }: { readonly pairs?: string; readonly cidrs?: readonly string[] },
): string {
  const other =
    pairs === undefined
      ? `IpRanges=[${cidrs.map((cidr) => `{CidrIp=${cidr}}`).join(',')}]`
      : `UserIdGroupPairs=[{GroupId=${pairs}}]`;
  return `aws ec2 authorize-security-group-${side} --group-id ${groupId} --ip-permissions 'IpProtocol=tcp,FromPort=${port},ToPort=${port},${other}'`;
}
