import type { Cancel, Kernel } from '../kernel/index.ts';
import type { MetricSink } from '../services/cloudwatch/metric-store.ts';
import type { ElbService } from '../services/elb/api.ts';
import type { Applications } from './applications.ts';
import { GroupAudience, TargetGroupAudience } from './audience.ts';
import { BalancerMetrics } from './balancer-metrics.ts';
import { Drive, type Load } from './drive.ts';
import { InstanceMetrics } from './instance-metrics.ts';
import { failedOf, type MinuteOfTraffic } from './minute.ts';

export type { Load } from './drive.ts';

const MINUTE_MS = 60_000;

export interface TrafficPorts {
  readonly elb: ElbService;
  readonly applications: Applications;
  readonly metrics: MetricSink;
}

/** A target group's ARN, a load balancer's ARN or name, or a group whose instances are visited one by one. */
export type Destination = string | { readonly group: string };

/** One load, and where it goes. */
interface Route {
  readonly load: Load;
  readonly destination: Destination | undefined;
  drive: Bound | undefined;
}

/** A load on its way to a target group, or to instances without one. */
interface Bound {
  readonly targetGroupArn: string | undefined;
  readonly drive: Drive;
}

/** Tells at each minute's end what came to which target group in it. @param at the minute's begin */
export type TrafficReport = (at: number) => Iterable<readonly [targetGroupArn: string, MinuteOfTraffic]>;

/** Sends load to applications, through load balancers where there are some, and measures both every minute. */
export class Traffic {
  readonly #kernel: Kernel;
  readonly #on: TrafficPorts;
  readonly #routes = new Set<Route>();
  readonly #reports = new Set<TrafficReport>();
  readonly #balancers: BalancerMetrics;
  readonly #instances: InstanceMetrics;

  constructor(kernel: Kernel, on: TrafficPorts) {
    this.#kernel = kernel;
    this.#on = on;
    this.#balancers = new BalancerMetrics(on.elb, on.metrics);
    this.#instances = new InstanceMetrics(on.applications, on.metrics, kernel.ids);
    kernel.clock.every(MINUTE_MS, () => this.#endMinute());
    on.elb.onTargetState(({ targetGroupArn }) => this.#settle(targetGroupArn));
    on.elb.onWay((targetGroupArn) => this.#settle(targetGroupArn));
    on.applications.onChange(() => this.#settle(undefined));
  }

  /**
   * Sends a load until the returned function is called.
   *
   * @param load        requests a second, by the instant
   * @param destination a target group's ARN, or a load balancer's ARN or name: then what it forwards to. Or a group
   *                    without a load balancer. Without any, the first target group that a load balancer forwards
   *                    to. What is not there yet is waited for
   */
  drive(load: Load, destination?: Destination): Cancel {
    const route: Route = { load, destination, drive: undefined };
    this.#routes.add(route);
    this.#follow(route);
    return () => this.#routes.delete(route);
  }

  /** Measures requests that come to a load balancer for real, until the returned function is called. */
  report(report: TrafficReport): Cancel {
    this.#reports.add(report);
    return () => this.#reports.delete(report);
  }

  /** Keeps a route on what its destination stands for now. */
  #follow(route: Route): void {
    const { destination } = route;
    if (typeof destination === 'object') route.drive ??= this.#visiting(destination.group, route.load);
    else this.#followBalancer(route, destination);
  }

  #visiting(group: string, load: Load): Bound {
    const audience = new GroupAudience(group, this.#on.applications);
    return { targetGroupArn: undefined, drive: new Drive(() => this.#kernel.clock.now(), audience, load) };
  }

  #followBalancer(route: Route, target: string | undefined): void {
    const targetGroupArn = this.#targetGroup(target);
    if (targetGroupArn === route.drive?.targetGroupArn) return;
    route.drive = targetGroupArn === undefined ? undefined : this.#balancing(targetGroupArn, route.load);
  }

  #balancing(targetGroupArn: string, load: Load): Bound {
    const audience = new TargetGroupAudience(targetGroupArn, this.#on);
    return { targetGroupArn, drive: new Drive(() => this.#kernel.clock.now(), audience, load) };
  }

  #targetGroup(target: string | undefined): string | undefined {
    const { elb } = this.#on;
    if (target === undefined) return elb.targetGroupsInUse()[0];
    return elb.hasTargetGroup(target) ? target : elb.targetGroupsOf(target)[0];
  }

  /** Something about a target group's targets has changed, or about applications anywhere. */
  #settle(targetGroupArn: string | undefined): void {
    for (const route of this.#routes) {
      const bound = this.#driveOf(route);
      if (bound === undefined) continue;
      if (targetGroupArn === undefined || targetGroupArn === bound.targetGroupArn) bound.drive.settle();
    }
  }

  /** A route's drive, as long as its target group exists. */
  #driveOf(route: Route): Bound | undefined {
    const arn = route.drive?.targetGroupArn;
    if (arn !== undefined && !this.#on.elb.hasTargetGroup(arn)) route.drive = undefined;
    return route.drive;
  }

  #endMinute(): void {
    const now = this.#kernel.clock.now();
    const begin = now - MINUTE_MS;
    for (const route of this.#routes) {
      const bound = this.#driveOf(route);
      if (bound !== undefined) this.#report(begin, bound.drive.endMinute(), placeOf(route, bound));
      this.#follow(route);
    }
    for (const report of this.#reports)
      for (const [targetGroup, minute] of report(begin)) this.#report(begin, minute, { targetGroup });
    this.#balancers.putHostCounts(begin);
    this.#instances.endMinute(now);
  }

  #report(at: number, minute: MinuteOfTraffic, place: Place): void {
    if (place.targetGroup !== undefined) this.#balancers.putTraffic(place.targetGroup, minute, at);
    const { latency } = minute;
    this.#kernel.journal.record({
      kind: 'traffic',
      ...place,
      requests: Math.round(minute.requests),
      failed: Math.round(failedOf(minute)),
      load: minute.requests / (MINUTE_MS / 1000),
      servingInstances: minute.servingInstances,
      latencySeconds: latency.count === 0 ? 0 : latency.sum / latency.count,
    });
  }
}

/** Where traffic goes, as the journal names it. */
type Place = { readonly targetGroup: string } | { readonly targetGroup?: never; readonly group?: string };

function placeOf({ destination }: Route, { targetGroupArn }: Bound): Place {
  if (targetGroupArn !== undefined) return { targetGroup: targetGroupArn };
  return typeof destination === 'object' ? { group: destination.group } : {};
}
