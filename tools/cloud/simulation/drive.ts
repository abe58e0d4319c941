import type { Instant } from '../kernel/index.ts';
import type { ApplicationStatus } from './application.ts';
import type { Audience, Part } from './audience.ts';

/** Requests a second at an instant. */
export type Load = (at: Instant) => number;

/** What became of one minute of traffic at one audience. */
export interface MinuteOfTraffic {
  readonly requests: number;
  readonly succeeded: number;
  /** Answered with a 5xx by a target. */
  readonly failedByTargets: number;
  /** Answered with a 5xx by the load balancer, if there is one: nobody was there, or did not answer. */
  readonly failedByBalancer: number;
  /** Of the requests that a target answered. */
  readonly latency: {
    readonly sum: number;
    readonly count: number;
    readonly min: number;
    readonly max: number;
  };
  /** Targets that took requests and answered them, when the minute ended. */
  readonly servingInstances: number;
}

/** A part of the traffic, and what its application was doing when the shares were last worked out. */
interface Share extends Part {
  readonly status: ApplicationStatus;
}

const NOTHING: MinuteOfTraffic = {
  requests: 0,
  succeeded: 0,
  failedByTargets: 0,
  failedByBalancer: 0,
  latency: { sum: 0, count: 0, min: Number.POSITIVE_INFINITY, max: 0 },
  servingInstances: 0,
};

/**
 * Sends a load to one audience.
 *
 * Between two changes of its parts or their applications nothing changes but the load, so the traffic is worked
 * out once for each such stretch of time: at most once a minute while nothing happens.
 */
export class Drive {
  readonly #now: () => Instant;
  readonly #audience: Audience;
  readonly #load: Load;
  #since: Instant;
  #shares: readonly Share[];
  #minute = NOTHING;

  constructor(now: () => Instant, audience: Audience, load: Load) {
    this.#now = now;
    this.#audience = audience;
    this.#load = load;
    this.#since = now();
    this.#shares = this.#share();
  }

  /** Accounts for the traffic until now as things stood, and goes on as they stand. */
  settle(): void {
    const now = this.#now();
    if (now > this.#since) this.#account(now - this.#since);
    this.#since = now;
    this.#shares = this.#share();
  }

  /** Closes the minute. */
  endMinute(): MinuteOfTraffic {
    this.settle();
    const servingInstances = this.#shares.filter(
      ({ status, weight }) => status === 'serving' && weight > 0,
    ).length;
    const minute = { ...this.#minute, servingInstances };
    this.#minute = NOTHING;
    return minute;
  }

  #account(milliseconds: number): void {
    const seconds = milliseconds / 1000;
    const requests = Math.max(0, this.#load(this.#since)) * seconds;
    const total = this.#shares.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) this.#refuse(requests);
    else for (const share of this.#shares) this.#serve(share, (requests * share.weight) / total, seconds);
  }

  #refuse(requests: number): void {
    this.#minute = {
      ...this.#minute,
      requests: this.#minute.requests + requests,
      failedByBalancer: this.#minute.failedByBalancer + requests,
    };
  }

  #serve({ application, status }: Share, requests: number, seconds: number): void {
    if (requests === 0) return;
    if (application === undefined) {
      this.#refuse(requests);
      return;
    }
    const served = application.serve(requests, seconds, status);
    const answered = served.succeeded + served.failed;
    const { latency, ...minute } = this.#minute;
    this.#minute = {
      ...minute,
      requests: minute.requests + requests,
      succeeded: minute.succeeded + served.succeeded,
      failedByTargets: minute.failedByTargets + served.failed,
      failedByBalancer: minute.failedByBalancer + served.refused,
      latency:
        answered === 0
          ? latency
          : {
              sum: latency.sum + answered * served.latencySeconds,
              count: latency.count + answered,
              min: Math.min(latency.min, served.latencySeconds),
              max: Math.max(latency.max, served.latencySeconds),
            },
    };
  }

  #share(): Share[] {
    return this.#audience
      .parts(this.#now())
      .map((part): Share => ({ ...part, status: part.application?.status ?? 'down' }));
  }
}
