import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { isSame } from '../engine/replacement.ts';
import { tagSpecifications } from './ec2-network.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, provider } from './provider.ts';
import { retagEc2 } from './tagging.ts';

/** A rule as templates write it: one source, flat. */
interface Rule {
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly Description?: string;
  readonly CidrIp?: string;
  readonly CidrIpv6?: string;
  readonly SourceSecurityGroupId?: string;
  readonly DestinationSecurityGroupId?: string;
  readonly SourcePrefixListId?: string;
  readonly DestinationPrefixListId?: string;
}

interface SecurityGroup {
  readonly GroupName?: string;
  readonly GroupDescription: string;
  readonly VpcId?: string;
  readonly SecurityGroupIngress?: Rule[];
  readonly SecurityGroupEgress?: Rule[];
  readonly Tags?: Tag[];
}

/** What a new group lets out, until its template says what it may. */
const ALL_OUT: Rule = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };

export const securityGroup = provider<SecurityGroup>({
  properties: [
    'GroupName',
    'GroupDescription',
    'VpcId',
    'SecurityGroupIngress',
    'SecurityGroupEgress',
    'Tags',
  ],
  retag: retagEc2,
  async create(wanted, context) {
    const { GroupId: id = '' } = await context.api.ec2.CreateSecurityGroup({
      GroupName: wanted.GroupName ?? context.physicalName(255),
      Description: wanted.GroupDescription,
      VpcId: wanted.VpcId,
      ...tagSpecifications('security-group', wanted.Tags, context),
    });
    context.announce(id);
    await changeRules(id, wanted, {}, context);
    return made(id, wanted);
  },
  async update(id, wanted, before, context) {
    await changeRules(id, wanted, before, context);
    return made(id, wanted);
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DeleteSecurityGroup({ GroupId: id }));
  },
});

type Rules = Pick<SecurityGroup, 'SecurityGroupIngress' | 'SecurityGroupEgress'>;

async function changeRules(
  id: string,
  wanted: Rules,
  before: Rules,
  { api }: ProviderContext,
): Promise<void> {
  const ingress = difference(wanted.SecurityGroupIngress ?? [], before.SecurityGroupIngress ?? []);
  const egress = difference(wanted.SecurityGroupEgress ?? [ALL_OUT], before.SecurityGroupEgress ?? [ALL_OUT]);
  const { ec2 } = api;
  if (ingress.removed.length > 0) {
    await deleted(ec2.RevokeSecurityGroupIngress({ GroupId: id, IpPermissions: ingress.removed }));
  }
  if (ingress.added.length > 0) {
    await ec2.AuthorizeSecurityGroupIngress({ GroupId: id, IpPermissions: ingress.added });
  }
  if (egress.removed.length > 0) {
    await deleted(ec2.RevokeSecurityGroupEgress({ GroupId: id, IpPermissions: egress.removed }));
  }
  if (egress.added.length > 0) {
    await ec2.AuthorizeSecurityGroupEgress({ GroupId: id, IpPermissions: egress.added });
  }
}

function difference(wanted: readonly Rule[], before: readonly Rule[]) {
  return {
    added: wanted.filter((rule) => !before.some((old) => isSame(rule, old))).map(permission),
    removed: before.filter((old) => !wanted.some((rule) => isSame(rule, old))).map(permission),
  };
}

/** A template's flat rule in the API's nested form. */
function permission(rule: Rule): IpPermission {
  const described = rule.Description === undefined ? {} : { Description: rule.Description };
  const group = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  const prefixes = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  return {
    IpProtocol: rule.IpProtocol,
    ...(rule.FromPort === undefined ? {} : { FromPort: rule.FromPort }),
    ...(rule.ToPort === undefined ? {} : { ToPort: rule.ToPort }),
    ...(rule.CidrIp === undefined ? {} : { IpRanges: [{ CidrIp: rule.CidrIp, ...described }] }),
    ...(rule.CidrIpv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6: rule.CidrIpv6, ...described }] }),
    ...(group === undefined ? {} : { UserIdGroupPairs: [{ GroupId: group, ...described }] }),
    ...(prefixes === undefined ? {} : { PrefixListIds: [{ PrefixListId: prefixes, ...described }] }),
  };
}

function made(id: string, { VpcId }: SecurityGroup): Made {
  return { id, attributes: { GroupId: id, Id: id, VpcId } };
}

type LooseRule = Rule & { readonly GroupId: string };

const COMMON = ['GroupId', 'IpProtocol', 'FromPort', 'ToPort', 'Description', 'CidrIp', 'CidrIpv6'] as const;

export const securityGroupIngress = provider<LooseRule>({
  properties: [...COMMON, 'SourceSecurityGroupId', 'SourcePrefixListId'],
  async create({ GroupId, ...rule }, { api }) {
    const { SecurityGroupRules: [created] = [] } = await api.ec2.AuthorizeSecurityGroupIngress({
      GroupId,
      IpPermissions: [permission(rule)],
    });
    const id = created?.SecurityGroupRuleId ?? '';
    return { id, attributes: { Id: id } };
  },
  async delete(_id, { GroupId, ...rule }, { api }) {
    await deleted(api.ec2.RevokeSecurityGroupIngress({ GroupId, IpPermissions: [permission(rule)] }));
  },
});

export const securityGroupEgress = provider<LooseRule>({
  properties: [...COMMON, 'DestinationSecurityGroupId', 'DestinationPrefixListId'],
  async create({ GroupId, ...rule }, { api }) {
    const { SecurityGroupRules: [created] = [] } = await api.ec2.AuthorizeSecurityGroupEgress({
      GroupId,
      IpPermissions: [permission(rule)],
    });
    const id = created?.SecurityGroupRuleId ?? '';
    return { id, attributes: { Id: id } };
  },
  async delete(_id, { GroupId, ...rule }, { api }) {
    await deleted(api.ec2.RevokeSecurityGroupEgress({ GroupId, IpPermissions: [permission(rule)] }));
  },
});
