import type { Instant } from '../../kernel/index.ts';
import type { StatisticSet } from './metric-series.ts';
import { SlotSeries } from './metric-series.ts';

export type { StatisticSet } from './metric-series.ts';

/** A metric's dimensions by name: `{ InstanceId: 'i-0123' }`; `{}` for a metric without any. */
export type Dimensions = Readonly<Record<string, string>>;

/** Where services of the cloud put their own metrics (`AWS/EC2`, `AWS/ApplicationELB`, …). */
export interface MetricSink {
  /**
   * Adds values to a metric. Callers that put the same metric every minute should pass the same `dimensions`
   * object each time: its key is then computed once.
   *
   * @param at      the instant the values stand for; they are added to the minute that contains it
   * @param sample  the values' sum, count, minimum and maximum; {@link single} makes one of a single value
   * @param unit    CloudWatch's unit, such as `Percent`; `None` when left out
   */
  put(
    namespace: string,
    name: string,
    dimensions: Dimensions,
    at: Instant,
    sample: StatisticSet,
    unit?: string,
  ): void;
}

/** A metric as ListMetrics knows it, with its values. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly unit: string;
  lastPut: Instant;
  readonly minutes: SlotSeries;
  /** Values put with StorageResolution 1, second by second; absent for a standard metric. */
  seconds?: SlotSeries;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** AWS keeps one-minute datapoints for 15 days and shorter ones for 3 hours. */
const KEEP_MINUTES = 15 * DAY;
const KEEP_SECONDS = 3 * HOUR;

/** The sample that one value makes. */
export function single(value: number): StatisticSet {
  return { sum: value, count: 1, min: value, max: value };
}

/**
 * Every metric's values: minutes for 15 days, seconds (of high-resolution metrics) for 3 hours.
 *
 * Memory is flat: once an hour of the cloud's time, what is older is dropped, and metrics without values with it.
 */
export class MetricStore implements MetricSink {
  readonly #metrics = new Map<string, Metric>();
  readonly #dimensionKeys = new WeakMap<Dimensions, string>();
  /** Metrics that were put with a dimensions object, which whoever puts them every minute passes again. */
  readonly #byDimensions = new WeakMap<Dimensions, Metric[]>();
  #pruneAt: Instant = 0;

  put(
    namespace: string,
    name: string,
    dimensions: Dimensions,
    at: Instant,
    sample: StatisticSet,
    unit = 'None',
  ): void {
    const metric = this.#metricFor(namespace, name, dimensions, unit);
    metric.lastPut = Math.max(metric.lastPut, at);
    metric.minutes.add(at, sample);
    if (at >= this.#pruneAt) this.#prune(at);
  }

  /** Adds values of a metric of StorageResolution 1: to its second, and to its minute like any other. */
  putHighResolution(
    namespace: string,
    name: string,
    dimensions: Dimensions,
    at: Instant,
    sample: StatisticSet,
    unit = 'None',
  ): void {
    const metric = this.#metricFor(namespace, name, dimensions, unit);
    metric.seconds ??= new SlotSeries(1000, 60, KEEP_SECONDS);
    metric.seconds.add(at, sample);
    this.put(namespace, name, dimensions, at, sample, unit);
  }

  find(namespace: string, name: string, dimensions: Dimensions): Metric | undefined {
    return this.#metrics.get(this.#key(namespace, name, dimensions));
  }

  /** Every metric that has values, in the order in which they were first put. */
  all(): IterableIterator<Metric> {
    return this.#metrics.values();
  }

  #metricFor(namespace: string, name: string, dimensions: Dimensions, unit: string): Metric {
    const put = this.#byDimensions.get(dimensions) ?? [];
    for (const metric of put) {
      // An empty one has been dropped.
      if (metric.name === name && metric.namespace === namespace && !metric.minutes.isEmpty) return metric;
    }
    const metric = this.#metricByKey(namespace, name, dimensions, unit);
    put.push(metric);
    this.#byDimensions.set(dimensions, put);
    return metric;
  }

  #metricByKey(namespace: string, name: string, dimensions: Dimensions, unit: string): Metric {
    const key = this.#key(namespace, name, dimensions);
    const known = this.#metrics.get(key);
    if (known !== undefined) return known;
    const minutes = new SlotSeries(MINUTE, 60, KEEP_MINUTES);
    const metric: Metric = { namespace, name, dimensions: { ...dimensions }, unit, lastPut: 0, minutes };
    this.#metrics.set(key, metric);
    return metric;
  }

  #key(namespace: string, name: string, dimensions: Dimensions): string {
    let key = this.#dimensionKeys.get(dimensions);
    if (key === undefined) {
      key = JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
      this.#dimensionKeys.set(dimensions, key);
    }
    return `${namespace}\n${name}\n${key}`;
  }

  #prune(now: Instant): void {
    this.#pruneAt = now + HOUR;
    for (const [key, metric] of this.#metrics) {
      metric.minutes.prune(now);
      metric.seconds?.prune(now);
      if (metric.minutes.isEmpty) this.#metrics.delete(key);
    }
  }
}
