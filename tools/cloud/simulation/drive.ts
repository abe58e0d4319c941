import type { Instant } from '../kernel/index.ts';
import type { ElbService, TargetHealthRecord } from '../services/elb/api.ts';
import type { Application, ApplicationStatus } from './application.ts';
import type { Applications } from './applications.ts';

/** Requests a second at an instant. */
export type Load = (at: Instant) => number;

/** What became of one minute of traffic at one target group. */
export interface MinuteOfTraffic {
  readonly requests: number;
  readonly succeeded: number;
  /** Answered with a 5xx by a target. */
  readonly failedByTargets: number;
  /** Answered with a 5xx by the load balancer: nobody was there, or did not answer. */
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

/** A target's part of the traffic, as things stood when the shares were last worked out. */
interface Share {
  readonly application: Application | undefined;
  readonly status: ApplicationStatus;
  readonly weight: number;
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
 * Sends a load to one target group.
 *
 * Between two changes of its targets or their applications nothing changes but the load, so the traffic is worked
 * out once for each such stretch of time: at most once a minute while nothing happens.
 */
export class Drive {
  readonly #now: () => Instant;
  readonly #elb: Pick<ElbService, 'targets' | 'trafficOf'>;
  readonly #applications: Pick<Applications, 'of' | 'at'>;
  readonly #load: Load;
  readonly #targetGroupArn: string;
  #since: Instant;
  #shares: readonly Share[];
  #minute = NOTHING;

  constructor(
    now: () => Instant,
    on: { elb: Pick<ElbService, 'targets' | 'trafficOf'>; applications: Pick<Applications, 'of' | 'at'> },
    targetGroupArn: string,
    load: Load,
  ) {
    this.#now = now;
    this.#elb = on.elb;
    this.#applications = on.applications;
    this.#load = load;
    this.#targetGroupArn = targetGroupArn;
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
    const targets = this.#elb.targets(this.#targetGroupArn);
    const { slowStartSeconds } = this.#elb.trafficOf(this.#targetGroupArn);
    return receiving(targets).map((target) => {
      const application = this.#applications.of(target.id) ?? this.#applications.at(target.id);
      return {
        application,
        status: application?.status ?? 'down',
        weight: this.#weight(target, slowStartSeconds),
      };
    });
  }

  /** In slow start, a target's share grows from nothing to its whole in a straight line. */
  #weight({ healthySince }: TargetHealthRecord, slowStartSeconds: number): number {
    if (slowStartSeconds === 0 || healthySince === undefined) return 1;
    const elapsed = (this.#now() - healthySince) / 1000;
    return Math.min(1, Math.max(0.05, elapsed / slowStartSeconds));
  }
}

/**
 * The targets that get requests: the healthy ones; without any, the load balancer fails open to all that are not
 * draining. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
 */
function receiving(targets: readonly TargetHealthRecord[]): readonly TargetHealthRecord[] {
  const healthy = targets.filter(({ state }) => state === 'healthy');
  return healthy.length > 0
    ? healthy
    : targets.filter(({ state }) => state === 'unhealthy' || state === 'initial');
}
