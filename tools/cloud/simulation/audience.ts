import type { Instant } from '../kernel/index.ts';
import type { ElbService, TargetHealthRecord } from '../services/elb/api.ts';
import type { Application, ApplicationStatus } from './application.ts';
import type { Applications } from './applications.ts';

/** One receiver's part of a load. */
export interface Part {
  /** Undefined for a target that is no instance of this cloud. */
  readonly application: Application | undefined;
  /** What the application is doing for these visitors: `down`, too, where nothing listens on the target's port. */
  readonly status: ApplicationStatus;
  /** Whether the network lets a connection to it come about. */
  readonly isReachable: boolean;
  /** Its share is its weight among all weights. */
  readonly weight: number;
}

/** Those among whom a load is shared, as things stand. */
export interface Gathering {
  readonly parts: readonly Part[];
  /** Seconds that are waited for an answer. */
  readonly patience: number;
  /** Whether visitors get nowhere at all: not even as far as the load balancer. */
  readonly isLost: boolean;
}

/** Whom a load is for. */
export interface Audience {
  gather(now: Instant): Gathering;
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

  gather(now: Instant): Gathering {
    const { slowStartSeconds, idleTimeoutSeconds, obstacle } = this.#elb.trafficOf(this.targetGroupArn);
    const parts = receiving(this.#elb.targets(this.targetGroupArn)).map((target): Part => {
      const application = this.#applications.of(target.id) ?? this.#applications.at(target.id);
      return {
        application,
        status: application?.listensOn(target.port) === true ? application.status : 'down',
        isReachable: target.obstacle === undefined,
        weight: weightIn(slowStartSeconds, target, now),
      };
    });
    return { parts, patience: idleTimeoutSeconds, isLost: obstacle !== undefined };
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

  gather(): Gathering {
    const parts = [...this.#applications.values()]
      .filter(({ instance, status }) => instance.group === this.#group && status === 'serving')
      .map((application): Part => ({ application, status: 'serving', isReachable: true, weight: 1 }));
    return { parts, patience: Infinity, isLost: parts.length === 0 };
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
export function receiving(targets: readonly TargetHealthRecord[]): readonly TargetHealthRecord[] {
  const healthy = targets.filter(({ state }) => state === 'healthy');
  return healthy.length > 0
    ? healthy
    : targets.filter(({ state }) => state === 'unhealthy' || state === 'initial');
}
