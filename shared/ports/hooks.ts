import type { Seconds } from '../domain/index.ts';

/** A lifecycle hook as its group has it. */
export interface LifecycleHook {
  readonly name: string;
  readonly transition: 'launching' | 'terminating';
  /** How long an instance waits without a heartbeat. */
  readonly heartbeatTimeout: Seconds;
  /** How long an instance waits at most, whatever the heartbeats. */
  readonly globalTimeout: Seconds;
}

/** Lifecycle hooks of Auto Scaling groups. */
export interface Hooks {
  /** The hooks of a group; none when there is no such group. */
  of(group: string): Promise<readonly LifecycleHook[]>;
}
