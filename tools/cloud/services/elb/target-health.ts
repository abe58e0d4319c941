import type { Kernel } from '../../kernel/index.ts';
import type { Application } from '../../simulation/application.ts';
import type { InstanceRecord, Obstacle } from '../ec2/api.ts';
import type { TargetChange, TargetState } from './api.ts';
import { checkAt, judge, type Finding } from './health-check.ts';
import type { TargetGroupRecord } from './target-group.ts';
import { Target } from './target.ts';

const SECOND = 1000;

/** What load balancing asks about the instances behind it. */
export interface Backends {
  instance(id: string): InstanceRecord | undefined;
  /** The application on an instance, or behind an address. */
  application(target: string): Application | undefined;
  /** What stands between the group's load balancers and a port of a target. */
  obstacle(group: TargetGroupRecord, target: string, port: number): Obstacle | undefined;
  /** Whether any load balancer of the group is enabled in the zone. */
  isZoneEnabled(group: TargetGroupRecord, zone: string): boolean;
}

const DRAINING = {
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};
const NOT_IN_USE = {
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};
const ZONE_OFF = {
  reason: 'Target.NotInUse',
  description: 'Target is in an Availability Zone that is not enabled for the load balancer',
};

/**
 * Moves targets between their states. Health checks are not carried out one by one: as long as what a check would
 * find does not change, neither does the target, so only the check that will change its state is on the clock.
 */
export class TargetHealth {
  readonly #kernel: Kernel;
  readonly #backends: Backends;
  readonly #listeners: ((change: TargetChange) => void)[] = [];

  constructor(kernel: Kernel, backends: Backends) {
    this.#kernel = kernel;
    this.#backends = backends;
  }

  onChange(listener: (change: TargetChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Registers a target, or takes a draining one back; one that is registered stays as it is. */
  register(group: TargetGroupRecord, id: string, port: number): void {
    const now = this.#kernel.clock.now();
    const fresh = new Target(id, port, now);
    const target = group.targets.get(fresh.key) ?? fresh;
    if (target !== fresh && target.state !== 'draining') return;
    group.targets.set(target.key, target);
    target.registeredAt = now;
    target.callOff();
    target.state = undefined;
    this.review(group, target);
    tellDrained(target);
  }

  /** Drains a target for the deregistration delay. One that gets no traffic is gone at once. */
  deregister(group: TargetGroupRecord, target: Target, drained?: () => void): void {
    if (drained !== undefined) target.drained.push(drained);
    if (target.state === 'draining') return;
    if (target.state === 'unused') {
      this.remove(group, target);
      return;
    }
    target.callOff();
    this.#set(group, target, 'draining', DRAINING);
    const cancel = this.#kernel.clock.after(group.deregistrationDelaySeconds * SECOND, () =>
      this.remove(group, target),
    );
    target.underway = { to: 'draining', cancel };
  }

  /** Forgets a target, as when its draining is over or its instance is gone. */
  remove(group: TargetGroupRecord, target: Target): void {
    target.callOff();
    if (!group.targets.delete(target.key)) return;
    this.#tell(group, target, target.state, undefined);
    tellDrained(target);
  }

  /** Looks at a target anew after anything that its health depends on has changed. */
  review(group: TargetGroupRecord, target: Target): void {
    target.obstacle = this.#backends.obstacle(group, target.id, target.port);
    if (target.state === 'draining') return;
    const unused = this.#whyUnused(group, target);
    if (unused !== undefined) {
      target.callOff();
      this.#set(group, target, 'unused', unused);
      return;
    }
    if (target.state === undefined || target.state === 'unused') this.#begin(group, target);
    this.#expect(group, target, this.finding(group, target));
  }

  /** What a health check of the target would find now. */
  finding(group: TargetGroupRecord, target: Target): Finding {
    const port = group.healthCheckPort(target);
    if (this.#obstacle(group, target, port) !== undefined) return judge(group, { kind: 'silent' });
    const application = this.#backends.application(target.id);
    return judge(group, application?.get(group.healthCheckPath ?? '/', port) ?? { kind: 'refused' });
  }

  #obstacle(group: TargetGroupRecord, target: Target, port: number): Obstacle | undefined {
    return port === target.port ? target.obstacle : this.#backends.obstacle(group, target.id, port);
  }

  #begin(group: TargetGroupRecord, target: Target): void {
    target.registeredAt = this.#kernel.clock.now();
    this.#set(group, target, 'initial', {
      reason: 'Elb.RegistrationInProgress',
      description: 'Target registration is in progress',
    });
  }

  #whyUnused(group: TargetGroupRecord, target: Target) {
    if (group.loadBalancerArns.length === 0) return NOT_IN_USE;
    if (group.settings.TargetType !== 'instance') return undefined;
    const instance = this.#backends.instance(target.id);
    if (instance?.state === 'stopped' || instance?.state === 'stopping')
      return { reason: 'Target.InvalidState', description: 'Target is in the stopped state' };
    if (instance !== undefined && !this.#backends.isZoneEnabled(group, instance.zone)) return ZONE_OFF;
    return undefined;
  }

  /** Puts the check that will change the target's state on the clock, unless it is there already. */
  #expect(group: TargetGroupRecord, target: Target, finding: Finding): void {
    const to = finding.isHealthy ? 'healthy' : 'unhealthy';
    if (target.state === to) {
      target.callOff();
      if (!finding.isHealthy) this.#set(group, target, to, finding);
      return;
    }
    if (target.underway?.to === to) return;
    target.callOff();
    const at = checkAt(
      target.registeredAt,
      group.settings.HealthCheckIntervalSeconds * SECOND,
      this.#kernel.clock.now(),
      checksNeeded(group, target, finding),
    );
    const cancel = this.#kernel.clock.at(at, () => this.#settle(group, target, to));
    target.underway = { to, cancel };
  }

  #settle(group: TargetGroupRecord, target: Target, to: 'healthy' | 'unhealthy'): void {
    target.underway = undefined;
    const finding = this.finding(group, target);
    this.#set(group, target, to, finding.isHealthy ? {} : finding);
  }

  #set(
    group: TargetGroupRecord,
    target: Target,
    to: TargetState,
    why: { readonly reason?: string; readonly description?: string },
  ): void {
    const from = target.state;
    target.reason = why.reason;
    target.description = why.description;
    if (from === to) return;
    target.state = to;
    target.healthySince = to === 'healthy' ? this.#kernel.clock.now() : undefined;
    this.#tell(group, target, from, to);
  }

  #tell(
    group: TargetGroupRecord,
    target: Target,
    from: TargetState | undefined,
    to: TargetState | undefined,
  ): void {
    this.#kernel.journal.record({
      kind: 'target',
      targetGroup: group.arn,
      target: target.id,
      state: to ?? 'deregistered',
      ...(to === undefined || target.reason === undefined ? {} : { reason: target.reason }),
    });
    const change = { targetGroupArn: group.arn, id: target.id, port: target.port, from, to };
    for (const listener of this.#listeners) listener(change);
  }
}

/**
 * A new target needs one good check, whatever the healthy threshold is.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
function checksNeeded(group: TargetGroupRecord, target: Target, finding: Finding): number {
  if (!finding.isHealthy) return group.settings.UnhealthyThresholdCount;
  return target.state === 'initial' ? 1 : group.settings.HealthyThresholdCount;
}

function tellDrained(target: Target): void {
  const waiting = target.drained;
  target.drained = [];
  for (const drained of waiting) drained();
}
