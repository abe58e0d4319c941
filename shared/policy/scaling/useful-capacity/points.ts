import type { Instant } from '../../../domain/index.ts';
import { MINUTE } from '../../../domain/index.ts';
import { isMeasure } from '../demand.ts';
import type { BorneMinute } from './types.ts';

/** What one instance bore in a minute, in the mean of the fleet. */
export interface Point {
  readonly at: Instant;
  /** In the signal's unit; above 0. */
  readonly load: number;
  /** Percent. */
  readonly cpu?: number;
  /** Seconds. */
  readonly latency?: number;
  /** Percent of requests that failed. */
  readonly errors?: number;
}

/** Rows of points as plain JSON: at, load, cpu, latency, errors. */
export type PointRows = readonly (readonly (readonly (number | null)[])[])[];

/** How far apart the points of each row are at least, and how many a row holds: an hour, two days, and eleven. */
const ROWS = [
  { apart: MINUTE, most: 60 },
  { apart: 30 * MINUTE, most: 96 },
  { apart: 240 * MINUTE, most: 64 },
] as const;

/** A point older than this says nothing of today. */
const KEPT = 14 * 1440 * MINUTE;

/**
 * Points of the past, the thinner the older. They are chosen by time alone: a choice by load would prefer outliers.
 */
export class Points {
  readonly #rows: Point[][];

  constructor(rows: PointRows = []) {
    this.#rows = ROWS.map((_, index) => (rows[index] ?? []).map(pointOf));
  }

  add(point: Point): void {
    ROWS.forEach(({ apart, most }, index) => {
      const row = this.#rows[index] ?? [];
      const newest = row.at(-1);
      if (newest !== undefined && point.at - newest.at < apart) return;
      row.push(point);
      while (row.length > most || (row[0] !== undefined && point.at - row[0].at > KEPT)) row.shift();
    });
  }

  /** Forgets what was before. */
  keepSince(since: Instant): void {
    for (const row of this.#rows) row.splice(0, row.length, ...row.filter(({ at }) => at >= since));
  }

  /** Forgets what a clock that was ahead has put into the future. */
  keepUntil(until: Instant): void {
    for (const row of this.#rows) row.splice(0, row.length, ...row.filter(({ at }) => at <= until));
  }

  /** Each point once, in no order. */
  all(): readonly Point[] {
    return [...new Map(this.#rows.flat().map((point) => [point.at, point])).values()];
  }

  rows(): PointRows {
    return this.#rows.map((row) => row.map(figuresOf));
  }
}

/** @returns undefined of a minute that teaches nothing */
export function pointFrom({ at, load, cpu, latency, errors }: BorneMinute): Point | undefined {
  if (load === undefined || !isMeasure(load) || load === 0) return undefined;
  const known = (value: number | undefined) => value !== undefined && isMeasure(value);
  return {
    at,
    load,
    ...(known(cpu) && cpu !== undefined ? { cpu: Math.min(cpu, 100) } : {}),
    ...(known(latency) && latency !== undefined ? { latency } : {}),
    ...(known(errors) && errors !== undefined ? { errors } : {}),
  };
}

function figuresOf({ at, load, cpu, latency, errors }: Point): (number | null)[] {
  return [at, load, cpu ?? null, latency ?? null, errors ?? null];
}

function pointOf([at, load, cpu, latency, errors]: readonly (number | null)[]): Point {
  return {
    at: at ?? 0,
    load: load ?? 0,
    ...(cpu == null ? {} : { cpu }),
    ...(latency == null ? {} : { latency }),
    ...(errors == null ? {} : { errors }),
  };
}
