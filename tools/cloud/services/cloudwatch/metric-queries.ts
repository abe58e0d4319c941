import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { validationError } from '../../kernel/index.ts';
import type { Search } from './math/evaluate.ts';
import { checkFunctions, evaluate, namesIn, searchesIn, usesMetrics } from './math/evaluate.ts';
import type { Expression } from './math/parser.ts';
import { parseExpression } from './math/parser.ts';
import type { Series, Value } from './math/values.ts';
import { isSeries } from './math/values.ts';
import type { Grid, MetricReader, MetricStat } from './metric-reader.ts';
import { metricStat } from './metric-reader.ts';

type Query =
  | { readonly id: string; readonly label: string; readonly stat: MetricStat }
  | {
      readonly id: string;
      readonly label: string;
      readonly expression: Expression;
      readonly period?: number;
    };

/** Queries that may refer to each other, as GetMetricData and alarms on metric math have them. */
export class MetricQueries {
  readonly #queries = new Map<string, Query>();
  readonly #metricIds: readonly string[];

  /** @throws AwsError ValidationError */
  constructor(queries: readonly MetricDataQuery[]) {
    for (const query of queries) {
      const read = readQuery(query);
      if (this.#queries.has(read.id)) throw validationError(`The id ${read.id} is used more than once.`);
      this.#queries.set(read.id, read);
    }
    this.#metricIds = [...this.#queries.values()].filter((query) => 'stat' in query).map(({ id }) => id);
    for (const id of this.#queries.keys()) this.#checkReferences(id, []);
  }

  /**
   * The period of a query, in milliseconds: its metric's, or that of the metrics it refers to.
   *
   * @throws AwsError ValidationError when they have different ones
   */
  periodOf(id: string): number {
    const periods = new Set([
      ...this.#metricsOf(this.#query(id)).map(({ stat }) => stat.period),
      ...this.#searchesOf(this.#query(id)).flatMap(({ period }) =>
        period === undefined ? [] : [period * 1000],
      ),
    ]);
    if (periods.size > 1) {
      throw validationError('The local cloud combines only metrics that have the same period.');
    }
    const [period] = periods;
    const query = this.#query(id);
    return period ?? ('expression' in query ? query.period : undefined) ?? 60_000;
  }

  /** @throws AwsError ValidationError when the query comes to a mere number */
  read(id: string, grid: Grid, reader: MetricReader): readonly Series[] {
    const value = this.#valueOf(id, grid, reader);
    if (typeof value === 'number')
      throw validationError(`The expression ${id} does not return a time series.`);
    return isSeries(value) ? [{ ...value, label: this.#query(id).label }] : value;
  }

  #valueOf(id: string, grid: Grid, reader: MetricReader): Value {
    const query = this.#query(id);
    if ('stat' in query) return { label: query.label, values: reader.read(query.stat, grid) };
    return evaluate(query.expression, {
      period: grid.period / 1000,
      length: grid.length,
      metricIds: this.#metricIds,
      valueOf: (other) => this.#valueOf(other, grid, reader),
      search: ({ text, statistic }) => reader.search(text, statistic, grid),
    });
  }

  /** Whether any query searches for its metrics, which no alarm may do. */
  get isSearching(): boolean {
    return [...this.#queries.values()].some((query) => this.#searchesOf(query).length > 0);
  }

  #searchesOf(query: Query): Search[] {
    if ('stat' in query) return [];
    const others = this.#referencesOf(query).map((id) => this.#query(id));
    return [...searchesIn(query.expression), ...others.flatMap((other) => this.#searchesOf(other))];
  }

  #metricsOf(query: Query): Extract<Query, { stat: MetricStat }>[] {
    if ('stat' in query) return [query];
    return this.#referencesOf(query).flatMap((id) => this.#metricsOf(this.#query(id)));
  }

  #referencesOf(query: Query): readonly string[] {
    if ('stat' in query) return [];
    const named = namesIn(query.expression);
    return usesMetrics(query.expression) ? [...named, ...this.#metricIds] : named;
  }

  #checkReferences(id: string, path: readonly string[]): void {
    if (path.includes(id)) throw validationError(`The expression ${id} refers to itself.`);
    for (const other of this.#referencesOf(this.#query(id))) this.#checkReferences(other, [...path, id]);
  }

  #query(id: string): Query {
    const query = this.#queries.get(id);
    if (query === undefined) throw validationError(`Unknown id ${id} in an expression.`);
    return query;
  }
}

function readQuery(query: MetricDataQuery): Query {
  const { Id: id = '', Expression: expression, MetricStat: stat } = query;
  if (!/^[a-z]\w*$/.test(id)) {
    throw validationError(
      `The value ${id} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    );
  }
  if ((expression === undefined) === (stat === undefined)) {
    throw validationError(`The query ${id} must have one of MetricStat and Expression.`);
  }
  if (stat !== undefined) {
    const { Metric, ...of } = stat;
    return { id, label: query.Label ?? Metric?.MetricName ?? id, stat: metricStat({ ...Metric, ...of }) };
  }
  const parsed = parseExpression(expression ?? '');
  checkFunctions(parsed);
  const { Period: period } = query;
  return {
    id,
    label: query.Label ?? id,
    expression: parsed,
    ...(period !== undefined && { period: period * 1000 }),
  };
}
