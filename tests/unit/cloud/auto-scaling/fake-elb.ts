import type { Kernel } from '../../../../tools/cloud/kernel/index.ts';
import type { ElbPort } from '../../../../tools/cloud/services/auto-scaling/ports.ts';
import type { TargetState } from '../../../../tools/cloud/services/elb/api.ts';

export const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef';
export const OTHER_TARGET_GROUP = TARGET_GROUP.replace('/web/', '/api/');
export const DEREGISTRATION_SECONDS = 120;

/** Two target groups whose targets are healthy as soon as they are registered. */
export class FakeElb implements ElbPort {
  readonly #kernel: Kernel;
  readonly #targets = new Map<string, TargetState>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  hasTargetGroup(arn: string): boolean {
    return arn === TARGET_GROUP || arn === OTHER_TARGET_GROUP;
  }

  registerTarget(arn: string, id: string): void {
    this.#targets.set(`${arn} ${id}`, 'healthy');
  }

  deregisterTarget(arn: string, id: string, drained: () => void = () => undefined): void {
    const key = `${arn} ${id}`;
    if (!this.#targets.has(key)) {
      drained();
      return;
    }
    this.#targets.set(key, 'draining');
    this.#kernel.clock.after(DEREGISTRATION_SECONDS * 1000, () => {
      this.#targets.delete(key);
      drained();
    });
  }

  targetState(arn: string, id: string): TargetState | undefined {
    return this.#targets.get(`${arn} ${id}`);
  }

  /** Instances that some target group knows. */
  registered(): string[] {
    return [...this.#targets.keys()].map((key) => key.slice(key.indexOf(' ') + 1));
  }

  fail(id: string): void {
    this.#targets.set(`${TARGET_GROUP} ${id}`, 'unhealthy');
  }
}
