import type {
  CreateListenerCommandInput,
  CreateLoadBalancerCommandInput,
  CreateRuleCommandInput,
  CreateTargetGroupCommandInput,
  ListenerAttribute,
  LoadBalancerAttribute,
  TargetDescription,
  TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { isSame } from '../engine/replacement.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagElb } from './tagging.ts';

type LoadBalancer = Omit<CreateLoadBalancerCommandInput, 'Name' | 'Tags'> & {
  readonly Name?: string;
  readonly LoadBalancerAttributes?: LoadBalancerAttribute[];
  readonly Tags?: Tag[];
};

export const loadBalancer = provider<LoadBalancer>({
  properties: [
    'Name',
    'Type',
    'Scheme',
    'Subnets',
    'SubnetMappings',
    'SecurityGroups',
    'IpAddressType',
    'LoadBalancerAttributes',
    'Tags',
  ],
  retag: retagElb,
  async create({ LoadBalancerAttributes: attributes, Tags, ...wanted }, context) {
    const { LoadBalancers: [created] = [] } = await context.api.elb.CreateLoadBalancer({
      ...wanted,
      Name: wanted.Name ?? context.physicalName(32),
      Tags: mergedTags(Tags, context),
    });
    const arn = created?.LoadBalancerArn ?? '';
    context.announce(arn);
    await setAttributes(arn, attributes, context);
    await context.waitUntil(async () => (await describe(arn, context))?.State?.Code === 'active');
    return loadBalancerMade(arn, context);
  },
  async update(arn, wanted, before, context) {
    const { elb } = context.api;
    const { SecurityGroups, Subnets, SubnetMappings, IpAddressType } = wanted;
    if (!isSame(SecurityGroups, before.SecurityGroups)) {
      await elb.SetSecurityGroups({ LoadBalancerArn: arn, SecurityGroups: SecurityGroups ?? [] });
    }
    if (!isSame([Subnets, SubnetMappings], [before.Subnets, before.SubnetMappings])) {
      await elb.SetSubnets({ LoadBalancerArn: arn, Subnets, SubnetMappings });
    }
    if (!isSame(IpAddressType, before.IpAddressType)) {
      await elb.SetIpAddressType({ LoadBalancerArn: arn, IpAddressType: IpAddressType ?? 'ipv4' });
    }
    await setAttributes(arn, wanted.LoadBalancerAttributes, context);
    return loadBalancerMade(arn, context);
  },
  async delete(arn, _wanted, { api }) {
    await deleted(api.elb.DeleteLoadBalancer({ LoadBalancerArn: arn }));
  },
});

async function setAttributes(
  arn: string,
  attributes: LoadBalancerAttribute[] | undefined,
  { api }: ProviderContext,
): Promise<void> {
  if (attributes === undefined) return;
  await api.elb.ModifyLoadBalancerAttributes({ LoadBalancerArn: arn, Attributes: attributes });
}

async function describe(arn: string, { api }: ProviderContext) {
  const { LoadBalancers: [found] = [] } = await api.elb.DescribeLoadBalancers({ LoadBalancerArns: [arn] });
  return found;
}

async function loadBalancerMade(arn: string, context: ProviderContext): Promise<Made> {
  const found = await describe(arn, context);
  return {
    id: arn,
    attributes: {
      LoadBalancerArn: arn,
      LoadBalancerName: found?.LoadBalancerName,
      LoadBalancerFullName: arn.slice(arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length),
      DNSName: found?.DNSName,
      CanonicalHostedZoneID: found?.CanonicalHostedZoneId,
      SecurityGroups: found?.SecurityGroups,
    },
  };
}

type TargetGroup = Omit<CreateTargetGroupCommandInput, 'Name' | 'Tags'> & {
  readonly Name?: string;
  readonly TargetGroupAttributes?: TargetGroupAttribute[];
  readonly Targets?: TargetDescription[];
  readonly Tags?: Tag[];
};

export const targetGroup = provider<TargetGroup>({
  properties: [
    'Name',
    'Protocol',
    'ProtocolVersion',
    'Port',
    'VpcId',
    'TargetType',
    'IpAddressType',
    'HealthCheckEnabled',
    'HealthCheckIntervalSeconds',
    'HealthCheckPath',
    'HealthCheckPort',
    'HealthCheckProtocol',
    'HealthCheckTimeoutSeconds',
    'HealthyThresholdCount',
    'UnhealthyThresholdCount',
    'Matcher',
    'TargetGroupAttributes',
    'Targets',
    'Tags',
  ],
  retag: retagElb,
  async create({ TargetGroupAttributes: attributes, Targets: targets = [], Tags, ...wanted }, context) {
    const { elb } = context.api;
    const { TargetGroups: [created] = [] } = await elb.CreateTargetGroup({
      ...wanted,
      Name: wanted.Name ?? context.physicalName(32),
      Tags: mergedTags(Tags, context),
    });
    const arn = created?.TargetGroupArn ?? '';
    context.announce(arn);
    await setTargetGroupAttributes(arn, attributes, context);
    if (targets.length > 0) await elb.RegisterTargets({ TargetGroupArn: arn, Targets: targets });
    return targetGroupMade(arn);
  },
  async update(arn, wanted, before, context) {
    const { elb } = context.api;
    await elb.ModifyTargetGroup({
      TargetGroupArn: arn,
      HealthCheckEnabled: wanted.HealthCheckEnabled,
      HealthCheckIntervalSeconds: wanted.HealthCheckIntervalSeconds,
      HealthCheckPath: wanted.HealthCheckPath,
      HealthCheckPort: wanted.HealthCheckPort,
      HealthCheckProtocol: wanted.HealthCheckProtocol,
      HealthCheckTimeoutSeconds: wanted.HealthCheckTimeoutSeconds,
      HealthyThresholdCount: wanted.HealthyThresholdCount,
      UnhealthyThresholdCount: wanted.UnhealthyThresholdCount,
      Matcher: wanted.Matcher,
    });
    await setTargetGroupAttributes(arn, wanted.TargetGroupAttributes, context);
    const [targets, old] = [wanted.Targets ?? [], before.Targets ?? []];
    const removed = old.filter((target) => !targets.some((other) => isSame(target, other)));
    if (targets.length > 0) await elb.RegisterTargets({ TargetGroupArn: arn, Targets: targets });
    if (removed.length > 0) await elb.DeregisterTargets({ TargetGroupArn: arn, Targets: removed });
    return targetGroupMade(arn);
  },
  async delete(arn, _wanted, { api }) {
    await deleted(api.elb.DeleteTargetGroup({ TargetGroupArn: arn }));
  },
});

async function setTargetGroupAttributes(
  arn: string,
  attributes: TargetGroupAttribute[] | undefined,
  { api }: ProviderContext,
): Promise<void> {
  if (attributes === undefined) return;
  await api.elb.ModifyTargetGroupAttributes({ TargetGroupArn: arn, Attributes: attributes });
}

function targetGroupMade(arn: string): Made {
  const fullName = arn.slice(arn.lastIndexOf(':') + 1);
  return {
    id: arn,
    attributes: {
      TargetGroupArn: arn,
      TargetGroupFullName: fullName,
      TargetGroupName: fullName.split('/')[1],
    },
  };
}

type Listener = Omit<CreateListenerCommandInput, 'Tags'> & {
  readonly ListenerAttributes?: ListenerAttribute[];
};

export const listener = provider<Listener>({
  properties: [
    'LoadBalancerArn',
    'Protocol',
    'Port',
    'DefaultActions',
    'Certificates',
    'SslPolicy',
    'AlpnPolicy',
    'ListenerAttributes',
  ],
  async create({ ListenerAttributes: attributes, ...wanted }, { api, announce }) {
    const { Listeners: [created] = [] } = await api.elb.CreateListener(wanted);
    const arn = created?.ListenerArn ?? '';
    announce(arn);
    if (attributes !== undefined) {
      await api.elb.ModifyListenerAttributes({ ListenerArn: arn, Attributes: attributes });
    }
    return { id: arn, attributes: { ListenerArn: arn } };
  },
  async update(arn, { ListenerAttributes: attributes, LoadBalancerArn: _arn, ...wanted }, _before, { api }) {
    await api.elb.ModifyListener({ ...wanted, ListenerArn: arn });
    if (attributes !== undefined) {
      await api.elb.ModifyListenerAttributes({ ListenerArn: arn, Attributes: attributes });
    }
    return { id: arn, attributes: { ListenerArn: arn } };
  },
  async delete(arn, _wanted, { api }) {
    await deleted(api.elb.DeleteListener({ ListenerArn: arn }));
  },
});

type ListenerRule = Omit<CreateRuleCommandInput, 'Tags'>;

export const listenerRule = provider<ListenerRule>({
  properties: ['ListenerArn', 'Priority', 'Conditions', 'Actions'],
  async create(wanted, { api }) {
    const { Rules: [created] = [] } = await api.elb.CreateRule(wanted);
    const arn = created?.RuleArn ?? '';
    return { id: arn, attributes: { RuleArn: arn, IsDefault: false } };
  },
  async update(arn, { Conditions, Actions, Priority }, before, { api }) {
    await api.elb.ModifyRule({ RuleArn: arn, Conditions, Actions });
    if (Priority !== before.Priority) {
      await api.elb.SetRulePriorities({ RulePriorities: [{ RuleArn: arn, Priority }] });
    }
    return { id: arn, attributes: { RuleArn: arn, IsDefault: false } };
  },
  async delete(arn, _wanted, { api }) {
    await deleted(api.elb.DeleteRule({ RuleArn: arn }));
  },
});
