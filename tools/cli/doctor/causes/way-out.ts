import type { Cause, Finding } from '../finding.ts';
import { letsOut, ANYONE } from '../network/security.ts';
import { deadEnd } from '../network/way-out.ts';
import type { Instance, Picture } from '../picture.ts';
import { ailingInstances } from './ailing.ts';
import { count, some } from './targets.ts';

/**
 * Instances that do not become ready stand where nothing leads to the internet: a boot that fetches packages, and the
 * agent of Systems Manager, get nowhere. Private fleets may mean it so: it is no finding while all is well.
 */
export const wayOut: Cause = (picture) => {
  const ailing = ailingInstances(picture);
  return [...routes(picture, ailing), ...egress(picture, ailing)];
};

function routes(picture: Picture, ailing: readonly Instance[]): Finding[] {
  const places = Map.groupBy(ailing, ({ subnetId, hasPublicIp }) => `${subnetId} ${hasPublicIp}`);
  const dead = [...places.values()].flatMap((instances) => {
    const [first] = instances;
    const end = first && deadEnd(picture.network, first.subnetId, first.hasPublicIp);
    return first === undefined || end === undefined ? [] : [{ first, instances, end }];
  });
  const alike = Map.groupBy(dead, ({ end }) => `${end.why} ${end.mend.join()}`);
  return [...alike.values()].flatMap((same) => {
    const [one] = same;
    if (one === undefined) return [];
    const subnets = same.map(({ first }) => first.subnetId);
    const waiting = same.flatMap(({ instances }) => instances.map(({ id }) => id));
    return {
      code: 'NO_WAY_OUT',
      subject: count(subnets.length, 'subnet'),
      verdict: `The private subnet of the instances ${one.end.why}, so a boot that needs the internet never ends.`,
      evidence: [
        ...same.map(({ end }) => end.evidence),
        `${count(waiting.length, 'instance')} there not ready: ${some(waiting)}`,
      ],
      mend: [
        ...one.end.mend,
        'Then replace the instances: boot scripts run once. In the template, AWS::EC2::Route needs NatGatewayId, and the group DependsOn that route.',
      ],
    } satisfies Finding;
  });
}

function egress({ network }: Picture, ailing: readonly Instance[]): Finding[] {
  const mute = ailing.filter(({ securityGroupIds }) => !letsOut(network, securityGroupIds, 443, ANYONE));
  const groupIds = [...new Set(mute.flatMap(({ securityGroupIds }) => securityGroupIds.slice(0, 1)))];
  return groupIds.map((id) => ({
    code: 'NO_WAY_OUT',
    subject: `security group ${id}`,
    verdict:
      'The security group of the instances lets no HTTPS out, so a boot that needs the internet never ends.',
    evidence: [
      `${id} has no egress rule for TCP 443 to 0.0.0.0/0`,
      `not ready: ${some(mute.map((one) => one.id))}`,
    ],
    mend: [
      `aws ec2 authorize-security-group-egress --group-id ${id} --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]'`,
      'Then replace the instances: boot scripts run once.',
    ],
  }));
}
