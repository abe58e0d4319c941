import type { PutLifecycleHookType } from '@aws-sdk/client-auto-scaling';
import type { Fleet } from '../../../shared/domain/index.ts';

type Hook = PutLifecycleHookType & { LifecycleHookName: string };

export const HOOK_NAMES = { admission: 'evenkeel-admission', drain: 'evenkeel-drain' } as const;

/** A heartbeat restarts it; without one, so long may pass before the group goes on by itself. */
const HEARTBEAT_SECONDS = 900;

/**
 * The hooks by which a fleet admits and drains instances, as the base infrastructure's group has them. An instance that
 * nobody has answered for is replaced when it launches, and let go when it terminates.
 */
export function hooksFor({ admission }: Fleet, group: string): Hook[] {
  const drain: Hook = {
    AutoScalingGroupName: group,
    LifecycleHookName: HOOK_NAMES.drain,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    HeartbeatTimeout: HEARTBEAT_SECONDS,
    DefaultResult: 'CONTINUE',
  };
  if (admission.probe.kind === 'none') return [drain];
  const admit: Hook = {
    ...drain,
    LifecycleHookName: HOOK_NAMES.admission,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    DefaultResult: 'ABANDON',
  };
  return [admit, drain];
}
