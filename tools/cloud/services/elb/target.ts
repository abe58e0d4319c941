import type { Cancel, Instant } from '../../kernel/index.ts';
import type { Obstacle } from '../ec2/api.ts';
import type { TargetState } from './api.ts';

/** One registered target. */
export class Target {
  readonly id: string;
  readonly port: number;
  registeredAt: Instant;
  state: TargetState | undefined;
  reason: string | undefined;
  description: string | undefined;
  /** What keeps the load balancer's requests from it, looked at whenever that may change; undefined for an open way. */
  obstacle: Obstacle | undefined;
  /** When it last became healthy: slow start counts from there. */
  healthySince: Instant | undefined;
  /** The state that the health checks are about to bring it to, and how to call that off. */
  underway: { readonly to: TargetState; readonly cancel: Cancel } | undefined;
  /** Those who wait for the end of its draining. */
  drained: (() => void)[] = [];

  constructor(id: string, port: number, registeredAt: Instant) {
    this.id = id;
    this.port = port;
    this.registeredAt = registeredAt;
  }

  get key(): string {
    return `${this.id}:${this.port}`;
  }

  copy(): Target {
    const { state, reason, description, obstacle, healthySince } = this;
    return Object.assign(new Target(this.id, this.port, this.registeredAt), {
      state,
      reason,
      description,
      obstacle,
      healthySince,
    });
  }

  callOff(): void {
    this.underway?.cancel();
    this.underway = undefined;
  }
}
