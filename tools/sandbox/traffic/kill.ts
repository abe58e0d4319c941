import type { LostRequest } from '../../cloud/balancer/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { LeaveLog } from './drains.ts';
import type { Failure } from './protocol.ts';

/** What the kill of an instance without a warning has cost. */
export interface KillReport {
  readonly instance: string;
  /** ISO 8601, the cloud's time. */
  readonly at: string;
  /** Requests that it had when it died. */
  readonly inFlight: number;
  /** Of them, those that failed. */
  readonly failedInFlight: number;
  /** Requests that the load balancer sent it after that, before it knew. */
  readonly failedAfterwards: number;
}

/** Kills an instance, and tells what was lost with it from all other failures. */
export class Kill {
  readonly #cloud: Cloud;
  readonly #leaves: LeaveLog;
  #victim: { readonly instance: string; readonly at: number; readonly inFlight: number } | undefined;
  #afterwards = 0;

  constructor(cloud: Cloud, leaves: LeaveLog) {
    this.#cloud = cloud;
    this.#leaves = leaves;
  }

  /** Whether any of these instances has requests under way, which would be lost with it. */
  wouldHit(instances: readonly string[]): boolean {
    return instances.some((instance) => this.#leaves.outstandingOn(instance) > 0);
  }

  /** Kills the one of these instances with the most requests under way. */
  strike(instances: readonly string[]): void {
    const load = (instance: string) => this.#leaves.outstandingOn(instance);
    const [instance] = instances.toSorted((a, b) => load(b) - load(a));
    if (instance === undefined) return;
    this.#victim = { instance, at: this.#cloud.clock.now(), inFlight: load(instance) };
    this.#cloud.services.ec2.kill(instance);
  }

  /** A target did not answer a request to its end. */
  lost({ instanceId, begunAt }: LostRequest): void {
    if (instanceId === this.#victim?.instance && begunAt > this.#victim.at) this.#afterwards++;
  }

  /** Whether a failed request was under way when the instance died. */
  explains({ begunAt, endedAt }: Failure): boolean {
    return this.#victim !== undefined && begunAt <= this.#victim.at && endedAt >= this.#victim.at;
  }

  report(failures: readonly Failure[]): KillReport | undefined {
    if (this.#victim === undefined) return undefined;
    const { instance, at, inFlight } = this.#victim;
    return {
      instance,
      at: new Date(at).toISOString(),
      inFlight,
      failedInFlight: failures.filter((failure) => this.explains(failure)).length,
      failedAfterwards: this.#afterwards,
    };
  }
}
