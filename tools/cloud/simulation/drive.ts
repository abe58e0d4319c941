import type { Instant } from '../kernel/index.ts';
import type { Audience, Gathering, Part } from './audience.ts';
import { NO_TRAFFIC, withFailure, withLoss, withServed, type MinuteOfTraffic } from './minute.ts';

/** Requests a second at an instant. */
export type Load = (at: Instant) => number;

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
  #gathering: Gathering;
  #minute = NO_TRAFFIC;

  constructor(now: () => Instant, audience: Audience, load: Load) {
    this.#now = now;
    this.#audience = audience;
    this.#load = load;
    this.#since = now();
    this.#gathering = audience.gather(this.#since);
  }

  /** Accounts for the traffic until now as things stood, and goes on as they stand. */
  settle(): void {
    const now = this.#now();
    if (now > this.#since) this.#account(now - this.#since);
    this.#since = now;
    this.#gathering = this.#audience.gather(now);
  }

  /** Closes the minute. */
  endMinute(): MinuteOfTraffic {
    this.settle();
    const servingInstances = this.#gathering.parts.filter(
      ({ status, isReachable, weight }) => status === 'serving' && isReachable && weight > 0,
    ).length;
    const minute = { ...this.#minute, servingInstances };
    this.#minute = NO_TRAFFIC;
    return minute;
  }

  #account(milliseconds: number): void {
    const seconds = milliseconds / 1000;
    const requests = Math.max(0, this.#load(this.#since)) * seconds;
    const { parts, isLost } = this.#gathering;
    const total = parts.reduce((sum, { weight }) => sum + weight, 0);
    if (isLost) this.#minute = withLoss(this.#minute, requests);
    else if (total === 0) this.#minute = withFailure(this.#minute, requests, 503);
    else for (const part of parts) this.#serve(part, (requests * part.weight) / total, seconds);
  }

  #serve({ application, status, isReachable }: Part, requests: number, seconds: number): void {
    if (requests === 0) return;
    if (!isReachable) this.#minute = withFailure(this.#minute, requests, 504, true);
    else if (application === undefined || status === 'down')
      this.#minute = withFailure(this.#minute, requests, 502, true);
    else if (status === 'hung') this.#minute = withFailure(this.#minute, requests, 504);
    else {
      const served = application.serve(requests, seconds, status);
      this.#minute = withServed(this.#minute, served, this.#gathering.patience);
    }
  }
}
