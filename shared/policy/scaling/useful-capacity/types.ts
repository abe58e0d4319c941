import type { Instant, Reason } from '../../../domain/index.ts';

/** One minute of a fleet: what each instance bore, in the mean, and how it did. */
export interface BorneMinute {
  readonly at: Instant;
  /** Per instance in service, in the signal's unit. */
  readonly load: number | undefined;
  /** Percent. */
  readonly cpu?: number | undefined;
  /** Seconds. */
  readonly latency?: number | undefined;
  /** Percent of requests that failed. */
  readonly errors?: number | undefined;
  /** What the instances are: their image and type. Another begins anew. */
  readonly kind: string;
}

/** What one instance can usefully carry, as far as is known. */
export interface UsefulCapacity {
  /** In the signal's unit; undefined as long as nothing tells. */
  readonly useful: number | undefined;
  /** By what an instance is full: where several would be, the one that comes first. */
  readonly by: 'cpu' | 'latency' | 'errors' | 'unknown';
  /** False as long as there are only a few minutes to go by, or the loads seen are far from the limit. */
  readonly isSure: boolean;
  readonly reasons: readonly Reason[];
}
