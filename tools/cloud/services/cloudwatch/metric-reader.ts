import type { Dimension } from '@aws-sdk/client-cloudwatch';
import type { Clock, Instant } from '../../kernel/index.ts';
import { parseSearch } from './math/search.ts';
import type { Series } from './math/values.ts';
import type { Dimensions, Metric, MetricStore } from './metric-store.ts';
import type { Statistic } from './statistics.ts';
import { statisticOf } from './statistics.ts';

/** A metric with a statistic over periods. */
export interface MetricStat {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  /** Milliseconds. */
  readonly period: number;
  readonly statistic: Statistic;
  readonly statisticName: string;
  readonly unit?: string;
}

/** A metric as callers of the API name it. */
export interface MetricRequest {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
  /** Seconds. */
  readonly Period?: number | undefined;
  readonly Stat?: string | undefined;
  readonly Unit?: string | undefined;
}

/** Periods from `start` on, one after the other. */
export interface Grid {
  readonly start: Instant;
  /** Milliseconds. */
  readonly period: number;
  readonly length: number;
}

const MINUTE = 60_000;
/** CloudWatch user guide, "Search expression limits": metrics with data in two weeks, and 500 of them at most. */
const SEARCHED_FOR = 14 * 86_400_000;
const MOST_FOUND = 500;

/** @throws AwsError ValidationError for a statistic that is not kept */
export function metricStat(request: MetricRequest): MetricStat {
  const statisticName = request.Stat ?? '';
  return {
    namespace: request.Namespace ?? '',
    name: request.MetricName ?? '',
    dimensions: dimensionsOf(request.Dimensions ?? []),
    period: (request.Period ?? 60) * 1000,
    statistic: statisticOf(statisticName),
    statisticName,
    ...(request.Unit !== undefined && { unit: request.Unit }),
  };
}

export function dimensionsOf(dimensions: readonly Dimension[]): Dimensions {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name ?? '', Value ?? '']));
}

/** Reads metrics as late as CloudWatch shows them. */
export class MetricReader {
  readonly #store: MetricStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #delay: number;

  /** @param delay  milliseconds from the end of a minute until its values are seen */
  constructor(store: MetricStore, clock: Pick<Clock, 'now'>, delay: number) {
    this.#store = store;
    this.#clock = clock;
    this.#delay = delay;
  }

  /** The end of what is seen now, on a boundary of `step` milliseconds. High resolution is seen within seconds. */
  horizon(step: number): Instant {
    const delay = step < MINUTE ? Math.min(this.#delay, step) : this.#delay;
    return Math.floor((this.#clock.now() - delay) / step) * step;
  }

  /** The statistic of each period, NaN where there are no values (yet). */
  read(stat: MetricStat, grid: Grid): number[] {
    const metric = this.#store.find(stat.namespace, stat.name, stat.dimensions);
    if (metric === undefined || (stat.unit !== undefined && stat.unit !== metric.unit))
      return new Array<number>(grid.length).fill(NaN);
    return this.#valuesOf(metric, stat.statistic, grid);
  }

  /** Each metric that a SEARCH finds among those with data in the last two weeks, in the order of their labels. */
  search(text: string, statisticName: string, grid: Grid): Series[] {
    const [isFound, statistic] = [parseSearch(text), statisticOf(statisticName)];
    const since = this.#clock.now() - SEARCHED_FOR;
    return [...this.#store.all()]
      .filter((metric) => metric.lastPut >= since && isFound(metric))
      .map((metric) => ({
        label: [...Object.values(metric.dimensions), metric.name].join(' '),
        values: this.#valuesOf(metric, statistic, grid),
      }))
      .sort((one, other) => (one.label < other.label ? -1 : 1))
      .slice(0, MOST_FOUND);
  }

  #valuesOf(metric: Metric, statistic: Statistic, grid: Grid): number[] {
    const values = new Array<number>(grid.length).fill(NaN);
    const isFine = grid.period < MINUTE;
    const series = isFine ? metric.seconds : metric.minutes;
    if (series === undefined) return values;
    const horizon = this.horizon(isFine ? 1000 : MINUTE);
    for (let index = 0; index < grid.length; index++) {
      const from = grid.start + index * grid.period;
      const set = series.between(from, Math.min(from + grid.period, horizon), statistic.needsSpread);
      if (set !== undefined) values[index] = statistic(set);
    }
    return values;
  }
}
