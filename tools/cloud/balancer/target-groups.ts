import type { Cloud } from '../cloud.ts';
import type { BalancerFront } from '../services/elb/api.ts';
import type { Answerer } from './counts.ts';
import { MinuteCount, newTally } from './counts.ts';
import { putStatuses } from './metrics.ts';
import { Targets } from './targets.ts';

/** What is counted, and by what, of one target group. */
export interface TargetGroup {
  readonly targets: Targets;
  readonly count: MinuteCount;
}

/** The target groups that requests have been forwarded to, and what became of all requests. */
export class TargetGroups {
  readonly tally = newTally();
  readonly #cloud: Cloud;
  readonly #front: BalancerFront;
  readonly #byArn = new Map<string, TargetGroup>();
  readonly #stopReporting: () => void;

  constructor(cloud: Cloud, front: BalancerFront) {
    this.#cloud = cloud;
    this.#front = front;
    const { elb } = cloud.services;
    elb.onTargetState(({ targetGroupArn }) => this.#byArn.get(targetGroupArn)?.targets.changed());
    elb.onWay((targetGroupArn) => this.#byArn.get(targetGroupArn)?.targets.changed());
    this.#stopReporting = cloud.traffic.report((at) => this.#endMinute(at));
  }

  close(): void {
    this.#stopReporting();
    for (const { targets } of this.#byArn.values()) targets.close();
  }

  of(targetGroupArn: string): TargetGroup {
    const known = this.#byArn.get(targetGroupArn);
    if (known !== undefined) return known;
    const { services, applications } = this.#cloud;
    const on = { elb: services.elb, applications };
    const group = { targets: new Targets(targetGroupArn, on), count: new MinuteCount() };
    this.#byArn.set(targetGroupArn, group);
    return group;
  }

  /** A request has come to its end; without a group, before one was chosen for it. */
  ended(by: Answerer, status: number, group: TargetGroup | undefined): void {
    group?.count.ended(by, status);
    this.tally[by].set(status, (this.tally[by].get(status) ?? 0) + 1);
  }

  /** Gives what came in a minute to the metrics. */
  *#endMinute(at: number) {
    const { elb, cloudWatch } = this.#cloud.services;
    for (const [targetGroupArn, { targets, count }] of this.#byArn) {
      const { minute, tally } = count.end(targets.servingCount);
      if (!elb.hasTargetGroup(targetGroupArn)) continue;
      const { dimension: targetGroup } = elb.trafficOf(targetGroupArn);
      putStatuses(cloudWatch.metrics, tally, { loadBalancer: this.#front.dimension, targetGroup }, at);
      yield [targetGroupArn, minute] as const;
    }
  }
}
