import type { Instant } from '../../kernel/index.ts';
import type { Dimensions, StatisticSet } from '../cloudwatch/metric-store.ts';

/** A metric that a log line carries. */
export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly unit: string;
  readonly at: Instant;
  readonly sample: StatisticSet;
  readonly isHighResolution: boolean;
}

type Members = Readonly<Record<string, unknown>>;

/** More values of a metric than this are not taken: "Specification: Embedded metric format". */
const MOST_VALUES = 100;
const MOST_DIMENSIONS = 30;

/**
 * The metrics of a line in the embedded metric format: JSON whose member `_aws` names the members that are metrics,
 * and the sets of those that are their dimensions. Any other line has none, and so has a directive that is not to
 * the specification.
 */
export function embeddedMetrics(line: string): EmbeddedMetric[] {
  if (!line.startsWith('{') || !line.includes('"CloudWatchMetrics"')) return [];
  const root = parsed(line);
  const metadata = members(root?.['_aws']);
  const at = metadata?.['Timestamp'];
  if (root === undefined || typeof at !== 'number') return [];
  return list(metadata?.['CloudWatchMetrics']).flatMap((directive) => ofDirective(directive, root, at));
}

function ofDirective(directive: Members, root: Members, at: Instant): EmbeddedMetric[] {
  const { Namespace: namespace, Metrics, Dimensions: sets } = directive;
  if (typeof namespace !== 'string' || namespace === '' || namespace.startsWith('AWS/')) return [];
  const dimensionSets = Array.isArray(sets) ? sets.flatMap((set) => dimensionsOf(set, root)) : [{}];
  return list(Metrics).flatMap(({ Name: name, Unit: unit = 'None', StorageResolution: resolution }) => {
    if (typeof name !== 'string' || typeof unit !== 'string') return [];
    const sample = sampleOf(root[name]);
    if (sample === undefined) return [];
    const isHighResolution = resolution === 1;
    return dimensionSets.map((dimensions) => ({
      namespace,
      name,
      dimensions,
      unit,
      at,
      sample,
      isHighResolution,
    }));
  });
}

/** One set of dimensions; none where a member that it names is not there, or is no text. */
function dimensionsOf(set: unknown, root: Members): Dimensions[] {
  if (!Array.isArray(set) || set.length > MOST_DIMENSIONS) return [];
  const entries = set.map((name) => [String(name), root[String(name)]] as const);
  const isComplete = entries.every(([, value]) => typeof value === 'string' && value !== '');
  return isComplete ? [Object.fromEntries(entries) as Dimensions] : [];
}

function sampleOf(value: unknown): StatisticSet | undefined {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0 || values.length > MOST_VALUES || !values.every(isNumber)) return undefined;
  const sum = values.reduce((all, one) => all + one, 0);
  return { sum, count: values.length, min: Math.min(...values), max: Math.max(...values) };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function parsed(line: string): Members | undefined {
  try {
    return members(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function members(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : undefined;
}

function list(value: unknown): Members[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) => members(item)).filter((item) => item !== undefined);
}
