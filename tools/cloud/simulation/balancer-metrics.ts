import type { Instant } from '../kernel/index.ts';
import type { MetricSink } from '../services/cloudwatch/metric-store.ts';
import type { ElbService, TargetGroupTraffic } from '../services/elb/api.ts';
import type { BalancerStatus, MinuteOfTraffic } from './minute.ts';

type Dimensions = Readonly<Record<string, string>>;

/** The dimension sets of one target group behind one load balancer, the same objects every minute. */
interface DimensionSets {
  readonly namespace: 'AWS/ApplicationELB' | 'AWS/NetworkELB';
  readonly group: Dimensions;
  readonly balancer: Dimensions;
  readonly both: Dimensions;
}

const STATUSES: readonly BalancerStatus[] = [502, 503, 504];

/** CloudWatch's metrics of load balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export class BalancerMetrics {
  readonly #elb: Pick<ElbService, 'targets' | 'targetGroupsInUse' | 'trafficOf'>;
  readonly #metrics: MetricSink;
  readonly #dimensions = new Map<string, DimensionSets>();

  constructor(elb: Pick<ElbService, 'targets' | 'targetGroupsInUse' | 'trafficOf'>, metrics: MetricSink) {
    this.#elb = elb;
    this.#metrics = metrics;
  }

  /** How many targets are healthy, of every group that has targets and gets traffic. @param at the minute's begin */
  putHostCounts(at: Instant): void {
    for (const arn of this.#elb.targetGroupsInUse()) {
      const targets = this.#elb.targets(arn);
      const healthy = targets.filter(({ state }) => state === 'healthy').length;
      const unhealthy = targets.filter(({ state }) => state === 'unhealthy').length;
      if (targets.length === 0) continue;
      for (const { namespace, both } of this.#sets(arn)) {
        this.#metrics.put(namespace, 'HealthyHostCount', both, at, single(healthy), 'Count');
        this.#metrics.put(namespace, 'UnHealthyHostCount', both, at, single(unhealthy), 'Count');
      }
    }
  }

  /**
   * One minute of requests. As at AWS, what did not happen is not reported: there are no zeros; and `RequestCount`
   * leaves out what no target was found for.
   */
  putTraffic(targetGroupArn: string, minute: MinuteOfTraffic, at: Instant): void {
    const healthy = this.#elb.targets(targetGroupArn).filter(({ state }) => state === 'healthy').length;
    for (const sets of this.#sets(targetGroupArn)) {
      if (sets.namespace !== 'AWS/ApplicationELB') continue;
      const { group, balancer, both } = sets;
      const count = (name: string, dimensions: readonly Dimensions[], value: number) =>
        this.#count(name, dimensions, value, at);
      const routed = minute.requests - minute.lost - minute.failedByBalancer[503];
      count('RequestCount', [balancer, both], routed);
      if (healthy > 0) count('RequestCountPerTarget', [group, both], routed / healthy);
      count('HTTPCode_Target_2XX_Count', [balancer, both], minute.succeeded);
      count('HTTPCode_Target_5XX_Count', [balancer, both], minute.failedByTargets);
      for (const status of STATUSES)
        count(`HTTPCode_ELB_${status}_Count`, [balancer], minute.failedByBalancer[status]);
      const failed = STATUSES.reduce((sum, status) => sum + minute.failedByBalancer[status], 0);
      count('HTTPCode_ELB_5XX_Count', [balancer], failed);
      count('TargetConnectionErrorCount', [balancer, both], minute.connectionErrors);
      count('ActiveConnectionCount', [balancer], activeConnections(minute));
      this.#latency([balancer, both], minute, at);
    }
  }

  #count(name: string, dimensions: readonly Dimensions[], value: number, at: Instant): void {
    const whole = Math.round(value);
    if (whole === 0) return;
    const sample = { sum: whole, count: whole, min: 1, max: 1 };
    for (const one of dimensions) this.#metrics.put('AWS/ApplicationELB', name, one, at, sample, 'Count');
  }

  #latency(dimensions: readonly Dimensions[], { latency }: MinuteOfTraffic, at: Instant): void {
    if (latency.count === 0) return;
    for (const one of dimensions)
      this.#metrics.put('AWS/ApplicationELB', 'TargetResponseTime', one, at, latency, 'Seconds');
  }

  #sets(targetGroupArn: string): DimensionSets[] {
    const traffic = this.#elb.trafficOf(targetGroupArn);
    return traffic.loadBalancers.map((balancer) => {
      const key = `${traffic.dimension} ${balancer}`;
      const sets = this.#dimensions.get(key) ?? dimensionSets(traffic, balancer);
      this.#dimensions.set(key, sets);
      return sets;
    });
  }
}

function dimensionSets({ dimension }: TargetGroupTraffic, balancer: string): DimensionSets {
  return {
    namespace: balancer.startsWith('net/') ? 'AWS/NetworkELB' : 'AWS/ApplicationELB',
    group: { TargetGroup: dimension },
    balancer: { LoadBalancer: balancer },
    both: { TargetGroup: dimension, LoadBalancer: balancer },
  };
}

/** Connections open at a time, by Little's law: arrivals a second times the seconds each stays. */
function activeConnections({ requests, latency }: MinuteOfTraffic): number {
  const seconds = latency.count === 0 ? 0 : latency.sum / latency.count;
  return Math.max(requests > 0 ? 1 : 0, (requests / 60) * seconds);
}

function single(value: number) {
  return { sum: value, count: 1, min: value, max: value };
}
