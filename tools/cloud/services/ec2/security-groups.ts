import type {
  AuthorizeSecurityGroupIngressRequest,
  CreateSecurityGroupRequest,
  DescribeSecurityGroupsRequest,
  EC2,
  IpPermission,
  RevokeSecurityGroupIngressRequest,
  SecurityGroup,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { arn, AwsError, type Operations } from '../../kernel/index.ts';
import { missingParameter } from './errors.ts';
import type { SecurityGroupRecord, SecurityGroupRuleRecord, VpcRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { tagsFor } from './tags.ts';

export function securityGroupOperations(network: Network) {
  return {
    CreateSecurityGroup: (input) => createSecurityGroup(network, input),
    DescribeSecurityGroups: (input) => describeSecurityGroups(network, input),
    DeleteSecurityGroup: (input) => deleteSecurityGroup(network, input.GroupId),
    AuthorizeSecurityGroupIngress: (input) => authorize(network, input, false),
    AuthorizeSecurityGroupEgress: (input) => authorize(network, input, true),
    RevokeSecurityGroupIngress: (input) => revoke(network, input, false),
    RevokeSecurityGroupEgress: (input) => revoke(network, input, true),
    DescribeSecurityGroupRules: (input) => {
      const { items, ...rest } = network.securityGroupRules.describe({
        ids: input.SecurityGroupRuleIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { SecurityGroupRules: items, ...rest };
    },
  } satisfies Operations<EC2>;
}

const EVERYTHING: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };

/** The group that every VPC has: open to itself, and to everywhere on the way out. */
export function createDefaultSecurityGroup(network: Network, vpc: VpcRecord): void {
  const group = addGroup(network, vpc, 'default', 'default VPC security group', []);
  addRules(network, group, [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: group.GroupId }] }], false);
}

function addGroup(
  network: Network,
  vpc: VpcRecord,
  name: string,
  description: string,
  tags: [string, string][],
): SecurityGroupRecord {
  const { account } = network.kernel;
  const GroupId = network.newId('sg');
  const group: SecurityGroupRecord = {
    GroupId,
    GroupName: name,
    VpcId: vpc.VpcId,
    Description: description,
    OwnerId: account.id,
    SecurityGroupArn: arn(account, 'ec2', `security-group/${GroupId}`),
  };
  network.securityGroups.add(group, tags);
  addRules(network, group, [EVERYTHING], true);
  return group;
}

function createSecurityGroup(network: Network, input: CreateSecurityGroupRequest) {
  if (input.GroupName === undefined) throw missingParameter('GroupName');
  if (input.Description === undefined) throw missingParameter('GroupDescription');
  const vpc = input.VpcId === undefined ? defaultVpc(network) : network.vpcs.get(input.VpcId);
  const namesakes = network.securityGroups.where(
    (group) => group.VpcId === vpc.VpcId && group.GroupName === input.GroupName,
  );
  if (namesakes.length > 0)
    throw new AwsError(
      'InvalidGroup.Duplicate',
      `The security group '${input.GroupName}' already exists for VPC '${vpc.VpcId}'`,
    );
  const tags = tagsFor('security-group', input.TagSpecifications);
  const group = addGroup(network, vpc, input.GroupName, input.Description, tags);
  return {
    GroupId: group.GroupId,
    SecurityGroupArn: group.SecurityGroupArn,
    Tags: network.tags.wire(group.GroupId),
  };
}

function defaultVpc(network: Network): VpcRecord {
  const [vpc] = network.vpcs.where((one) => one.IsDefault);
  if (vpc === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user.');
  return vpc;
}

function describeSecurityGroups(network: Network, input: DescribeSecurityGroupsRequest) {
  const byName = input.GroupNames?.length ? [{ Name: 'group-name', Values: input.GroupNames }] : [];
  const { items, ...rest } = network.securityGroups.describe({
    ids: input.GroupIds,
    filters: [...(input.Filters ?? []), ...byName],
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { SecurityGroups: items.map((group) => withRules(network, group)), ...rest };
}

function withRules(network: Network, group: SecurityGroup & { GroupId: string }): SecurityGroup {
  const rules = rulesOf(network, group.GroupId);
  return {
    ...group,
    IpPermissions: permissions(rules.filter((rule) => !rule.IsEgress)),
    IpPermissionsEgress: permissions(rules.filter((rule) => rule.IsEgress)),
  };
}

function rulesOf(network: Network, groupId: string): SecurityGroupRuleRecord[] {
  return network.securityGroupRules.where((rule) => rule.GroupId === groupId);
}

/** Rules joined by protocol and ports, the form in which AWS shows them with their group. */
function permissions(rules: readonly SecurityGroupRule[]): IpPermission[] {
  const joined = new Map<
    string,
    Required<Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'>> &
      IpPermission
  >();
  for (const rule of rules) {
    const key = `${rule.IpProtocol ?? ''} ${rule.FromPort ?? ''} ${rule.ToPort ?? ''}`;
    const permission = joined.get(key) ?? {
      IpProtocol: rule.IpProtocol,
      FromPort: rule.FromPort,
      ToPort: rule.ToPort,
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    };
    joined.set(key, permission);
    const { Description } = rule;
    if (rule.CidrIpv4 !== undefined) permission.IpRanges?.push({ CidrIp: rule.CidrIpv4, Description });
    if (rule.CidrIpv6 !== undefined) permission.Ipv6Ranges?.push({ CidrIpv6: rule.CidrIpv6, Description });
    if (rule.PrefixListId !== undefined)
      permission.PrefixListIds?.push({ PrefixListId: rule.PrefixListId, Description });
    if (rule.ReferencedGroupInfo !== undefined)
      permission.UserIdGroupPairs?.push({ ...rule.ReferencedGroupInfo, Description });
  }
  return [...joined.values()];
}

function deleteSecurityGroup(network: Network, id: string | undefined) {
  const group = network.securityGroups.get(id);
  if (group.GroupName === 'default')
    throw new AwsError(
      'CannotDelete',
      `the specified group: "${group.GroupId}" name: "default" cannot be deleted by a user`,
    );
  const used =
    network.interfaces.where(({ Groups }) => Groups.some((one) => one.GroupId === group.GroupId)).length > 0;
  const referenced =
    network.securityGroupRules.where(
      (rule) => rule.GroupId !== group.GroupId && rule.ReferencedGroupInfo?.GroupId === group.GroupId,
    ).length > 0;
  if (used || referenced)
    throw new AwsError('DependencyViolation', `resource ${group.GroupId} has a dependent object`);
  for (const rule of rulesOf(network, group.GroupId))
    network.securityGroupRules.delete(rule.SecurityGroupRuleId);
  network.securityGroups.delete(group.GroupId);
  return { Return: true, GroupId: group.GroupId };
}

/** The older form of a request names one rule by its own members instead of a list of permissions. */
function requested(input: AuthorizeSecurityGroupIngressRequest): IpPermission[] {
  if (input.IpPermissions?.length) return input.IpPermissions;
  if (input.IpProtocol === undefined) throw missingParameter('ipPermissions');
  const { IpProtocol, FromPort, ToPort, CidrIp } = input;
  return [{ IpProtocol, FromPort, ToPort, IpRanges: CidrIp === undefined ? [] : [{ CidrIp }] }];
}

function authorize(network: Network, input: AuthorizeSecurityGroupIngressRequest, isEgress: boolean) {
  const group = network.securityGroups.get(input.GroupId);
  const added = addRules(
    network,
    group,
    requested(input),
    isEgress,
    tagsFor('security-group-rule', input.TagSpecifications),
  );
  return { Return: true, SecurityGroupRules: added };
}

function addRules(
  network: Network,
  group: SecurityGroupRecord,
  wanted: readonly IpPermission[],
  isEgress: boolean,
  tags: [string, string][] = [],
): SecurityGroupRule[] {
  const rules = wanted.flatMap((permission) => sources(network, permission));
  for (const rule of rules)
    if (find(network, group.GroupId, isEgress, rule) !== undefined)
      throw new AwsError('InvalidPermission.Duplicate', 'the specified rule already exists');
  return rules.map((rule) =>
    network.securityGroupRules.tagged(
      network.securityGroupRules.add(
        {
          ...rule,
          SecurityGroupRuleId: network.newId('sgr'),
          GroupId: group.GroupId,
          GroupOwnerId: network.kernel.account.id,
          IsEgress: isEgress,
        },
        tags,
      ),
    ),
  );
}

/** A permission's rules: one for each range, list or group it names. */
function sources(network: Network, permission: IpPermission): SecurityGroupRule[] {
  const isEverything = permission.IpProtocol === '-1';
  const base = {
    IpProtocol: permission.IpProtocol,
    FromPort: isEverything ? -1 : permission.FromPort,
    ToPort: isEverything ? -1 : permission.ToPort,
  };
  return [
    ...(permission.IpRanges ?? []).map((range) => ({
      ...base,
      CidrIpv4: range.CidrIp,
      Description: range.Description,
    })),
    ...(permission.Ipv6Ranges ?? []).map((range) => ({
      ...base,
      CidrIpv6: range.CidrIpv6,
      Description: range.Description,
    })),
    ...(permission.PrefixListIds ?? []).map((prefix) => ({
      ...base,
      PrefixListId: prefix.PrefixListId,
      Description: prefix.Description,
    })),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => ({
      ...base,
      ReferencedGroupInfo: {
        GroupId: network.securityGroups.get(pair.GroupId).GroupId,
        UserId: network.kernel.account.id,
      },
      Description: pair.Description,
    })),
  ];
}

function ruleKey(rule: SecurityGroupRule): string {
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } = rule;
  return JSON.stringify([
    IpProtocol,
    FromPort,
    ToPort,
    CidrIpv4,
    CidrIpv6,
    PrefixListId,
    ReferencedGroupInfo?.GroupId,
  ]);
}

function find(network: Network, groupId: string, isEgress: boolean, rule: SecurityGroupRule) {
  const key = ruleKey(rule);
  return rulesOf(network, groupId).find((one) => one.IsEgress === isEgress && ruleKey(one) === key);
}

function revoke(network: Network, input: RevokeSecurityGroupIngressRequest, isEgress: boolean) {
  const { GroupId } = network.securityGroups.get(input.GroupId);
  const byId = (input.SecurityGroupRuleIds ?? []).map((id) => network.securityGroupRules.get(id));
  const wanted = byId.length > 0 ? [] : requested(input).flatMap((one) => sources(network, one));
  const found = wanted.map((rule) => {
    const match = find(network, GroupId, isEgress, rule);
    if (match === undefined)
      throw new AwsError(
        'InvalidPermission.NotFound',
        'The specified rule does not exist in this security group.',
      );
    return match;
  });
  for (const rule of [...byId, ...found]) network.securityGroupRules.delete(rule.SecurityGroupRuleId);
  return { Return: true };
}
