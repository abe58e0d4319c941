import type { Instant } from '../../../domain/index.ts';

/**
 * Whether instances have come to bear another load than they did: a sum of how far CPU was from what the load explains,
 * which returns to zero by itself while nothing has changed (Page's test, on both sides).
 */
export class Drift {
  /** How much more CPU than explained, and how much less. */
  #more: Side;
  #less: Side;

  constructor(state: DriftState = { more: NONE, less: NONE }) {
    this.#more = state.more;
    this.#less = state.less;
  }

  /**
   * @param surprise CPU over what was explained, less one
   * @returns since when it has been another, once that is sure
   */
  add(at: Instant, surprise: number): Instant | undefined {
    // One minute may be anything: it counts only so much.
    const bounded = Math.max(-MOST, Math.min(MOST, surprise));
    this.#more = grown(this.#more, bounded - SLACK, at);
    this.#less = grown(this.#less, -bounded - SLACK, at);
    const sure = [this.#more, this.#less].find(({ sum }) => sum > SURE);
    if (sure === undefined) return undefined;
    this.reset();
    return sure.since;
  }

  reset(): void {
    this.#more = NONE;
    this.#less = NONE;
  }

  state(): DriftState {
    return { more: this.#more, less: this.#less };
  }
}

interface Side {
  readonly sum: number;
  readonly since: Instant;
}

export interface DriftState {
  readonly more: Side;
  readonly less: Side;
}

const NONE: Side = { sum: 0, since: 0 };
/** Surprises up to a tenth are none; a change by a quarter is sure after twenty minutes, by a half after eight. */
const SLACK = 0.1;
const MOST = 0.5;
const SURE = 3;

function grown(side: Side, by: number, at: Instant): Side {
  const sum = side.sum + by;
  if (sum <= 0) return NONE;
  return { sum, since: side.sum === 0 ? at : side.since };
}
