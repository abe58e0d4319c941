import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Instant, Service } from '../../kernel/index.ts';
import type { Obstacle } from '../ec2/api.ts';

/** The states of a target: AWS's `TargetHealthStateEnum`, as far as instances and addresses have them. */
export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused' | 'unavailable';

export interface TargetHealthRecord {
  readonly targetGroupArn: string;
  /** Instance id or IP address. */
  readonly id: string;
  readonly port: number;
  readonly state: TargetState;
  /** `Target.ResponseCodeMismatch`, `Elb.RegistrationInProgress`, …; absent for healthy targets. */
  readonly reason: string | undefined;
  readonly description: string | undefined;
  /** What keeps the load balancer's requests from it; undefined for an open way. */
  readonly obstacle: Obstacle | undefined;
  /** Since when it has been healthy, milliseconds since the epoch; undefined while it is not. */
  readonly healthySince: number | undefined;
}

/** A target's change; `to` is undefined once it is no longer registered, its draining over. */
export interface TargetChange {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
  readonly from: TargetState | undefined;
  readonly to: TargetState | undefined;
}

/** A target group and the load balancers that send it traffic, by the names that metrics use. */
export interface TargetGroupTraffic {
  readonly targetGroupArn: string;
  readonly targetGroupName: string;
  /** `targetgroup/name/0123456789abcdef` */
  readonly dimension: string;
  /** Seconds over which a target that has become healthy gets its full share; 0 gives it at once. */
  readonly slowStartSeconds: number;
  /** Seconds that the load balancer waits for a target's answer. */
  readonly idleTimeoutSeconds: number;
  /** What keeps visitors from the load balancer; undefined while they get there. */
  readonly obstacle: Obstacle | undefined;
  /** `app/name/0123456789abcdef`, one for each load balancer. */
  readonly loadBalancers: readonly string[];
}

/** How a registered target is checked: at `registeredAt` and each interval after it. */
export interface HealthCheck {
  /** Undefined where a connection is enough. */
  readonly path: string | undefined;
  readonly registeredAt: Instant;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** A listener as those see it who send requests to it; what it says may change. */
export interface ListenerFront {
  readonly arn: string;
  readonly port: number;
  /** `HTTP`, `HTTPS` */
  readonly protocol: string;
  readonly defaultActions: () => readonly Action[];
}

/** A load balancer as those see it who send requests to it. */
export interface BalancerFront {
  /** `app/name/0123456789abcdef` */
  readonly dimension: string;
  readonly listeners: readonly ListenerFront[];
  readonly attribute: (key: string) => string;
}

export interface ElbService extends Service {
  /** @returns undefined for what is not checked: not registered, draining, or not in use */
  healthCheckOf(targetGroupArn: string, id: string): HealthCheck | undefined;
  /** A load balancer by its ARN or name. */
  front(loadBalancer: string): BalancerFront | undefined;
  /** @throws AwsError TargetGroupNotFound */
  targetGroupAttribute(targetGroupArn: string, key: string): string;
  /**
   * Registers an instance on the group's own port unless told another. One that drains is taken back.
   *
   * @throws AwsError TargetGroupNotFound, InvalidTarget
   */
  registerTarget(targetGroupArn: string, id: string, port?: number): void;
  /**
   * Starts draining an instance that is registered on the group's own port: it takes no new requests and stays
   * `draining` for the deregistration delay.
   *
   * @param drained called once its draining is over, or it is registered anew; at once if it was not registered
   * @throws AwsError TargetGroupNotFound
   */
  deregisterTarget(targetGroupArn: string, id: string, drained?: () => void): void;
  /** State of the target on the group's own port; undefined if it is not registered. */
  targetState(targetGroupArn: string, id: string): TargetState | undefined;
  /** Every registered target of a group, draining ones included. @throws AwsError TargetGroupNotFound */
  targets(targetGroupArn: string): readonly TargetHealthRecord[];
  onTargetState(listener: (change: TargetChange) => void): void;
  /** Called when requests begin or cease to get through to any target of a group, or to its load balancers. */
  onWay(listener: (targetGroupArn: string) => void): void;
  hasTargetGroup(targetGroupArn: string): boolean;
  hasLoadBalancer(loadBalancerArn: string): boolean;
  /** @throws AwsError TargetGroupNotFound */
  trafficOf(targetGroupArn: string): TargetGroupTraffic;
  /** The target groups that a load balancer's listeners forward to, by the load balancer's ARN or name. */
  targetGroupsOf(loadBalancer: string): readonly string[];
  /** ARNs of the target groups that get traffic from any load balancer, in the order of their creation. */
  targetGroupsInUse(): readonly string[];
}
