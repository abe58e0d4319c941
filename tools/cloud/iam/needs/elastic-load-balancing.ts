import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

const PREFIX = 'elasticloadbalancing';

interface OfTargetGroup {
  readonly TargetGroupArn?: string | undefined;
}

interface OfLoadBalancer {
  readonly LoadBalancerArn?: string | undefined;
}

interface OfListener {
  readonly ListenerArn?: string | undefined;
}

interface OfRule {
  readonly RuleArn?: string | undefined;
}

interface OfArns {
  readonly ResourceArns?: string[] | undefined;
}

const ofTargetGroup = ({ TargetGroupArn = '*' }: OfTargetGroup) => [TargetGroupArn];
const ofLoadBalancer = ({ LoadBalancerArn = '*' }: OfLoadBalancer) => [LoadBalancerArn];
const ofListener = ({ ListenerArn = '*' }: OfListener) => [ListenerArn];
const ofRule = ({ RuleArn = '*' }: OfRule) => [RuleArn];
const ofArns = ({ ResourceArns = [] }: OfArns) => ResourceArns;

interface ListenerSettings {
  readonly Protocol?: string | undefined;
  readonly SslPolicy?: string | undefined;
}

const listenerKeys = ({ Protocol, SslPolicy }: ListenerSettings) =>
  keys({ [`${PREFIX}:listenerprotocol`]: Protocol, [`${PREFIX}:securitypolicy`]: SslPolicy });

interface Placement {
  readonly Subnets?: string[] | undefined;
  readonly SubnetMappings?: readonly { readonly SubnetId?: string | undefined }[] | undefined;
}

function subnetsOf({ Subnets, SubnetMappings }: Placement): string[] | undefined {
  return Subnets ?? SubnetMappings?.flatMap(({ SubnetId }) => SubnetId ?? []);
}

const KINDS: Readonly<Record<string, string>> = { application: 'app', network: 'net', gateway: 'gwy' };

/** A new resource has an id in its ARN that nobody knows yet. */
function created(scope: Scope, resource: string, context: Need['context'] = {}): Need[] {
  return [{ resource: named(scope, PREFIX, resource), context }];
}

export const elasticLoadBalancingNeeds: NeedsOf<ElasticLoadBalancingV2> = {
  CreateLoadBalancer: (input, scope) =>
    created(
      scope,
      `loadbalancer/${KINDS[input.Type ?? 'application'] ?? '*'}/${input.Name}/*`,
      keys({
        [`${PREFIX}:scheme`]: input.Scheme ?? 'internet-facing',
        [`${PREFIX}:subnet`]: subnetsOf(input),
        [`${PREFIX}:securitygroup`]: input.SecurityGroups,
      }),
    ),
  CreateTargetGroup: ({ Name }, scope) => created(scope, `targetgroup/${Name}/*`),
  ...same(
    ofTargetGroup,
    'DeleteTargetGroup',
    'DeregisterTargets',
    'ModifyTargetGroup',
    'ModifyTargetGroupAttributes',
    'RegisterTargets',
  ),
  ...same(ofLoadBalancer, 'DeleteLoadBalancer', 'ModifyLoadBalancerAttributes', 'SetIpAddressType'),
  SetSecurityGroups: ({ LoadBalancerArn = '*', SecurityGroups }) => [
    { resource: LoadBalancerArn, context: keys({ [`${PREFIX}:securitygroup`]: SecurityGroups }) },
  ],
  SetSubnets: ({ LoadBalancerArn = '*', ...placement }) => [
    { resource: LoadBalancerArn, context: keys({ [`${PREFIX}:subnet`]: subnetsOf(placement) }) },
  ],
  CreateListener: (input) => [{ resource: input.LoadBalancerArn ?? '*', context: listenerKeys(input) }],
  ModifyListener: (input) => [{ resource: input.ListenerArn ?? '*', context: listenerKeys(input) }],
  ...same(ofListener, 'CreateRule', 'DeleteListener', 'ModifyListenerAttributes'),
  ...same(ofRule, 'DeleteRule', 'ModifyRule'),
  SetRulePriorities: ({ RulePriorities = [] }) => RulePriorities.map(({ RuleArn = '*' }) => RuleArn),
  ...same(ofArns, 'AddTags', 'RemoveTags'),
};
