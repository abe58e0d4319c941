import type { Ceiling } from './ceiling.ts';
import type { CpuLine } from './fit.ts';
import type { UsefulCapacity } from './types.ts';

/** What an instance is found to carry. */
export interface Found {
  readonly useful: number;
  readonly by: UsefulCapacity['by'];
  /** It is as far as one dares to go from what has been seen. */
  readonly isBeyond: boolean;
}

/** The CPU, in percent, that an instance can have and still answer as it should. */
const USEFUL_CPU = 80;

/** How much more than what has been seen an instance is trusted to bear: the way to the limit is gone in steps. */
const EXPLORED = 1.5;

/**
 * The load at which CPU is at its most, or a smaller one above which instances were slow or failed.
 *
 * @param seen the most that instances usually bore
 * @returns undefined where nothing tells
 */
export function found(
  line: CpuLine | undefined,
  ceiling: Ceiling | undefined,
  seen: number,
): Found | undefined {
  const most = seen * EXPLORED;
  const byCpu = line && (USEFUL_CPU - line.idle) / line.perLoad;
  if (ceiling !== undefined && !(byCpu !== undefined && byCpu < ceiling.load))
    return { useful: Math.min(ceiling.load, most), by: ceiling.by, isBeyond: ceiling.load > most };
  if (byCpu === undefined || !(byCpu > 0)) return undefined;
  return { useful: Math.min(byCpu, most), by: 'cpu', isBeyond: byCpu > most };
}
