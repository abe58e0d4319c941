import type { Ids, Instant } from '../kernel/index.ts';
import type { MetricSink } from '../services/cloudwatch/metric-store.ts';
import type { Application } from './application.ts';
import type { Applications } from './applications.ts';

type Dimensions = Readonly<Record<string, string>>;

const MINUTE_MS = 60_000;
const BASIC_PERIOD_MS = 5 * MINUTE_MS;

/** CPU of the minutes that basic monitoring has not reported yet. */
interface Collected {
  sum: number;
  count: number;
  readonly dimensions: Dimensions;
}

/**
 * EC2's metrics of instances: every minute with detailed monitoring, else every five minutes.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
 */
export class InstanceMetrics {
  readonly #applications: Pick<Applications, 'values'>;
  readonly #metrics: MetricSink;
  readonly #ids: Ids;
  readonly #collected = new WeakMap<Application, Collected>();
  readonly #groups = new Map<string, Dimensions>();

  constructor(applications: Pick<Applications, 'values'>, metrics: MetricSink, ids: Ids) {
    this.#applications = applications;
    this.#metrics = metrics;
    this.#ids = ids;
  }

  /** Reports the minute that ends at `now`. */
  endMinute(now: Instant): void {
    for (const application of this.#applications.values()) {
      if (application.instance.state !== 'running') continue;
      const collected = this.#collect(application);
      const { hasDetailedMonitoring, isImpaired } = application.instance;
      const status = isImpaired ? 1 : 0;
      this.#put('StatusCheckFailed', collected.dimensions, now - MINUTE_MS, status, 'Count');
      if (hasDetailedMonitoring) this.#report(application, collected, now - MINUTE_MS);
      else if (now % BASIC_PERIOD_MS === 0) this.#report(application, collected, now - BASIC_PERIOD_MS);
    }
  }

  #collect(application: Application): Collected {
    const collected = this.#collected.get(application) ?? {
      sum: 0,
      count: 0,
      dimensions: { InstanceId: application.instance.id },
    };
    this.#collected.set(application, collected);
    collected.sum += application.endMinute(this.#ids.random());
    collected.count++;
    return collected;
  }

  #report(application: Application, collected: Collected, at: Instant): void {
    const percent = collected.sum / collected.count;
    collected.sum = 0;
    collected.count = 0;
    this.#put('CPUUtilization', collected.dimensions, at, percent, 'Percent');
    const { group } = application.instance;
    if (group !== undefined)
      this.#put('CPUUtilization', this.#groupDimensions(group), at, percent, 'Percent');
  }

  #groupDimensions(group: string): Dimensions {
    const dimensions = this.#groups.get(group) ?? { AutoScalingGroupName: group };
    this.#groups.set(group, dimensions);
    return dimensions;
  }

  #put(name: string, dimensions: Dimensions, at: Instant, value: number, unit: string): void {
    this.#metrics.put(
      'AWS/EC2',
      name,
      dimensions,
      at,
      { sum: value, count: 1, min: value, max: value },
      unit,
    );
  }
}
