import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Kernel, Operations } from '../../kernel/index.ts';
import type { Applications } from '../../simulation/applications.ts';
import type { Ec2Service } from '../ec2/api.ts';
import type { BalancerFront, ElbService, HealthCheck, TargetGroupTraffic } from './api.ts';
import { listenerOperations } from './listener-operations.ts';
import { forwardedTo, Listeners } from './listeners.ts';
import { loadBalancerOperations } from './load-balancer-operations.ts';
import { dimensionOf, LoadBalancers } from './load-balancers.ts';
import { standing } from './standing.ts';
import { tagOperations, Tags } from './tags.ts';
import { targetGroupOperations } from './target-group-operations.ts';
import type { TargetGroupRecord } from './target-group.ts';
import { TargetGroups } from './target-groups.ts';
import { TargetHealth, type Backends } from './target-health.ts';
import { obstacleToTarget, obstacleToVisitors } from './ways.ts';
import {
  recordOf,
  requireTarget,
  targetOperations,
  registrationsOf,
  targetNamed,
} from './target-operations.ts';

export type * from './api.ts';

export interface ElbPorts {
  readonly ec2: Pick<
    Ec2Service,
    | 'instance'
    | 'onStateChange'
    | 'onNetworkChange'
    | 'subnet'
    | 'attachInterface'
    | 'detachInterface'
    | 'hasVpc'
    | 'party'
    | 'reachability'
  >;
  /** What the targets answer to health checks. */
  readonly applications: Pick<Applications, 'of' | 'at' | 'onChange'>;
}

/** Elastic Load Balancing v2: load balancers, listeners, rules, and target groups whose health checks are real. */
export function createElb(kernel: Kernel, on: ElbPorts): ElbService {
  const parts = createParts(kernel, on);
  const { groups, health, backends } = parts;
  follow(parts, on);
  return {
    client: '@aws-sdk/client-elastic-load-balancing-v2',
    standing,
    operations: operationsOf(parts),
    readsOfNow: () => {
      const { DescribeTargetHealth } = targetOperations({ ...parts, groups: groups.copy() });
      return { DescribeTargetHealth };
    },
    registerTarget: (targetGroupArn, id, port) => {
      const group = groups.get(targetGroupArn);
      requireTarget(backends, group, id);
      health.register(group, id, port ?? group.settings.Port);
    },
    deregisterTarget: (targetGroupArn, id, drained) => {
      const group = groups.get(targetGroupArn);
      const target = targetNamed(group, { Id: id });
      if (target === undefined) drained?.();
      else health.deregister(group, target, drained);
    },
    targetState: (targetGroupArn, id) => targetNamed(groups.get(targetGroupArn), { Id: id })?.state,
    targets: (targetGroupArn) => {
      const group = groups.get(targetGroupArn);
      return [...group.targets.values()].map((target) => recordOf(kernel.clock, group, target));
    },
    healthCheckOf: (targetGroupArn, id) => healthCheckOf(groups.get(targetGroupArn), id),
    front: (loadBalancer) => frontOf(parts, loadBalancer),
    targetGroupAttribute: (targetGroupArn, key) => groups.get(targetGroupArn).attributes.get(key),
    onTargetState: (listener) => health.onChange(listener),
    onWay: (listener) => parts.wayListeners.push(listener),
    hasTargetGroup: (targetGroupArn) => groups.has(targetGroupArn),
    hasLoadBalancer: (loadBalancerArn) => parts.balancers.find(loadBalancerArn)?.arn === loadBalancerArn,
    trafficOf: (targetGroupArn) => trafficOf(parts, groups.get(targetGroupArn)),
    targetGroupsOf: (loadBalancer) => {
      const found = parts.balancers.find(loadBalancer);
      return found === undefined ? [] : [...new Set(parts.listeners.of(found).flatMap(forwardedTo))];
    },
    targetGroupsInUse: () =>
      [...groups.values()].filter((group) => group.loadBalancerArns.length > 0).map(({ arn }) => arn),
  };
}

function createParts(kernel: Kernel, { ec2, applications }: ElbPorts) {
  const tags = new Tags();
  const groups = new TargetGroups(kernel, ec2, tags);
  const balancers = new LoadBalancers(kernel, ec2, tags);
  const application = (target: string) => applications.of(target) ?? applications.at(target);
  const ways = { ec2, balancers, instanceOf: (target: string) => application(target)?.instance.id };
  const backends: Backends = {
    instance: (id) => ec2.instance(id),
    application,
    obstacle: (group, target, port) => obstacleToTarget(ways, group, target, port),
    isZoneEnabled: (group, zone) =>
      group.loadBalancerArns.some((arn) =>
        balancers.find(arn)?.interfaces.some((placed) => placed.zone === zone),
      ),
  };
  const health = new TargetHealth(kernel, backends);
  const reviewAll = (group: TargetGroupRecord) => {
    for (const target of group.targets.values()) health.review(group, target);
  };
  const listeners = new Listeners(kernel, groups, tags, () => reroute(listeners, groups, reviewAll));
  const wayListeners: ((targetGroupArn: string) => void)[] = [];
  /** Everything may be reached in another way, or not any more. */
  const reviewEverything = () => {
    for (const group of groups.values()) {
      reviewAll(group);
      if (group.loadBalancerArns.length > 0) for (const listener of wayListeners) listener(group.arn);
    }
  };
  return {
    clock: kernel.clock,
    tags,
    groups,
    balancers,
    backends,
    ways,
    health,
    listeners,
    reviewAll,
    reviewEverything,
    wayListeners,
  };
}

type Parts = ReturnType<typeof createParts>;

function operationsOf(parts: Parts) {
  const { tags, groups, balancers, listeners, reviewAll, reviewEverything } = parts;
  return {
    ...loadBalancerOperations(balancers, listeners, reviewEverything),
    ...listenerOperations(listeners, balancers),
    ...targetGroupOperations(groups, balancers, (group) => {
      for (const target of group.targets.values()) if (target.state !== 'draining') target.callOff();
      reviewAll(group);
    }),
    ...targetOperations(parts),
    ...tagOperations(tags),
  } satisfies Operations<ElasticLoadBalancingV2>;
}

/** Tells each target group which load balancers forward to it now. */
function reroute(
  listeners: Listeners,
  groups: TargetGroups,
  reviewAll: (group: TargetGroupRecord) => void,
): void {
  const routing = listeners.routing();
  for (const group of groups.values()) {
    const arns = [...(routing.get(group.arn) ?? [])];
    if (arns.join() === group.loadBalancerArns.join()) continue;
    group.loadBalancerArns = arns;
    reviewAll(group);
  }
}

/** Reviews an instance's targets whenever it or its application changes, and all when the network does. */
function follow({ groups, health, reviewEverything }: Parts, { ec2, applications }: ElbPorts): void {
  ec2.onNetworkChange(reviewEverything);
  applications.onChange(({ instance }) => {
    for (const group of groups.values())
      for (const target of registrationsOf(group, [instance.id, instance.privateIp]))
        health.review(group, target);
  });
  ec2.onStateChange(({ instance, to }) => {
    if (to !== 'terminated' && to !== 'stopping') return;
    for (const group of groups.values())
      for (const target of registrationsOf(group, [instance.id]))
        if (to === 'terminated') health.remove(group, target);
        else health.review(group, target);
  });
}

function healthCheckOf(group: TargetGroupRecord, id: string): HealthCheck | undefined {
  const target = targetNamed(group, { Id: id });
  if (target === undefined || target.state === 'draining' || target.state === 'unused') return undefined;
  const { HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds = 5 } = group.settings;
  return {
    path: group.healthCheckPath,
    registeredAt: target.registeredAt,
    intervalMs: HealthCheckIntervalSeconds * 1000,
    timeoutMs: HealthCheckTimeoutSeconds * 1000,
  };
}

function frontOf({ balancers, listeners }: Parts, loadBalancer: string): BalancerFront | undefined {
  const balancer = balancers.find(loadBalancer);
  if (balancer === undefined) return undefined;
  return {
    dimension: dimensionOf(balancer.arn),
    attribute: (key) => balancer.attributes.get(key),
    listeners: listeners.of(balancer).map((listener) => ({
      arn: listener.arn,
      port: listener.shape.Port ?? 80,
      protocol: listener.shape.Protocol ?? 'HTTP',
      defaultActions: () => listener.shape.DefaultActions ?? [],
    })),
  };
}

function trafficOf({ ways, balancers, listeners }: Parts, group: TargetGroupRecord): TargetGroupTraffic {
  const patience = group.loadBalancerArns.flatMap((arn) =>
    Number(balancers.find(arn)?.attributes.get('idle_timeout.timeout_seconds') || Infinity),
  );
  return {
    targetGroupArn: group.arn,
    targetGroupName: group.name,
    dimension: group.arn.slice(group.arn.indexOf(':targetgroup/') + 1),
    slowStartSeconds: group.slowStartSeconds,
    idleTimeoutSeconds: Math.min(...patience),
    obstacle: obstacleToVisitors(ways, listeners, group),
    loadBalancers: group.loadBalancerArns.map(dimensionOf),
  };
}
