import type {
  Listener,
  LoadBalancer,
  Rule,
  TargetGroup as TargetGroupView,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetHealthCommand,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Balancer, Target, TargetGroup } from '../picture.ts';
import type { Clients } from './clients.ts';
import { answersOf } from './metrics.ts';

/** All load balancers of the region but Gateway ones. */
export async function allBalancers({ elb }: Clients): Promise<LoadBalancer[]> {
  const balancers: LoadBalancer[] = [];
  for await (const page of paginateDescribeLoadBalancers({ client: elb }, {}))
    balancers.push(...(page.LoadBalancers ?? []));
  return balancers.filter(({ Type }) => Type !== 'gateway');
}

export async function allTargetGroups({ elb }: Clients): Promise<TargetGroupView[]> {
  const groups: TargetGroupView[] = [];
  for await (const page of paginateDescribeTargetGroups({ client: elb }, {}))
    groups.push(...(page.TargetGroups ?? []));
  return groups;
}

/** A load balancer with its listeners, its patience and what it has answered of late. */
export async function balancerOf(clients: Clients, view: LoadBalancer, now: number): Promise<Balancer> {
  const { LoadBalancerArn: arn = '', LoadBalancerName: name = '', AvailabilityZones = [] } = view;
  const { elb } = clients;
  const command = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn });
  const { Attributes = [] } = await elb.send(command);
  const timeout = Attributes.find(({ Key }) => Key === 'idle_timeout.timeout_seconds')?.Value;
  return {
    arn,
    name,
    type: view.Type ?? 'application',
    scheme: view.Scheme ?? 'internal',
    securityGroupIds: view.SecurityGroups ?? [],
    subnets: AvailabilityZones.map(({ SubnetId = '', ZoneName = '' }) => ({ id: SubnetId, zone: ZoneName })),
    listeners: await listenersOf(clients, arn),
    idleTimeoutSeconds: timeout === undefined ? undefined : Number(timeout),
    answers: await answersOf(clients, arn, now),
  };
}

export async function targetGroupOf({ elb }: Clients, view: TargetGroupView): Promise<TargetGroup> {
  const arn = view.TargetGroupArn ?? '';
  const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
  return {
    arn,
    name: view.TargetGroupName ?? '',
    port: view.Port ?? 0,
    healthCheck: {
      protocol: view.HealthCheckProtocol ?? 'HTTP',
      port: view.HealthCheckPort ?? 'traffic-port',
      path: view.HealthCheckPath,
      codes: view.Matcher?.HttpCode,
      timeoutSeconds: view.HealthCheckTimeoutSeconds ?? 5,
    },
    balancerArns: view.LoadBalancerArns ?? [],
    targets: (health.TargetHealthDescriptions ?? []).map(targetOf),
  };
}

function targetOf({
  Target: target,
  TargetHealth: health,
  HealthCheckPort,
}: TargetHealthDescription): Target {
  const port = target?.Port ?? 0;
  return {
    id: target?.Id ?? '',
    port,
    checkPort: Number(HealthCheckPort ?? port),
    state: health?.State ?? 'unavailable',
    reason: health?.Reason,
    description: health?.Description,
  };
}

async function listenersOf({ elb }: Clients, arn: string): Promise<Balancer['listeners']> {
  const listeners: Balancer['listeners'][number][] = [];
  for await (const page of paginateDescribeListeners({ client: elb }, { LoadBalancerArn: arn }))
    for (const listener of page.Listeners ?? []) {
      const rules: Rule[] = [];
      for await (const more of paginateDescribeRules({ client: elb }, { ListenerArn: listener.ListenerArn }))
        rules.push(...(more.Rules ?? []));
      listeners.push({ port: listener.Port ?? 0, targetGroupArns: forwardedTo(listener, rules) });
    }
  return listeners;
}

function forwardedTo({ DefaultActions = [] }: Listener, rules: readonly Rule[]): string[] {
  const actions = [...DefaultActions, ...rules.flatMap(({ Actions = [] }) => Actions)];
  const arns = actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
    TargetGroupArn,
    ...(ForwardConfig?.TargetGroups ?? []).map((one) => one.TargetGroupArn),
  ]);
  return [...new Set(arns.flatMap((arn) => arn ?? []))];
}
