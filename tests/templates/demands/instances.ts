import { ofType } from '../../support/packaged.ts';
import type { Demand } from './demand.ts';
import { at, everyOf, list, means, refs } from './read.ts';

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const LAUNCH_TEMPLATE = 'AWS::EC2::LaunchTemplate';
const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';
const INGRESS = 'AWS::EC2::SecurityGroupIngress';
const EGRESS = 'AWS::EC2::SecurityGroupEgress';

const EVERYONE = ['0.0.0.0/0', '::/0'];
const SSH_FROM_EVERYONE = {
  Description: 'SSH',
  CidrIp: '0.0.0.0/0',
  IpProtocol: 'tcp',
  FromPort: 22,
  ToPort: 22,
};

/** Whether a rule lets in the whole internet at most at a port at which visitors come. */
function isForVisitorsAtMost(rule: unknown): boolean {
  const isOpen = EVERYONE.some((cidr) => at(rule, 'CidrIp') === cidr || at(rule, 'CidrIpv6') === cidr);
  const isVisitors = [80, 443].some((port) => at(rule, 'FromPort') === port && at(rule, 'ToPort') === port);
  return !isOpen || isVisitors;
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';

const isDescribed = (rule: unknown) => isText(at(rule, 'Description'));

export const INSTANCES: readonly Demand[] = [
  {
    row: 1,
    rule: 'the launch template asks for IMDSv2, and answers at one hop',
    type: LAUNCH_TEMPLATE,
    met: ({ resource: { Properties } }) =>
      at(Properties, 'LaunchTemplateData.MetadataOptions.HttpTokens') === 'required' &&
      at(Properties, 'LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit') === 1,
  },
  {
    row: 2,
    rule: 'the launch template gives no public address',
    type: LAUNCH_TEMPLATE,
    met: ({ resource: { Properties } }) =>
      everyOf(
        list(at(Properties, 'LaunchTemplateData.NetworkInterfaces')),
        (one) => at(one, 'AssociatePublicIpAddress') === false,
      ),
  },
  {
    row: 2,
    rule: 'a subnet gives no public address by itself',
    type: 'AWS::EC2::Subnet',
    met: ({ resource: { Properties } }) => Properties.MapPublicIpOnLaunch === false,
  },
  {
    row: 3,
    rule: 'the volumes of the launch template are encrypted',
    type: LAUNCH_TEMPLATE,
    met: ({ resource: { Properties } }) =>
      everyOf(
        list(at(Properties, 'LaunchTemplateData.BlockDeviceMappings')),
        (one) => at(one, 'Ebs.Encrypted') === true,
      ),
  },
  {
    row: 4,
    rule: 'instances are watched each minute',
    type: LAUNCH_TEMPLATE,
    met: ({ resource: { Properties } }) => at(Properties, 'LaunchTemplateData.Monitoring.Enabled') === true,
  },
  {
    row: 5,
    rule: 'a security group is open to everyone at 80 and 443 alone',
    type: SECURITY_GROUP,
    met: ({ resource: { Properties } }) => list(Properties.SecurityGroupIngress).every(isForVisitorsAtMost),
    breach: { SecurityGroupIngress: [SSH_FROM_EVERYONE] },
  },
  {
    row: 5,
    rule: 'a rule added to a security group opens it to everyone at 80 and 443 alone',
    type: INGRESS,
    met: ({ resource: { Properties } }) => isForVisitorsAtMost(Properties),
    breach: SSH_FROM_EVERYONE,
  },
  {
    row: 6,
    rule: 'a security group describes itself and each of its rules',
    type: SECURITY_GROUP,
    met: ({ resource: { Properties } }) =>
      isText(Properties.GroupDescription) &&
      [...list(Properties.SecurityGroupIngress), ...list(Properties.SecurityGroupEgress)].every(isDescribed),
    breach: { GroupDescription: 'Undescribed', SecurityGroupEgress: [{ IpProtocol: '-1' }] },
  },
  {
    row: 6,
    rule: 'a rule added to a security group describes itself',
    type: [INGRESS, EGRESS],
    met: ({ resource: { Properties } }) => isDescribed(Properties),
  },
  {
    row: 7,
    rule: 'the group spans two zones at least',
    type: GROUP,
    met: ({ resource: { Properties }, template }) => {
      const zones = refs(Properties.VPCZoneIdentifier).map((subnet) =>
        JSON.stringify(template.Resources[subnet]?.Properties.AvailabilityZone),
      );
      return new Set(zones).size >= 2;
    },
    breach: { VPCZoneIdentifier: [{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetA' }] },
  },
  {
    row: 8,
    rule: 'behind a load balancer the group goes by its health checks, with time to boot',
    type: GROUP,
    where: ({ template }) => ofType(template, 'AWS::ElasticLoadBalancingV2::TargetGroup').length > 0,
    met: ({ resource: { Properties } }) =>
      list(Properties.TargetGroupARNs).some((one) => means(one, 'TargetGroup')) &&
      Properties.HealthCheckType === 'ELB' &&
      Number(Properties.HealthCheckGracePeriod) > 0,
  },
  {
    row: 9,
    rule: 'the group launches by a launch template',
    type: GROUP,
    met: ({ resource: { Properties } }) =>
      means(at(Properties, 'LaunchTemplate.LaunchTemplateId'), 'LaunchTemplate') &&
      Properties.LaunchConfigurationName === undefined,
  },
  {
    row: 11,
    rule: 'launches and terminations of a group that fail are heard',
    type: 'AWS::Events::Rule',
    where: ({ resource: { Properties } }) => String(Properties.Name).endsWith('-failed-activities'),
    met: ({ resource: { Properties } }) =>
      ['EC2 Instance Launch Unsuccessful', 'EC2 Instance Terminate Unsuccessful'].every((detail) =>
        list(at(Properties, 'EventPattern.detail-type')).includes(detail),
      ),
  },
];
