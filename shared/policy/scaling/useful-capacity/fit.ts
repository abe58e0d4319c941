/** How CPU follows load, and how much load makes an instance slow, found in points with outliers among them. */
import type { Point } from './points.ts';
import { median, quantile } from './robust.ts';

/** CPU in percent = idle + perLoad × load. */
export interface CpuLine {
  readonly idle: number;
  readonly perLoad: number;
}

/** Loads of which most differ by so much have a slope that means something; else CPU is taken to be in proportion. */
const SPREAD = { low: 0.15, high: 0.85, times: 1.25 };
/** The most of the usual CPU that is taken for an instance's own work: a slope may be flat by chance alone. */
const MOST_IDLE = 0.5;

/**
 * The line of CPU over load, by the median of slopes between points half of all apart (Theil's incomplete method): an
 * eighth of the points may be anything.
 *
 * Where loads are all alike the line goes through zero. That takes idle work for load, which promises too little.
 *
 * @returns undefined where no point has CPU
 */
export function cpuLine(points: readonly Point[]): CpuLine | undefined {
  const known = points.filter((point) => point.cpu !== undefined && point.cpu > 0);
  if (known.length === 0) return undefined;
  return sloped(known) ?? { idle: 0, perLoad: median(known.map(({ load, cpu = 0 }) => cpu / load)) };
}

function sloped(points: readonly Point[]): CpuLine | undefined {
  const sorted = points.toSorted((one, other) => one.load - other.load);
  const loads = sorted.map(({ load }) => load);
  const spread = quantile(loads, SPREAD.high) / quantile(loads, SPREAD.low);
  if (points.length < 10 || spread < SPREAD.times) return undefined;
  const half = Math.floor(sorted.length / 2);
  const slopes = sorted.slice(0, sorted.length - half).flatMap((low, index) => {
    const high = sorted[index + half];
    if (high === undefined || high.load <= low.load) return [];
    return [((high.cpu ?? 0) - (low.cpu ?? 0)) / (high.load - low.load)];
  });
  const perLoad = median(slopes);
  if (!(perLoad > 0)) return undefined;
  return throughTheUsual(points, median(points.map(({ load, cpu = 0 }) => cpu - perLoad * load)), perLoad);
}

function throughTheUsual(points: readonly Point[], idle: number, perLoad: number): CpuLine {
  const usual = median(points.map(({ cpu = 0 }) => cpu));
  if (idle <= usual * MOST_IDLE) return { idle, perLoad };
  const most = usual * MOST_IDLE;
  return { idle: most, perLoad: (usual - most) / median(points.map(({ load }) => load)) };
}

/** Parts of equal size, from the least load to the greatest, of which the lower half shows what is normal. */
const PARTS = 8;
const PART = 5;

/** A part is slow at twice the normal latency, and fails at a percent more than normal. */
const SLOW = 2;
const FAILING = 1;

export type Harm = 'latency' | 'errors';

export interface Knee {
  readonly load: number;
  /** What of the harm is still borne. */
  readonly limit: number;
}

/**
 * The greatest load that did no harm yet: above it, points are slow or fail, and go on to be so up to the greatest load.
 *
 * @returns undefined where no load did harm
 */
export function knee(points: readonly Point[], of: Harm): Knee | undefined {
  const known = points
    .filter((point) => point[of] !== undefined)
    .toSorted((one, other) => one.load - other.load);
  if (known.length < PARTS * PART) return undefined;
  const size = known.length / PARTS;
  const parts = Array.from({ length: PARTS }, (_, part) =>
    known.slice(Math.round(part * size), Math.round((part + 1) * size)),
  );
  const values = parts.map((part) => median(part.map((point) => point[of] ?? 0)));
  const normal = median(values.slice(0, PARTS / 2));
  const limit = of === 'latency' ? normal * SLOW : normal + FAILING;
  const harmless = values.findLastIndex((value) => value <= limit);
  if (harmless === PARTS - 1 || harmless < PARTS / 2 - 1) return undefined;
  return { load: median((parts[harmless] ?? []).map(({ load }) => load)), limit };
}
