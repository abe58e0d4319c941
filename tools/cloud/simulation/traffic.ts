import type { Cancel, Kernel } from '../kernel/index.ts';
import type { MetricSink } from '../services/cloudwatch/metric-store.ts';
import type { ElbService } from '../services/elb/api.ts';
import type { Applications } from './applications.ts';
import { BalancerMetrics } from './balancer-metrics.ts';
import { Drive, type Load, type MinuteOfTraffic } from './drive.ts';
import { InstanceMetrics } from './instance-metrics.ts';

export type { Load } from './drive.ts';

const MINUTE_MS = 60_000;

export interface TrafficPorts {
  readonly elb: ElbService;
  readonly applications: Applications;
  readonly metrics: MetricSink;
}

/** One load, and where it goes. */
interface Route {
  readonly load: Load;
  readonly target: string | undefined;
  drive: { readonly targetGroupArn: string; readonly drive: Drive } | undefined;
}

/** Sends load through load balancers to the applications behind them, and measures both every minute. */
export class Traffic {
  readonly #kernel: Kernel;
  readonly #on: TrafficPorts;
  readonly #routes = new Set<Route>();
  readonly #balancers: BalancerMetrics;
  readonly #instances: InstanceMetrics;

  constructor(kernel: Kernel, on: TrafficPorts) {
    this.#kernel = kernel;
    this.#on = on;
    this.#balancers = new BalancerMetrics(on.elb, on.metrics);
    this.#instances = new InstanceMetrics(on.applications, on.metrics, kernel.ids);
    kernel.clock.every(MINUTE_MS, () => this.#endMinute());
    on.elb.onTargetState(({ targetGroupArn }) => this.#settle(targetGroupArn));
    on.applications.onChange(() => this.#settle(undefined));
  }

  /**
   * Sends a load until the returned function is called.
   *
   * @param load   requests a second, by the instant
   * @param target a target group's ARN, or a load balancer's ARN or name: then what it forwards to. Without it, the
   *               first target group that a load balancer forwards to. What is not there yet is waited for
   */
  drive(load: Load, target?: string): Cancel {
    const route: Route = { load, target, drive: undefined };
    this.#routes.add(route);
    this.#follow(route);
    return () => this.#routes.delete(route);
  }

  /** Keeps a route on the target group that its target stands for now. */
  #follow(route: Route): void {
    const targetGroupArn = this.#targetGroup(route.target);
    if (targetGroupArn === route.drive?.targetGroupArn) return;
    const now = () => this.#kernel.clock.now();
    route.drive =
      targetGroupArn === undefined
        ? undefined
        : { targetGroupArn, drive: new Drive(now, this.#on, targetGroupArn, route.load) };
  }

  #targetGroup(target: string | undefined): string | undefined {
    const { elb } = this.#on;
    if (target === undefined) return elb.targetGroupsInUse()[0];
    return elb.hasTargetGroup(target) ? target : elb.targetGroupsOf(target)[0];
  }

  /** Something about a target group's targets has changed, or about all of them. */
  #settle(targetGroupArn: string | undefined): void {
    for (const route of this.#routes) {
      const drive = this.#driveOf(route);
      if (drive !== undefined && (targetGroupArn ?? drive.targetGroupArn) === drive.targetGroupArn)
        drive.drive.settle();
    }
  }

  /** A route's drive, as long as its target group exists. */
  #driveOf(route: Route): Route['drive'] {
    const { drive } = route;
    if (drive !== undefined && !this.#on.elb.hasTargetGroup(drive.targetGroupArn)) route.drive = undefined;
    return route.drive;
  }

  #endMinute(): void {
    const now = this.#kernel.clock.now();
    const begin = now - MINUTE_MS;
    for (const route of this.#routes) {
      const drive = this.#driveOf(route);
      if (drive !== undefined) this.#report(drive.targetGroupArn, drive.drive.endMinute(), begin);
      this.#follow(route);
    }
    this.#balancers.putHostCounts(begin);
    this.#instances.endMinute(now);
  }

  #report(targetGroupArn: string, minute: MinuteOfTraffic, at: number): void {
    this.#balancers.putTraffic(targetGroupArn, minute, at);
    const { latency } = minute;
    this.#kernel.journal.record({
      kind: 'traffic',
      targetGroup: targetGroupArn,
      requests: Math.round(minute.requests),
      failed: Math.round(minute.failedByTargets + minute.failedByBalancer),
      load: minute.requests / (MINUTE_MS / 1000),
      servingInstances: minute.servingInstances,
      latencySeconds: latency.count === 0 ? 0 : latency.sum / latency.count,
    });
  }
}
