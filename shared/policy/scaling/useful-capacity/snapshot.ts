import type { Instant } from '../../../domain/index.ts';
import type { Ceiling } from './ceiling.ts';
import type { DriftState } from './drift.ts';
import type { CpuLine } from './fit.ts';
import type { Found } from './found.ts';
import type { PointRows } from './points.ts';

/** Plain JSON, less than 60 KB. */
export interface UsefulSnapshot {
  readonly version: 1;
  readonly kind: string;
  readonly newest: Instant;
  readonly count: number;
  readonly rows: PointRows;
  readonly drift: DriftState;
  readonly before?: number;
  readonly changed?: Changed;
  readonly seen: number;
  readonly fit?: Fit;
  readonly ceiling?: Ceiling;
}

/** That instances came to carry another load, and what they carried before. */
export interface Changed {
  readonly at: Instant;
  readonly why: 'kind' | 'drift';
  readonly from: number;
}

/** What was found, after how many minutes. */
export interface Fit {
  readonly count: number;
  readonly line?: CpuLine;
  readonly found?: Found;
}
