import type { Instant } from '../../../domain/index.ts';
import { MINUTE } from '../../../domain/index.ts';

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

  constructor(rows: readonly (readonly Point[])[] = []) {
    this.#rows = ROWS.map((_, index) => [...(rows[index] ?? [])]);
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

  rows(): readonly (readonly Point[])[] {
    return this.#rows;
  }
}
