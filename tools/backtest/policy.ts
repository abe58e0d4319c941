import type { Instant } from '../../shared/domain/index.ts';
import type { Setting } from './setting.ts';
import type { MinuteTrace } from './trace/minute-trace.ts';

/**
 * What a policy knows when it decides, at the start of a minute. The object is used again for the next decision:
 * copy what is to be kept. Metrics are of the newest minute that can be read, which the lag makes an old one.
 */
export interface Seen {
  /** The minute that begins now, counted from the start of the trace. */
  readonly minute: number;
  readonly at: Instant;
  /** The minute that the metrics below are of; negative before there is any. */
  readonly measuredMinute: number;
  /** The whole fleet's load in that minute, in the trace's unit; NaN before there is any. */
  readonly demand: number;
  /** The same per instance in service in that minute; NaN where there was none. */
  readonly metric: number;
  /** Instances in service in that minute. */
  readonly measuredInService: number;
  readonly inService: number;
  readonly booting: number;
  readonly draining: number;
  readonly desired: number;
}

/** A policy at work on one trace. It keeps its own memory. */
export interface Pilot {
  /** @returns desired capacity; whatever is no whole number within min and max is brought to one */
  decide(seen: Seen): number;
}

export interface Policy {
  readonly name: string;
  /** Only policies that are meant to know the future may look at the trace. */
  start(setting: Setting, trace: MinuteTrace): Pilot;
}

/** The one figure by which a policy's owner trades money for calm, and how far it is turned in a sweep. */
export interface Knob {
  /** What it is called where the policy comes from, with its unit: `target utilisation, %`. */
  readonly name: string;
  /** What its documentation, or common use, proposes. */
  readonly standard: number;
  /** Ascending or descending: from the most capacity to the least. */
  readonly sweep: readonly number[];
}

/** A family of policies, one for each position of the knob. */
export interface PolicyFamily {
  readonly name: string;
  /** Absent where there is nothing to turn. */
  readonly knob?: Knob;
  /** @param position the knob's; without it the standard one */
  at(position?: number): Policy;
}
