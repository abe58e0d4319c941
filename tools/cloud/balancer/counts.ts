import type { MinuteOfTraffic } from '../simulation/minute.ts';

/** Who answered a request. */
export type Answerer = 'target' | 'balancer';

/** What became of requests, by who answered and with which status. */
export type Tally = Record<Answerer, Map<number, number>>;

export function newTally(): Tally {
  return { target: new Map(), balancer: new Map() };
}

/** Status of a request whose client went away before the answer: AWS's own number for it. */
export const CLIENT_LEFT = 460;

/** One minute of one target group. */
export class MinuteCount {
  #tally = newTally();
  #requests = 0;
  #connectionErrors = 0;
  #latency = { sum: 0, count: 0, min: Number.POSITIVE_INFINITY, max: 0 };
  /** Requests by the seconds they took, to the millisecond. */
  #each = new Map<number, number>();

  /** A request has come for the group. */
  began(): void {
    this.#requests++;
  }

  ended(by: Answerer, status: number): void {
    const counts = this.#tally[by];
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }

  /** There was no connection to the target that was chosen. */
  couldNotConnect(): void {
    this.#connectionErrors++;
  }

  /** A target began to answer. */
  answeredAfter(seconds: number): void {
    const { sum, count, min, max } = this.#latency;
    const rounded = Math.round(seconds * 1000) / 1000;
    this.#each.set(rounded, (this.#each.get(rounded) ?? 0) + 1);
    this.#latency = {
      sum: sum + seconds,
      count: count + 1,
      min: Math.min(min, seconds),
      max: Math.max(max, seconds),
    };
  }

  /** What has come until now, and the begin of a new minute. */
  end(servingInstances: number): { readonly minute: MinuteOfTraffic; readonly tally: Tally } {
    const tally = this.#tally;
    const minute = {
      requests: this.#requests,
      succeeded: within(tally.target, 200, 299),
      failedByTargets: within(tally.target, 500, 599),
      failedByBalancer: {
        502: tally.balancer.get(502) ?? 0,
        503: tally.balancer.get(503) ?? 0,
        504: tally.balancer.get(504) ?? 0,
      },
      lost: 0,
      connectionErrors: this.#connectionErrors,
      latency: { ...this.#latency, each: [...this.#each] },
      servingInstances,
    };
    this.#tally = newTally();
    this.#requests = 0;
    this.#connectionErrors = 0;
    this.#latency = { sum: 0, count: 0, min: Number.POSITIVE_INFINITY, max: 0 };
    this.#each = new Map();
    return { minute, tally };
  }
}

/** How many had a status between the two. */
export function within(counts: ReadonlyMap<number, number>, least: number, most: number): number {
  let sum = 0;
  for (const [status, count] of counts) if (status >= least && status <= most) sum += count;
  return sum;
}
