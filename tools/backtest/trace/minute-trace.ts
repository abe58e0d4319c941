import type { Instant } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';

/** A load by the minute: what the whole fleet has to carry in each, in a unit of its own. */
export interface MinuteTrace {
  readonly name: string;
  /** When the first minute begins. */
  readonly start: Instant;
  readonly load: Float64Array;
  /** Stretches for which the source has no values, and which are interpolated. */
  readonly gaps: readonly Gap[];
}

export interface Gap {
  readonly from: Instant;
  readonly to: Instant;
}

export function minuteTrace(name: string, start: Instant, load: ArrayLike<number>): MinuteTrace {
  return { name, start, load: Float64Array.from(load), gaps: [] };
}

export function instantOf({ start }: MinuteTrace, minute: number): Instant {
  return start + minute * MINUTE;
}
