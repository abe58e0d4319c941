import type { Ec2Service, Obstacle, Party } from '../ec2/api.ts';
import type { Listeners } from './listeners.ts';
import type { LoadBalancerRecord, LoadBalancers } from './load-balancers.ts';
import type { TargetGroupRecord } from './target-group.ts';

export interface WayParts {
  readonly ec2: Pick<Ec2Service, 'party' | 'reachability'>;
  readonly balancers: LoadBalancers;
  /** The instance behind a target, by its id or address. */
  readonly instanceOf: (target: string) => string | undefined;
}

/**
 * What stands between the load balancers of a group and one of its targets. Every node has to get through: one that
 * does not would send its share of the requests to nowhere.
 */
export function obstacleToTarget(
  { ec2, balancers, instanceOf }: WayParts,
  group: TargetGroupRecord,
  targetId: string,
  port: number,
): Obstacle | undefined {
  const target = ec2.party(instanceOf(targetId) ?? targetId);
  if (target === undefined) return undefined;
  for (const balancer of balancersOf(balancers, group))
    for (const node of nodesOf(ec2, balancer)) {
      const obstacle = ec2.reachability.between(node, target, port);
      if (obstacle !== undefined) return obstacle;
    }
  return undefined;
}

/**
 * What keeps visitors from every load balancer of a group: undefined while any node of any of them can be reached on
 * a listener's port. Visitors of an internal one are taken to be where it is.
 */
export function obstacleToVisitors(
  { ec2, balancers }: Pick<WayParts, 'ec2' | 'balancers'>,
  listeners: Listeners,
  group: TargetGroupRecord,
): Obstacle | undefined {
  let first: Obstacle | undefined;
  for (const balancer of balancersOf(balancers, group)) {
    if (balancer.shape.Scheme === 'internal') return undefined;
    for (const { shape } of listeners.of(balancer))
      for (const node of nodesOf(ec2, balancer)) {
        const obstacle = ec2.reachability.fromInternet(node, shape.Port ?? 80);
        if (obstacle === undefined) return undefined;
        first ??= obstacle;
      }
  }
  return first;
}

function balancersOf(balancers: LoadBalancers, group: TargetGroupRecord): LoadBalancerRecord[] {
  return group.loadBalancerArns.flatMap((arn) => balancers.find(arn) ?? []);
}

/** A load balancer's nodes, one in each of its subnets; those that face the internet have a public address. */
function nodesOf(ec2: WayParts['ec2'], { interfaces, shape }: LoadBalancerRecord): Party[] {
  const hasPublicAddress = shape.Scheme === 'internet-facing';
  return interfaces.flatMap(({ id }) => {
    const node = ec2.party(id);
    return node === undefined ? [] : [{ ...node, hasPublicAddress }];
  });
}
