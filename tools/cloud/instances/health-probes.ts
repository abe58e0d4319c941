import type { Kernel } from '../kernel/index.ts';
import type { ElbService } from '../services/elb/api.ts';
import type { Answer, Application } from '../simulation/application.ts';
import type { Applications } from '../simulation/applications.ts';

export interface ProbePorts {
  readonly elb: Pick<ElbService, 'healthCheckOf' | 'onTargetState' | 'targetGroupsInUse' | 'targetState'>;
  readonly applications: Pick<Applications, 'of' | 'onChange' | 'touch'>;
}

/** Health checks are asked this long before they count, so that a check finds what the process has just said. */
const AHEAD_MS = 1;

/** The load balancers' health checks of instances that are real: an HTTP request at each check's time. */
export class HealthProbes {
  readonly #kernel: Kernel;
  readonly #on: ProbePorts;
  readonly #followed = new Set<string>();

  constructor(kernel: Kernel, on: ProbePorts) {
    this.#kernel = kernel;
    this.#on = on;
    on.elb.onTargetState(({ targetGroupArn, id }) => this.#follow(targetGroupArn, id));
    on.applications.onChange(({ instance }) => this.followAll(instance.id));
  }

  /** Follows an instance in all target groups that it is registered with. */
  followAll(instanceId: string): void {
    const { elb } = this.#on;
    for (const arn of elb.targetGroupsInUse())
      if (elb.targetState(arn, instanceId) !== undefined) this.#follow(arn, instanceId);
  }

  #follow(targetGroupArn: string, id: string): void {
    const key = `${targetGroupArn} ${id}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    this.#await(targetGroupArn, id, () => this.#followed.delete(key));
  }

  /** Puts the next check on the clock, as long as there is one. */
  #await(targetGroupArn: string, id: string, end: () => void): void {
    const { elb, applications } = this.#on;
    const check = elb.healthCheckOf(targetGroupArn, id);
    const application = applications.of(id);
    if (check === undefined || application?.server === undefined) {
      end();
      return;
    }
    const { registeredAt, intervalMs, timeoutMs, path = '/' } = check;
    const elapsed = this.#kernel.clock.now() + AHEAD_MS - registeredAt;
    const at = registeredAt + (Math.floor(elapsed / intervalMs) + 1) * intervalMs - AHEAD_MS;
    this.#kernel.clock.at(at, async () => {
      await this.#check(application, path, timeoutMs);
      this.#await(targetGroupArn, id, end);
    });
  }

  async #check(application: Application, path: string, timeoutMs: number): Promise<void> {
    const before = application.get(path);
    await application.server?.ask(path, timeoutMs);
    if (!isSame(before, application.get(path))) this.#on.applications.touch(application);
  }
}

function isSame(one: Answer, other: Answer): boolean {
  if (one.kind !== 'answered' || other.kind !== 'answered') return one.kind === other.kind;
  return one.status === other.status;
}
