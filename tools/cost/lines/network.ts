import { resourcesNamedIn } from '../../templates/intrinsics.ts';
import { listAt, resourcesOf, textAt } from '../../templates/template.ts';
import type { CostContext, Metering, Use } from '../estimate.ts';
import type { Levels } from '../levels.ts';
import { always, each, times } from '../levels.ts';
import { HOURS } from '../prices.ts';
import { gbOut } from '../usage.ts';

/** AWS lets so many GB a month out free of charge. */
const FREE_OUT_GB = 100;
/** A connection is kept for about so many requests. */
const REQUESTS_PER_CONNECTION = 10;

const address: Metering = () => [{ item: 'public addresses', price: 'ipv4.hour', quantity: always(HOURS) }];

/** What instances fetch is shared by all gateways, however many there are. */
const nat: Metering = (_, { template, instances, usage }) => {
  const gateways = resourcesOf(template, 'AWS::EC2::NatGateway').length;
  return [
    { item: 'NAT gateway hours', price: 'nat.hour', quantity: always(HOURS) },
    { item: 'NAT gateway data', price: 'nat.gb', quantity: times(instances, usage.natGb / gateways) },
  ];
};

const endpoint: Metering = ({ id, properties }, { template }) => {
  const type = textAt(template, properties, ['VpcEndpointType'], 'Gateway');
  if (type === 'Gateway') return [];
  if (type === undefined) return [{ item: `endpoint ${id}`, unknown: 'the template does not tell its type' }];
  const zones = Math.max(1, listAt(template, properties, 'SubnetIds').length);
  return [{ item: 'interface endpoints', price: 'endpoint.hour', quantity: always(zones * HOURS) }];
};

/**
 * A capacity unit (LCU, NLCU) is the most of several dimensions; new connections and bytes are those that a web site
 * meets first: 25 connections a second (800 for a network load balancer) or a GB an hour.
 * https://aws.amazon.com/elasticloadbalancing/pricing/
 */
function capacityUnits(context: CostContext, connectionsASecond: number): Levels {
  const out = gbOut(context.usage);
  return each((level) => {
    const connections = context.usage.requests[level] / REQUESTS_PER_CONNECTION / (HOURS * 3600);
    return Math.max(connections / connectionsASecond, out[level] / HOURS) * HOURS;
  });
}

const balancer: Metering = ({ id, properties }, context) => {
  const { template, usage } = context;
  const type = textAt(template, properties, ['Type'], 'application');
  const scheme = textAt(template, properties, ['Scheme'], 'internet-facing');
  if (type !== 'application' && type !== 'network') {
    return [{ item: `load balancer ${id}`, unknown: `nothing is known of type ${type ?? '?'}` }];
  }
  const [kind, unit, name] = type === 'application' ? ['alb', 'lcu', 'ALB'] : ['nlb', 'nlcu', 'NLB'];
  const units = capacityUnits(context, type === 'application' ? 25 : 800);
  const zones = listAt(template, properties, 'Subnets').length;
  const out = each((level) => Math.max(0, gbOut(usage)[level] - FREE_OUT_GB));
  const isPublic: Use[] = [
    { item: 'public addresses', price: 'ipv4.hour', quantity: always(zones * HOURS) },
    { item: 'data to visitors', price: 'out.gb', quantity: out },
  ];
  return [
    { item: `${name} hours`, price: `${kind}.hour`, quantity: always(HOURS) },
    { item: `${name} capacity units`, price: `${kind}.${unit}`, quantity: units },
    ...(scheme === 'internet-facing' ? isPublic : []),
    { item: 'traffic between zones', unknown: 'to databases, file systems and, behind an NLB, instances' },
  ];
};

/** The flow logs of a network grow with its machines and its traffic. */
const flowLog: Metering = ({ properties }, { template, instances, usage }) => {
  const toBucket = textAt(template, properties, ['LogDestinationType'], 'cloud-watch-logs') === 's3';
  const out = gbOut(usage);
  const gb = each((level) => 0.2 * instances[level] + 0.01 * out[level]);
  return [{ item: 'flow logs', price: toBucket ? 'logs.vended.s3.gb' : 'logs.vended.gb', quantity: gb }];
};

/** The rules of AWS's own managed groups cost as one rule each. */
const webAcl: Metering = ({ properties }, { template, usage }) => [
  { item: 'WAF ACLs', price: 'waf.acl', quantity: always(1) },
  { item: 'WAF rules', price: 'waf.rule', quantity: always(listAt(template, properties, 'Rules').length) },
  { item: 'WAF requests', price: 'waf.requests', quantity: times(usage.requests, 1 / 1_000_000) },
];

/** About a kilobyte a request, to a bucket or to a log group. */
const webAclLogs: Metering = ({ properties }, { template, usage }) => {
  const [target] = resourcesNamedIn(properties.LogDestinationConfigs, template);
  const toBucket = target !== undefined && template.resources.get(target)?.type === 'AWS::S3::Bucket';
  const price = toBucket ? 'logs.vended.s3.gb' : 'logs.vended.gb';
  return [{ item: 'WAF logs', price, quantity: times(usage.requests, 1 / 1_000_000) }];
};

export const network: Readonly<Record<string, Metering>> = {
  'AWS::EC2::EIP': address,
  'AWS::EC2::FlowLog': flowLog,
  'AWS::EC2::NatGateway': nat,
  'AWS::EC2::VPCEndpoint': endpoint,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': balancer,
  'AWS::WAFv2::LoggingConfiguration': webAclLogs,
  'AWS::WAFv2::WebACL': webAcl,
};
