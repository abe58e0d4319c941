import type { Instant } from '../kernel/index.ts';
import type { ElbService, TargetHealthRecord } from '../services/elb/api.ts';
import type { Application } from './application.ts';
import type { Applications } from './applications.ts';

/** One receiver's part of a load. */
export interface Part {
  /** Undefined for a target that is no instance of this cloud. */
  readonly application: Application | undefined;
  /** Its share is its weight among all weights. */
  readonly weight: number;
}

/** Those among whom a load is shared. */
export interface Audience {
  parts(now: Instant): readonly Part[];
}

/** What a load balancer sends to one target group. */
export class TargetGroupAudience implements Audience {
  readonly targetGroupArn: string;
  readonly #elb: Pick<ElbService, 'targets' | 'trafficOf'>;
  readonly #applications: Pick<Applications, 'of' | 'at'>;

  constructor(
    targetGroupArn: string,
    on: { elb: Pick<ElbService, 'targets' | 'trafficOf'>; applications: Pick<Applications, 'of' | 'at'> },
  ) {
    this.targetGroupArn = targetGroupArn;
    this.#elb = on.elb;
    this.#applications = on.applications;
  }

  parts(now: Instant): readonly Part[] {
    const { slowStartSeconds } = this.#elb.trafficOf(this.targetGroupArn);
    return receiving(this.#elb.targets(this.targetGroupArn)).map((target) => ({
      application: this.#applications.of(target.id) ?? this.#applications.at(target.id),
      weight: weightIn(slowStartSeconds, target, now),
    }));
  }
}

/** The instances of an Auto Scaling group without a load balancer: whatever serves takes an equal part. */
export class GroupAudience implements Audience {
  readonly #group: string;
  readonly #applications: Pick<Applications, 'values'>;

  constructor(group: string, applications: Pick<Applications, 'values'>) {
    this.#group = group;
    this.#applications = applications;
  }

  parts(): readonly Part[] {
    return [...this.#applications.values()]
      .filter(({ instance, status }) => instance.group === this.#group && status === 'serving')
      .map((application) => ({ application, weight: 1 }));
  }
}

/** In slow start, a target's share grows from nothing to its whole in a straight line. */
function weightIn(slowStartSeconds: number, { healthySince }: TargetHealthRecord, now: Instant): number {
  if (slowStartSeconds === 0 || healthySince === undefined) return 1;
  const elapsed = (now - healthySince) / 1000;
  return Math.min(1, Math.max(0.05, elapsed / slowStartSeconds));
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
